"""A customer without a key for a source, or with several: the card says what the list of customers
lacks, and nothing in that source's name; once there is one key, the source is asked by it."""

from __future__ import annotations

import json
import os
import sqlite3

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
    label: Customer list
    adapter: files
    owner: revops
    settings: {path: customers.jsonl, key: number, as_of: modified}
  warehouse:
    label: The warehouse
    adapter: sql
    owner: revops
    key: warehouse_id
    settings:
      url: sqlite:///warehouse.db
      lookups:
        account: {query: "SELECT id, tier FROM tiers WHERE id IN :keys", key: id}
accounts:
  source: list
  keys: {id: number, name: name, domain: website, warehouse_id: warehouse}
  refresh: 1h
  match: [{record: requester_email, account: domain}]
fields:
  tier:
    label: Account tier
    type: text
    source: warehouse
    path: tier
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Which queue the ticket gets
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier]
"""


class Deployment:
    """A deployment whose only customer has the warehouse's keys that the list says."""

    def __init__(self, folder):
        self.folder, self.clock = folder, FakeClock()
        (folder / "sidecar.yaml").write_text(CONFIGURATION)
        with sqlite3.connect(folder / "warehouse.db") as connection:
            connection.execute("CREATE TABLE tiers (id, tier)")
            connection.execute("INSERT INTO tiers VALUES ('W-1', 'Gold'), ('W-2', 'Silver')")
        connection.close()
        self._written = 1_700_000_000

    def tier(self, *keys):
        """The tier on Acme's card, once the list has said that these are its keys."""
        row = {"number": "K-1", "name": "Acme", "website": "acme.example", "warehouse": list(keys)}
        file, self._written = self.folder / "customers.jsonl", self._written + 60
        file.write_text(json.dumps(row) + "\n")
        os.utime(file, (self._written, self._written))
        with open_sidecar(self.folder / "sidecar.yaml", {}, clock=self.clock) as sidecar:
            sidecar.sync()
            card = sidecar.configuration.cards["ticket"]
            record = Record("iframe", "ticket", "7", {"requester_email": "ana@acme.example"})
            context = sidecar.sidecar.context(record, card, card.audience)
        (tier,) = answer(context, words("en", "UTC"))["readings"]
        return tier


@pytest.mark.parametrize(
    ("keys", "state", "word", "said"),
    [
        ((), "unmatched", "No key", "Customer list has no warehouse id for this customer"),
        (
            ("W-1", "W-2"),
            "ambiguous",
            "Several keys",
            "Customer list has more than one warehouse id for this",
        ),
    ],
    ids=["none", "several"],
)
def test_what_the_list_lacks_is_told_as_such_until_it_is_there(tmp_path, keys, state, word, said):
    deployment = Deployment(tmp_path)

    tier = deployment.tier(*keys)
    assert (tier["state"], tier["display"], tier["answer"]) == (state, "Not asked", "never")
    assert tier["word"] == word, "no source has said that nothing, or several, match"
    assert said in tier["message"]
    assert "so The warehouse was not asked" in tier["message"]
    assert "confirmed" not in tier["message"]
    assert (tier["confirmed_at"], tier["candidates"], tier["certain"]) == (None, [], False)

    tier = deployment.tier("W-1")
    assert (tier["state"], tier["display"], tier["lacks"]) == ("fresh", "Gold", "")
    assert "The warehouse confirmed this" in tier["message"]
