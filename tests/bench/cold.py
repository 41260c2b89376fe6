"""What we add to a card that nobody has asked for yet, whose eight sources are all asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import perf_counter

from bench import upstream
from bench.deployment import get, headers, path_of, set_up
from bench.figures import Figure, Promise, milliseconds, part
from bench.ground import Ground

RECORDS, SOURCES, SERVICE = 200, 8, 0.05

PROMISE = Promise("Cold: answer time less the slowest source's own, 8 sources, median", 15, "ms")


def measure(ground: Ground) -> Iterator[Figure]:
    """Ask for records one after the other, each for the first time, through `sidecar serve`."""
    with upstream.running(SERVICE) as systems:
        deployment = set_up(
            ground.folder(), systems.address, accounts=RECORDS + 20, sources=SOURCES
        )
        with deployment.served() as server:
            client, added = server.ready().client(), []
            for number in range(RECORDS + 20):
                token = deployment.token(number, f"visitor {number}")
                began = perf_counter()
                body = get(client, path_of(number), headers(token))
                seconds = perf_counter() - began
                calls = systems.calls()
                assert json.loads(body)["complete"]
                assert len(calls) == SOURCES, calls
                added.append(seconds - max(own for *_, own in calls))
    added = added[20:]  # the first ones wake everything up
    yield Figure(PROMISE, 1000 * part(added, 0.5), milliseconds(added))
