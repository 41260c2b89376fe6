"""What must be shown before an answer is believed: that the source did what it was asked, and that
it would have shown us what it did not.

A credential that lost its rights, an emptied table, a forgotten filter and a wrong address all look
like "none".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Answers, Ask
from context_sidecar.core.observation import Answer, Found, NoMatch
from context_sidecar.core.reasons import Reason
from context_sidecar.core.rows import Row


def filtered(rows: Iterable[Row], fits: Callable[[Row], bool]) -> list[Row]:
    """Return *rows*, which the source has filtered.

    Raises:
        SourceError: SCHEMA_CHANGED, one does not fit what was asked for.
    """
    found = list(rows)
    if not all(map(fits, found)):
        raise SourceError(Reason.SCHEMA_CHANGED, "the filter is not applied", certain=False)
    return found


def each_once(rows: Iterable[Row], id: Callable[[Row], object]) -> list[Row]:
    """Return *rows*, which came page by page.

    Raises:
        SourceError: BAD_RESPONSE, one came twice: the pages moved while they were read, so that
            others may not have come at all.
    """
    found = list(rows)
    if len({id(row) for row in found}) != len(found):
        raise SourceError(Reason.BAD_RESPONSE, "a row came twice in one list")
    return found


def nothing_shown(
    detail: str,
    causes: Iterable[Cause] = (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE),
    remedy: str = "",
) -> SourceError:
    """Return the failure where we are shown nothing at all, so that none is no answer; *detail*
    says of what, it may have any of *causes*, and *remedy* is what mends it, where that is more
    than a permission."""
    return SourceError(
        Reason.PERMISSION_DENIED,
        detail,
        certain=False,
        possible_causes=tuple(causes),
        remedy=remedy,
    )


def proven(ask: Ask, canary: str, by: Ask | None = None) -> Ask:
    """Return *ask* with its nones proven: before it is believed that there is nothing under a key,
    the key *canary*, which must always be found, is asked for, too; *by* another lookup, if one is
    given."""

    def doubt(answers: Answers, names: Collection[str]) -> SourceError | None:
        if by:
            return _doubt(by([canary], ())[canary])
        return _doubt(answers.get(canary) or ask([canary], names)[canary])

    return proven_by(ask, doubt)


def proven_by(ask: Ask, doubt: Callable[[Answers, Collection[str]], SourceError | None]) -> Ask:
    """Return *ask* with its nones proven by *doubt*, which is asked once where there are any, with
    all answers and the names that were asked for: what it returns is why they are not to be
    believed."""

    def asked(keys: Sequence[str], names: Collection[str]) -> Answers:
        answers = dict(ask(keys, names))
        missing = [key for key, answer in answers.items() if _is_none(answer)]
        if not missing:
            return answers
        found = doubt(answers, names)
        return answers | {key: found or _proved(answers[key]) for key in missing}

    return asked


def prove(ask: Ask, canary: str) -> None:
    """Check that *ask* finds the key *canary*, which must always be found.

    Raises:
        SourceError: it does not.
    """
    if doubt := _doubt(ask([canary], ())[canary]):
        raise doubt


def _is_none(answer: Answer | SourceError) -> bool:
    if isinstance(answer, Found):
        listed = answer.data.get("items") if isinstance(answer.data, Mapping) else answer.data
        return listed == []
    return isinstance(answer, NoMatch)


def _proved(none: Answer | SourceError) -> Answer | SourceError:
    return NoMatch() if isinstance(none, NoMatch) else none


def _doubt(canary: Answer | SourceError) -> SourceError | None:
    if isinstance(canary, SourceError):
        return canary
    if not _is_none(canary):
        return None
    return nothing_shown("the key that must always be found is not found either", ())
