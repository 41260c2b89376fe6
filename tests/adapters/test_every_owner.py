"""An answer is of the account that was asked for: another's row says so itself, or is a failure.

A system answers 200 to the question about one account with the rows of another: an address that is
looked up wrongly, a proxy that gives an answer of before. Where these say whose they are, or do not
say it at all, it is found out, in recipes whose address names the key, too. Where everybody's rows
are read, those of others are left out, and there is none of them to mistake.

Where they came **under the key that was asked for**, nothing tells: of each of our systems a row
says once whose it is, and what else names its account (`company`, `organization`) would have to be
compared with a name that may be changed at any time. A sample whose rows say it twice, and whose
recipe compares both, says by which lookups (`TWICE`).
"""

from __future__ import annotations

from typing import Any

import pytest
from adapters.test_every_record import asked, key_of
from context_sidecar import Found, Reason, SourceError
from support.adapters import plugged
from support.mistaken import KINDS, SWAPPED, Mistaken
from support.samples import recipes, sample


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", recipes())
def test_the_rows_of_another_account_are_found_out(name, kind, httpserver):
    facts = sample(name)
    nobody = getattr(facts, "NOBODY", "999999")
    told: dict[str, Any] = {}
    truth: dict[str, Any] = {}
    with plugged(name, facts.settings(facts.play(httpserver).url)) as adapter:
        door, queries = adapter.http, adapter.settings["lookups"]
        for lookup in adapter.lookups.values():
            truth[lookup.name] = asked(lookup, [nobody], [])
            adapter.http = Mistaken(door, nobody, key_of(facts, lookup.name), kind)
            told[lookup.name] = asked(lookup, [nobody], [])
            adapter.http = door
    if kind == SWAPPED:
        noticed = {one for one, answer in told.items() if not isinstance(answer, Found)}
        assert noticed == getattr(facts, "TWICE", set())
        return
    for one, answer in told.items():
        if not (queries[one].everyone and answer == truth[one]):
            assert isinstance(answer, SourceError), one
            assert answer.reason is Reason.SCHEMA_CHANGED, one
