"""A report of Workday on the card: a column that one row leaves out is a none, and one that all
leave out is a mark with its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.field import FieldType
from context_sidecar.wording import answer, words
from support.adapters import plugged
from support.build import card, field
from support.samples import sample
from support.world import ERP, LONG, World

ENGLISH = words("en", "Europe/Berlin")
UTILIZATION = field(
    "utilization", source=ERP, path="Utilization", type=FieldType.NUMBER,
    stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
)  # fmt: skip
STAFFED = field(
    "staffed", source=ERP, lookup="tickets", path="@", type=FieldType.LIST,
    items={"title": "Worker", "status": "Utilization"},
    stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
)  # fmt: skip


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.directory.sync()
    yield world
    world.close()


@pytest.fixture
def report(httpserver):
    return sample("workday").play(httpserver)


@pytest.fixture
def look(world, report):
    """Looks at a field of the customer with a key."""
    with plugged("workday", sample("workday").settings(report.url)) as adapter:

        def looked(shown, key, lookup="account"):
            ask = adapter.lookups[lookup].ask
            world.erp.answer = lambda keys, names: {one: ask([key], names)[key] for one in keys}
            context = world.about(shown=card(shown, deadline=LONG))
            [reading] = answer(context, ENGLISH)["readings"]
            return reading

        yield looked


def test_a_column_that_the_row_leaves_out_is_none(look):
    reading = look(UTILIZATION, "C-61")

    assert (reading["state"], reading["reason"]) == ("missing", None)


@pytest.mark.parametrize("key", ["C-11", "C-61"])
def test_a_column_that_is_called_otherwise_is_a_mark_with_its_name(key, world, report, look):
    usual = ("fresh", "0.8") if key == "C-11" else ("missing", None)
    report.lies.calls = {"Utilization": "Utilization_Percent"}

    reading = look(UTILIZATION, key)
    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")
    assert reading["path"] == "account.Utilization"

    report.lies.calls = {}
    world.clock.forward(hours=7)  # what else is read of the lookup may be so old
    reading = look(UTILIZATION, key)
    assert (reading["state"], reading["value"]) == usual


def test_a_row_that_has_nothing_but_its_key_is_a_mark(look):
    reading = look(UTILIZATION, "C-62")

    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")


def test_who_is_staffed_is_listed_without_the_column_until_no_row_has_it(world, report, look):
    reading = look(STAFFED, "C-60", "rows")

    assert reading["state"] == "fresh"
    assert [one["title"] for one in reading["value"]["items"]] == ["Mary Kent", "Jo"]

    report.lies.calls = {"Utilization": "Utilization_Percent"}
    world.clock.forward(hours=4)
    reading = look(STAFFED, "C-60", "rows")
    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")
