"""The key of a lookup that must always be found, by which its nones are believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial

from context_sidecar import Adapter, Answers, prove, proven

from context_sidecar_adapters.rest.check import Ask
from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.lookups import LookupQuery


def is_whole(query: LookupQuery) -> bool:
    """Whether every answer to *query* has all that there is, whatever keys are asked for."""
    return query.everyone and not (query.query.request.placeholders or query.least)


def proven_by_canary(ask: Ask, query: LookupQuery) -> Ask:
    """Return *ask*, which asks *query*, with its nones proven by the query's canary. Where every
    answer has all that there is, it goes along with every question, as that takes no call."""
    believed = proven(ask, query.canary)
    if not is_whole(query):
        return believed

    def asked(keys: Sequence[str], names: Collection[str]) -> Answers:
        answers = believed(list(dict.fromkeys([*keys, query.canary])), names)
        return {key: answers[key] for key in keys}

    return asked


def look_for_all(queries: Iterable[LookupQuery], adapter: Adapter, judge: Judgement) -> None:
    """Look for the canary of each of *queries*, but once where the same question finds it.

    Raises:
        SourceError: one is not found.
    """
    looked_for: list[object] = []
    for query in queries:
        canary = (query.canary, query.key, query.shape, query.query)
        if query.canary and canary not in looked_for:
            looked_for.append(canary)
            prove(partial(query.ask, adapter, judge), query.canary)
