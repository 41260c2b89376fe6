"""The cells of an XLSX sheet, with those said to be unreadable that hold no value to believe."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from context_sidecar import Reason, SourceError, did_you_mean
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.functions import iterparse

from context_sidecar_adapters.files.header import listed
from context_sidecar_adapters.files.table import Unreadable


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet, row by row, and the places of the columns that hold nothing but
    percentages below their names."""

    rows: list[list[Any]]
    percents: Collection[int]


def read_sheet(content: bytes, sheet: str | None) -> Sheet:
    """Return the sheet called *sheet*, or the first that is shown.

    A formula that no program has calculated reads as an empty cell; it is told apart by a second
    reading that shows formulas. So do all cells but the first of those that are merged into one.

    Raises:
        SourceError: SCHEMA_CHANGED, there is no such sheet; BAD_RESPONSE, it cannot be read.
    """
    try:
        formats = _Formats()
        rows = [
            [formats.noted(cell, _value(cell)) for cell in row]
            for row in _cells(content, sheet, values=True)
        ]
        _fill_up(rows)
        if any(None in row for row in rows):
            for row, cells in zip(rows, _cells(content, sheet, values=False), strict=True):
                _mark_uncalculated(row, cells)
            _mark_merged(rows, _merged(content, sheet))
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001  a damaged workbook can raise almost anything
        fault = type(error).__name__
    else:
        return Sheet(rows, formats.percents)
    raise SourceError(
        Reason.BAD_RESPONSE,
        f"a damaged workbook ({fault})",
        remedy="Have it delivered once more, whole.",
    )


_LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format shows as it stands: `0"%"` shows 25 as 25%, and `0%` shows 0.25 so
(ECMA-376, 18.8.31)."""


class _Formats:
    """Notes which columns are shown as percentages, cell by cell."""

    def __init__(self) -> None:
        self._percents: set[int] = set()
        self._others: set[int] = set()

    def noted(self, cell: Any, value: Any) -> Any:
        """Return *value*, that of *cell*."""
        if value is not None and cell.row > 1:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            shown = is_number and "%" in _LITERAL.sub("", cell.number_format)
            (self._percents if shown else self._others).add(cell.column - 1)
        return value

    @property
    def percents(self) -> frozenset[int]:
        """The places of the columns that have no other value."""
        return frozenset(self._percents - self._others)


def _cells(content: bytes, sheet: str | None, *, values: bool) -> Iterator[Sequence[Any]]:
    with _opened(content, sheet, values=values) as found:
        found.reset_dimensions()  # many a program writes the wrong ones
        yield from found.iter_rows()


def _merged(content: bytes, sheet: str | None) -> list[CellRange]:
    """The ranges of cells that are merged, which openpyxl tells of none that it reads row by
    row."""
    with _opened(content, sheet) as found, found._get_source() as source:  # noqa: SLF001  as above
        names = (element for _, element in iterparse(source) if element.tag.endswith("}mergeCell"))
        return [CellRange(one.get("ref")) for one in names]


@contextmanager
def _opened(content: bytes, sheet: str | None, *, values: bool = True) -> Iterator[Any]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise SourceError(
                Reason.SCHEMA_CHANGED,
                f"there is no sheet {sheet}; there are: {listed(book.sheetnames)}",
                remedy=f"{did_you_mean(sheet, book.sheetnames)} Correct `sheet` in the source's "
                "settings; without it, the first that is shown is read.",
            )
        shown = (one for one in book.worksheets if one.sheet_state == "visible")
        yield book[sheet] if sheet else next(shown)
    finally:
        book.close()


def _mark_merged(rows: list[list[Any]], ranges: Iterable[CellRange]) -> None:
    """A range of merged cells shows what its first cell holds; the others hold nothing."""
    for one in ranges:
        within = rows[one.min_row - 1 : one.max_row]
        columns = range(one.min_col - 1, min(one.max_col, len(rows[0])))
        if within and columns and within[0][columns.start] is not None:
            _cover(within[1:] if one.min_row == 1 else within, columns, one.coord)


def _cover(within: Iterable[list[Any]], columns: Iterable[int], coordinates: str) -> None:
    for row in within:
        for column in columns:
            if row[column] is None:
                row[column] = Unreadable(f"cells {coordinates}: merged into one")


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return Unreadable(f"cell {cell.coordinate}: {cell.value}")
    if cell.value is None and cell.data_type == "str":  # a formula whose value is an empty text
        return ""
    return cell.value


def _fill_up(rows: list[list[Any]]) -> None:
    """Empty cells at the end of a row may be there, or not."""
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))


def _mark_uncalculated(row: list[Any], cells: Sequence[Any]) -> None:
    for number, cell in enumerate(cells):
        if cell.data_type == "f" and row[number] is None:
            row[number] = Unreadable(f"cell {cell.coordinate}: a formula that was never calculated")
