"""An answer is of the account that was asked for: another's row says so itself, or is a failure.

A system answers 200 to the question about one account with the rows of another: an address that is
looked up wrongly, a proxy that gives an answer of before. Where these say whose they are, or do not
say it at all, it is found out, where the address names the key, too. Where everybody's rows are
read, those of others are left out, and there is none of them to mistake.

Where they came **under the key that was asked for**, nothing tells: of each of our systems a row
says once whose it is, and what else names its account (`company`, `organization`) would have to be
compared with a name that may be changed at any time. A sample whose rows say it twice, and whose
adapter compares both, says by which lookups (`TWICE`).
"""

from __future__ import annotations

import re

import pytest
from adapters.test_every_record import key_of
from context_sidecar import Found, Reason, SourceError
from context_sidecar.engine.sources import asking
from support.adapters import plugged
from support.mistaken import NAMELESS, OWN, SWAPPED, Mistaken
from support.samples import over_http, sample

PLAYED = [name for name in over_http() if hasattr(sample(name), "play")]


def another(facts, key):
    """A key like *key* that nobody has."""
    nines = re.sub(r"\d", "9", key)
    return getattr(facts, "NOBODY", "999999" if key.isdecimal() else nines)


def told(facts, adapter, kind):
    """Yield each lookup with what it tells of nobody, and what it does once it is misled; and
    whether it can be, as its question names whom it is about."""
    door = adapter.http
    for lookup in adapter.lookups.values():
        key = key_of(facts, lookup.name)
        nobody = another(facts, key)
        truth = answered(lookup, nobody)
        adapter.http = mistaken = Mistaken(door, nobody, key, kind)
        lie = answered(lookup, nobody)
        adapter.http = door
        yield lookup.name, truth, lie, mistaken.misled


def answered(lookup, key):
    try:
        return asking.ask(lookup, [key], [])[key]
    except SourceError as error:
        return error


@pytest.mark.parametrize("kind", [OWN, NAMELESS])
@pytest.mark.parametrize("name", PLAYED)
def test_the_rows_of_another_account_are_found_out(name, kind, httpserver):
    facts = sample(name)
    with plugged(name, facts.settings(facts.play(httpserver).url)) as adapter:
        for lookup, truth, lie, misled in told(facts, adapter, kind):
            if misled:
                assert isinstance(lie, SourceError), lookup
                assert lie.reason in {Reason.SCHEMA_CHANGED, Reason.BAD_RESPONSE}, lookup
            else:
                assert adapter.settings["lookups"][lookup].everyone
                assert lie == truth or lie.reason is Reason.SCHEMA_CHANGED, lookup


@pytest.mark.parametrize("name", PLAYED)
def test_nothing_tells_rows_that_came_under_the_key_that_was_asked_for(name, httpserver):
    facts = sample(name)
    with plugged(name, facts.settings(facts.play(httpserver).url)) as adapter:
        noticed = {
            lookup
            for lookup, _, lie, _ in told(facts, adapter, SWAPPED)
            if not isinstance(lie, Found)
        }
    assert noticed == getattr(facts, "TWICE", set())
