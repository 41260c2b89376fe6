"""What an API's own webhooks say, by declared expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jmespath
from context_sidecar import Change, Delivery, key_text, own_time


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of delivery says to have changed; see its settings."""

    when: str
    keys: str
    items: str
    lookups: tuple[str, ...]

    def fits(self, said: Any) -> bool:
        """Whether what is *said* is of this kind."""
        return not self.when or bool(jmespath.search(self.when, said))

    def change(self, said: Any, at: datetime | None) -> Change:
        """Return what is *said* to have changed *at* a time. Where items should be named and none
        is, nobody knows who had one before.

        Raises:
            ValueError: something is named that is no key.
        """
        keys, items = _named(self.keys, said), _named(self.items, said)
        if self.items and not items:
            keys = ()
        return Change(keys, (), self.lookups, at, items)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries; see its settings."""

    rules: tuple[Rule, ...]
    ignore: str
    id: str
    id_header: str
    at: str
    dialect: str

    def read(self, said: Any, headers: Mapping[str, str]) -> Delivery:
        """Return what a delivery says.

        Raises:
            ValueError: it is not as it was declared.
        """
        named = jmespath.search(self.id, said) if self.id else headers.get(self.id_header)
        sent = key_text(named) or ""
        if self.ignore and jmespath.search(self.ignore, said):
            return Delivery((), sent)
        at = own_time(jmespath.search(self.at, said), self.dialect) if self.at else None
        fitting = [rule for rule in self.rules if rule.fits(said)]
        changes = [rule.change(said, at) for rule in fitting]
        return Delivery(tuple(changes) or (Change(at=at),), sent)


def _named(path: str, said: Any) -> tuple[str, ...]:
    """Return what is named at *path*, which may be nothing."""
    found = jmespath.search(path, said) if path else None
    if found is None:
        return ()
    named = [key_text(one) for one in (found if isinstance(found, list) else [found])]
    if None in named:
        raise ValueError("what is named is no key")
    return tuple(filter(None, named))
