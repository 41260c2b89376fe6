"""The demo's warehouse: a SQLite file with a view that somebody in the data team keeps."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from context_sidecar.demo.company import CUSTOMERS


def write_warehouse(path: Path) -> None:
    """Write the warehouse's file anew."""
    path.unlink(missing_ok=True)
    loaded_at = datetime.now(UTC).isoformat(timespec="seconds")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "CREATE TABLE account_context"
            " (account_id TEXT PRIMARY KEY, health INTEGER, health_reasons TEXT, arr TEXT,"
            " loaded_at TEXT NOT NULL)"
        )
        connection.executemany(
            "INSERT INTO account_context VALUES (?, ?, ?, ?, ?)",
            [
                (one.id, one.health, one.reasons, str(one.arr), loaded_at)
                for one in CUSTOMERS
            ],
        )  # fmt: skip
    connection.close()
