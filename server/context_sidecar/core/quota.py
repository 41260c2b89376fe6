"""What a vendor says that is left of its limits: where its answers tell it, and what they told.

Every vendor has headers of its own, and one name stands for seconds here and for a time there, so
the unit is declared and never guessed. Where a time is told, it is compared with the vendor's own
clock (`Date`) and not with ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from fnmatch import fnmatchcase

LASTING = timedelta(hours=1)
"""From this span on a limit is no burst but a quota: what is used up is missed for long."""

A_DAY = timedelta(days=1)

LOOKED_AT_AGAIN = timedelta(hours=1)
"""A quota of which no end is told is asked about again after this at the latest: most are of a span
that moves along, so that some of it comes back all the time."""


class Unit(StrEnum):
    """How a vendor says when a quota is whole again."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    EPOCH_SECONDS = "epoch_seconds"
    EPOCH_MILLISECONDS = "epoch_milliseconds"
    ISO_8601 = "iso_8601"
    HTTP_DATE = "http_date"


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of a vendor's, and where its answers tell what is left.

    A place is a header, or a parameter within one: `ratelimit/r`, `sforce-limit-info/api-usage`. A
    number told as `891/15000` is so many of so many.

    Attributes:
        name: what people call it, such as `daily`.
        per: the span that it counts for.
        left: the place of what is left, or `used`: of what is used up.
        limit: the place of the whole, or the whole itself where the vendor's answers never tell it.
        resets: the place of when it is whole again, told in `unit`; without one it is after `per`
            at the latest.
        counts: what is counted, in the plural.
        path: the paths below the source's address whose calls alone count, where it is a limit of
            an endpoint's, with `*` for any text: `/objects/*/search`. If no answer tells what is
            left of it, neither `left` nor `used` is given, and we count ourselves.
        setting: which of the source's settings gives the whole, where one does.
    """

    name: str
    per: timedelta
    left: str = ""
    used: str = ""
    limit: str | int = ""
    resets: str = ""
    unit: Unit = Unit.SECONDS
    counts: str = "calls"
    path: str = ""
    setting: str = ""

    def covers(self, path: str) -> bool:
        """Whether it is a limit of the endpoint at *path* alone."""
        return bool(self.path) and fnmatchcase(path, self.path)

    @property
    def lasting(self) -> bool:
        """Whether it is a quota for long, such as a day, and no burst limit."""
        return self.per >= LASTING

    def read(self, headers: Mapping[str, str], now: datetime) -> Iterator[Standing]:
        """Yield how it stands, if an answer with *headers* (by lower-case name) told it at *now*.
        What cannot be read tells nothing."""
        number, whole = _count(_told(headers, self.left or self.used))  # "" tells nothing
        if number is None:
            return
        limit = self.limit if isinstance(self.limit, int) else _count(_told(headers, self.limit))[0]
        limit = whole if limit is None else limit
        if self.used and limit is None:
            return
        left = number if self.left else max(0, (limit or 0) - number)
        yield Standing(self, left, limit, now, self._resets_at(headers, now))

    def _resets_at(self, headers: Mapping[str, str], now: datetime) -> datetime | None:
        told = _told(headers, self.resets)
        wait = _wait(told, self.unit, _date(headers.get("date", "")) or now) if told else None
        return now + wait if wait and timedelta(0) < wait <= self.per else None


@dataclass(frozen=True, slots=True)
class RateLimitFields:
    """The fields `RateLimit` and `RateLimit-Policy` as the IETF drafts them
    (draft-ietf-httpapi-ratelimit-headers-10): `"default";r=50;t=30` and `"default";q=100;w=60`.
    Their times are seconds from now; a policy without a window counts for *per*."""

    per: timedelta = timedelta(minutes=1)

    def read(self, headers: Mapping[str, str], now: datetime) -> Iterator[Standing]:
        """Yield how each policy stands; see `Quota.read`."""
        policies = dict(_items(headers.get("ratelimit-policy", "")))
        for name, told in _items(headers.get("ratelimit", "")):
            left, ends = _count(told.get("r", ""))[0], _count(told.get("t", ""))[0]
            policy = policies.get(name, {})
            window, limit = _count(policy.get("w", ""))[0], _count(policy.get("q", ""))[0]
            if left is None:
                continue
            per = timedelta(seconds=window or ends or 0) or self.per
            wait = timedelta(seconds=ends or 0)
            at = now + wait if timedelta(0) < wait <= per else None
            yield Standing(Quota(name, per), left, limit, now, at)


Quotas = tuple[Quota | RateLimitFields, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with *quota*, as it was told at *told_at*: what is *left* of the *limit*, where
    that is known, and when it is whole again, where that was told."""

    quota: Quota
    left: int
    limit: int | None
    told_at: datetime
    resets_at: datetime | None

    @property
    def until(self) -> datetime:
        """Until when it says something: afterwards there may be more, and somebody has to ask."""
        return self.resets_at or self.told_at + min(self.quota.per, LOOKED_AT_AGAIN)


