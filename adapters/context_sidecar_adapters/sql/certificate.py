"""The certificate that a database's driver signs in with, which settings name by a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from context_sidecar import Secret
from sqlalchemy import make_url

NAMES = ("sslcert", "ssl_cert")
"""What the drivers of PostgreSQL (libpq) and of MySQL and MariaDB (PyMySQL) call it."""


def certificate_of(url: Secret, connect: Mapping[str, Any]) -> str:
    """Return the certificate that *url* or *connect* names, as PEM; "" where none is, or its file
    cannot be read. Like the drivers, a relative path is taken from the working directory."""
    told = {**make_url(url.reveal()).query, **connect}
    named = [str(told[name]) for name in NAMES if told.get(name)]
    readable = [Path(one) for one in named if Path(one).is_file() and os.access(one, os.R_OK)]
    return readable[0].read_text(encoding="utf-8", errors="replace") if readable else ""
