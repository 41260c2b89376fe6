"""What a person has granted, for adapters that are tried without anybody who could grant it."""

from __future__ import annotations

from datetime import timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.grant import Tokens, client_of
from context_sidecar.core.http import Connection
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import AuthorizationCode
from context_sidecar.store.grants import Grants, KeptGrant
from context_sidecar.store.schema import metadata
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

ACCESS, REFRESH = "T0P-s3cret-token", "T0P-s3cret-renewal"


def granted(connection: Connection, clock: Clock, refresh: str = REFRESH) -> KeptGrant | None:
    """Return a grant for *connection*, in a store in memory, if that is how it signs in."""
    how = connection.sign_in
    if not isinstance(how, AuthorizationCode):
        return None
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    metadata.create_all(engine)
    kept = Grants(engine, Vault([Fernet.generate_key().decode()]), clock).of("source")
    until = clock() + timedelta(hours=1)
    kept.give(client_of(how), Tokens(Secret(ACCESS), until, refresh=Secret(refresh)), "Ana")
    return kept
