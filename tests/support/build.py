"""Builders of declared things, with answers that make sense where a test does not care."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from context_sidecar.core.account import Account
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Accounts, Configuration
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.source import Source, Team

REVOPS = Team("revops", "Revenue Operations")


def source(id: str = "crm", **changes: Any) -> Source:
    plain = Source(id=id, adapter="rest", label=id.capitalize(), owner=REVOPS)
    return replace(plain, **changes)


def field(id: str = "tier", **changes: Any) -> Field:
    plain = Field(
        id=id,
        label=id.replace("_", " ").capitalize(),
        type=FieldType.TEXT,
        source=changes.pop("source", None) or source(),
        owner=REVOPS,
        path=id,
        stale_after=timedelta(hours=1),
        expire_after=timedelta(days=1),
        audience=frozenset({"support"}),
        decision="How urgent the ticket is",
    )
    return replace(plain, **changes)


def card(*fields: Field, **changes: Any) -> Card:
    plain = Card(
        id="ticket",
        title="Customer",
        where=("rt/ticket", "iframe/ticket"),
        audience=frozenset({"support"}),
        decision="How urgent this ticket is",
        fields=fields or (field(),),
    )
    return replace(plain, **changes)


def configuration(
    *cards: Card, public_url: str = "https://context.example.com", match: Sequence[MatchRule] = ()
) -> Configuration:
    """A deployment that shows *cards*, and has nothing else that a package could be built from."""
    return Configuration(
        file=Path("sidecar.yaml"),
        public_url=public_url,
        locale="en",
        time_zone="UTC",
        teams={},
        sources={},
        accounts=Accounts(source(), {}, timedelta(hours=1), tuple(match)),
        fields={},
        cards={each.id: each for each in cards},
        installs={},
        data=Path(),
    )


def account(id: str = "C-1001", name: str = "Acme GmbH", **keys: str) -> Account:
    return Account(id, name, {key: (value,) for key, value in keys.items()})
