"""A file's rows, held small and found by key at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, overload

from context_sidecar import Reason, SourceError, cell, key_text

_BETWEEN = "\x1f"
"""ASCII's own character for what stands between two fields."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds no value to believe; `why` names its place."""

    why: str


_MEND = (
    "Mend it in the spreadsheet program that the file comes from, and save the file there, which "
    "calculates its formulas."
)


def unreadable(cell: Unreadable) -> SourceError:
    """Return the failure to read *cell*."""
    return SourceError(Reason.BAD_RESPONSE, cell.why, remedy=_MEND)


def _asks(names: Collection[str], column: str) -> bool:
    return any(not name or f"{name}.".startswith(f"{column}.") for name in names)


class _Absent:
    """The value of a property that a row does not have."""


ABSENT = _Absent()
"""A row that lacks what others have says nothing of it: neither a value nor that there is none."""


class PackedRows(Sequence[Sequence[str]]):
    """Rows of texts, each held as one text: a fraction of what a text for each cell would take."""

    def __init__(self) -> None:
        self._rows: list[str | tuple[str, ...]] = []

    def append(self, row: Sequence[str]) -> None:
        """Add *row*."""
        packed = _BETWEEN.join(row)
        self._rows.append(packed if packed.count(_BETWEEN) == len(row) - 1 else tuple(row))

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        row = self._rows[place]
        return row.split(_BETWEEN) if isinstance(row, str) else row

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file under its header. Times without a zone are in `zone`; a cell that is one
    of `nulls` has no value. `percents` are the columns whose numbers are shown as percentages."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    zone: tzinfo | None = None
    nulls: Collection[str] = frozenset()
    percents: Collection[str] = frozenset()
    _indexes: dict[tuple[str, bool], Mapping[str, Sequence[int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, place: int, names: Collection[str]) -> dict[str, Any]:
        """Return the row at *place*, with each cell as what JSON is made of, without those that
        are `ABSENT`.

        Raises:
            SourceError: BAD_RESPONSE, a cell cannot be read that *names* ask for, or, where none
                are named, or the whole (""), any.
        """
        found = self.readable(place)
        for column, value in zip(self.columns, self.rows[place], strict=True):
            if isinstance(value, Unreadable) and (not names or _asks(names, column)):
                raise unreadable(value)
        return found

    def readable(self, place: int) -> dict[str, Any]:
        """Return the same, without the cells that cannot be read."""
        found: dict[str, Any] = {}
        for column, value in zip(self.columns, self.rows[place], strict=True):
            if value is not ABSENT and not isinstance(value, Unreadable):
                found[column] = cell(column, self._known(value), self.zone)
        return found

    def unread(self, place: int) -> dict[str, str]:
        """Return the columns of the row at *place* whose cells cannot be read, each with what to do
        about it."""
        return {
            column: f"{value.why[:1].upper()}{value.why[1:]}. {_MEND}"
            for column, value in zip(self.columns, self.rows[place], strict=True)
            if isinstance(value, Unreadable)
        }

    def find(self, column: str, key: str, *, ignore_case: bool = False) -> Sequence[int]:
        """Return the places of the rows whose *column* holds *key*.

        Raises:
            SourceError: BAD_RESPONSE, the keys cannot be read.
        """
        same = str.lower if ignore_case else str
        if (column, ignore_case) not in self._indexes:
            self._indexes[column, ignore_case] = self._index(column, same)
        return self._indexes[column, ignore_case].get(same(key), ())

    def _known(self, value: Any) -> Any:
        return None if isinstance(value, str) and value.strip() in self.nulls else value

    def _index(self, column: str, same: Callable[[str], str]) -> Mapping[str, Sequence[int]]:
        index: dict[str, list[int]] = {}
        if not self.rows:  # and, where rows bring their own names, no columns either
            return index
        number = self.columns.index(column)
        for place, row in enumerate(self.rows):
            if isinstance(row[number], Unreadable):
                raise unreadable(row[number])
            if row[number] is ABSENT:
                raise SourceError(
                    Reason.BAD_RESPONSE,
                    f"row {place + 1} has no {column}",
                    remedy=f"Have `{column}`, which says whose a row is, written in every row.",
                )
            key = key_text(self._known(row[number]))
            if key is not None:
                index.setdefault(same(key), []).append(place)
        return index
