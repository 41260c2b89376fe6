"""The fields of companies, as Gainsight describes them (Data Management APIs, Get Describe OMD).

The page's own example has no picklist, and how its items are told is not known: a picklist is read
by its label.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from context_sidecar import FieldType, Http, Shape, ShapeField

from context_sidecar_adapters.gainsight.refusals import refusal

PATH = "/v1/meta/services/objects/Company/describe"
LABEL = "_PicklistLabel"
"""What Gainsight adds to a picklist's name for what people see of it."""

EPOCH = "epoch_milliseconds"
TYPES = {
    "BOOLEAN": FieldType.BOOLEAN,
    "CURRENCY": FieldType.MONEY,
    "DATE": FieldType.DATE,
    "DATETIME": FieldType.DATETIME,
    "EMAIL": FieldType.TEXT,
    "GSID": FieldType.TEXT,
    "NUMBER": FieldType.NUMBER,
    "PERCENTAGE": FieldType.PERCENT,
    "STRING": FieldType.TEXT,
    "URL": FieldType.LINK,
}


def fields(http: Http) -> Sequence[Mapping[str, Any]]:
    """Return what is said of each field."""
    body = http.get(PATH, params={"idd": "true"}).json()
    if not body["result"]:
        raise refusal(body)
    found: Sequence[Mapping[str, Any]] = body["data"][0]["fields"]
    return found


def unknown(http: Http, names: Collection[str]) -> set[str]:
    """Return those of *names* that are no fields, whatever their case."""
    known = set()
    for said in fields(http):
        name = said["fieldName"].lower()
        known |= {name, f"{name.removesuffix('__gc')}__gr"}
    return {one for one in names if one.partition(".")[0].lower() not in known}


def shape(http: Http) -> Shape:
    """Return the shape of companies."""
    return Shape(tuple(part for said in fields(http) for part in _fields(said)))


def _fields(said: Mapping[str, Any]) -> Iterator[ShapeField]:
    name, native = said["fieldName"], str(said["dataType"])
    label, kind = said.get("label") or name, native.upper()
    reference = ((said.get("meta") or {}).get("lookupDetail") or {}).get("lookupName")
    if reference:
        yield ShapeField((reference, "Name"), FieldType.TEXT, label, native)
    elif "PICKLIST" in kind or "DROPDOWN" in kind:
        yield ShapeField((f"{name}{LABEL}",), FieldType.TEXT, label, native)
    else:
        dialect = EPOCH if kind.startswith("DATE") else ""
        yield ShapeField((name,), TYPES.get(kind), label, native, dialect=dialect)
