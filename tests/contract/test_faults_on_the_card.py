"""Every fault, seen where it matters: whatever a source does, the card says what a table says.

One answer is known, from two days ago; then the source fails, and the card is opened. Six fields
read that answer, whose contracts make it fresh, stale or expired by now, and show what is old or
withhold it; one more reads what the source was never asked for before.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from context_sidecar import Found
from context_sidecar.core.field import OnFailure
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.questions import Question
from context_sidecar.wording import answer, words
from context_sidecar_adapters.sql.dialects import postgresql as postgresql_dialect
from support import relayed, wire
from support.adapters import plugged
from support.build import card, field
from support.samples import over_http, sample, signed_in
from support.world import ERP, LONG, World
from werkzeug import Response

GOLDEN = """
                                       nothing  shown as old               withheld when old
fault              reason              known    fresh    stale    expired  fresh    stale    expired
it answers         None                fresh    fresh    fresh    fresh    fresh    fresh    fresh
silence            timeout             failed   fresh    stale    failed   fresh    failed   failed
a slow drip        timeout             failed   fresh    stale    failed   fresh    failed   failed
a reset            unreachable         failed   fresh    stale    failed   fresh    failed   failed
a cut answer       bad_response        failed   fresh    stale    failed   fresh    failed   failed
a web page         bad_response        failed   fresh    stale    failed   fresh    failed   failed
another type       bad_response        failed   fresh    stale    failed   fresh    failed   failed
an error in a 200  bad_response        failed   fresh    stale    failed   fresh    failed   failed
401                credential_expired  failed   fresh    stale    failed   failed   failed   failed
403                permission_denied   failed   fresh    stale    failed   failed   failed   failed
404                endpoint_gone       failed   fresh    stale    failed   failed   failed   failed
410                endpoint_gone       failed   fresh    stale    failed   failed   failed   failed
429                rate_limited        failed   fresh    stale    failed   fresh    failed   failed
our own limit      rate_limited        failed   fresh    stale    failed   fresh    failed   failed
500                server_error        failed   fresh    stale    failed   fresh    failed   failed
503                server_error        failed   fresh    stale    failed   fresh    failed   failed
no such key        None                pending  stale    stale    failed   stale    stale    failed
"""
ROWS = {row[0]: row[1:] for row in (re.split(r"  +", line) for line in GOLDEN.splitlines()[3:])}
LATE = [fault for fault, row in ROWS.items() if "timeout" in row]
FAULTS = [fault for fault in ROWS if fault not in {"it answers", "our own limit", "no such key"}]

WIRES = {
    "silence": wire.never_answers,
    "a slow drip": wire.drips(wire.BEGUN + b"\r\n", b" "),
    "a reset": wire.says(b"", then_resets=True),
    "a cut answer": wire.says(wire.BEGUN + b"content-length: 99\r\n\r\n["),
}
BODIES = {
    "a web page": "<!doctype html><title>Please sign in</title>",
    "another type": json.dumps("none"),
    "an error in a 200": json.dumps({"error": {"code": "X1", "message": "Something went wrong"}}),
}

AGES = {
    "fresh": {"stale_after": timedelta(days=5), "expire_after": timedelta(days=14)},
    "stale": {"stale_after": timedelta(days=1), "expire_after": timedelta(days=14)},
    "expired": {"stale_after": timedelta(hours=1), "expire_after": timedelta(days=1)},
}
KNOWN = [
    field(f"{age}_{policy}", source=ERP, path="tier", on_failure=policy, **AGES[age])
    for policy in (OnFailure.SHOW_STALE, OnFailure.WITHHOLD)
    for age in AGES
]
UNKNOWN = field("unknown", source=ERP, lookup="tickets", path="tier")
ENGLISH = words("en", "Europe/Berlin")


def well(world):
    """A source that answers."""
    return in_a_moment(world, lambda keys, _: {key: Found({"tier": "ENT"}) for key in keys})


def in_a_moment(world, ask):
    """What *ask* answers, which takes it a moment."""

    def answer(keys, names):
        world.clock.forward(milliseconds=1)
        return ask(keys, names)

    return answer


def asking(adapter, key, seconds):
    """Ask *adapter* for *key*, whoever is asked for, and wait *seconds*."""
    lookup = next(iter(adapter.lookups.values()))

    def ask(keys, names):
        with deadline.within(seconds):
            return {one: lookup.ask([key], names)[key] for one in keys}

    return ask


@contextmanager
def failing(fault, name, httpserver):
    """The adapter *name*, whose system does nothing but *fault* once we are signed in."""
    if fault in WIRES:
        with (
            wire.serve(WIRES[fault]) as server,
            plugged(name, sample(name).settings(server.url)) as adapter,
        ):
            yield adapter
        return
    status, body = (200, BODIES[fault]) if fault in BODIES else (int(fault), "{}")

    url = signed_in(
        httpserver, name, lambda _: Response(body, status, content_type="application/json")
    )
    with plugged(name, sample(name).settings(url)) as adapter:
        yield adapter


def rows(fault, name):
    """What may be seen of *fault*. A status may be an answer about the key, which is believed when
    it has been given twice; and a vendor may mean something else by it, as its sample says."""
    own = sample(name).MEANS.get(fault)
    yield next(row for row in ROWS.values() if row[0] == own) if own else ROWS[fault]
    if fault.isdigit() and int(fault) in sample(name).ANSWERS:
        yield ROWS["no such key"]


@pytest.fixture
def world(tmp_path):
    """Two days after all but one of the card's values were last confirmed."""
    world = World(tmp_path)
    world.directory.sync()
    world.erp.answer = well(world)
    world.about(shown=card(*KNOWN, deadline=LONG))
    world.clock.forward(days=2)
    yield world
    world.close()


