"""Where data comes from: what an adapter is."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from context_sidecar.core.dial import Dial
from context_sidecar.core.family import Family
from context_sidecar.core.http import Connection, Http
from context_sidecar.core.lookups import MARK, Bulk, Lookup, Offer
from context_sidecar.core.push import Push
from context_sidecar.core.scope import Scope
from context_sidecar.core.shape import Shape
from context_sidecar.core.source import Limits

WAYS = ("domain", "email", "name")
"""What an account may be known by wherever it is known, without anybody's id."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as its source lists it: the row that `accounts.keys` are read from."""

    data: Mapping[str, object]
    link: str = ""


class Adapter(ABC):
    """The code that speaks to one kind of source: straight-line, with no try, retry, log, clock or
    cache in it. What it raises besides `SourceError` counts as an unreadable answer.

    A subclass says in its module's docstring what an admin must know, under the headings Auth,
    Scope, Limits and Quirks, and gives `Settings`, a marshmallow schema.

    Attributes:
        family: what kind of system it speaks to.
        label: what people call its system, and `limits` how hard it may be asked, both where
            `sidecar.yaml` does not say.
        grows: those of its settings, mappings by name, to which an admin may add where a recipe has
            filled them in.
        record_keys: the keys that `record` may give: regular expressions, one of which matches a
            key's whole name.
        record_keys_by_type: which of these it may give of each type of record, where not all types
            have all; of a type that is not there it has no records.
        account_keys: the keys that accounts are known by, where it owns them, each with the path to
            it in a row of `accounts`: what `sidecar init` writes below `accounts.keys`.
        asked_by: the keys that it can be asked by beside an id of its own, of `WAYS`, each with the
            settings with which it is: what `sidecar init` offers.
        rights: what a right is for that `scope` may miss or hold, where it is not for everything:
            lookups, names that are read of them (`account.owner`), and `records`. It is needed
            where one of them is used, and too much where none is.
        ready: which of the ready-made fields of `sidecar init` it has, each with what stands in its
            declaration: `path`, `query`, `dialect`, … With `guess` it has it under a name that many
            give it, and somebody has to look.
        ready_by_name: whether what it gives is of an admin's own making, so that any ready-made
            field may be there under its own name.
        tells_types: whether its values are written as what they are, as in JSON, not all as texts.
        example: settings to begin with, where the schema alone does not say them: of an admin's own
            making, or one way among several. A secret is None.
        settings: the source's settings as `Settings` loaded them.
        http: the door to the network, set for adapters whose `connection` is not None.
        dial: the way to a system that does not speak HTTP.
    """

    Settings: ClassVar[type]
    family: ClassVar[Family] = Family.ANY
    label: ClassVar[str] = ""
    limits: ClassVar[Limits] = Limits()
    grows: ClassVar[tuple[str, ...]] = ()
    record_keys: ClassVar[tuple[str, ...]] = (r"\w+",)
    record_keys_by_type: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    account_keys: ClassVar[Mapping[str, str]] = {}
    asked_by: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    rights: ClassVar[Mapping[str, Collection[str]]] = {}
    ready: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    ready_by_name: ClassVar[bool] = False
    tells_types: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {}
    settings: Mapping[str, Any]
    http: Http
    dial: Dial

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    @classmethod
    def known_by(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what more can be said of an adapter all of whose sources have *settings* in
        common, as a recipe's have: members of its class."""
        return {}

    @classmethod
    def offers(cls) -> tuple[Offer, ...]:
        """Return the lookups that it has whatever its settings are: those marked with `@lookup`,
        each with its docstring."""
        return tuple(
            Offer(name, mark[0], inspect.getdoc(getattr(cls, name)) or "")
            for name, mark in cls._marked().items()
        )

    @classmethod
    def _marked(cls) -> dict[str, tuple[int, bool, bool, Bulk | None]]:
        marks = {name: getattr(getattr(cls, name), MARK, None) for name in dir(cls)}
        return {name: mark for name, mark in marks.items() if mark is not None}

    def connection(self) -> Connection | None:
        """Where this source is on the network; None for one that is not spoken to by HTTP."""
        return None

    def certificate(self) -> str:
        """Return the PEM of a certificate that it signs in with beside `connection`, or ""."""
        return ""

    def lacks(self) -> str:
        """Return what its settings need that is not installed here, with what installs it, such as
        "PyMySQL: pip install 'context-sidecar[mysql]'"; "" where nothing is missing."""
        return ""

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The named lookups; by default the methods marked with `@lookup`."""
        return {
            name: Lookup(name, getattr(self, name), *mark) for name, mark in self._marked().items()
        }

    @abstractmethod
    def check(self) -> str:
        """Make the cheapest call that proves that the settings work, and say what it found in a
        few words: whom we are signed in as, which file we read.

        Raises:
            SourceError: what does not work.
        """

    def scope(self) -> Scope | None:
        """Return what our credential lacks, and what it may do beyond what is needed, as far as the
        system tells; None where it does not. Looked at by reading alone: nothing is tried out.

        Raises:
            SourceError: it tells, and could not be asked.
        """
        return None

    def ends(self) -> datetime | None:
        """Return when our credential ends, as its system tells, with its zone; None where it does
        not, or where it lasts. It is asked for about once a day, and by reading alone.

        Raises:
            SourceError: it tells, and could not be asked.
        """
        return None

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """List all accounts, with at least the *names* that the directory's keys read; left as it
        is where its system cannot own accounts.

        Raises:
            SourceError: the list could not be read to its end.
        """
        raise NotImplementedError

    @classmethod
    def record_keys_of(cls, type: str) -> tuple[str, ...]:
        """Return which keys `record` may give of a record of *type*, as regular expressions."""
        if cls.record is Adapter.record:
            return ()
        by_type = cls.record_keys_by_type
        return by_type.get(type, ()) if by_type else cls.record_keys

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """Return the keys of a record that this system shows as a host, such as
        `{"requester_email": …}`, or None where it has no such record."""
        raise NotImplementedError

    def shape(self, lookup: str) -> Shape | None:
        """Return what the system itself says that the answers of *lookup* look like; None where it
        does not describe them, so that they are inferred from some.

        Raises:
            SourceError: it does, and its description could not be read.
        """
        return None

    def push(self) -> Push | None:
        """Return the form of its system's own webhooks; None where it has none that prove
        themselves, or is told to send Standard Webhooks."""
        return None

    def revision(self) -> Hashable | None:
        """Return what becomes another when the whole source is replaced, such as a file's time and
        size; None where that cannot be told at no cost. It is asked for every few seconds."""
        return None

    def close(self) -> None:  # noqa: B027  most adapters hold nothing
        """Let go of what the adapter holds open."""
