"""A record that loses its content, or a search its condition, seen where it matters: the card says
that its field failed, and not that the customer has none, or more; and the value is back once the
content or the condition is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar import FieldType
from context_sidecar.wording import answer, words
from support.adapters import plugged
from support.build import card, field
from support.samples import sample
from support.world import ERP, LONG, World

ENGLISH = words("en", "Europe/Berlin")


def lose_properties(hubspot):
    shown = hubspot.shown
    hubspot.shown = lambda *asked: shown(*asked) | {"properties": {}}
    return lambda: setattr(hubspot, "shown", shown)


def lose_attributes(chatwoot):
    chatwoot.lies.forgets = frozenset({"custom_attributes"})
    return lambda: setattr(chatwoot.lies, "forgets", frozenset())


def lose_status(desk):
    desk.add(Status="resolved")
    desk.dropped = {"__Active__"}
    return desk.dropped.clear


LOSSES = {
    "hubspot": (lose_properties, "account", "tier", FieldType.TEXT, "ENT"),
    "chatwoot": (lose_attributes, "account", "custom_attributes.tier", FieldType.TEXT, "ENT"),
    "rt": (lose_status, "open_tickets", "total", FieldType.NUMBER, "2"),
}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.directory.sync()
    yield world
    world.close()


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_lost_fails_and_comes_back(name, world, httpserver):
    lose, lookup, path, kind, value = LOSSES[name]
    facts = sample(name)
    system = facts.play(httpserver)
    shown = field(
        "shown", type=kind, source=ERP, path=path,
        stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
    )  # fmt: skip

    def look():
        context = world.about(shown=card(shown, deadline=LONG))
        [reading] = answer(context, ENGLISH)["readings"]
        return reading["state"], reading["reason"], reading["value"]

    with plugged(name, facts.settings(system.url)) as adapter:
        asked = adapter.lookups[lookup]
        world.erp.answer = lambda keys, _: {
            key: asked.ask([facts.KEY], (path,))[facts.KEY] for key in keys
        }
        mend = lose(system)
        assert look() == ("failed", "schema_changed", None)

        mend()
        world.clock.forward(hours=1)
        look()  # of a source that needs a person, one question finds out whether it is well again
        assert look() == ("fresh", None, value)

        lose(system)
        world.clock.forward(hours=7)
        assert look() == ("failed", "schema_changed", None)