def look(world):
    """Open the card."""
    context = world.about(shown=card(UNKNOWN, *KNOWN, deadline=LONG))
    return answer(context, ENGLISH)["readings"]


def seen(world):
    """The one reason and the words of the readings on the card, as a row of the table."""
    readings = look(world)
    [reason] = {one["reason"] for one in readings}
    return [str(reason), *(one["state"] for one in readings)]


def mended(world):
    """See that it is well again, of which one question is a proof where it needs a person."""
    world.clock.forward(hours=1)
    look(world)
    assert seen(world) == ROWS["it answers"]


def test_a_source_that_goes_on_answering_is_fresh_everywhere(world):
    assert seen(world) == ROWS["it answers"]


def test_our_own_limit_is_a_word_in_the_table_and_told_as_ours(tmp_path):
    world = World(tmp_path, erp=Limits(rate=8, per=timedelta(days=60)))
    try:
        world.directory.sync()
        world.erp.answer = well(world)
        world.about(shown=card(*KNOWN, deadline=LONG))
        world.runners["erp"].submit(Question("erp", "tickets"), ["K-9"], interactive=True)
        world.erp.await_calls(2)
        world.clock.forward(days=2)

        assert seen(world) == ROWS["our own limit"]
        told = {one["message"] for one in look(world) if one["state"] == "failed"}
        assert all("our own limit for it is used up" in one for one in told)
        assert all("Next try" in one for one in told)

        world.clock.forward(days=20)
        assert seen(world) == ROWS["it answers"]
    finally:
        world.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", over_http())
def test_the_cards_word_is_the_one_in_the_table(name, fault, world, httpserver):
    with failing(fault, name, httpserver) as adapter:
        world.erp.answer = asking(adapter, sample(name).KEY, 0.03 if fault in LATE else 10)
        assert seen(world) in rows(fault, name)

    world.erp.answer = well(world)
    mended(world)


@pytest.fixture(scope="module")
def postgresql():
    with relayed.postgresql() as system:
        yield system


@pytest.fixture(scope="module")
def bucket():
    with relayed.bucket() as system:
        yield system


@pytest.fixture(scope="module")
def file_server(tmp_path_factory):
    with relayed.file_server(tmp_path_factory.mktemp("sftp")) as system:
        yield system


TROUBLES = {
    "postgresql": ["401", "403", "503"],
    "bucket": ["403"],
    "file_server": ["401"],
}
"""What real systems can be brought to say themselves, by the fault that it is."""


@pytest.fixture(params=TROUBLES)
def system(request):
    """A real system."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def adapter(system, world, monkeypatch):
    """What reads it, and has its connections open where it keeps some."""
    monkeypatch.setattr(postgresql_dialect, "GRACE", 0.05)
    with plugged(system.adapter, system.settings) as adapter:
        if system.keeps:
            ask = asking(adapter, relayed.KEY, 10)
            with ThreadPoolExecutor() as pool:
                list(pool.map(ask, [["one"], ["another"]], [(), ()]))
        yield adapter


# Where the connection is cut, paramiko's own thread that reads ahead ends with what it met.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("fault", WIRES)
def test_the_cards_word_is_that_one_of_a_real_server_too(fault, system, adapter, world):
    world.erp.answer = asking(adapter, relayed.KEY, 0.03 if fault in LATE else 10)
    system.relay.fault = fault
    try:
        assert seen(world) == ROWS[system.means.get(fault, fault)]
    finally:
        system.relay.fault = ""

    world.erp.answer = in_a_moment(world, asking(adapter, relayed.KEY, 10))
    mended(world)


@pytest.mark.parametrize(
    ("system", "fault"),
    [(name, fault) for name, faults in TROUBLES.items() for fault in faults],
    indirect=["system"],
)
def test_so_it_is_where_a_real_server_says_itself_what_is_wrong(fault, system, adapter, world):
    world.erp.answer = in_a_moment(world, asking(adapter, relayed.KEY, 10))
    trouble = system.troubles[fault]
    trouble.begin()
    try:
        assert seen(world) == ROWS[fault]
    finally:
        trouble.end()

    mended(world)
