"""One request: from a record to its card, within one deadline, whatever the sources do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from context_sidecar.core.account import Match, Matched, Unmatched
from context_sidecar.core.attention import attend
from context_sidecar.core.card import Card
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.context import Context
from context_sidecar.core.dispute import Disputed
from context_sidecar.core.drift import Drift
from context_sidecar.core.reading import Reading
from context_sidecar.core.record import Record
from context_sidecar.core.remembered import Memory
from context_sidecar.core.source import Trouble
from context_sidecar.engine.directory import Directory
from context_sidecar.engine.patience import Asks
from context_sidecar.engine.readings import Manner, Place, Reader, Readings
from context_sidecar.engine.records import GOOD_FOR, PATIENCE, Records

POLL = timedelta(milliseconds=500)
"""When to ask again for what is on its way."""

UNMATCHED_AGAIN = timedelta(minutes=1)
"""When to look again for an account that was not found, could not be looked for, or may be another
by now."""

RENEWED_BY = 0.9
"""The part of a value's fresh time after which there is a new one to be fetched: what people look
at is refreshed ahead."""


class Sidecar:
    """Answers one question: what does this card say about this record?

    Args:
        configuration: what is declared.
        directory: who is behind a record.
        cache: what the sources say.
        clock: gives the present.
        disputed: tells, by field, what is said to be wrong about the account of an id.
        drifts: tells, by field, what became of what it reads.
        memory: tells what is remembered of a lookup.
    """

    def __init__(
        self,
        configuration: Configuration,
        directory: Directory,
        cache: Asks,
        clock: Clock,
        *,
        disputed: Callable[[str], Mapping[str, Disputed]] = lambda _: {},
        drifts: Callable[[], Mapping[str, Drift]] = dict,
        memory: Callable[[Place], Memory | None] = lambda _: None,
    ) -> None:
        self._configuration = configuration
        self._directory = directory
        self._clock = clock
        self._disputed, self._drifts = disputed, drifts
        self._reader = Reader(configuration.fields.values(), cache, clock, drifts, memory)
        self._records = Records(cache, clock)
        self._zone = ZoneInfo(configuration.time_zone)

    def context(
        self,
        record: Record,
        card: Card,
        roles: Collection[str],
        *,
        patience: timedelta | None = None,
        live: bool = False,
        force: bool = False,
    ) -> Context:
        """Return *card* about *record*, as far as somebody in *roles* may see it.

        Args:
            record: what is on screen.
            card: what to show.
            roles: the visitor's.
            patience: how long to wait for sources; by default the card's deadline.
            live: do not wait for what can be shown meanwhile, even old: the page is told later.
            force: ask the sources again now, however fresh the values are.
        """
        manner = Manner(card.deadline if patience is None else patience, live, force)
        return self._context(record, self._directory.match(record), card, roles, manner)

    def account_context(
        self,
        account_id: str,
        card: Card,
        roles: Collection[str],
        *,
        patience: timedelta | None = None,
        live: bool = False,
        force: bool = False,
    ) -> Context:
        """Return *card* about the account with this id; otherwise as `context`."""
        manner = Manner(card.deadline if patience is None else patience, live, force)
        record = Record("", "account", account_id)
        return self._context(record, self._directory.match_id(account_id), card, roles, manner)

    def keys_of(
        self,
        install: str,
        type: str,
        id: str,
        *,
        patience: timedelta = PATIENCE,
        force: bool = False,
    ) -> Record:
        """Return a record with the keys that the source of *install* knows of it; *force* as in
        `context`.

        Where that source could not be asked the record says so, and so does its card.

        Raises:
            KeyError: there is no such install.
        """
        declared = self._configuration.installs[install]
        return self._records.with_keys(declared, type, id, patience=patience, force=force)

    def _context(
        self, record: Record, match: Match, card: Card, roles: Collection[str], manner: Manner
    ) -> Context:
        readings = self._readings(match, card, roles, manner)
        now = self._clock()
        by_field = {reading.field.id: reading for reading in readings.all}
        return Context(
            record=record,
            match=match,
            card=card,
            readings=readings.all,
            attention=attend(card.attention, by_field, now.astimezone(self._zone)),
            generated_at=now,
            complete=readings.complete and not _asking(record.trouble),
            check_again_at=_check_again_at(record, match, readings, now),
            accounts=self._configuration.accounts.source,
            language=self._configuration.locale,
            overdue=self._directory.overdue(),
            disputed=self._disputed(match.account.id) if isinstance(match, Matched) else {},
            drifts=self._drifts(),
        )

    def _readings(
        self, match: Match, card: Card, roles: Collection[str], manner: Manner
    ) -> Readings:
        if isinstance(match, Matched):
            return self._reader.read(match.account, card.fields_for(roles), manner)
        trouble = match.trouble if isinstance(match, Unmatched) else None
        return Readings((), complete=not _asking(trouble))


def _asking(trouble: Trouble | None) -> bool:
    """Whether what we do not know is on its way."""
    return trouble is not None and trouble.reason is None


def _check_again_at(
    record: Record, match: Match, readings: Readings, now: datetime
) -> datetime | None:
    """When the card changes by time alone, or by an answer that will be there by then."""
    if not readings.complete or _asking(record.trouble):
        return now + POLL
    if not isinstance(match, Matched) or record.trouble:
        return now + UNMATCHED_AGAIN
    moments = [moment for reading in readings.all for moment in _moments(reading, now)]
    if record.read_at:
        moments.append(record.read_at + GOOD_FOR)
    return min((moment for moment in moments if moment > now), default=None)


def _moments(reading: Reading, now: datetime) -> Iterable[datetime]:
    if counted_from := now if reading.lacks else reading.confirmed_at:
        yield counted_from + reading.field.stale_after * RENEWED_BY
    yield from filter(None, (reading.stale_at, reading.expire_at, reading.next_try_at))
