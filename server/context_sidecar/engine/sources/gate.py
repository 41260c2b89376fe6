"""Whether a source may be asked now: the breaker, the blocks, the rate and what the vendor says is
left, as one.

A pure state machine; whoever shares it between threads holds a lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError, Unasked
from context_sidecar.core.quota import A_DAY, LOOKED_AT_AGAIN, Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.sources.allowance import Allowance, Held, nothing_left
from context_sidecar.engine.sources.block import SOURCE_WIDE, STRIKES, Block
from context_sidecar.engine.sources.breaker import Breaker, Circuit
from context_sidecar.engine.sources.pace import Pace, Slowed
from context_sidecar.engine.sources.rate import DEFAULT_PAUSE, RateBudget, used_up

IN_TROUBLE_AFTER = 3
"""Failures in a row after which the next answer counts as a recovery. Fewer may be one account's
own trouble, whose end says nothing of the others."""


LONGEST_WAIT = timedelta(seconds=1)
"""A person's question that would be kept waiting for longer is refused at once."""

_A_DAYS = Quota("daily", A_DAY)
"""What is used up where the vendor refuses for it, and its answers do not tell what is left."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source is not asked now, and until when."""

    error: SourceError
    until: datetime


class Gate:
    """One source's gate.

    `well_since` is when it last recovered; failures from before say nothing any more.
    """

    def __init__(self, limits: Limits, now: datetime, random: Callable[[], float]) -> None:
        self._limits, self._rate = limits, RateBudget(limits.rate, limits.per)
        self._allowance = Allowance()
        self._pace = Pace()
        self._limited_by = SourceError(Reason.RATE_LIMITED, "the source asked us to wait")
        self._at_their_limits: dict[str, Refusal] = {}
        self._held: dict[str, datetime] = {}
        self._random = random
        self.start_anew(now)

    def start_anew(self, now: datetime) -> None:
        """Hold nothing against the source that it did before *now*; what it asked of us and what
        we may spend stays."""
        self._breaker = Breaker(self._random)
        self._sign_in = Block(strikes=1)
        self._lookups: defaultdict[str, Block] = defaultdict(lambda: Block(STRIKES))
        self._failures = 0
        self._last_failure: SourceError | None = None
        self.well_since = now

    def refusal(self, lookup: str, now: datetime, *, by_person: bool = False) -> Refusal | None:
        """Say why *lookup* may not be asked now, or None where it may."""
        for block in (self._sign_in, self._lookups[lookup]):
            until = block.refused_until(now, by_person=by_person)
            if until and block.error:
                return Refusal(block.error, until)
        gone, until = self._allowance.gone(now), self._rate.paused_until(now)
        if gone and not (until and until >= gone.until):
            return Refusal(nothing_left(gone, now), gone.until)
        if until:  # the vendor's own words tell more than what is left
            return Refusal(self._limited_by, until)
        limited = self._at_their_limits.get(lookup)
        if limited and now < limited.until:
            return limited
        return self.circuit_refusal(now, by_person=by_person)

    def circuit_refusal(
        self, now: datetime, *, by_person: bool = False, admitted: bool = False
    ) -> Refusal | None:
        """Say until when the breaker lets no call begin, or None where it does. What was *admitted*
        may begin even if the circuit is open.

        People are told what is wrong with the source, not that we have stopped asking.
        """
        until = self._breaker.refused_until(now, by_person=by_person, admitted=admitted)
        if until is None:
            return None
        known = self._last_failure if self._breaker.by_failures else None
        last = known or SourceError(Reason.CIRCUIT_OPEN)
        why = "most recent calls failed"
        return Refusal(SourceError(last.reason, why, asked=False, remedy=last.remedy), until)

    def circuit(self, now: datetime) -> Circuit:
        """Return whether calls flow."""
        return self._breaker.circuit(now)

    @property
    def blocked(self) -> Reason | None:
        """Why the source, or one of its lookups, waits for a person, or None where none does."""
        error = self._blocking()
        return error.reason if error else None

    @property
    def remedy(self) -> str:
        """What that person does about it, where more is known than the reason."""
        error = self._blocking()
        return error.remedy if error else ""

    def _blocking(self) -> SourceError | None:
        blocks = (self._sign_in, *self._lookups.values())
        return next((block.error for block in blocks if block.error), None)

    def heard(self, standings: Iterable[Standing]) -> None:
        """Take in what an answer told of what is left."""
        self._allowance.heard(standings)

    def left(self, now: datetime) -> tuple[Standing, ...]:
        """Return what the vendor says is left."""
        return self._allowance.standings(now)

    def wait(self, now: datetime, *, interactive: bool, calls: int = 1) -> timedelta:
        """Return how long from now the rate, or what is left, lets no more than these *calls*
        begin."""
        return max(
            self._rate.wait(now, interactive=interactive, calls=calls),
            self._allowance.wait(now, interactive=interactive, calls=calls),
            timedelta(0) if interactive else self._pace.rest(now),
        )

    def overdrawn(self, now: datetime, calls: int) -> Refusal | None:
        """Say why *calls* that people wait for may not all begin soon, or None where they may: the
        limit is our own, unless we keep to less since the vendor said "too many", or there is too
        little left of what the vendor allows."""
        wait = self.wait(now, interactive=True, calls=calls)
        if wait <= LONGEST_WAIT:
            return None
        own = self._rate.share == 1 and self._rate.wait(now, interactive=True, calls=calls) == wait
        theirs = SourceError(Reason.RATE_LIMITED, "there is too little left of what it allows")
        return Refusal(used_up(self._limits, wait) if own else theirs, now + wait)

    def took(self, lookup: str, keys: int, seconds: float, now: datetime) -> None:
        """Note how long a call took that was answered, or was not in its time."""
        self._pace.took(lookup, keys, seconds, now)

    @property
    def slowed(self) -> Slowed | None:
        """How the source is slower than it usually is, if it is."""
        return self._pace.slowed()

    def admit(self, lookup: str, now: datetime) -> None:
        """Note that *lookup* is about to be asked; where it is blocked, that is its one probe, and
        where the circuit is open, one that somebody asked for."""
        self._breaker.let_in(now)
        self._sign_in.begin(now)
        self._lookups[lookup].begin(now)

    def hold(self, lookup: str, until: datetime) -> None:
        """Keep what nobody waits for of *lookup* waiting *until* then."""
        self._held[lookup] = until

    def held(self, now: datetime) -> dict[str, timedelta]:
        """Return how long which lookups are kept waiting, for what nobody waits for."""
        return {one: until - now for one, until in self._held.items() if now < until}

    def begin(self, now: datetime) -> None:
        """Note that a call begins."""
        self._breaker.begin(now)
        self._rate.spend(now)
        self._allowance.begin(now)

    def answered(self, lookup: str, began: datetime, now: datetime, *, slow: bool) -> None:
        """Note that a call was answered."""
        self._breaker.end(began, now, failed=False, slow=slow)
        blocks = (self._sign_in, self._lookups[lookup])
        blocked = any(block.error for block in blocks)
        for block in blocks:
            block.answered()
        if blocked or self._failures >= IN_TROUBLE_AFTER:
            self.well_since = now
        self._failures = 0

    def failed(self, lookup: str, error: SourceError, began: datetime, now: datetime) -> None:
        """Note that a call failed."""
        if isinstance(error, Unasked | Held) or not _says_something(error.reason):
            self._breaker.let_go(began)
            return
        if error.reason is Reason.RATE_LIMITED and error.endpoint:
            self._breaker.let_go(began)
            wait = timedelta(seconds=error.retry_after) if error.retry_after else DEFAULT_PAUSE
            self._at_their_limits[lookup] = Refusal(error, now + wait)
            return
        self._failures += 1
        if error.reason is Reason.RATE_LIMITED:
            self._breaker.let_go(began)
            self._limited(error, now)
        elif error.reason.needs_person:
            self._breaker.let_go(began)
            block = self._sign_in if error.reason in SOURCE_WIDE else self._lookups[lookup]
            block.refused(error, now)
        else:
            if error.reason is Reason.TIMEOUT and self.slowed and not error.possible_causes:
                error.possible_causes = (Cause.OVERLOADED, Cause.SLOWED_DOWN)
            self._last_failure = error
            self._breaker.end(began, now, failed=True, slow=False)

    def _limited(self, error: SourceError, now: datetime) -> None:
        """Note that the source said "too many", and in *error* when it may be asked again. A quota
        that is used up says nothing of how fast we ask."""
        gone = self._allowance.gone(now)
        if gone and not error.possible_causes:
            error.possible_causes = nothing_left(gone, now).possible_causes
        if gone or _is_of_a_day(error):
            again = asked_again_at(error, gone, now)
            self._rate.pause(again)
            if not gone:
                ends = again if error.retry_after else None
                self._allowance.heard([Standing(_A_DAYS, 0, None, now, ends)])
        else:
            self._rate.limited(now, error.retry_after)
        self._limited_by = error
        if not error.retry_after and (until := self._rate.paused_until(now)):
            error.retry_after = (until - now).total_seconds()


def asked_again_at(error: SourceError, gone: Standing | None, now: datetime) -> datetime:
    """Return when a source is asked again that said "too many" at *now*: when it wishes, or else
    when the quota that is *gone* is whole, or else after a pause of ours."""
    if error.retry_after:
        return now + timedelta(seconds=error.retry_after)
    if gone:
        return gone.until
    return now + (LOOKED_AT_AGAIN if _is_of_a_day(error) else DEFAULT_PAUSE)


def _is_of_a_day(error: SourceError) -> bool:
    return error.possible_causes == (Cause.DAILY_QUOTA,)


def _says_something(reason: Reason) -> bool:
    """Whether *reason* is the source's doing and not our own."""
    return reason not in {Reason.BUSY, Reason.CIRCUIT_OPEN}
