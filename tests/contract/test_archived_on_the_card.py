"""A record that its system has put away, seen where it matters: the card says so, with the values
that it still has; one that was merged into another shows none, and names the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.wording import answer, words
from support.adapters import plugged
from support.build import card, field
from support.dynamics import ACME, BOLT
from support.samples import sample
from support.world import ERP, LONG, World

ENGLISH = words("en", "Europe/Berlin")

PUT_AWAY = {
    "dataverse": ("name", lambda crm, gone: crm.sets["accounts"][0].update(statecode=int(gone))),
    "harvest": ("name", lambda api, gone: vars(api.lies).update(says={"is_active": not gone})),
    "netsuite": (
        "companyname",
        lambda erp, gone: erp.tables["customer"][0].update(isinactive="FT"[gone]),
    ),
    "odoo": ("name", lambda erp, gone: erp.models["res.partner"][0].update(active=not gone)),
    "quickbooks": ("DisplayName", lambda books, gone: books.customers[0].update(Active=not gone)),
    "xero": (
        "Name",
        lambda books, gone: books.contacts[0].update(ContactStatus=["ACTIVE", "ARCHIVED"][gone]),
    ),
    "zammad": ("name", lambda api, gone: vars(api.lies).update(says={"active": not gone})),
}
"""By system, what a field reads, and how the record is put away and restored there."""


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.directory.sync()
    yield world
    world.close()


@pytest.fixture
def look(world, httpserver, request):
    """Look at a card whose one field is read from *name* at *path*, anew; `look.system` is it."""
    opened = []

    def begin(name, path):
        facts = sample(name)
        look.system = facts.play(httpserver)
        opened.append(plugged(name, facts.settings(look.system.url)))
        account = opened[-1].__enter__().lookups["account"]
        world.erp.answer = lambda keys, _: {
            key: account.ask([facts.KEY], (path,))[facts.KEY] for key in keys
        }
        look.shown = card(field(
            "tier", source=ERP, path=path,
            stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
        ), deadline=LONG)  # fmt: skip

    def look():
        world.clock.forward(hours=2)
        return answer(world.about(shown=look.shown, force=True), ENGLISH)

    look.begin = begin
    yield look
    for one in opened:
        one.__exit__(None, None, None)


@pytest.mark.parametrize("name", PUT_AWAY)
def test_what_is_archived_is_said_with_its_value_until_it_is_restored(name, look):
    path, put_away = PUT_AWAY[name]
    look.begin(name, path)
    whole = look()
    assert whole["notices"] == []
    [before] = whole["readings"]

    put_away(look.system, True)
    whole = look()
    [notice], [reading] = whole["notices"], whole["readings"]
    assert (notice["kind"], notice["fields"]) == ("archived", ["tier"])
    assert notice["headline"] == f"The record in {ERP.label} is archived."
    assert (reading["state"], reading["value"]) == ("fresh", before["value"])

    put_away(look.system, False)
    assert look()["notices"] == []


def test_what_was_merged_into_another_shows_nothing_and_names_the_other_until_it_is_itself(look):
    look.begin("dataverse", "name")
    accounts = look.system.sets["accounts"]
    assert accounts[0]["accountid"] == ACME
    assert look()["readings"][0]["state"] == "fresh"

    accounts[0] |= {"merged": True, "statecode": 1, "_masterid_value": BOLT}
    [reading] = look()["readings"]
    assert (reading["state"], reading["value"]) == ("unmatched", None)
    assert reading["merged_into"] == "Account A-2 (A-2)"
    assert reading["note"] == f"{ERP.label} merged it into Account A-2 (A-2)"
    assert "can set the customer's" in reading["remark"]

    accounts[0] |= {"merged": False, "statecode": 0, "_masterid_value": None}
    [reading] = look()["readings"]
    assert (reading["state"], reading["merged_into"]) == ("fresh", "")
