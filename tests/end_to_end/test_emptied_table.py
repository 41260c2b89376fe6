"""A table is emptied, as by a load that went wrong: the card says that we are shown nothing, and
not that there is none; and it is clear again once the table has its rows."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager

import pytest
from context_sidecar.app import open_sidecar
from context_sidecar.core.record import Record
from context_sidecar.wording import answer, words
from support.clock import FakeClock

CONFIGURATION = """\
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {name: Revenue Operations, notify: ["mailto://revops@example.com"]}
sources:
  list:
    adapter: files
    owner: revops
    settings: {path: customers.csv, key: number, as_of: modified}
  warehouse:
    label: The warehouse
    adapter: sql
    owner: revops
    settings:
      url: sqlite:///warehouse.db
      lookups:
        account: {query: "SELECT id, tier FROM tiers WHERE id IN :keys", key: id}
        overdue: {query: "SELECT id, what FROM overdue WHERE id IN :keys", key: id, many: list}
accounts:
  source: list
  keys: {id: number, name: name, domain: website}
  refresh: 1h
  match: [{record: requester_email, account: domain}]
fields:
  tier: &field
    label: Account tier
    type: text
    source: warehouse
    path: tier
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Which queue the ticket gets
  overdue: {<<: *field, label: Overdue, type: list, query: overdue, path: "@"}
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier, overdue]
"""


class Deployment:
    """A deployment that reads from a warehouse, its clock in the test's hands."""

    def __init__(self, folder):
        self.folder, self.clock = folder, FakeClock()
        (folder / "sidecar.yaml").write_text(CONFIGURATION)
        (folder / "customers.csv").write_text(
            "number,name,website\nK-1,Acme,acme.example\nK-2,Bolt,bolt.example\n"
        )
        os.utime(folder / "customers.csv", (1_700_000_000, 1_700_000_000))
        self.run("CREATE TABLE tiers (id, tier)", "CREATE TABLE overdue (id, what)")

    def run(self, *statements):
        with sqlite3.connect(self.folder / "warehouse.db") as connection:
            for one in statements:
                connection.execute(one)
        connection.close()

    @contextmanager
    def running(self):
        with open_sidecar(self.folder / "sidecar.yaml", {}, clock=self.clock) as self.sidecar:
            self.sidecar.sync()
            yield self

    def card(self, customer):
        """The readings of a customer's card, the warehouse asked anew some time later."""
        self.clock.forward(seconds=20 * 60)
        card = self.sidecar.configuration.cards["ticket"]
        record = Record("iframe", "ticket", "7", {"requester_email": f"ana@{customer}.example"})
        context = self.sidecar.sidecar.context(record, card, card.audience, force=True)
        return {one["field"]: one for one in answer(context, words("en", "UTC"))["readings"]}


@pytest.fixture
def deployment(tmp_path):
    with Deployment(tmp_path).running() as running:
        yield running


def test_an_emptied_table_is_flagged_and_clear_again_when_it_is_filled(deployment):
    deployment.run("INSERT INTO tiers VALUES ('K-1', 'Gold')")
    deployment.run("INSERT INTO overdue VALUES ('K-1', 'R-7')")
    bolt = deployment.card("bolt")
    assert (bolt["tier"]["state"], bolt["overdue"]["display"]) == ("unmatched", "0")

    deployment.run("DELETE FROM tiers", "DELETE FROM overdue")
    for one in deployment.card("acme").values():
        assert (one["state"], one["reason"]) == ("failed", "permission_denied")
        assert "The warehouse does not let us read this, as it seems" in one["message"]
    for one in deployment.card("bolt").values():
        assert one["reason"] == "permission_denied"

    deployment.run("INSERT INTO tiers VALUES ('K-1', 'Gold')")
    deployment.run("INSERT INTO overdue VALUES ('K-1', 'R-7')")
    acme = deployment.card("acme")
    assert (acme["tier"]["state"], acme["tier"]["display"]) == ("fresh", "Gold")
    assert (acme["overdue"]["state"], acme["overdue"]["reason"]) == ("fresh", None)
    assert deployment.card("bolt")["tier"]["reason"] is None
