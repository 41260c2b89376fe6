"""What lookups' answers looked like, kept across restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar.core.field import FieldType
from context_sidecar.core.remembered import Memory, Remembered
from context_sidecar.core.shape import ShapeField
from context_sidecar.store import schema
from context_sidecar.store.shapes import Shapes
from sqlalchemy import update

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PLACE = ("crm", "account")
TIER = ShapeField(
    ("Owner", "Tier"), FieldType.CHOICE, "Tier", "picklist", {"ENT": "Enterprise"},
    currency=("Currency",), optional=True, deprecated=True, given=False,
)  # fmt: skip
WHOLE = Remembered(
    TIER, NOON, NOON - timedelta(days=2), NOON, ShapeField(("t",)), NOON, {"Level": 0.5}
)
MEMORY = Memory({"Owner.Tier": WHOLE, "note": Remembered(ShapeField(("note",)), NOON)}, NOON)


@pytest.fixture
def shapes(engine):
    return Shapes(engine)


def test_everything_comes_back_as_it_was(shapes):
    shapes.keep(PLACE, "s1", MEMORY)

    assert shapes.all({"crm": "s1"}) == {PLACE: MEMORY}
    assert shapes.looks() == {PLACE: NOON.timestamp()}
    kept = shapes.all({"crm": "s1"})[PLACE].fields["Owner.Tier"]
    assert (kept.seen.choices, kept.agrees) == ({"ENT": "Enterprise"}, {"Level": 0.5})


def test_a_later_look_takes_the_place_of_the_one_before(shapes):
    shapes.keep(PLACE, "s1", MEMORY)
    later = Memory({}, NOON + timedelta(hours=1), inferred=True)
    shapes.keep(PLACE, "s1", later)

    assert shapes.all({"crm": "s1"}) == {PLACE: later}


def test_another_system_under_the_same_name_is_another_story(shapes):
    shapes.keep(PLACE, "s1", MEMORY)

    assert shapes.all({"crm": "s2"}) == {}


def test_what_is_no_longer_declared_is_forgotten(shapes):
    for source in ("crm", "erp"):
        shapes.keep((source, "account"), "s1", MEMORY)
    shapes.keep_only({"erp"})

    assert shapes.looks().keys() == {("erp", "account")}


def test_what_another_release_wrote_counts_as_never_seen(shapes, engine):
    shapes.keep(PLACE, "s1", MEMORY)
    with engine.begin() as connection:
        connection.execute(update(schema.shapes).values(fields={"tier": {"seen": {"sort": "new"}}}))

    assert shapes.all({"crm": "s1"}) == {}
