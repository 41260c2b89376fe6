"""How much memory a process takes that has seen everything there is of 100,000 accounts.

First the cache alone, filled several times over with answers of every kind, as it is in one process
for months; then a whole deployment, with all that it remembers besides.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import yaml
from bench.deployment import Deployment, account_id, headers, path_of
from bench.figures import Figure, Promise
from bench.ground import ACCOUNTS, Ground
from context_sidecar.app import utc_now
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Found, NoMatch, Observation, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.cache.entries import Entries
from context_sidecar.engine.questions import questions
from werkzeug.test import Client

AT_ONCE = 500
CARDS = 2_500
"""More than those whose answers are kept in their final bytes."""

TURNS = 4
"""How often all entries are put out by others."""

MEGABYTE = 1024 * 1024
SIZES = (16, 96)
"""Configured sizes of the cache in memory, in megabytes."""

BESIDE = 112
"""Megabytes, at most, that a process grows by besides the cache, however much there is: who looks
at what (13), known requests (9), changes (6), the database's own caches (2 a connection), and what
Python and the C library hold back of what was in use for a while (the rest)."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Let processes of either size see everything; compare what they grew with what they may."""
    for size in SIZES:
        weighed, *grown = _in_a_process(f"{size}")
        yield Figure(
            Promise(f"Memory of the cache alone, {size} MB configured", size, "MB"),
            max(grown),
            f"{weighed:.1f} MB by its own account; answers of every kind, {TURNS} times over",
        )
    for size in SIZES:
        file = ground.large.file.with_name(f"sidecar-{size}.yaml")
        declared = yaml.safe_load(ground.large.file.read_text())
        file.write_text(yaml.safe_dump(declared | {"cache": {"memory": f"{size}MB"}}))
        first, *later = _in_a_process(str(file))
        yield Figure(
            Promise(
                f"Memory after 100,000 accounts, {size} MB configured: growth", size + BESIDE, "MB"
            ),
            max(later) - first,
            f"from {first:.0f} MB; {later[-2] - first:.0f} MB more before {CARDS:,} cards",
        )


def _in_a_process(argument: str) -> list[float]:
    """Run this file; return the megabytes that it says."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.memory", argument],
        cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [each / MEGABYTE for each in json.loads(said.splitlines()[-1])]


def see_everything(deployment: Deployment) -> Iterator[int]:
    """Read everything of all accounts, then look at cards; yield the process's size meanwhile."""
    with deployment.open() as running:
        client = Client(running.application())
        asked = questions(running.configuration.fields.values()).values()
        yield resident()
        for first in range(0, ACCOUNTS, AT_ONCE):
            keys = [account_id(number) for number in range(first, first + AT_ONCE)]
            for question in asked:
                known = running.cache.ask(question, keys, now=utc_now(), interactive=True)
                assert not any(one.future for one in known.values())
        yield resident()
        for number in range(CARDS):
            sent = headers(deployment.token(number, f"visitor {number}"))
            assert client.get(path_of(number), headers=sent).status_code == 200
        yield resident()


def fill(size: int) -> Iterator[int]:
    """Fill a cache of so many megabytes; yield what it says it takes, and what it does."""
    chance = random.Random(1)
    entries = Entries(sys.maxsize, size * MEGABYTE)
    address = ("crm", "account", "0123456789abcdef")
    observations = _observations(chance)
    gc.collect()
    before, number, full = resident(), 0, 0
    while not full or number < TURNS * full:
        entries.put((address, account_id(number)), next(observations))
        number += 1
        if not full and len(entries) < number:
            full = number
    gc.collect()
    yield from (entries.bytes, resident() - before)


def _observations(chance: random.Random) -> Iterator[Observation]:
    """What sources say and do, of every kind."""
    number = 0
    while True:
        number += 1
        now = utc_now() + timedelta(milliseconds=number)
        kind = chance.choices(tuple(KINDS), (1, 4, 4, 2, 1, 0.1))[0]
        # As it comes from a source: nothing in it is anybody else's.
        data = json.loads(json.dumps(KINDS[kind](number)))
        answer = Found(data, now - timedelta(hours=1), f"https://crm.example/accounts/{number}")
        known = Observation().answered(answer, now)
        match number % 10:
            case 1:
                yield Observation().answered(NoMatch(), now)
            case 2:
                yield Observation().answered(Several((f"Acme {number}", f"Acme AG {number}")), now)
            case 3:
                yield known.answered(Found({"new": f"name {number}"}), now + timedelta(hours=1))
            case 4:
                late = now + timedelta(seconds=3)
                yield known.failed(SourceError(Reason.TIMEOUT), late, late + timedelta(minutes=1))
            case _:
                yield known


KINDS: dict[str, Callable[[int], object]] = {
    "word": lambda i: {"tier": f"tier {i}"},
    "texts": lambda i: {f"Field_{n}__c": f"value {i} {n}" for n in range(12)},
    "numbers": lambda i: {f"n{n}": i * n + (n % 2) / 7 for n in range(12)},
    "list": lambda i: [{"id": 99 * i + n, "subject": f"Größe {i} {n}"} for n in range(15)],
    "nested": lambda i: {
        "owner": {"name": f"Ana {i}", "teams": [{"id": f"{i}-{n}"} for n in "ab"]}
    },
    "long": lambda i: {"text": f"{i:08}" * 4_000},
}


def resident() -> int:
    """Return the bytes of memory that this process takes (proc(5): VmRSS)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


if __name__ == "__main__":
    [_, what] = sys.argv
    said = fill(int(what)) if what.isdigit() else see_everything(Deployment(Path(what)))
    json.dump(list(said), sys.stdout)
