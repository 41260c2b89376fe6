"""What every recipe owes whose system describes its own fields: one that is renamed, is of another
type or has a new choice there is told, with what likely took its place, until it is mended.

Played by the server that its sample declares, which calls things by other names from then on; see
test_every_recipe.py.
"""

from __future__ import annotations

import pytest
from context_sidecar import Found, Reason, SourceError
from context_sidecar.core.drift import DriftKind, drift_of
from context_sidecar.core.field import FieldType
from context_sidecar.core.remembered import remembered
from support.adapters import ask, plugged
from support.clock import FakeClock
from support.samples import recipes, sample

DESCRIBED = [
    (name, lookup) for name in recipes() for lookup in getattr(sample(name), "DESCRIBED", ())
]
CHOICES = [
    (name, lookup)
    for name, lookup in DESCRIBED
    if any(choices for _, _, choices in sample(name).DESCRIBED[lookup].values())
]
every_description = pytest.mark.parametrize(("name", "lookup"), DESCRIBED)


@pytest.fixture
def api(httpserver, name):
    return sample(name).play(httpserver)


@pytest.fixture
def adapter(name, api):
    with plugged(name, sample(name).settings(api.url)) as opened:
        yield opened


class Watch:
    """Looks at the shape of a lookup from time to time, of which all is read."""

    def __init__(self, adapter, lookup):
        self.adapter, self.lookup, self.clock, self.memory = adapter, lookup, FakeClock(), None

    def look(self):
        self.clock.forward(hours=6)
        shape = self.adapter.shape(self.lookup)
        names = [one.name for one in shape.fields]
        self.memory = remembered(self.memory, shape, self.clock(), asked=names)
        return [one for one in shape.fields if one.native]

    def drift(self, field):
        type_ = field.type or FieldType.TEXT
        return drift_of([field.name], type_, field.choices, self.memory, ())


def one_of_their_own(fields):
    """A field that an admin may have made: best one with choices, below the others."""
    return max(fields, key=lambda one: (bool(one.choices), one.given, len(one.way)))


@every_description
def test_one_that_is_renamed_is_gone_with_its_likely_successor(name, lookup, adapter, api):
    watch = Watch(adapter, lookup)
    field = one_of_their_own(watch.look())
    place = adapter.settings["lookups"][lookup].shape.gives.get(field.name, field.name)
    called = place if place != field.name else field.way[:2][-1]

    api.lies.calls = {called: f"{called} anew"}
    watch.look()
    gone = watch.drift(field)
    api.lies.calls = {}
    watch.look()

    assert (gone.kind, gone.name) == (DriftKind.GONE, field.name)
    assert gone.successor.field.name == place.replace(called, f"{called} anew")
    assert watch.drift(field) is None


@pytest.mark.parametrize(("name", "lookup"), CHOICES)
def test_a_choice_that_is_new_is_told(name, lookup, adapter, api):
    watch = Watch(adapter, lookup)
    field = one_of_their_own(watch.look())
    code = list(field.choices)[-1]

    api.lies.calls = {code: "PLAT"}
    watch.look()
    new = watch.drift(field)
    api.lies.calls = {}
    watch.look()

    assert (new.kind, list(new.unlisted)) == (DriftKind.UNLISTED, ["PLAT"])
    assert watch.drift(field) is None


@every_description
def test_one_of_another_type_is_told(name, lookup, adapter, api):
    watch = Watch(adapter, lookup)
    types = {}
    for described in adapter.settings["lookups"][lookup].described:
        types |= described.types
    told = 0
    for field in [one for one in watch.look() if one.native in types]:
        kind = next(native for native, type_ in types.items() if type_ is not field.type)
        api.lies.calls = {field.native: kind}
        watch.look()
        drift = watch.drift(field)
        told += bool(drift and drift.kind is DriftKind.RETYPED)
        api.lies.calls = {}
        watch.look()
        assert watch.drift(field) is None
    assert told


@every_description
def test_one_that_may_not_be_read_keeps_no_answer_away(name, lookup, adapter, api):
    facts = sample(name)
    before = len(api.asked)
    adapter.shape(lookup)
    described = {request.path for request in api.asked[before:]}
    key = next(key for one, key in facts.FOUND if one == lookup)
    before = len(api.asked)
    assert isinstance(ask(adapter, key, lookup=lookup), Found)
    if described & {request.path for request in api.asked[before:]}:
        return  # it is told with the answers themselves

    api.refuse(403, {"message": "no"}, only=described.pop())

    assert isinstance(ask(adapter, key, lookup=lookup), Found)
    with pytest.raises(SourceError) as refused:
        adapter.shape(lookup)
    assert refused.value.reason is Reason.PERMISSION_DENIED
