"""What people who look at cards say to be wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from context_sidecar.core.clock import Clock
from context_sidecar.core.dispute import Dispute
from context_sidecar.store.schema import disputes


class Disputes:
    """The disputes of a deployment."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def keep(self, dispute: Dispute) -> None:
        """Keep an open dispute."""
        row = {
            "code": dispute.code,
            "account_id": dispute.account_id,
            "field": dispute.field,
            "team": dispute.team,
            "install": dispute.install,
            "visitor": dispute.visitor,
            "note": dispute.note,
            "made_at": dispute.made_at.timestamp(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(disputes).values(row))

    def open(self) -> tuple[Dispute, ...]:
        """Return the open disputes, the oldest first."""
        return self._select(disputes.c.closed_at.is_(None))

    def all(self) -> tuple[Dispute, ...]:
        """Return the disputes, closed ones too, the oldest first."""
        return self._select(disputes.c.code.is_not(None))

    def close(self, code: str, by: str, outcome: str) -> bool:
        """Close the open dispute of this code; return whether there was one."""
        still_open = (disputes.c.code == code) & disputes.c.closed_at.is_(None)
        closed = {"closed_at": self._clock().timestamp(), "closed_by": by, "outcome": outcome}
        with self._engine.begin() as connection:
            return bool(
                connection.execute(update(disputes).where(still_open).values(closed)).rowcount
            )

    def forget(self, before: datetime) -> None:
        """Delete the disputes that were closed *before* then."""
        with self._engine.begin() as connection:
            connection.execute(delete(disputes).where(disputes.c.closed_at < before.timestamp()))

    def _select(self, which: Any) -> tuple[Dispute, ...]:
        wanted = select(disputes).where(which).order_by(disputes.c.made_at, disputes.c.code)
        with self._engine.connect() as connection:
            return tuple(map(_dispute, connection.execute(wanted)))


def _dispute(row: Row[Any]) -> Dispute:
    closed = None if row.closed_at is None else datetime.fromtimestamp(row.closed_at, UTC)
    made = datetime.fromtimestamp(row.made_at, UTC)
    return Dispute(**{**row._asdict(), "made_at": made, "closed_at": closed})
