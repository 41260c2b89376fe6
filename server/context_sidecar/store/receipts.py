"""Receipts of what was shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.reading import State
from context_sidecar.core.receipt import Line, Receipt
from context_sidecar.store.schema import receipts


class Receipts:
    """The receipts of a deployment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, receipt: Receipt) -> None:
        """Keep *receipt*, under its code."""
        row = {
            "code": receipt.code,
            "made_at": receipt.made_at.timestamp(),
            "install": receipt.install,
            "place": receipt.place,
            "record_id": receipt.record_id,
            "visitor": receipt.visitor,
            "account_id": receipt.account_id,
            "card": receipt.card,
            "salt": receipt.salt,
            "lines": [_written(line) for line in receipt.lines],
        }
        with self._engine.begin() as connection:
            connection.execute(insert(receipts).values(row))

    def find(self, code: str) -> Receipt | None:
        """Return the receipt of this code, if there is one."""
        with self._engine.connect() as connection:
            row = connection.execute(select(receipts).where(receipts.c.code == code)).first()
        if row is None:
            return None
        return Receipt(
            code=row.code,
            made_at=datetime.fromtimestamp(row.made_at, UTC),
            install=row.install,
            place=row.place,
            record_id=row.record_id,
            visitor=row.visitor,
            account_id=row.account_id,
            card=row.card,
            salt=row.salt,
            lines=tuple(map(_read, row.lines)),
        )

    def forget(self, before: datetime) -> None:
        """Delete the receipts that were made *before* then."""
        with self._engine.begin() as connection:
            connection.execute(delete(receipts).where(receipts.c.made_at < before.timestamp()))


def _written(line: Line) -> list[Any]:
    state = line.state.value if line.state else ""
    return [line.digest, line.field, state, _seconds(line.as_of), _seconds(line.confirmed_at)]


def _read(written: list[Any]) -> Line:
    digest, field, state, as_of, confirmed_at = written
    return Line(digest, field, State(state) if state else None, _time(as_of), _time(confirmed_at))


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
