"""Records that their source has merged into others: what was their own is the others' now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Answers
from context_sidecar.core.observation import Answer, Found, NoMatch
from context_sidecar.core.rows import Row


def unmerged(
    answers: Answers,
    into: Callable[[Row], str],
    named: Callable[[set[str]], Mapping[str, str]],
) -> dict[str, Answer | SourceError]:
    """Return *answers* with no match in place of each record that was merged into another, which is
    named: a person sets the account's key to that of the other. Where a source answers with the
    other by itself, under the key of the one that it merged, that is its answer.

    Args:
        answers: the answers to the accounts' keys.
        into: gives the id of the record that a row was merged into, "" where it was not.
        named: gives what the records with these ids are called; it is not called for none.
    """
    others = {
        key: other
        for key, one in answers.items()
        if isinstance(one, Found) and isinstance(one.data, Mapping) and (other := into(one.data))
    }
    names = named(set(others.values())) if others else {}
    gone = {key: NoMatch(merged_into=names.get(one) or one) for key, one in others.items()}
    return {**answers, **gone}
