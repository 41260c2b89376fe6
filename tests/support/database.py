"""New databases for tests: copies of one, as making its tables takes longer than most tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from context_sidecar.store.database import open_database
from sqlalchemy import Engine


def database_in(folder: Path) -> Engine:
    """Open the database in *folder*, which is new where there is none yet."""
    file = folder / "sidecar.db"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_empty(), file)
    return open_database(f"sqlite:///{file}")


@cache
def _empty() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sidecar-empty-"))
    atexit.register(shutil.rmtree, folder)
    open_database(f"sqlite:///{folder}/sidecar.db").dispose()
    return folder / "sidecar.db"
