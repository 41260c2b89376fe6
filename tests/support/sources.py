"""A source whose answers, delays and faults a test decides."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.lookups import Answers, Bulk, Lookup
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.source import Limits
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.questions import Asked
from context_sidecar.engine.sources.runner import SourceRunner
from marshmallow import Schema

from support import build
from support.clock import FakeClock


def found(keys: Sequence[str], names: Collection[str]) -> Answers:
    """Answer every key by itself."""
    return {key: Found({"key": key}) for key in keys}


def landed(asked: Asked) -> Observation:
    """Wait until the attempt under way, if there is one, has ended; return what is known then."""
    return asked.future.result(10) if asked.future else asked.observation


class ScriptedAdapter(Adapter):
    """Answers by *answer*, which a test may exchange at any time; `calls` are the keys of each
    call. With `open` cleared, calls wait; `entered` counts those that have begun."""

    Settings = Schema

    def __init__(self, batch: int = 1, answer: Callable[..., Answers] = found) -> None:
        super().__init__({})
        self.batch, self.answer = batch, answer
        self.bulk: Bulk | None = None
        self.calls: list[tuple[str, ...]] = []
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Semaphore(0)
        self.records: dict[str, Mapping[str, str]] = {}
        self.closed = False

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        return {
            name: Lookup(name, self._ask, self.batch, bulk=self.bulk)
            for name in ("account", "tickets")
        }

    def _ask(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        self.calls.append(tuple(keys))
        self.entered.release()
        assert self.open.wait(30), "nobody let the call go on"
        return self.answer(keys, names)

    def await_calls(self, count: int = 1) -> None:
        """Wait until so many more calls have begun."""
        for _ in range(count):
            assert self.entered.acquire(timeout=10), "no call was made"

    def check(self) -> str:
        return "scripted"

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        return self.records.get(id)

    def close(self) -> None:
        self.closed = True


@contextlib.contextmanager
def running(
    adapter: ScriptedAdapter,
    clock: FakeClock,
    *,
    limits: Limits = Limits(concurrency=4),  # noqa: B008  it is frozen
    **more: Any,
) -> Iterator[SourceRunner]:
    """Run the source `crm` that *adapter* speaks to; no chance plays a part."""
    more.setdefault("random", lambda: 0.5)
    runner = SourceRunner(build.source(limits=limits), adapter, clock, **more)
    try:
        yield runner
    finally:
        adapter.open.set()
        assert runner.close(10)


@contextlib.contextmanager
def caching(
    adapter: ScriptedAdapter, clock: FakeClock, *, shelf: Any = None, **more: Any
) -> Iterator[Cache]:
    """Cache the source `crm` that *adapter* speaks to."""
    with running(adapter, clock, **more) as runner:
        cache = Cache({"crm": runner}, clock, shelf=shelf, random=lambda: 0.5)
        try:
            yield cache
        finally:
            adapter.open.set()
            runner.close(10)
            cache.close()
