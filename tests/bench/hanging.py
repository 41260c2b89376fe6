"""What one source that never answers does to the others, to the card, and to our threads."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from time import perf_counter

from bench import upstream
from bench.deployment import DEADLINE, Deployment, Server, account_id, get, headers, path_of, set_up
from bench.figures import Figure, Promise, milliseconds, part
from bench.ground import Ground
from context_sidecar.app import utc_now
from context_sidecar.core.observation import Observation
from context_sidecar.engine.questions import Question, questions
from context_sidecar.engine.sources.calling import BACKGROUND_TIMEOUT

SOURCES, SERVICE, HANGING = 8, 0.05, "s8"
ROUNDS, RECORDS = 5, 40
"""So many records in a row are asked for before the first call to the hanging source times out."""

OTHERS = Promise(
    "One of 8 sources hangs: the others' p99, compared with none hanging", 1.2, "times"
)
CARD = Promise("One of 8 sources hangs: the card is answered in, longest", DEADLINE, "s")
QUICK = Promise("… with the breaker open: the card is answered in, p99", DEADLINE / 4, "s")
BEGUN = Promise("… with the breaker open: calls to it that begin", 0, sense="exactly")
WAITING = Promise("… with the breaker open: threads and keys that wait for it", 0, sense="exactly")
STRAGGLERS = BACKGROUND_TIMEOUT.total_seconds() + 1
"""Seconds after which a call that began before the breaker opened has ended."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Compare in turns, then watch a served deployment until its breaker opens and after."""
    with upstream.running(SERVICE) as systems:
        deploy = partial(set_up, upstream=systems.address, sources=SOURCES)
        yield _others(deploy(ground.folder(), accounts=1), systems)
        deployment = deploy(ground.folder(), accounts=500)
        systems.behave(hanging=HANGING)
        with deployment.served() as server:
            yield from _card(deployment, server.ready(), systems)


def _others(deployment: Deployment, systems: upstream.Upstream) -> Figure:
    usual: list[float] = []
    beside: list[float] = []
    for turn in range(2 * ROUNDS):
        hangs = turn % 2 == 1
        systems.behave(hanging=HANGING if hangs else " ")
        first = turn * RECORDS
        (beside if hangs else usual).extend(_landings(deployment, first))
    usual_p99, beside_p99 = part(usual, 0.99), part(beside, 0.99)
    note = f"usual: {milliseconds(usual)}; beside: {milliseconds(beside)}"
    return Figure(OTHERS, beside_p99 / usual_p99, note)


def _landings(deployment: Deployment, first: int) -> Sequence[float]:
    """Ask for records one after the other; return how long each healthy source's part took."""
    began: dict[str, float] = {}
    took: list[float] = []

    def land(question: Question, key: str, _: Observation) -> None:
        if question.source != HANGING:
            took.append(perf_counter() - began[key])

    with deployment.open() as running:
        running.cache.on_change(land)
        asked = questions(running.configuration.fields.values()).values()
        for number in range(first, first + RECORDS):
            key, now = account_id(number), utc_now()
            began[key] = perf_counter()
            asking = {
                question.source: running.cache.ask(question, [key], now=now, interactive=True)[key]
                for question in asked
            }
            for source, one in asking.items():
                if source != HANGING:
                    assert one.future
                    assert one.future.result(10).confirmed_at
    return took


def _card(deployment: Deployment, server: Server, systems: upstream.Upstream) -> Iterator[Figure]:
    """Ask for cards until the breaker opens, and as many again."""
    client, numbers = server.client(), count()

    def ask() -> float:
        number = next(numbers)
        sent = headers(deployment.token(number, f"visitor {number}"))
        began = perf_counter()
        said = json.loads(get(client, path_of(number), sent))
        seconds = perf_counter() - began
        others = [each for each in said["readings"] if each["source"]["id"] != HANGING]
        assert all(each["state"] == "fresh" for each in others), others
        return seconds

    hanging = list(_until_open(ask, server))
    systems.behave()  # what began until now began before
    quick = [ask() for _ in range(RECORDS)]
    time.sleep(STRAGGLERS)
    assert _is_open(server), "the breaker tries again already: these figures say nothing"
    waiting = _gauge(server, "calls") + _gauge(server, "waiting")
    yield Figure(CARD, max(hanging), f"{len(hanging)} cards: {milliseconds(hanging)}")
    yield Figure(QUICK, part(quick, 0.99), milliseconds(quick))
    yield Figure(BEGUN, systems.behave()["begun"], f"in {STRAGGLERS:.0f} s, {len(quick)} cards")
    yield Figure(WAITING, waiting, f"{STRAGGLERS:.0f} s after it opened")


def _until_open(ask: Callable[[], float], server: Server) -> Iterator[float]:
    while not _is_open(server):
        yield ask()


def _is_open(server: Server) -> bool:
    return _gauge(server, "circuit", 'state="open"') == 1


def _gauge(server: Server, name: str, label: str = "") -> float:
    """Return what `/metrics` says of the hanging source."""
    said = get(server.client(), "/metrics", {}).decode()
    found = [
        float(line.rpartition(" ")[2])
        for line in said.splitlines()
        if line.startswith(f"sidecar_source_{name}{{") and f'source="{HANGING}"' in line
        if label in line
    ]
    assert len(found) == 1, (name, label, said)
    return found[0]
