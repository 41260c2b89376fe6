"""What the columns of a file are, told from its first rows."""

from __future__ import annotations

from dataclasses import replace

from context_sidecar import FieldType, Shape, ShapeField, infer

from context_sidecar_adapters.files.table import Table

TOLD_FROM = 2_000
"""Rows from which the types of columns are told."""


def told(table: Table) -> Shape:
    """Return the columns of *table*. A spreadsheet shows 0.25 as 25% where the cell's format says
    so, and holds 0.25."""

    def formatted(one: ShapeField) -> ShapeField:
        if one.type is FieldType.NUMBER and one.way[0] in table.percents:
            return replace(one, type=FieldType.PERCENT, dialect="fraction")
        return one

    found = infer(table.readable(place) for place in range(min(len(table), TOLD_FROM)))
    return replace(found, fields=tuple(map(formatted, found.fields)))
