"""Doors to servers of the test's own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from context_sidecar.core.clock import Clock
from context_sidecar.core.http import Connection
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import addresses
from context_sidecar.engine.door.http import Door, open_http

from support.clock import FakeClock

PATIENT = Limits(timeout=timedelta(seconds=10))


@contextlib.contextmanager
def door(
    base_url: str,
    *,
    limits: Limits = PATIENT,
    allow_private: bool = True,
    clock: Clock | None = None,
    secrets: tuple[str, ...] = (),
    resolve: addresses.Resolve = addresses.resolve,
    tls: Any = None,
    kept: Any = None,
    **connection: Any,
) -> Iterator[Door]:
    """Open a door that may lead to this machine, and that waits long enough for a busy one."""
    opened = open_http(
        Connection(base_url, **connection), limits, allow_private=allow_private,
        clock=clock or FakeClock(), secrets=secrets, resolve=resolve, tls=tls, kept=kept,
    )  # fmt: skip
    try:
        yield opened
    finally:
        opened.close()
