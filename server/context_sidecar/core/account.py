"""The customer that a record is about, and how sure we are which one it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from context_sidecar.core.source import Trouble


@dataclass(frozen=True, slots=True)
class Account:
    """A customer, as the source that owns accounts knows it.

    `id` is that source's id. `keys` are the names it is known by, one or several values each:
    `{"crm_id": ("001A",), "domain": ("acme.example",)}`. They stand as the source writes them, so
    that other sources can be asked by them, except for domains, which are registrable domains.
    """

    id: str
    name: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    link: str = ""

    def key(self, name: str) -> str | None:
        """Return the one value of the key *name*, or None where there is none or several."""
        if name == "id":
            return self.id
        values = self.keys.get(name, ())
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class Matched:
    """Exactly one account: found by the account key `by`, which held `value`."""

    account: Account
    by: str
    value: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No account. `tried` are the record's keys that were looked up, as it has them.

    With `trouble` there may well be one: it could not be looked up, or it is still being looked
    up, and the card must not say that there is none.

    `nobodys` are those in which a domain was looked for, as the record has them, that have none
    which could be anybody's own: an address at a free mail service, or no address at all.
    """

    tried: tuple[tuple[str, str], ...] = ()
    trouble: Trouble | None = None
    nobodys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several accounts, none guessed. `by` and `value` are what they have in common."""

    candidates: tuple[Account, ...]
    by: str
    value: str


Match = Matched | Unmatched | Ambiguous
