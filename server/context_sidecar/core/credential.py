"""How a source is signed in to, and how long that holds: what is shown of it, and warned of."""

from __future__ import annotations

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
        expires: when it ends, where that is known.
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
        if self.expires is None:
            return None
        return (self._day(self.expires) - self._day(self.now)).days

    @property
    def validity(self) -> Validity:
        """How it stands."""
        if self.error:
            return Validity.BLOCKED
        if self.expires is None:
            return Validity.GOOD if self.grant else Validity.UNKNOWN
        if self.now >= self.expires:
            return Validity.PAST
        return Validity.SOON if self._soon(self.expires) else Validity.GOOD

    @property
    def said(self) -> str:
        """How it stands, as a sentence without its full stop."""
        if self.error:
            return self.error.detail
        until = self._until()
        if self.grant:
            connected = (
                f"connected by {self.grant.granted_by} on {self._day(self.grant.granted_at)}"
            )
            what = "unused, it" if self._rolls else "its credential"
            return f"{connected}; {what} {until}" if until else connected
        return f"its credential {until}" if until else "when its credential ends is not known"

    @property
    def remedy(self) -> str:
        """What is to be done, in whole sentences."""
        if self.error:
            return self.error.remedy
        if self.validity not in {Validity.SOON, Validity.PAST}:
            return ""
        if self._rolls:
            return "Connect it again, on its page among the sources at /admin."
        where = "put the new one where sidecar.yaml reads it from"
        also = ", and correct the day there (expires)" if self.source.expires else ""
        return f"Renew it at the vendor, and {where}{also}."

    @property
    def _rolls(self) -> bool:
        """Whether each renewal puts the end off."""
        return self.grant is not None and self.expires == self.grant.expires

    def _soon(self, end: datetime) -> bool:
        """What is renewed all the time is no cause for alarm while it is: half its life at most."""
        soon = self._day(end) - self._day(self.now) <= WARNED_AHEAD
        if not self._rolls or self.grant is None:
            return soon
        return soon and end - self.now <= (end - self.grant.renewed_at) / 2

    def _day(self, moment: datetime) -> date:
        try:
            return moment.astimezone(self.zone).date()
        except OverflowError:  # it is on the last day that there is
            return moment.date()

    def _until(self) -> str:
        days = self.days
        if self.expires is None or days is None:
            return ""
        on = f"on {self._day(self.expires)}"
        if self.now >= self.expires:
            return f"ended {on}"
        return f"ends {on}, {_NEXT[days] if days < len(_NEXT) else f'in {days} days'}"


_NEXT = ("today", "tomorrow")


def start_of(day: date, zone: tzinfo) -> datetime:
    """Return when *day* begins in *zone*: until then what ends on it is good for certain."""
    return datetime.combine(day, time(), zone)
