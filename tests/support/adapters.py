"""Adapters, plugged in as a deployment plugs them in: by name, settings from text, a real door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from context_sidecar import Adapter, plugins
from context_sidecar.core.clock import Clock
from context_sidecar.core.source import Limits
from context_sidecar.engine.door.dialing import dialing
from context_sidecar.engine.door.http import open_http
from context_sidecar.engine.sources.indexes import Indexes

from support.clock import FakeClock
from support.granted import granted


@contextmanager
def plugged(
    name: str, settings: Mapping[str, Any], *, timeout: float = 10, clock: Clock | None = None
) -> Iterator[Adapter]:
    """Give the adapter *name* its settings and, where it needs one, a door that may lead to this
    machine and waits *timeout* seconds."""
    with opened(plugins.adapter(name), settings, timeout=timeout, clock=clock) as adapter:
        yield adapter


@contextmanager
def opened(
    kind: type[Adapter],
    settings: Mapping[str, Any],
    *,
    timeout: float = 10,
    clock: Clock | None = None,
) -> Iterator[Adapter]:
    """Do the same with an adapter that has no name yet."""
    adapter = kind(kind.Settings().load(settings))
    limits = Limits(timeout=timedelta(seconds=timeout))
    adapter.dial = dialing(limits, allow_private=True)
    door = None
    if connection := adapter.connection():
        clock = clock or FakeClock()
        kept = granted(connection, clock)
        door = open_http(connection, limits, allow_private=True, clock=clock, kept=kept)
        adapter.http = door
    try:
        yield adapter
    finally:
        adapter.close()
        if door:
            door.close()


def ask(adapter: Adapter, *keys: str, lookup: str = "account", names: tuple[str, ...] = ()) -> Any:
    """Ask *adapter* for *keys*, many by what it tells of changes if it does; return the only
    answer, or all of them by key."""
    asked = adapter.lookups[lookup]
    if len(keys) > asked.batch and asked.bulk and asked.bulk.feeds:
        answers = Indexes("crm", FakeClock()).ask(asked, keys, names, 1_000).results
    else:
        answers = asked.ask(list(keys), names)
    assert answers.keys() == set(keys)
    return answers[keys[0]] if len(keys) == 1 else answers
