"""How a source is signed in to, and how long that holds: what is shown of it, and warned of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Grant
from context_sidecar.core.source import Source

WARNED_AHEAD = timedelta(days=14)
"""Days of the calendar."""


class Validity(StrEnum):
    """How it stands with a credential."""

    GOOD = "good"
    """It ends, and not soon."""

    SOON = "soon"
    PAST = "past"
    BLOCKED = "blocked"
    """Somebody has to connect it first."""

    UNKNOWN = "unknown"
    """When it ends is not known."""


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential of one source at one time.

    Attributes:
        source: the source's declaration.
        now: the time.
        connects: whether a person grants it at the vendor's own page.
        grant: what they granted.
        expires: when it ends whatever is renewed, where that is known.
        error: what somebody has to do first.
        zone: in whose calendar days are counted and named: the deployment's.
    """

    source: Source
    now: datetime
    connects: bool = False
    grant: Grant | None = None
    expires: datetime | None = None
    error: SourceError | None = None
    zone: tzinfo = UTC

    @property
    def days(self) -> int | None:
        """How many days of the calendar ahead the day is on which it ends, 0 for today, negative
        once that is past; None where it is not known."""
        return None if self._end is None else self._days_to(self._end)

    @property
    def validity(self) -> Validity:
        """How it stands."""
        if self.error:
            return Validity.BLOCKED
        if self._end is None:
            return Validity.GOOD if self.grant else Validity.UNKNOWN
        if self.now >= self._end:
            return Validity.PAST
        return Validity.SOON if self._is_soon(self._end) else Validity.GOOD

    @property
    def said(self) -> str:
        """How it stands, as a sentence without its full stop."""
        if self.error:
            return self.error.detail
        if self.grant:
            connected = (
                f"connected by {self.grant.granted_by} on {self._day(self.grant.granted_at)}"
            )
            return "; ".join((connected, *self._ends()))
        return next(self._ends(), "when its credential ends is not known")

    @property
    def remedy(self) -> str:
        """What is to be done, in whole sentences."""
        if self.error:
            return self.error.remedy
        if self.validity not in {Validity.SOON, Validity.PAST}:
            return ""
        if self.grant and self._end in {self.grant.ends, self.grant.expires}:
            return "Connect it again, on its page among the sources at /admin."
        where = "put the new one where sidecar.yaml reads it from"
        also = ", and correct the day there (expires)" if self.source.expires else ""
        return f"Renew it at the vendor, and {where}{also}."

    @property
    def _unused(self) -> datetime | None:
        """When it ends if nothing renews it, where that is before it ends anyway."""
        unused = self.grant.expires if self.grant else None
        return unused if unused and not (self.expires and self.expires <= unused) else None

    @property
    def _end(self) -> datetime | None:
        """The end that counts. What is renewed all the time is no cause for alarm while it is."""
        if self._unused and (self.expires is None or self._is_left_unused(self._unused)):
            return self._unused
        return self.expires

    def _is_soon(self, end: datetime) -> bool:
        near = self._days_to(end) <= WARNED_AHEAD.days
        return near and (end != self._unused or self._is_left_unused(end))

    def _is_left_unused(self, end: datetime) -> bool:
        """Whether nothing has renewed it for half its life."""
        return self.grant is not None and end - self.now <= (end - self.grant.renewed_at) / 2

    def _day(self, moment: datetime) -> date:
        try:
            return moment.astimezone(self.zone).date()
        except OverflowError:  # it is on the last day that there is
            return moment.date()

    def _days_to(self, end: datetime) -> int:
        return (self._day(end) - self._day(self.now)).days

    def _ends(self) -> Iterator[str]:
        if self._unused:
            yield f"unused, it {self._until(self._unused)}"
        if self.expires:
            granted = self.grant is not None and self.expires == self.grant.ends
            its = ("in any case it" if self._unused else "it") if granted else "its credential"
            yield f"{its} {self._until(self.expires)}"

    def _until(self, end: datetime) -> str:
        if self.now >= end:
            return f"ended on {self._day(end)}"
        days = self._days_to(end)
        when = _NEXT[days] if days < len(_NEXT) else f"in {days} days"
        return f"ends on {self._day(end)}, {when}"


_NEXT = ("today", "tomorrow")


def start_of(day: date, zone: tzinfo) -> datetime:
    """Return when *day* begins in *zone*: until then what ends on it is good for certain."""
    return datetime.combine(day, time(), zone)
