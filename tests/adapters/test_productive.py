"""The open budgets of Productive, whose sales deals and budgets are of one kind, "deals": filters
that are ignored do not make one of the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar import Found, Reason
from context_sidecar.core.field import FieldType
from context_sidecar.wording import answer, words
from support.adapters import ask, plugged
from support.build import card, field
from support.samples import sample
from support.vendor import failure
from support.world import ERP, LONG, World

PRODUCTIVE = sample("productive")
LOOKUP = "open_budgets"
BUDGETS = field(
    "budgets", source=ERP, lookup="tickets", path="@", type=FieldType.LIST,
    items={"title": "title"}, stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
)  # fmt: skip


@pytest.fixture
def api(httpserver):
    return PRODUCTIVE.play(httpserver)


@pytest.fixture
def productive(api):
    with plugged("productive", PRODUCTIVE.settings(api.url)) as opened:
        yield opened


def test_a_sales_deal_proves_no_budgets(api, productive):
    """Where the filter is ignored, it would stand for a budget that is shown to us."""
    assert ask(productive, "14", lookup=LOOKUP) == Found([])
    api.deals[:] = [one for one in api.deals if one["kind"] == "1"]
    api.lies.ignores = {"filter[type]"}

    error = failure(productive, "14", lookup=LOOKUP)
    assert (error.reason, error.certain) == (Reason.PERMISSION_DENIED, False)


@pytest.fixture
def look(productive, tmp_path):
    """Looks at the customer's budgets on the card, four hours after the last time."""
    world = World(tmp_path)
    world.directory.sync()
    asked = productive.lookups[LOOKUP]
    world.erp.answer = lambda keys, _: {key: asked.ask(["11"], ())["11"] for key in keys}

    def look():
        world.clock.forward(hours=4)
        context = world.about(shown=card(BUDGETS, deadline=LONG))
        [reading] = answer(context, words("en", "Europe/Berlin"))["readings"]
        return reading

    yield look
    world.close()


def test_the_card_has_open_budgets_alone_whatever_is_ignored(api, look):
    for ignored in ((), {"filter[type]"}, {"filter[budget_status]"}):
        api.lies.ignores = ignored
        reading = look()
        assert reading["state"] == "fresh"
        assert [one["title"] for one in reading["value"]["items"]] == ["Retainer"]


@pytest.mark.parametrize("mark", ["budget", "closed_at"])
def test_a_deal_that_does_not_say_which_it_is_is_a_mark_until_it_does(mark, api, look):
    api.lies.calls = {mark: f"{mark}_anew"}
    reading = look()
    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")

    api.lies.calls = {}
    assert look()["state"] == "fresh"
