"""A record's fields, as NetSuite's metadata catalog describes them to our role: a JSON Schema.

From "Working with Resource Metadata" of NetSuite's help. SuiteQL has a boolean as T or F, and a
date as the user prefers it, so that `day` is what to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from context_sidecar import FieldType, Http, Shape, ShapeField

TYPES = {"string": FieldType.TEXT, "number": FieldType.NUMBER, "integer": FieldType.NUMBER}
YES_OR_NO = {"T": "Yes", "F": "No"}


def shape(http: Http, record: str) -> Shape:
    """Return the shape of *record*."""
    path, kind = f"/record/v1/metadata-catalog/{record}", "application/schema+json"
    found = http.get(path, headers={"accept": kind}).json()["properties"]
    return Shape(tuple(part for name in sorted(found) for part in _fields(name, found[name])))


def _fields(name: str, said: Mapping[str, Any]) -> Iterator[ShapeField]:
    label, native = said.get("title") or name, said.get("format") or said.get("type") or "reference"
    column, optional = name.lower(), said.get("nullable")
    if name == "links" or said.get("type") == "array":
        return
    if native in {"date", "date-time"}:
        yield ShapeField(("day", column), FieldType.DATE, label, native, optional=optional)
    elif native == "boolean":
        yield ShapeField(
            (column,), FieldType.CHOICE, label, native, choices=YES_OR_NO, optional=optional
        )
    elif "$ref" in said or native == "object":
        yield ShapeField(("display", column), FieldType.TEXT, label, "reference", optional=optional)
    else:
        kind = TYPES.get(str(said.get("type")))
        yield ShapeField((column,), kind, label, native, optional=optional)
