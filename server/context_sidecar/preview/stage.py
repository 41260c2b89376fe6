"""What is the same in all situations of a preview, and how one field is put into one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from context_sidecar.core.account import Account, Ambiguous, Matched
from context_sidecar.core.attention import attend
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.context import Context
from context_sidecar.core.dispute import Disputed
from context_sidecar.core.errors import SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import Field
from context_sidecar.core.freshness import read
from context_sidecar.core.observation import FAILING_AFTER, Answer, Found, Observation
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Source, Trouble
from context_sidecar.preview import samples
from context_sidecar.wording import Words

_RECENTLY = timedelta(minutes=5)
_NEW_TROUBLE = timedelta(minutes=10)
_NEXT_TRY = timedelta(minutes=3)
_NEXT_PROBE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment, seen in one language at one time, with one made-up customer."""

    configuration: Configuration
    words: Words
    now: datetime

    @property
    def account(self) -> Account:
        """The made-up customer. It has every declared key once."""
        names = self.configuration.accounts.keys.keys() - {"id", "name"}
        keys = {name: (self.key(name),) for name in sorted(names)}
        return Account("SAMPLE-1", self.words.text("Sample customer"), keys, samples.ADDRESS)

    @property
    def matched(self) -> Matched:
        """That customer, found by the first of the declared rules."""
        by = self.configuration.accounts.match[0].account
        return Matched(self.account, by, self.key(by))

    @property
    def several(self) -> Ambiguous:
        """Two customers, found by the last of the declared rules."""
        by = self.configuration.accounts.match[-1].account
        candidates = tuple(
            replace(self.account, id=f"SAMPLE-{number}", name=f"{self.account.name} {number}")
            for number in (1, 2)
        )
        return Ambiguous(candidates, by, self.key(by))

    @property
    def tried(self) -> tuple[tuple[str, str], ...]:
        """What a record says by which no customer is found."""
        return tuple(
            (rule.record, self.key(rule.account)) for rule in self.configuration.accounts.match
        )

    def keeper(self, card: Card) -> Source:
        """Return the source that is asked whose a record is, where *card* shows."""
        hosts = {place.partition("/")[0] for place in card.where}
        asked = (
            install.source
            for install in self.configuration.installs.values()
            if install.host in hosts and install.source
        )
        return next(asked, self.configuration.accounts.source)

    def key(self, name: str) -> str:
        """Return what a made-up record or customer has under the key *name*."""
        if "email" in name:
            return "robin@example.com"
        return "example.com" if "domain" in name else "SAMPLE-1"

    def found(self, field: Field, as_of: datetime) -> Found:
        """Return an answer that keeps to the contract of *field*."""
        return self.wrote(field, samples.kept(self.words, field, self.now), as_of)

    def wrote(self, field: Field, raw: object, as_of: datetime) -> Found:
        """Return an answer in which the source wrote *raw*."""
        return Found({field.id: raw}, as_of, samples.ADDRESS)

    def recent(self, field: Field) -> datetime:
        """Return a time that is within the agreed age of *field*."""
        return self.now - min(_RECENTLY, field.stale_after / 2)

    def long_ago(self, field: Field) -> datetime:
        """Return a time after which *field* is old, and may still be used where it ever may."""
        usable = field.expire_after - field.stale_after
        return self.now - field.stale_after - min(field.stale_after, usable / 2)

    def too_long_ago(self, field: Field) -> datetime:
        """Return a time after which *field* is too old to be used."""
        return self.now - field.expire_after - field.stale_after

    def answered(self, answer: Answer, at: datetime) -> Observation:
        """Return what is known after *answer*."""
        return Observation().answered(answer, at)

    def failing(self, field: Field, before: Observation, reason: Reason) -> Observation:
        """Return what is known after *before*, when every try since then failed for *reason*."""
        since = self.now - _NEW_TROUBLE
        if before.confirmed_at:
            known_for = self.now - before.confirmed_at
            since = before.confirmed_at + min(field.stale_after, known_for / 2)
        again = self.now + (_NEXT_PROBE if reason.needs_person else _NEXT_TRY)
        for _ in range(FAILING_AFTER):
            before = before.failed(SourceError(reason), since, again)
        return before

    def reading(
        self,
        field: Field,
        seen: Observation,
        *,
        under_way: bool = False,
        retyped: bool = False,
    ) -> Reading:
        """Return what the honesty rule makes of *seen*.

        How a source writes its values is no matter here: what is made up is written plainly.
        """
        plain = replace(field, dialect="")
        return read(plain, seen, self.now, _take, under_way=under_way, retyped=retyped)

    def fresh(self, field: Field) -> Reading:
        """Return what *field* reads on a good day."""
        at = self.recent(field)
        return self.reading(field, self.answered(self.found(field, at), at))

    def trouble(self, source: Source) -> Trouble:
        """Return what keeps *source* from telling whose a record is."""
        return Trouble(source, Reason.UNREACHABLE, self.now - _NEW_TROUBLE)

    def disputed(self, field: Field) -> dict[str, Disputed]:
        """Return that somebody has said that *field* is wrong."""
        return {field.id: Disputed(self.now - _NEW_TROUBLE, times=1)}

    def card(self, card: Card, special: Mapping[str, Reading], *, lacks: str = "") -> Context:
        """Return *card* on a good day, but for the *special* readings; `lacks` is a key that the
        customer has none of."""
        readings = (
            special.get(field.id) or self.fresh(field) for field in card.fields_for(card.audience)
        )
        return self._with(card, readings, lacks)

    def _with(self, card: Card, readings: Iterable[Reading], lacks: str) -> Context:
        keys = {name: own for name, own in self.account.keys.items() if name != lacks}
        match = replace(self.matched, account=replace(self.account, keys=keys))
        return self.context(card, readings, match=match)

    def only(self, card: Card, reading: Reading) -> Context:
        """Return *card* with nothing on it but *reading*."""
        return self._with(replace(card, attention=()), (reading,), reading.lacks)

    def context(self, card: Card, readings: Iterable[Reading] = (), **changes: Any) -> Context:
        """Return *card* with *readings* about the made-up customer, or as *changes* say."""
        shown = tuple(readings)
        known = {reading.field.id: reading for reading in shown}
        host, _, kind = next(iter(card.where), "/").partition("/")
        plain = Context(
            record=Record(host, kind, "1"),
            match=self.matched,
            card=card,
            readings=shown,
            attention=attend(card.attention, known, self.now.astimezone(self.words.zone)),
            generated_at=self.now,
            complete=not any(one.settling or one.state is State.PENDING for one in shown),
            accounts=self.configuration.accounts.source,
            language=self.configuration.locale,
        )
        return replace(plain, **changes)


def _take(field: Field, data: object, unread: Collection[str]) -> tuple[object, object, object]:
    if not isinstance(data, Mapping) or field.id not in data:
        raise AbsentError(field.id)
    return data[field.id], None, None
