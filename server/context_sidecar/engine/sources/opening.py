"""Opening and closing sources."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.quota import Standing
from context_sidecar.core.source import Source
from context_sidecar.engine.door.dialing import dialing
from context_sidecar.engine.door.http import open_http
from context_sidecar.engine.sources.call import Outcome
from context_sidecar.engine.sources.endpoints import Endpoints
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.grants import KeptGrant


def open_source(
    source: Source,
    adapter: Adapter,
    clock: Clock,
    *,
    secrets: Iterable[str] = (),
    on_outcome: Callable[[Outcome], None] = lambda _: None,
    on_anew: Callable[[], object] = lambda: None,
    kept: KeptGrant | None = None,
    sleep: Callable[[float], object] | None = None,
) -> SourceRunner:
    """Open *source*: give its adapter its way to the network, and its threads.

    Args:
        source: what is declared of it.
        adapter: what speaks to it; `http` and `dial` are set here.
        clock: gives the present.
        secrets: what must not be seen in any error of this source.
        on_outcome: is told of each attempt to ask it.
        on_anew: is called when the source is taken for another.
        kept: what a person has granted us there.
        sleep: waits so many seconds for an endpoint's limit; until the source is closed at most,
            if nothing else is said.
    """
    adapter.dial = dialing(source.limits, allow_private=source.allow_private)
    connection = adapter.connection()
    if connection is None:
        known = frozenset(secrets)
        return SourceRunner(
            source, adapter, clock, secrets=lambda: known, on_outcome=on_outcome, on_anew=on_anew
        )
    door = open_http(
        connection, source.limits, allow_private=source.allow_private, clock=clock,
        secrets=secrets, kept=kept,
    )  # fmt: skip
    adapter.http = door
    runner = SourceRunner(
        source, adapter, clock, secrets=door.secrets, on_outcome=on_outcome, on_anew=on_anew,
        on_close=door.close,
    )  # fmt: skip
    endpoints = Endpoints(connection.quotas, clock, sleep or runner.closing.wait, runner.heard)

    def heard(standings: Collection[Standing]) -> None:
        runner.heard(standings)
        endpoints.heard(standings)

    door.keep_to(endpoints.enter, heard)
    return runner


def close_all(sources: Iterable[SourceRunner], seconds: float = 5.0) -> None:
    """Close *sources*, all at the same time, so that it takes no longer than the slowest."""
    closing = [
        threading.Thread(target=source.close, args=(seconds,), daemon=True) for source in sources
    ]
    for thread in closing:
        thread.start()
    until = time.monotonic() + seconds + 1
    for thread in closing:
        thread.join(max(0.0, until - time.monotonic()))
