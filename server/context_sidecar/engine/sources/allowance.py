"""What a source's vendor says is left, kept so that its limits do not bite.

Pure state machines. A burst limit is spread: what runs in the background leaves a part of it to
people, and goes slower while little is left. A quota for long, such as a day's, is apart: the
background leaves a fifth of it alone, and people go on until it is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import A_DAY, Standing
from context_sidecar.core.reasons import Reason

BURST_RESERVE = 0.1
LASTING_RESERVE = 0.2
"""The part of a limit that is kept for people."""

SPREAD_BELOW = 0.5
"""Where less than this part of a burst is left, the background spreads what it may still have of it
over the time that is left."""

NOTHING = timedelta(0)


class Held(SourceError):
    """A call was not made, as nothing is left for it at its endpoint: RATE_LIMITED, `retry_after`
    tells until when. It says nothing of the source, and nothing of what others may ask there."""


class Remaining:
    """What is left of one quota: what was told of it last, less what has begun since."""

    def __init__(self) -> None:
        self._told: Standing | None = None
        self._spent = 0
        self._begun_at: datetime | None = None

    def heard(self, standing: Standing) -> None:
        """Take in what an answer told."""
        self._told, self._spent = standing, 0
        self._begun_at = self._begun_at or standing.told_at

    def standing(self, now: datetime) -> Standing | None:
        """Return what is known at *now*. What was told by a clock that was ahead is not."""
        told = self._told
        return told if told and told.told_at <= now < told.until else None

    def begin(self, at: datetime) -> None:
        """Note that a call begins, of which no answer has told yet."""
        self._spent, self._begun_at = self._spent + 1, at

    def wait(self, now: datetime, *, interactive: bool, calls: int = 1) -> timedelta:
        """Return how long from *now* no more than these *calls* should begin; nothing where they
        may begin now."""
        one = self.standing(now)
        if one is None:
            return NOTHING
        left = one.left - self._spent
        spare = left - (0 if interactive else reserve(one))
        if spare < calls:
            return one.until - now
        if interactive or one.quota.lasting or not one.limit or left >= one.limit * SPREAD_BELOW:
            return NOTHING
        begun_at = min(self._begun_at or now, now)
        return max(NOTHING, begun_at + (one.until - begun_at) / spare - now)


class Allowance:
    """What is left of each of a source's quotas."""

    def __init__(self) -> None:
        self._quotas: defaultdict[str, Remaining] = defaultdict(Remaining)

    def heard(self, standings: Iterable[Standing]) -> None:
        """Take in what an answer told."""
        for standing in standings:
            self._quotas[standing.quota.name].heard(standing)

    def standings(self, now: datetime) -> tuple[Standing, ...]:
        """Return what is known at *now*."""
        return tuple(filter(None, (one.standing(now) for one in self._quotas.values())))

    def begin(self, now: datetime) -> None:
        """Note that a call begins, of which no answer has told yet."""
        for one in self._quotas.values():  # an endpoint's, too, which is not kept to here
            one.begin(now)

    def gone(self, now: datetime) -> Standing | None:
        """Return the quota for long that is used up, by the vendor's own word, if one is; of
        several the one that is whole again last."""
        return used_up(self.standings(now))

    def wait(self, now: datetime, *, interactive: bool, calls: int = 1) -> timedelta:
        """Return how long from *now* no more than these *calls* should begin; nothing where they
        may begin now. An endpoint's own limit is kept to where it is called."""
        waits = [
            self._quotas[one.quota.name].wait(now, interactive=interactive, calls=calls)
            for one in self.standings(now)
            if not one.quota.path
            if not (interactive and one.quota.lasting)  # until it is gone, people go on
        ]
        return max(waits, default=NOTHING)


def nothing_left(gone: Standing, now: datetime) -> SourceError:
    """Return why a source is not asked at *now* of whose quota is *gone* what there was."""
    causes = [Cause.DAILY_QUOTA] if gone.quota.per >= A_DAY else []
    return SourceError(
        Reason.RATE_LIMITED, f"its {gone.quota.name} quota is used up", possible_causes=causes,
        retry_after=(gone.until - now).total_seconds(),
    )  # fmt: skip


def used_up(standings: Iterable[Standing]) -> Standing | None:
    """Return the quota for long, of all calls, that is used up, if one is; of several the one that
    is whole again last."""
    gone = [one for one in lasting(standings) if one.left <= 0]
    return max(gone, key=lambda one: one.until, default=None)


def lasting(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the quotas for long, of all calls."""
    return tuple(one for one in standings if one.quota.lasting and not one.quota.path)


def scarce(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the quotas for long, of all calls, that leave nothing for what nobody waits for."""
    return tuple(one for one in lasting(standings) if one.left <= reserve(one))


def spares(standings: Iterable[Standing]) -> bool:
    """Whether each quota for long, of all calls, leaves something for what nobody waits for."""
    return not scarce(standings)


def reserve(one: Standing) -> int:
    """Return what of a quota is kept for people."""
    share = LASTING_RESERVE if one.quota.lasting else BURST_RESERVE
    return max(1, round((one.limit or 0) * share))
