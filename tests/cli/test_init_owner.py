"""Whoever owns accounts is asked for one by the id under which it listed it: what `sidecar init`
writes is tried on each system that can be played."""

from __future__ import annotations

import pytest
from context_sidecar import Found, plugins
from context_sidecar.config.starting import PickedSource, Picks, chosen
from context_sidecar.engine import paths
from context_sidecar.engine.sources import asking
from support.adapters import plugged
from support.samples import over_http, sample

OWNERS = [
    name
    for name in over_http()
    if plugins.adapter(name).account_keys and hasattr(sample(name), "play")
]


@pytest.mark.parametrize("name", OWNERS)
def test_an_account_is_found_by_the_id_under_which_its_owner_listed_it(name, httpserver):
    kind, facts = plugins.adapter(name), sample(name)
    settings = facts.settings(facts.play(httpserver).url)
    settings.pop("by", None)
    plan = chosen(Picks((PickedSource("own", name, settings),), hosts=("iframe",)))
    lookups = {"account", *(said.get("query", "account") for said in kind.ready.values())}

    with plugged(name, {**settings, **plan.asked["own"].settings}) as adapter:
        path = next(iter(plan.keys.values()))
        ids = [str(paths.search(path, row.data)) for row in adapter.accounts(paths.names(path))]
        for lookup in sorted(lookups):
            found = asking.ask(adapter.lookups[lookup], ids[:3], [])
            assert any(isinstance(one, Found) for one in found.values()), (lookup, found)
