"""What a thousand accounts take, as doctor says from a few, held to what full batches really take.

The APIs are those that the samples of recipes play.
"""

from __future__ import annotations

from math import ceil

import pytest
from context_sidecar import plugins
from context_sidecar.engine.examination.cost import THOUSAND
from context_sidecar.engine.examination.measuring import measured
from context_sidecar.engine.examination.trial import Trial
from support.adapters import plugged
from support.build import source
from support.clock import FakeClock
from support.samples import has_sample, sample

RECIPES = [
    name
    for name, place in plugins.names(plugins.ADAPTERS).items()
    if plugins.is_recipe(place) and has_sample(name)
]


def several(name):
    """Yield the lookups of a recipe that take several accounts in a call: of others, what some take
    is what each takes."""
    kind, facts = plugins.adapter(name), sample(name)
    offered = kind(kind.Settings().load(facts.settings("https://acme.example"))).lookups
    found = dict.fromkeys(lookup for lookup, _ in facts.FOUND)
    yield from (lookup for lookup in found if offered[lookup].batch > 1)


def strangers(nobody, number):
    """So many keys that nobody has, each of the form of *nobody*."""
    if nobody.isdigit():
        return [str(int(nobody) + one) for one in range(number)]
    return [f"{one}{nobody}" for one in range(number)]


@pytest.mark.parametrize(
    ("name", "lookup"), [(name, lookup) for name in RECIPES for lookup in several(name)]
)
def test_what_is_said_of_a_thousand_accounts_is_what_they_take(name, lookup, httpserver):
    facts = sample(name)
    api = facts.play(httpserver)
    nobody = getattr(facts, "NOBODY", "999999")
    known = [key for offered, key in facts.FOUND if offered == lookup]
    with plugged(name, facts.settings(api.url)) as adapter:
        trial = Trial(source(), adapter, FakeClock(), ())
        batch = trial.batch_of(lookup)
        adapter.check()  # which signs in
        some = [*known, *strangers(nobody, 2)][: batch - 1]
        least, most = measured(trial, lookup, some, ())[1].of_thousand()

        full = [*some, *strangers(nobody, batch + 2)[2:]][:batch]
        really = measured(trial, lookup, full, ())[1]

    assert least <= ceil(THOUSAND / batch) * really.calls <= most
    if batch >= THOUSAND:
        assert least == most, "all are read in one ask, however many they are"
