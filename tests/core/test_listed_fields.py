"""What a customer's open things have in fields of the system's own: of all of them, or of none."""

from __future__ import annotations

import pytest
from context_sidecar import FieldType, Found, ListedFields, ShapeField

FIELDS = ListedFields("tickets", "Resolve")
ROWS = [{"id": 1}, {"id": 2}]
VALUES = {"Severity": ["high", "low"]}


def found(fields, total):
    listing = {"items": [], "total": total}
    return FIELDS.found(listing, ROWS, fields, lambda: VALUES, "https://desk.example")


def test_they_stand_below_fields_where_they_are_asked_for():
    assert FIELDS.wanted({"total", "fields.Severity", "fields.Area", "field"}) == [
        "Area", "Severity",
    ]  # fmt: skip
    assert found(["Severity"], 2) == Found(
        {"items": [], "total": 2, "fields": VALUES}, link="https://desk.example"
    )
    assert found([], 2) == Found({"items": [], "total": 2}, link="https://desk.example")


def test_of_some_of_the_things_nothing_is_told_but_what_to_do():
    answer = found(["Severity"], 3)

    assert answer.data == {"items": [], "total": 3}
    assert answer.unread["fields"].startswith(
        "The customer has more open tickets than are read one by one. Resolve those that are done"
    )


@pytest.mark.parametrize(
    ("key", "keys"), [("Customer", ["Customer"]), ("", [])], ids=["one", "none"]
)
def test_the_shape_is_the_list_its_total_and_the_fields_by_their_labels(key, keys):
    fields = [ShapeField(("fields", name), label=name) for name in ("Severity", "area", "Customer")]

    shape = FIELDS.shape(fields, key)

    assert [(one.way, one.type) for one in shape.fields[:2]] == [
        ((), FieldType.LIST), (("total",), FieldType.NUMBER),
    ]  # fmt: skip
    assert [one.label for one in shape.fields[2:]] == ["area", "Customer", "Severity"]
    assert [one.label for one in shape.fields if one.key] == keys
