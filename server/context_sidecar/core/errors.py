"""Every error that one room may hand to another, named by what the receiver should do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from context_sidecar.core.causes import Cause, Particulars
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Visit


class SidecarError(Exception):
    """The root of all errors of our own."""


class UnrecognisedError(ValueError):
    """A value is outside its field's declared type or vocabulary; it is shown raw, as such."""


class SourceError(SidecarError):
    """A source could not be read; `reason` says why, from the closed vocabulary.

    Args:
        reason: why, and with it what happens next.
        detail: for the log and the owner, never with a secret or a value from a record.
        retry_after: seconds the source asked us to wait, where it did.
        code: the vendor's own error code, where it gave one.
        request_id: the vendor's id of the request, for a support case.
        certain: false where the vendor answers several causes in the same way, so that the reason
            is a suspicion.
        possible_causes: what may lie behind it, where more is known than the reason: several where
            nobody can tell which, the one that it is where that is certain.
        asked: false where the source was not asked this time, because it has failed so often of
            late; `reason` is then that of its last failure.
        endpoint: which of the source's endpoints is at its limit, by the name of its own quota,
            where only that is: everything else may be asked.
        remedy: what the owner does about it, in whole English sentences for the admin's pages and
            commands, never with a secret or a value from a record, where that is more than what the
            reason's own entry says.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        retry_after: float | None = None,
        code: str = "",
        request_id: str = "",
        certain: bool = True,
        possible_causes: Iterable[Cause] = (),
        asked: bool = True,
        endpoint: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        self.code = code
        self.request_id = request_id
        self.certain = certain
        self.possible_causes = tuple(possible_causes)
        self.asked = asked
        self.endpoint = endpoint
        self.remedy = remedy

    @property
    def said(self) -> str:
        """What completes "<source> …" in English: in the reason's words, but for what is not the
        source's doing."""
        if self.particulars.ours:
            return "is not asked more often just now"
        return self.reason.entry.agent

    @property
    def particulars(self) -> Particulars:
        """What is known beyond the reason."""
        return Particulars(
            self.certain, self.possible_causes, self.code, self.request_id, self.remedy
        )


class Unasked(SourceError):
    """The source was not asked because of what was to be asked for, such as a key that can be none
    of its own, which says nothing of the source."""


class VisitRefused(SidecarError):
    """A host's request could not be verified. The visitor gets 401 and nothing else; the text is
    for the log."""


class VisitUnclear(SidecarError):
    """A host's request is proven, but names no record that a card can stand beside.

    Args:
        why: for the log and the owner, never with a value from a record.
        visit: what is proven all the same, without a record: the visitor is told in the host's own
            components, or on a page.
    """

    def __init__(self, why: str, visit: Visit) -> None:
        super().__init__(why)
        self.visit = visit


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a configuration file, with its place and its remedy.

    `line` and `column` count from 1. `path` is the dotted way to the setting, for example
    `fields.tier.stale_after`.
    """

    file: str
    line: int
    column: int
    path: str
    found: str
    expected: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.path}: {self.expected}"
        if self.found:
            text += f", found {self.found}"
        return f"{text}. {self.hint}" if self.hint else f"{text}."


class ConfigurationError(SidecarError):
    """The configuration has mistakes: all of them, not only the first."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class DatabaseRefused(SidecarError):
    """The database cannot be used as it is; the text says why, and what to do."""


class RequestMistake(SidecarError):
    """A caller asked for something that cannot be given; becomes a problem document (RFC 9457).

    `status` is the HTTP status, `kind` the last part of the problem type, `title` says what is
    wrong in general, `detail` what is wrong here and how to mend it.
    """

    def __init__(self, status: int, kind: str, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
