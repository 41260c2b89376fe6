"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from context_sidecar.core.causes import OUR_OWN
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source, Team


class Mark(StrEnum):
    """How it stands: as it should, possible and probably not meant, or to be mended."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `about` names it: a field's id, a lookup, a key. `said` is a sentence without its full stop,
    `remedy` whole sentences. `reason` and `detail` (scrubbed) are there where a source failed,
    `next_try_at` where it is known when it may be asked again.
    """

    about: str
    mark: Mark
    said: str
    remedy: str = ""
    reason: Reason | None = None
    detail: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was found of one part of a deployment, and how long it took.

    `kind` is `source`, `accounts`, `install` or `deployment`; `owner` and `runbook` say who mends
    it, and where that is described.
    """

    kind: str
    id: str
    label: str
    findings: tuple[Finding, ...]
    seconds: float
    owner: Team | None = None
    runbook: str = ""

    @property
    def mark(self) -> Mark:
        """The worst of its findings' marks."""
        return max((finding.mark for finding in self.findings), key=list(Mark).index)


def well(about: str, said: str) -> Finding:
    """Return the finding that something is as it should be."""
    return Finding(about, Mark.WELL, said)


def doubtful(about: str, said: str, remedy: str = "") -> Finding:
    """Return the finding that something is probably not meant."""
    return Finding(about, Mark.DOUBTFUL, said, remedy)


def wrong(about: str, said: str, remedy: str, reason: Reason | None = None) -> Finding:
    """Return the finding that something is to be mended."""
    return Finding(about, Mark.WRONG, said, remedy, reason)


def failure(
    about: str, source: Source, error: SourceError, next_try_at: datetime | None = None
) -> Finding:
    """Return the finding that *source* could not be asked, in the words of its reason."""
    entry = error.reason.entry
    said = f"{source.label} {error.said}" + ("" if error.certain else ", as it seems")
    request = error.request_id and f"request {error.request_id}"
    known = (error.detail, error.code, request, _causes(error))
    return Finding(
        about, Mark.WRONG, said, error.remedy or entry.owner, error.reason,
        "; ".join(filter(None, known)), next_try_at,
    )  # fmt: skip


def _causes(error: SourceError) -> str:
    """Say what else may lie behind it; of our own limit, the detail tells."""
    said = [cause.said for cause in error.possible_causes if cause not in OUR_OWN]
    if not said:
        return ""
    alone = error.certain and len(said) == 1
    return f"{'cause' if alone else 'possible causes'}: {', or '.join(said)}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 account`, `1,000 accounts`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
