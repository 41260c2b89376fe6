"""What benches are measured on: folders that vanish, and one large deployment for all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

from bench.deployment import Deployment, account_id, set_up
from bench.upstream import FIELDS
from context_sidecar.app import utc_now
from context_sidecar.core.observation import Found, Observation
from context_sidecar.engine.questions import questions
from context_sidecar.store.observations import Observations, Row

ACCOUNTS = 100_000
AT_ONCE = 5_000
SOURCES = 4
NOWHERE = "http://127.0.0.1:9"
"""Everything is known, so nobody is asked."""


@dataclass
class Ground:
    """A folder, and what is made in it once."""

    root: Path
    _count: Iterator[int] = field(default_factory=count)

    def folder(self) -> Path:
        """Return a new folder."""
        folder = self.root / str(next(self._count))
        folder.mkdir()
        return folder

    @cached_property
    def large(self) -> Deployment:
        """A deployment with 100,000 accounts, of all of which twelve fields are known and fresh."""
        deployment = set_up(self.folder(), NOWHERE, accounts=ACCOUNTS, sources=SOURCES)
        with deployment.open() as running:
            observations = Observations(running.database)
            for question in questions(running.configuration.fields.values()).values():
                for first in range(0, ACCOUNTS, AT_ONCE):
                    numbers = range(first, first + AT_ONCE)
                    observations.write([_row(question.address, number) for number in numbers])
        return deployment


def _row(address: tuple[str, str, str], number: int) -> Row:
    now, key = utc_now(), account_id(number)
    answer = Found({"id": key, **dict.fromkeys(FIELDS, f"of {key}")})
    return Row(address, key, Observation().answered(answer, now), now)


@contextmanager
def ground() -> Iterator[Ground]:
    """Give a ground, and clear it away."""
    with tempfile.TemporaryDirectory(prefix="sidecar-bench-") as folder:
        yield Ground(Path(folder))
