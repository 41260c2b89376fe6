"""People who were sent to a vendor's page to let us in, and are not back yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.clock import Clock
from context_sidecar.store.schema import consents
from context_sidecar.store.vault import Vault, VaultRefused

LIFE = timedelta(minutes=30)
"""How long somebody may take at the vendor's page, where they may have to find a password first."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody who is back: which source they connect, and what proves that it was us who asked."""

    source: str
    verifier: str


class Consents:
    """The table of them."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock

    def begin(self, source: str, state: str, verifier: str, session: str) -> None:
        """Remember whom this *session* sends to the page of a *source*; they bring *state* back."""
        now, digest = self._clock(), _digest(state)
        row = {
            "digest": digest,
            "source": source,
            "session": _digest(session),
            "sealed": self._vault.close(f"consent {digest}", {"verifier": verifier}),
            "until": (now + LIFE).timestamp(),
        }
        with self._engine.begin() as connection:
            connection.execute(delete(consents).where(consents.c.until <= now.timestamp()))
            connection.execute(insert(consents).values(row))

    def end(self, state: str, session: str) -> Consent | None:
        """Return who is back with *state* in this *session*, once; None for anybody else."""
        digest, now = _digest(state), self._clock().timestamp()
        this = (consents.c.digest == digest) & (consents.c.session == _digest(session))
        with self._engine.begin() as connection:
            row = connection.execute(select(consents).where(this)).first()
            # Of two who come back at once, one removes it.
            if row is None or not connection.execute(delete(consents).where(this)).rowcount:
                return None
        if row.until <= now:
            return None
        try:
            return Consent(
                row.source, self._vault.open(f"consent {digest}", row.sealed)["verifier"]
            )
        except VaultRefused:
            return None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
