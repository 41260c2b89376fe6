"""What people have granted us at vendors' own pages: tokens, sealed, one grant a source."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SidecarError
from context_sidecar.core.grant import Grant, Tokens
from context_sidecar.core.secrets import Secret
from context_sidecar.store.schema import grants
from context_sidecar.store.vault import Vault, VaultRefused


class GrantsOutOfReach(SidecarError):
    """The database does not answer."""


class Grants:
    """The table of grants."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock

    def of(self, source: str) -> KeptGrant:
        """Return the grant of a *source*, which may be there or not."""
        return KeptGrant(source, self._engine, self._vault, self._clock)

    def given(self) -> Mapping[str, float]:
        """Return when each grant was given, by source."""
        with _reached(), self._engine.connect() as connection:
            rows = connection.execute(select(grants.c.source, grants.c.granted_at)).all()
        return {row.source: row.granted_at for row in rows}

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget what was granted for any other source than these."""
        with _reached(), self._engine.begin() as connection:
            connection.execute(delete(grants).where(grants.c.source.not_in(list(sources))))


class KeptGrant:
    """The grant of one source. Whoever changes it says which version they have seen, so that of two
    who change it at once one finds out; a change makes another version."""

    def __init__(self, source: str, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._source, self._engine, self._vault, self._clock = source, engine, vault, clock

    def read(self) -> Grant | None:
        """Return what is kept.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        this = grants.c.source == self._source
        with _reached(), self._engine.connect() as connection:
            row = connection.execute(select(grants).where(this)).first()
        return self._grant(row) if row else None

    def give(self, client: str, tokens: Tokens, by: str) -> None:
        """Keep *tokens* that were granted to *client* just now, in place of any before.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        granted = {"client": client, "granted_at": self._clock().timestamp(), "granted_by": by}
        new = {**self._sealed(tokens), **granted}
        while not self._change(grants.c.source == self._source, new):
            try:
                with _reached(), self._engine.begin() as connection:
                    connection.execute(insert(grants).values(source=self._source, **new))
            except IntegrityError:
                continue  # somebody else was first, and is overwritten
            return

    def hold(self, version: str, span: timedelta) -> str | None:
        """Let nobody else renew this *version* for so long; return by which name it is held, or
        None where somebody holds it, or has changed it, or it was refused. Machines that share the
        store tell the time alike: the span has room for a few seconds.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        holder, now = secrets.token_hex(8), self._clock()
        free = or_(grants.c.held_until.is_(None), grants.c.held_until <= now.timestamp())
        held = {"held_by": holder, "held_until": (now + span).timestamp()}
        this = self._at(version) & grants.c.refused_at.is_(None)
        return holder if self._change(this & free, held) else None

    def let_go(self, holder: str) -> None:
        """Let others renew it that is held by this name.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        this = (grants.c.source == self._source) & (grants.c.held_by == holder)
        self._change(this, {"held_by": "", "held_until": None})

    def replace(self, version: str, tokens: Tokens) -> bool:
        """Keep *tokens* in place of this *version*, held or not; say whether it was that still.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        return self._change(self._at(version), self._sealed(tokens))

    def refuse(self, version: str) -> bool:
        """Note that the vendor renews this *version* no more; say whether it was that still.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        now = self._clock().timestamp()
        return self._change(
            self._at(version), {"refused_at": now, "held_by": "", "held_until": None}
        )

    def forget(self) -> bool:
        """Keep nothing of it; say whether there was anything.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        this = grants.c.source == self._source
        with _reached(), self._engine.begin() as connection:
            return bool(connection.execute(delete(grants).where(this)).rowcount)

    def _at(self, version: str) -> Any:
        return (grants.c.source == self._source) & (grants.c.version == version)

    def _change(self, which: Any, values: Mapping[str, Any]) -> bool:
        with _reached(), self._engine.begin() as connection:
            return bool(connection.execute(update(grants).where(which).values(values)).rowcount)

    def _sealed(self, tokens: Tokens) -> dict[str, Any]:
        ends = tokens.ends or (None if tokens.refresh else tokens.until)
        content = {
            "access": tokens.access.reveal(),
            "until": tokens.until.timestamp(),
            "scheme": tokens.scheme,
            "refresh": tokens.refresh.reveal() if tokens.refresh else None,
            "refresh_until": _seconds(tokens.refresh_until),
            "ends": _seconds(tokens.ends),
        }
        return {
            "version": secrets.token_hex(8),
            "sealed": self._vault.close(_owner(self._source), content),
            "expires_at": _seconds(tokens.refresh_until),
            "ends_at": _seconds(ends),
            "renewed_at": self._clock().timestamp(),
            "held_by": "",
            "held_until": None,
            "refused_at": None,
        }

    def _grant(self, row: Row[Any]) -> Grant:
        try:
            tokens: Tokens | None = _tokens(self._vault.open(_owner(self._source), row.sealed))
        except VaultRefused:
            tokens = None
        return unsealed(row, tokens)


def unsealed(row: Row[Any], tokens: Tokens | None = None) -> Grant:
    """Return what a row of the table says, with *tokens* that were sealed in it."""
    granted_at = datetime.fromtimestamp(row.granted_at, UTC)
    renewed_at = datetime.fromtimestamp(row.renewed_at, UTC)
    return Grant(
        row.client, row.version, tokens, _time(row.expires_at), renewed_at,
        granted_at, row.granted_by, _time(row.held_until), _time(row.refused_at),
        _time(row.ends_at),
    )  # fmt: skip


def _owner(source: str) -> str:
    """Name whom it is sealed for: an install of the same name cannot open it."""
    return f"source {source}"


def _tokens(content: Mapping[str, Any]) -> Tokens:
    return Tokens(
        Secret(content["access"]),
        datetime.fromtimestamp(content["until"], UTC),
        content["scheme"],
        Secret(content["refresh"]) if content["refresh"] else None,
        _time(content["refresh_until"]),
        _time(content.get("ends")),  # which what was sealed before 0008 does not have
    )


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise GrantsOutOfReach("the database does not answer") from error


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
