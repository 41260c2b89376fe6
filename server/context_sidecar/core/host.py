"""Where context shows up: what a host tool is, and what it is handed."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.record import Visit


@dataclass(frozen=True, slots=True)
class Inbound:
    """A host's request before it is believed.

    `url` is the public address that was called, query included, as the caller wrote it. `headers`
    are by lower-case name. `query` keeps order and repetition. `received_at` is our clock.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    def parameter(self, name: str) -> str:
        """Return the only value of a query parameter; empty where it is absent or repeated."""
        found = [value for key, value in self.query if key == name]
        return found[0] if len(found) == 1 else ""


Published = Callable[[str], Sequence[str]]
"""Gives the public keys, as PEM, that a host tool publishes under a name (a token's `kid`): those
that are known at the moment, without waiting for any."""


def nothing_published(name: str) -> Sequence[str]:
    """No key is published under any *name*."""
    return ()


class Memory(Protocol):
    """What hosts may remember between requests."""

    def first_use(self, token: str, until: datetime) -> bool:
        """Whether *token* is seen for the first time; it is remembered until *until*."""

    def pin(self, name: str, value: str) -> str:
        """Keep *value* under *name* if nothing is kept there yet; return what is kept."""


class Forgetful:
    """Remembers nothing: for finding out what a request would prove, without using it up."""

    def first_use(self, token: str, until: datetime) -> bool:
        """Every token is seen for the first time."""
        return True

    def pin(self, name: str, value: str) -> str:
        """Every value is the first."""
        return value


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of an app package."""

    path: str
    content: bytes


class Host(ABC):
    """One host tool: proves its requests, and builds the package that an admin installs there.

    A subclass says in its module's docstring what matters, under the headings Proof, Record and
    Limits.

    Attributes:
        places: the record types that a card can be shown beside, in the host's words.
        most_bytes: the longest answer that the host takes as JSON, in bytes; None for a host that
            shows our page in a frame.
        shows_title: whether the host has the card's title above the frame, so that the card does
            not say it again.
        keys: what records may say about their customer: regular expressions, one of which matches
            a key's whole name. By default they may say anything.
        keys_by_place: which of these keys the records of each place say, where not all say all.
        signs_record: whether a visit's record is part of what the host proves. Where only the visit
            is, and the record is what some script says beside it, the record is an untrusted lookup
            key: a visitor may not walk through many, and a source that knows its keys is asked.
        keys_at: where the tool publishes the public keys that it signs by (a JSON Web Key Set, RFC
            7517); empty for a tool whose keys, or secrets, are settings.
        published: the keys that are published there.
        icons: the package's files that are icons, each with its width and height in pixels: where
            the deployment has a logo of its own, it takes their place.
        package_name: the file's name that the tool asks a package to have; empty where any will do.
        install: the install at hand; its settings as `Settings` loaded them.
        fields: the ids of all fields on cards for this host, whoever may see them: a tool that
            keeps what it was told once is told to forget what is not said again.
    """

    Settings: ClassVar[type]
    label: ClassVar[str]
    places: ClassVar[tuple[str, ...]]
    keys: ClassVar[tuple[str, ...]] = (r"\w+",)
    keys_by_place: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    most_bytes: ClassVar[int | None] = None
    shows_title: ClassVar[bool] = False
    signs_record: ClassVar[bool] = True
    keys_at: ClassVar[str] = ""
    icons: ClassVar[Mapping[str, int]] = {}
    package_name: ClassVar[str] = ""

    def __init__(
        self,
        install: Install,
        memory: Memory,
        fields: Sequence[str] = (),
        published: Published = nothing_published,
    ) -> None:
        self.install = install
        self.memory = memory
        self.fields = fields
        self.published = published

    @abstractmethod
    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that *inbound* proves.

        Raises:
            VisitRefused: it proves nothing. The caller learns no more than that.
            VisitUnclear: it is proven, tenant and all, but names no record.
        """

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return cards in the host's own components, for hosts that take JSON.

        Args:
            answers: the cards: one, or as many as *visit* asks for by name and may see.
            visit: what the host asked for.
        """
        raise NotImplementedError("a host that takes JSON says what is in it")

    def own(self, setting: str, name: str, found: str) -> str:
        """Return which account of the tool's is the install's own: the one that *setting* declares,
        or, where it declares none, the first that has proven itself, remembered as *name*.

        Call this once the request is proven: what is *found* in it may be that first one.
        """
        declared = self.install.settings.get(setting)
        if declared is not None:
            return str(declared)
        return self.memory.pin(f"{self.install.host}/{self.install.id}/{name}", found)

    def check_own(self, setting: str, name: str, found: str, said: str) -> None:
        """Check that *found* is the account of the tool's that is the install's own; see `own`.

        Raises:
            VisitRefused: it is another; *said* is what says so, such as `the token is of site`.
        """
        if found != (expected := self.own(setting, name, found)):
            raise VisitRefused(f"{said} {found}, not of {expected}")

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return, in the host's own components, why there is no card: hosts that take JSON show
        people an error of their own for anything but a 200."""
        raise NotImplementedError("a host that takes JSON says what is in it")

    def once_more(self, inbound: Inbound) -> str:
        """Return an address that gives the visit which *inbound* has proven once more, and no
        later; empty where only the tool can make one."""
        return ""

    @classmethod
    def keys_of(cls, place: str) -> tuple[str, ...]:
        """Return which keys the records of *place* may say, as regular expressions."""
        return cls.keys_by_place.get(place, ()) if cls.keys_by_place else cls.keys

    @classmethod
    def matched_keys(cls, configuration: Configuration) -> Sequence[str]:
        """Return which keys of its records accounts are matched by: all that a record need tell."""
        wanted = {rule.record for rule in configuration.accounts.match}
        return sorted(key for key in wanted if any(re.fullmatch(own, key) for own in cls.keys))

    @classmethod
    def title(cls, configuration: Configuration, install: Install, otherwise: str) -> str:
        """Return the title of the first card beside its records."""
        shown = {f"{install.host}/{place}" for place in cls.places}
        cards = configuration.cards.values()
        return next((card.title for card in cards if shown & {*card.where}), otherwise)

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say what *install* still needs before its visits are accepted: a sentence each, nothing
        where it has all."""
        return ()

    @classmethod
    def out_of_date(cls, install: Install, today: date) -> str:
        """Say why what is built for *install* on this day would let nobody in; empty where it would
        let them."""
        return ""

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build what an admin installs in the host tool: the same input gives the same bytes."""
        return ()
