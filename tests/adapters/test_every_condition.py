"""Which rows count is told by what a row says, or not at all: where what a recipe's `counts` reads
is renamed at any depth, or comes as another type, there are no more rows than there were, and no
fewer, or the answer is a failure."""

from __future__ import annotations

import pytest
from adapters.test_every_record import asked, key_of
from context_sidecar import Found
from context_sidecar_adapters.rest.shape import ways
from support.adapters import plugged
from support.lost import GONE, RETYPED, Rehearsed
from support.samples import recipes, sample


@pytest.mark.parametrize("kind", [GONE, RETYPED])
@pytest.mark.parametrize("name", recipes())
def test_no_other_rows_count_than_before(name, kind, httpserver):
    facts, other, tried = sample(name), {}, set()
    with plugged(name, facts.settings(facts.play(httpserver).url)) as adapter:
        door = adapter.http
        conditions = {one: query.shape.counts for one, query in adapter.settings["lookups"].items()}
        for lookup in [one for one in adapter.lookups.values() if conditions.get(one.name)]:
            key = key_of(facts, lookup.name)
            adapter.http = rehearsed = Rehearsed(door, key)
            whole = asked(lookup, [key], [])
            assert isinstance(whole, Found)
            names = ways(conditions[lookup.name])
            for loss in rehearsed.losses(kind):
                if any(f".{loss.place}".endswith(f".{one}") for one in names):
                    tried.add(lookup.name)
                    with rehearsed.losing(loss):
                        less = asked(lookup, [key], [])
                    if isinstance(less, Found) and len(less.data) != len(whole.data):
                        other[lookup.name, loss.place] = len(less.data)
        assert kind == RETYPED or tried == {one for one in adapter.lookups if conditions.get(one)}
    assert other == {}
