"""What may be asked: which card, about which record or account, by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.record import Record, Visit
from context_sidecar.store.keys import ApiKey
from context_sidecar.web.access import Caller
from context_sidecar.web.problems import mistake


@dataclass(frozen=True, slots=True)
class Question:
    """One card about one record, or about the account of an id, as somebody in *roles* sees it.

    `install` is the one through which the record is seen; empty for an account.
    """

    subject: Record | str
    card: Card
    roles: frozenset[str]
    install: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What two questions have in common that have the same answer."""
        subject = self.subject
        if isinstance(subject, Record):
            about = (subject.host, subject.type, subject.id, *sorted(subject.keys.items()))
            return (self.install, about, self.card.id, self.roles)
        return (subject, self.card.id, self.roles)


class Questions:
    """Turns what somebody asks into a question that they may ask."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def of_visit(self, visit: Visit, card: str = "") -> Question:
        """Return the question that a visit with a record asks; *card* is empty for the first that
        its visitor may see there.

        Raises:
            RequestMistake: there is no such card in this place, or it is not for this visitor.
        """
        assert visit.record is not None
        roles = visit.roles
        for each in self._cards(visit.record.place, card, lambda one: bool(one.audience & roles)):
            if each.audience & roles:
                return Question(visit.record, each, visit.roles, visit.install)
        raise mistake("not-allowed", "The card's audience has none of the visitor's roles.")

    def of_record(
        self, caller: Caller, host: str, type: str, id: str, *, card: str = "", install: str = ""
    ) -> Question:
        """Return the question about a record that *caller* may ask.

        Raises:
            RequestMistake: it may not, or there is no such card or install.
        """
        if caller.visit:
            record = caller.visit.record
            if record is None or (record.host, record.type, record.id) != (host, type, id):
                raise mistake("other-record", "Ask for the record that the token was given for.")
            return self.of_visit(caller.visit, card)
        assert caller.key is not None
        cards = self._cards(f"{host}/{type}", card, partial(_may_read, caller.key))
        found = self._permitted(cards, caller.key)
        return Question(Record(host, type, id), found, found.audience, self._install(host, install))

    def of_account(self, caller: Caller, id: str, *, card: str = "") -> Question:
        """Return the question about the account *id* that *caller* may ask.

        Raises:
            RequestMistake: it may not, or there is no such card.
        """
        if caller.key is None:
            raise mistake(
                "other-record",
                "Ask for the record that the token was given for; for accounts there are API keys.",
            )
        cards = tuple(self._configuration.cards.values())
        if not card and len(cards) > 1:
            raise mistake(
                "bad-request", f"Say which card (?card=): {', '.join(self._configuration.cards)}."
            )
        named = _named(cards, card, partial(_may_read, caller.key))
        found = self._permitted(named, caller.key)
        return Question(id, found, found.audience)

    def _cards(self, place: str, card: str, readable: Callable[[Card], bool]) -> tuple[Card, ...]:
        cards = self._configuration.cards.values()
        return _named(tuple(each for each in cards if place in each.where), card, readable)

    def _permitted(self, cards: tuple[Card, ...], key: ApiKey) -> Card:
        """A key sees a card as the card's audience does."""
        for card in cards:
            if _may_read(key, card):
                return card
        raise mistake(
            "not-allowed",
            "The API key was made for other cards. `sidecar key create` makes another.",
        )

    def _install(self, host: str, install: str) -> str:
        installs = [each.id for each in self._configuration.installs.values() if each.host == host]
        if install and install not in installs:
            raise mistake("not-found", "There is no such install of this host tool.")
        if not install and len(installs) > 1:
            raise mistake("bad-request", f"Say which install (?install=): {', '.join(installs)}.")
        return install or next(iter(installs), "")


def _named(
    cards: tuple[Card, ...], name: str, readable: Callable[[Card], bool]
) -> tuple[Card, ...]:
    """Those of *cards* that are meant by *name*, all where it is empty; the refusal names only
    those that are *readable* to whoever asks."""
    found = tuple(each for each in cards if name in {"", each.id})
    if found:
        return found
    if not cards:
        raise mistake("no-card", "Declare a card for this place in sidecar.yaml.")
    others = ", ".join(each.id for each in cards if readable(each))
    there = f" You may ask for: {others}." if others else ""
    raise mistake("no-card", f"No card of this name is for this place.{there}")


def _may_read(key: ApiKey, card: Card) -> bool:
    return key.may_read(card.id)
