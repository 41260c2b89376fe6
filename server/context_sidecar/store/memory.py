"""What hosts remember between requests: tokens that were used, and values that were pinned."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from context_sidecar.core.clock import Clock
from context_sidecar.store.schema import pins, used_tokens

PRUNE_EVERY = 60.0
"""Seconds between two clear-outs of tokens that have expired anyway."""


class StoredMemory:
    """Keeps what hosts remember (`core.host.Memory`) in the database, so that a token is used
    once whatever process sees it, and a restart forgets nothing.

    Tokens are kept as digests: what is stored cannot be used.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._prune_at = 0.0

    def first_use(self, token: str, until: datetime) -> bool:
        """Whether *token* is seen for the first time; it is remembered until *until*."""
        self._prune()
        row = {"digest": sha256(token.encode()).hexdigest(), "until": until.timestamp()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(used_tokens).values(row))
        except IntegrityError:
            return False
        return True

    def pin(self, name: str, value: str) -> str:
        """Keep *value* under *name* if nothing is kept there yet; return what is kept."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(pins).values(name=name, value=value))
        except IntegrityError:
            with self._engine.connect() as connection:
                return str(connection.scalar(select(pins.c.value).where(pins.c.name == name)))
        return value

    def _prune(self) -> None:
        now = self._clock().timestamp()
        if now < self._prune_at:
            return
        self._prune_at = now + PRUNE_EVERY
        with self._engine.begin() as connection:
            connection.execute(delete(used_tokens).where(used_tokens.c.until < now))
