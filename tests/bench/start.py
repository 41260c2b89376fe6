"""From the command to the first card, with 100,000 accounts in the store."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from bench.deployment import get, headers, path_of
from bench.figures import Figure, Promise, milliseconds, part
from bench.ground import ACCOUNTS, Ground

STARTS = 5

PROMISE = Promise("`sidecar serve`: its first card after its start, 100,000 accounts", 1.5, "s")


def measure(ground: Ground) -> Iterator[Figure]:
    """Start it, and ask for a card as soon as it listens."""
    times = []
    for turn in range(STARTS):
        number = ACCOUNTS // STARTS * turn
        sent = headers(ground.large.token(number))
        began = time.perf_counter()
        with ground.large.served() as server:
            body = get(server.ready().client(), path_of(number), sent)
            times.append(time.perf_counter() - began)
        assert json.loads(body)["complete"]
    yield Figure(PROMISE, part(times, 0.5), milliseconds(times))
