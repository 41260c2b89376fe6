"""The cells of an XLSX sheet, with those said to be unreadable that hold no value to believe."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from context_sidecar import Reason, SourceError, did_you_mean
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.functions import iterparse

from context_sidecar_adapters.files.header import listed
from context_sidecar_adapters.files.table import Unreadable


def sheet_rows(content: bytes, sheet: str | None) -> list[list[Any]]:
    """Return the cells of the sheet called *sheet*, or of the first that is shown, row by row.

    A formula that no program has calculated reads as an empty cell; it is told apart by a second
    reading that shows formulas. So do all cells but the first of those that are merged into one.

    Raises:
        SourceError: SCHEMA_CHANGED, there is no such sheet; BAD_RESPONSE, it cannot be read.
    """
    try:
        rows = [[_value(cell) for cell in row] for row in _cells(content, sheet, values=True)]
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
        return rows
    raise SourceError(
        Reason.BAD_RESPONSE,
        f"a damaged workbook ({fault})",
        remedy="Have it delivered once more, whole.",
    )


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
