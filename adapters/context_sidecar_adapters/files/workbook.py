"""The cells of an XLSX sheet, with those said to be unreadable that hold no value to believe."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from context_sidecar import Reason, SourceError, did_you_mean
from openpyxl import load_workbook

from context_sidecar_adapters.files.header import listed
from context_sidecar_adapters.files.table import Unreadable


def sheet_rows(content: bytes, sheet: str | None) -> list[list[Any]]:
    """Return the cells of the sheet called *sheet*, or of the first, row by row.

    A formula that no program has calculated reads as an empty cell; it is told apart by a second
    reading that shows formulas.

    Raises:
        SourceError: SCHEMA_CHANGED, there is no such sheet; BAD_RESPONSE, it cannot be read.
    """
    try:
        rows = [[_value(cell) for cell in row] for row in _cells(content, sheet, values=True)]
        if any(None in row for row in rows):
            for row, cells in zip(rows, _cells(content, sheet, values=False), strict=True):
                _mark_uncalculated(row, cells)
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
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise SourceError(
                Reason.SCHEMA_CHANGED,
                f"there is no sheet {sheet}; there are: {listed(book.sheetnames)}",
                remedy=f"{did_you_mean(sheet, book.sheetnames)} Correct `sheet` in the source's "
                "settings; without it, the first is read.",
            )
        found: Any = book[sheet or book.sheetnames[0]]
        found.reset_dimensions()  # many a program writes the wrong ones
        yield from found.iter_rows()
    finally:
        book.close()


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return Unreadable(f"cell {cell.coordinate}: {cell.value}")
    if cell.value is None and cell.data_type == "str":  # a formula whose value is an empty text
        return ""
    return cell.value


def _mark_uncalculated(row: list[Any], cells: Sequence[Any]) -> None:
    for number, cell in enumerate(cells):
        if cell.data_type == "f" and row[number] is None:
            row[number] = Unreadable(f"cell {cell.coordinate}: a formula that was never calculated")
