"""The whole of a deployment, as declared in `sidecar.yaml` and found valid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from context_sidecar.core.card import Card
from context_sidecar.core.field import Field
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.secrets import Secret
from context_sidecar.core.source import Source, Team


@dataclass(frozen=True, slots=True)
class Accounts:
    """The directory's contract: which source owns accounts, and by which keys they are known.

    `keys` maps a key's name to a JMESPath expression into the source's row; `id` and `name` are
    always among them.
    """

    source: Source
    keys: Mapping[str, str]
    refresh: timedelta
    match: tuple[MatchRule, ...]
    free_mail: frozenset[str] = frozenset()

    @property
    def system(self) -> str:
        """A fingerprint of what the directory is read from: a list of another system, or one read
        for other keys, does not count."""
        read = [self.source.system, sorted(self.keys.items())]
        return sha256(json.dumps(read).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Install:
    """One host tool that shows our cards, and how it proves that a request is its own.

    `host` is the kind of tool, `origins` the exact origins whose pages may frame us. `settings` are
    the host's, validated by its schema. `source` is asked for a record's keys where the visit does
    not carry them. `roles` are given to every visitor of this install. A `suspended` one shows
    nothing to anybody. `made` tells it from a later one of the same id.
    """

    id: str
    host: str
    origins: tuple[str, ...]
    roles: frozenset[str]
    settings: Mapping[str, object] = field(default_factory=dict, hash=False, repr=False)
    source: Source | None = None
    label: str = ""
    suspended: bool = False
    made: str = ""

    def secrets(self, name: str) -> list[Secret]:
        """Return the setting *name* and the one before it, `previous_` and its name: both are
        accepted while a host tool changes over."""
        found = (self.settings.get(each) for each in (name, f"previous_{name}"))
        return [secret for secret in found if isinstance(secret, Secret)]


@dataclass(frozen=True, slots=True)
class Brand:
    """What the apps that admins install are called, and their logo, as PNG: square, of at least 320
    pixels. Without one they have ours."""

    name: str = "Context Sidecar"
    logo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """How much the cache may hold: entries and bytes in memory, bytes on disk."""

    memory_entries: int = 50_000
    memory_bytes: int = 96 * 1024 * 1024
    disk_bytes: int = 1024 * 1024 * 1024

    @property
    def rendering_bytes(self) -> int:
        """The part of the memory that is for answers in their final bytes: a third."""
        return self.memory_bytes // 3

    @property
    def observation_bytes(self) -> int:
        """The part of the memory that is for what the sources said: the rest."""
        return self.memory_bytes - self.rendering_bytes


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that `sidecar.yaml` says.

    `data` is the folder of the database. `trusted_proxies` is the number of hops in front of us
    whose forwarding headers are believed. `expose` names what is open without a key: `docs`,
    `metrics`.
    """

    file: Path
    public_url: str
    locale: str
    time_zone: str
    teams: Mapping[str, Team]
    sources: Mapping[str, Source]
    accounts: Accounts
    fields: Mapping[str, Field]
    cards: Mapping[str, Card]
    installs: Mapping[str, Install]
    data: Path
    cache: CacheLimits = CacheLimits()
    brand: Brand = Brand()
    trusted_proxies: int = 0
    expose: frozenset[str] = frozenset()

    def card_for(self, place: str) -> Card | None:
        """Return the first card declared for *place*, such as `zendesk/ticket`."""
        return next((card for card in self.cards.values() if place in card.where), None)

    def fields_for(self, host: str) -> Sequence[Field]:
        """Return the fields of all cards declared for a place in *host*, each once."""
        shown = [
            field
            for card in self.cards.values()
            if any(place.partition("/")[0] == host for place in card.where)
            for field in card.fields
        ]
        return list({field.id: field for field in shown}.values())
