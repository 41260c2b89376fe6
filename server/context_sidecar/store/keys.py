"""API keys: shown once, kept as a digest, scoped to cards, revocable."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, Row, insert, select, update

from context_sidecar.core.clock import Clock
from context_sidecar.core.secrets import Secret
from context_sidecar.store.schema import api_keys

EVERY_CARD = "*"

_SHAPE = re.compile(r"sidecar_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_USE_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: everything but the key.

    `cards` are the cards it may read, or the one word `*` for every card. A key without cards
    opens the documentation and the metrics only, and the admin pages where it is an `admin`'s.
    """

    id: str
    label: str
    cards: frozenset[str]
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    admin: bool = False

    def may_read(self, card: str) -> bool:
        """Whether it may read *card*."""
        return EVERY_CARD in self.cards or card in self.cards


class ApiKeys:
    """The keys of a deployment."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(
        self, label: str, cards: Collection[str], *, admin: bool = False
    ) -> tuple[ApiKey, Secret]:
        """Make a key; its text is in the answer and nowhere else."""
        name, now = secrets.token_hex(4), self._clock()
        text = f"sidecar_{name}_{secrets.token_urlsafe(32)}"
        row = {
            "id": name,
            "digest": _digest(text),
            "label": label,
            "scopes": {"cards": sorted(cards), "admin": admin},
            "created_at": now.timestamp(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(api_keys).values(row))
        return ApiKey(name, label, frozenset(cards), now, admin=admin), Secret(text)

    def find(self, text: str) -> ApiKey | None:
        """Return the key whose text this is, unless it was revoked; note that it is in use."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            return None
        with self._engine.connect() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == shape[1])).first()
        # 256 random bits need no slow hash; the comparison takes the same time for every text.
        if row is None or not hmac.compare_digest(row.digest, _digest(text)) or row.revoked_at:
            return None
        key = _key(row)
        self._note_use(key)
        return key

    def in_force(self, id: str) -> ApiKey | None:
        """Return the key *id*, unless it was revoked."""
        this = (api_keys.c.id == id) & api_keys.c.revoked_at.is_(None)
        with self._engine.connect() as connection:
            row = connection.execute(select(api_keys).where(this)).first()
        return _key(row) if row else None

    def list(self) -> tuple[ApiKey, ...]:
        """Return all keys, revoked ones too, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at)).all()
        return tuple(_key(row) for row in rows)

    def revoke(self, id: str) -> bool:
        """Revoke the key *id*; return whether there was one to revoke."""
        alive = (api_keys.c.id == id) & api_keys.c.revoked_at.is_(None)
        now = self._clock().timestamp()
        with self._engine.begin() as connection:
            return bool(
                connection.execute(update(api_keys).where(alive).values(revoked_at=now)).rowcount
            )

    def _note_use(self, key: ApiKey) -> None:
        now = self._clock()
        if key.used_at and now - key.used_at < _USE_NOTED_EVERY:
            return
        with self._engine.begin() as connection:
            this = api_keys.c.id == key.id
            connection.execute(update(api_keys).where(this).values(used_at=now.timestamp()))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        label=row.label,
        cards=frozenset(row.scopes["cards"]),
        created_at=datetime.fromtimestamp(row.created_at, UTC),
        used_at=_time(row.used_at),
        revoked_at=_time(row.revoked_at),
        admin=bool(row.scopes.get("admin")),
    )


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
