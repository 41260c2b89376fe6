"""What sources tell by themselves: that something which they said has changed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock
from types import MappingProxyType

import jmespath
import structlog
from jmespath.parser import ParsedResult
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.field import Field
from context_sidecar.core.keys import key_text
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.push import Change, Push
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.concerned import concerned, listed, names_all
from context_sidecar.engine.passing_on import MOST_WAITING, PassingOn
from context_sidecar.engine.questions import Question, questions
from context_sidecar.store.told import Told, ToldChange

ACCOUNT = "account"
"""The lookup whose answers tell by which ids a system itself knows its accounts."""

LOOKED_AT_EVERY = timedelta(seconds=5)
"""How soon it is known here what another process was told."""

RESTS_FOR = 1.0
"""Seconds after all that is known was gone through in which what comes is gathered, to be gone
through together; at least."""

RESTS_TIMES = 4
"""So many times as long as that took, so that a busy system's webhooks do not take our time."""

RESTS_AT_MOST = 10.0
"""Seconds after which what was gathered is taken in, however long that took before."""

LEFT_ALONE_FOR = 10.0
"""Seconds for which a database in trouble is left alone."""

log = structlog.get_logger()


class Changes:
    """Brings changes to what is known.

    Args:
        fields: all that are declared.
        cache: what is known.
        told: what was told, here and to other processes.
        adapters: what speaks to the sources, and knows the form of their own webhooks.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        cache: Cache,
        told: Told,
        adapters: Mapping[str, Adapter] = MappingProxyType({}),
    ) -> None:
        self._cache, self._passing_on = cache, PassingOn(told)
        self._pushes = {name: adapter.push() for name, adapter in adapters.items()}
        self._questions: dict[str, dict[str, Question]] = {}
        fields = tuple(fields)
        self._telling = {field.source.id for field in fields if field.source.push}
        for (source, lookup), question in questions(fields).items():
            self._questions.setdefault(source, {})[lookup] = question
        self._worker = ThreadPoolExecutor(1, "changes")
        self._lock = Lock()  # guards what waits
        self._waiting: list[ToldChange] = []
        self._closing, self._rests_until = Event(), 0.0

    def form(self, source: str) -> Push | None:
        """Return the form of the own webhooks of *source*; None where it has none."""
        return self._pushes.get(source)

    def lookups(self, source: str) -> Mapping[str, Question]:
        """Return the lookups of *source* that fields read."""
        return self._questions.get(source, {})

    def recall(self, source: str, lookups: Collection[str], keys: Collection[str]) -> None:
        """Make sure that it can be told what is known of *keys* in these *lookups*.

        Raises:
            SQLAlchemyError: it cannot, as the database is in trouble: what is known only there
                could not be marked as changed.
        """
        for name in lookups:
            self._cache.peek(self._questions[source][name], keys, strictly=True)

    def pass_on(
        self, source: str, lookups: Collection[str], keys: Collection[str], at: datetime
    ) -> None:
        """Let the other processes take in the same, within a few seconds.

        Raises:
            SQLAlchemyError: they cannot be told, as the database is in trouble.
        """
        self._passing_on.now([(source, Change(tuple(keys), (), tuple(lookups), at))])

    def take(
        self, source: str, lookups: Collection[str], keys: Collection[str], at: datetime
    ) -> None:
        """Take in that *source* says that its answers about *keys* in these *lookups* have
        changed, *at* a time of its own clock."""
        for name in lookups:
            self._cache.changed(self._questions[source][name], keys, at)

    def bring(self, source: str, changes: Iterable[Change], now: datetime) -> None:
        """Take in, soon, what a delivery of *source* that came *now* says. Nobody waits for it:
        vendors give up on who answers late."""
        told = [(source, replace(change, at=change.at or now)) for change in changes]
        self._passing_on.soon(told)
        self._bring(told)

    def look(self) -> None:
        """Take in, soon, what other processes were told since the last look.

        Raises:
            SQLAlchemyError: the database is in trouble.
        """
        news = self._passing_on.news()
        self._bring(news.changes)
        if news.missed_until:
            log.warning("changes_missed")
            self._bring([(source, Change(at=news.missed_until)) for source in self._telling])

    def _bring(self, told: Collection[ToldChange]) -> None:
        if told:
            with self._lock:
                self._waiting += told
            self._worker.submit(self._work)

    def settle(self) -> None:
        """Wait until all that was brought is taken in."""
        self._worker.submit(lambda: None).result()

    def close(self) -> None:
        """Take in what waits, and stop."""
        self._closing.set()
        self._worker.shutdown()

    def _work(self) -> None:
        if not self._waiting:
            return
        self._closing.wait(max(0.0, self._rests_until - time.monotonic()))
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for source in dict.fromkeys(source for source, _ in waiting):
            mine = [(change, change.at) for one, change in waiting if one == source and change.at]
            try:
                self._take_in(source, mine)
            except SQLAlchemyError as error:
                self._put_back(source, mine, type(error).__name__)
            except Exception:
                log.exception("changes_not_taken_in", source=source)

    def _put_back(
        self, source: str, changes: Collection[tuple[Change, datetime]], why: str
    ) -> None:
        """Keep for later what the database is in no state for."""
        log.warning("changes_wait", source=source, why=why)
        if self._closing.is_set():
            return
        with self._lock:
            mine = [(source, change) for change, _ in changes]
            self._waiting = mine[-MOST_WAITING:] + self._waiting
        self._rests_until = time.monotonic() + LEFT_ALONE_FOR
        self._worker.submit(self._work)

    def _take_in(self, source: str, changes: Collection[tuple[Change, datetime]]) -> None:
        by_key = [one for one in changes if names_all(one[0])]
        searched = [one for one in changes if one not in by_key]
        for change, at in by_key:
            self.recall(source, self._read(source, change), change.keys)
            self.take(source, self._read(source, change), change.keys, at)
        if not searched:
            return
        began = time.monotonic()
        told = self._told(source) if any(change.ids for change, _ in searched) else {}
        for name, question in self.lookups(source).items():
            meant = [(one, at) for one, at in searched if name in self._read(source, one)]
            if meant:
                self._take_searched(question, meant, told)
        rest = RESTS_TIMES * (time.monotonic() - began)
        self._rests_until = time.monotonic() + min(max(RESTS_FOR, rest), RESTS_AT_MOST)

    def _take_searched(
        self,
        question: Question,
        changes: Collection[tuple[Change, datetime]],
        told: Mapping[str, str],
    ) -> None:
        """Mark whom *changes* may be about, each account once, however many they are."""
        known = listed(self._cache.survey(question))
        by_time: defaultdict[datetime, list[str]] = defaultdict(list)
        for key, at in sorted(concerned(changes, known, told).items()):
            by_time[at].append(key)
        for at, keys in by_time.items():
            self._cache.changed(question, keys, at)

    def _read(self, source: str, change: Change) -> Collection[str]:
        """Return those of the change's lookups that fields read."""
        return [
            name for name in self.lookups(source) if not change.lookups or name in change.lookups
        ]

    def _told(self, source: str) -> Mapping[str, str]:
        """Return by which id the system knows each account, as far as its last answers tell."""
        form, question = self._pushes.get(source), self.lookups(source).get(ACCOUNT)
        if form is None or question is None:
            return {}
        path = jmespath.compile(form.known_by)
        found: dict[str, str | None] = {}
        for key, known in self._cache.survey(question):
            if key not in found:
                found[key] = _id_in(path, known)
        return {key: one for key, one in found.items() if one is not None}


def _id_in(path: ParsedResult, known: Observation) -> str | None:
    answer = known.answer
    return key_text(path.search(answer.data)) if isinstance(answer, Found) else None
