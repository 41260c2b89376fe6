"""Who is this, among 100,000 accounts?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from time import perf_counter

from bench.figures import Figure, Promise, milliseconds, part
from bench.ground import ACCOUNTS, Ground
from context_sidecar.core.account import Matched
from context_sidecar.core.record import Record

MATCHES = 20_000

PROMISE = Promise("Directory of 100,000 accounts: match, p99", 1, "ms")


def measure(ground: Ground) -> Iterator[Figure]:
    """Match records whose requester is of an account drawn by lot."""
    chance, times = random.Random(1), []
    with ground.large.open() as running:
        for _ in range(MATCHES):
            number = chance.randrange(ACCOUNTS)
            keys = {"requester_email": f"Ana@customer{number}.example"}
            began = perf_counter()
            found = running.directory.match(Record("iframe", "ticket", "1", keys))
            times.append(perf_counter() - began)
            assert isinstance(found, Matched)
    yield Figure(PROMISE, 1000 * part(times, 0.99), milliseconds(times))
