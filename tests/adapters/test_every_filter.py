"""No row gets into an answer because a system ignored one of the filters that it was asked with.

It answers 200, and where it ignores all of them, others' rows give that away. Where it ignores one,
all rows are of the right customer, and some are done, drafts or spam. So each filter of each
question is ignored once, by itself: the answer stays as it was, because the rows say what they are,
or is a failure.

Beside what `test_every_recipe` is told, `samples/<recipe>.py` says which keys are `LEFT_OUT` by a
filter, each with its lookup; what is said that is no filter (`NO_FILTERS`), though elsewhere it may
be one; and which filters leave out `NOTHING`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from adapters.test_every_record import key_of
from context_sidecar import SourceError
from context_sidecar.engine.sources.indexes import NoIndex
from support.adapters import ask, plugged
from support.samples import recipes, sample

NO_FILTERS = {
    "$orderby", "$skip", "$top", "cursor", "expand", "fields", "from", "humanReadable", "include",
    "includeAllFields", "limit", "maxSize", "offset", "optional_fields", "order", "orderBy",
    "order_by", "order_type", "page", "page[number]", "page[size]", "pageSize", "pageToken",
    "per_page", "sort", "sortBy", "sort_by", "sort_direction", "starting_after",
}  # fmt: skip
"""What is said of the order of rows, of pages, and of properties."""

LIST = "the list of accounts"


def questions(facts: Any, adapter: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield each lookup with keys to ask for: one, and so many that they are asked for in another
    way; and the list of accounts."""
    for lookup in adapter.lookups.values():
        left_out = [key for one, key in getattr(facts, "LEFT_OUT", ()) if one == lookup.name]
        keys = [key_of(facts, lookup.name), *left_out]
        yield from ((lookup.name, [key]) for key in keys)
        if lookup.bulk:
            others = range(900_000, 900_000 + max(lookup.bulk.least, lookup.batch + 1))
            yield lookup.name, [*keys, *map(str, others)]
    if getattr(facts, "LISTED", 0):
        yield LIST, []


def answered(adapter: Any, lookup: str, keys: list[str]) -> dict[str, Any]:
    """What is answered, by key; not what fails."""
    try:
        if lookup == LIST:
            return {str(at): row.data for at, row in enumerate(adapter.accounts(()))}
        answers = ask(adapter, *keys, lookup=lookup)
    except (NoIndex, SourceError):
        return {}
    by_key = answers if len(keys) > 1 else {keys[0]: answers}
    return {key: one for key, one in by_key.items() if not isinstance(one, SourceError)}


@pytest.mark.parametrize("name", recipes())
def test_a_filter_that_is_ignored_lets_no_row_in(name, httpserver):
    facts = sample(name)
    api = facts.play(httpserver)
    lied, wrong = {}, {}
    with plugged(name, facts.settings(api.url)) as adapter:
        for lookup, keys in questions(facts, adapter):
            api.forget()
            truth = answered(adapter, lookup, keys)
            assert truth.keys() == set(keys) or lookup == LIST
            assert {*api.unread} <= NO_FILTERS | getattr(facts, "NO_FILTERS", set())
            for one in list(api.filters):
                api.forget()
                api.lies.ignores = {one}
                told = answered(adapter, lookup, keys)
                api.lies.ignores = ()
                lied[lookup, one] = lied.get((lookup, one), False) or api.others
                if other := {
                    key: answer for key, answer in told.items() if answer != truth.get(key)
                }:
                    wrong[lookup, one] = other
    assert wrong == {}
    assert {one for (_, one), so in lied.items() if not so} == getattr(facts, "NOTHING", set())
