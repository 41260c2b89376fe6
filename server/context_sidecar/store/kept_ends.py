"""What is kept of when credentials end, read without a change to the database: a check of the file
makes none, and brings none up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.kept_ends import KeptEnds
from context_sidecar.store.database import NAME
from context_sidecar.store.grants import unsealed
from context_sidecar.store.schema import grants
from context_sidecar.store.told_ends import ToldEnds


def kept_ends(folder: Path) -> KeptEnds:
    """Return what the database in the data *folder* says; nothing where there is none, or it is
    that of another version."""
    file = (folder / NAME).resolve()
    if not file.is_file():
        return KeptEnds()
    address = f"{file.as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            granted = {row.source: unsealed(row) for row in connection.execute(select(grants))}
        return KeptEnds(granted, ToldEnds(engine).read())
    except SQLAlchemyError:
        return KeptEnds()
    finally:
        engine.dispose()
