"""What sources tell us by themselves: that something which they said has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from context_sidecar.core.field import Field
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.questions import Question, questions


class Changes:
    """Brings changes to what is known.

    Args:
        fields: all that are declared.
        cache: what is known.
    """

    def __init__(self, fields: Iterable[Field], cache: Cache) -> None:
        self._cache = cache
        self._questions: dict[str, dict[str, Question]] = {}
        for (source, lookup), question in questions(fields).items():
            self._questions.setdefault(source, {})[lookup] = question

    def lookups(self, source: str) -> Mapping[str, Question]:
        """Return the lookups of *source* that fields read."""
        return self._questions.get(source, {})

    def take(
        self, source: str, lookups: Collection[str], keys: Collection[str], at: datetime
    ) -> None:
        """Take in that *source* says that its answers about *keys* in these *lookups* have
        changed, *at* a time of its own clock."""
        for name in lookups:
            self._cache.changed(self._questions[source][name], keys, at)
