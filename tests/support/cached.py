"""An adapter as a deployment has it: with a real door, its own threads, asked through the cache."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from context_sidecar import plugins
from context_sidecar.core.observation import Observation
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.opening import open_source

from support import build
from support.clock import FakeClock
from support.sources import landed


class Cached:
    """The source `crm`, spoken to by the adapter *name*, with a clock of the test's own, on which
    what waits for an endpoint's limit lets time pass."""

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        self.clock, kind = FakeClock(), plugins.adapter(name)
        adapter = kind(kind.Settings().load(settings))
        self.source = open_source(
            build.source(allow_private=True), adapter, self.clock, sleep=self.sleep
        )  # fmt: skip
        self.cache = Cache({"crm": self.source}, self.clock, random=lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.forward(seconds=seconds)

    def ask(self, question: Question, key: str) -> Observation:
        """Ask for *key* as somebody who looks at it, and wait for what comes of it."""
        return self.ask_all(question, [key], interactive=True)[key]

    def ask_all(
        self, question: Question, keys: Collection[str], *, interactive: bool = False
    ) -> dict[str, Observation]:
        """Ask for *keys*, which nobody waits for, and wait for what comes of it."""
        asked = self.cache.ask(question, keys, now=self.clock(), interactive=interactive)
        return {key: landed(one) for key, one in asked.items()}

    def close(self) -> None:
        self.source.close()
        self.cache.close()