def read(quotas: Quotas, headers: Mapping[str, str], now: datetime) -> tuple[Standing, ...]:
    """Return how it stands with each of *quotas* that an answer with *headers* tells of."""
    return tuple(standing for quota in quotas for standing in quota.read(headers, now))


def endpoint_used_up(quotas: Quotas, path: str, standings: Collection[Standing]) -> str:
    """Return which endpoint's quota is to blame for a call of *path* having been one too many.

    Args:
        quotas: all of the source's.
        path: what was called, below the source's address.
        standings: what the refusal told: of an endpoint that it is used up; or of the whole source
            that it is not, so that it must be the endpoint.

    Returns:
        Its name; empty where it is the whole source's, or may be.
    """
    shared = [one for one in standings if not one.quota.path]
    if any(one.left <= 0 for one in shared):
        return ""
    own = [quota.name for quota in quotas if isinstance(quota, Quota) and quota.covers(path)]
    gone = [one.quota.name for one in standings if one.left <= 0]
    return next(iter(gone or (own if shared else ())), "")


def _told(headers: Mapping[str, str], place: str | int) -> str:
    name, _, parameter = str(place).partition("/")
    text = headers.get(name, "").strip() if name else ""
    if not parameter:
        return text
    found = re.search(rf"(?:^|[\s;,]){re.escape(parameter)}\s*=\s*([^\s;,]+)", text)
    return found[1] if found else ""


def _count(text: str) -> tuple[int | None, int | None]:
    """Read a number, which may be so many of so many."""
    found = re.fullmatch(r"(-?[0-9]{1,15})(?:\.[0-9]{1,9})?(?:/([0-9]{1,15}))?", text.strip())
    if not found:
        return None, None
    return max(0, int(found[1])), int(found[2]) if found[2] else None


def _wait(text: str, unit: Unit, now: datetime) -> timedelta | None:
    if unit is Unit.ISO_8601:
        return _until(_iso(text), now)
    if unit is Unit.HTTP_DATE:
        return _until(_date(text), now)
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text):
        return None
    seconds = float(text)
    if unit in {Unit.MILLISECONDS, Unit.EPOCH_MILLISECONDS}:
        seconds /= 1000
    if unit in {Unit.EPOCH_SECONDS, Unit.EPOCH_MILLISECONDS}:
        seconds -= now.timestamp()
    return timedelta(seconds=seconds) if abs(seconds) < _MOST else None


_MOST = timedelta(days=400).total_seconds()


def _until(at: datetime | None, now: datetime) -> timedelta | None:
    return at - now if at else None


def _iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _items(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the items of a list of structured fields (RFC 9651) with their parameters, as far as
    these fields need it: a name is a text or a token, a parameter a number."""
    for item in re.findall(r'("[^"]*"|[^",;]+)((?:;[^,]*)?)(?:,|$)', text):
        name, rest = item[0].strip().strip('"'), item[1]
        found = dict(re.findall(r";\s*([a-z]+)=([0-9]+)", rest))
        if name and found:
            yield name, found
