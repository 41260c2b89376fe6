"""Every fault, seen where it matters: whatever a source does, the card says what a table says.

One answer is known, from two days ago; then the source fails, and the card is opened. Six fields
read that answer, whose contracts make it fresh, stale or expired by now, and show what is old or
withhold it; one more reads what the source was never asked for before.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from context_sidecar import Found
from context_sidecar.core.field import OnFailure
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.questions import Question
from context_sidecar.wording import answer, words
from support import wire
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
    """A source that answers, which takes it a moment."""

    def answer(keys, names):
        world.clock.forward(milliseconds=1)
        return {key: Found({"tier": "ENT"}) for key in keys}

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
    world.clock.forward(hours=1)
    look(world)  # of a source that needs a person, one question finds out whether it is well again
    assert seen(world) == ROWS["it answers"]
