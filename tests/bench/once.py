"""How often sources are asked: once, however many want to know, and for many keys at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

from bench import upstream
from bench.deployment import Deployment, account_id, path_of, set_up
from bench.figures import Figure, Promise
from bench.ground import Ground
from context_sidecar.app import utc_now
from context_sidecar.engine.questions import questions
from context_sidecar.engine.refresh import Refresher

VISITORS, SOURCES = 1_000, 8
ACCOUNTS, BATCH = 10_000, 100

ONCE = Promise("1,000 requests for one cold record: most calls to one source", 1, sense="exactly")
ANSWERED = Promise("1,000 requests for one cold record: answered", VISITORS, sense="exactly")
WARMED = Promise("10,000 accounts warmed, 100 a call: calls", ACCOUNTS / BATCH, sense="exactly")


def measure(ground: Ground) -> Iterator[Figure]:
    """Let a thousand visitors ask together, then warm ten thousand accounts."""
    with upstream.running(0.1) as systems:
        deployment = set_up(ground.folder(), systems.address, accounts=10, sources=SOURCES)
        with deployment.served() as server:
            answered = asyncio.run(_together(deployment, server.ready().port))
        calls = Counter(name for name, *_ in systems.calls())
        yield Figure(ANSWERED, answered, f"{VISITORS} connections at the same time")
        yield Figure(ONCE, max(calls.values()), f"{calls.total()} calls to {len(calls)} sources")
    with upstream.running(0.01) as systems:
        deployment = set_up(ground.folder(), systems.address, accounts=10, sources=1, batch=BATCH)
        calls = _warm(deployment, systems)
        yield Figure(WARMED, len(calls), f"of up to {max(calls.values())} keys")


async def _together(deployment: Deployment, port: int) -> int:
    """Ask for one record as many visitors at once; return how many were answered."""
    everybody = asyncio.Barrier(VISITORS)

    async def visit(number: int) -> bool:
        token = deployment.token(1, f"visitor {number}")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await everybody.wait()
        writer.write(
            f"GET {path_of(1)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        answer = await reader.read()
        writer.close()
        return answer.startswith(b"HTTP/1.1 200 ") and b'"complete":true' in answer

    return sum(await asyncio.gather(*map(visit, range(VISITORS))))


def _warm(deployment: Deployment, systems: upstream.Upstream) -> Counter[str]:
    """Warm accounts; return the calls, each with its number of keys."""
    keys = [account_id(number) for number in range(ACCOUNTS)]
    with deployment.open() as running:
        [question] = questions(running.configuration.fields.values()).values()
        Refresher(running.cache, utc_now).warm(question, keys)
        asked = running.cache.ask(question, keys, now=utc_now(), interactive=False)
        for one in asked.values():
            if one.future:
                one.future.result(60)
    return Counter({keys: keys.count(",") + 1 for _, keys, _ in systems.calls()})
