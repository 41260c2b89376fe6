"""A file that somebody delivers: CSV, XLSX or Parquet, from a path or an address.

Auth    none for a path; `sign_in` (bearer, basic, header, …) for a `url`.
Limits  a file of at most `max_megabytes`, held in memory with an index by key, so that a lookup
        costs nothing. That a path leads to another file is noticed within seconds, at an address
        when values are due. Parquet needs the extra `parquet`.
Quirks  a file is whole or not read: one that changed within `settle`, that changes while it is
        read, or whose `marker` is older than itself is still being written, and the last whole one
        counts until then, for five minutes. One that is broken (a line too short or without its
        end, another header, a formula that was never calculated), empty, or much shorter than the
        last is refused, and says so. A file that is rightly much shorter is believed when it is
        delivered once more: touch it.
        A copy has the time of the copying: preserve times, or name a column in `as_of`.

    settings:
      path: exports/billing.csv          # relative to sidecar.yaml
      delimiter: ";"
      key: customer_number
      as_of: modified                    # the file's own time; or a column
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answer,
    Answers,
    Connection,
    Family,
    FieldType,
    Found,
    Lookup,
    Row,
    Rows,
    Shape,
    ShapeField,
    SourceError,
    fill_link,
    infer,
    own_time,
)

from context_sidecar_adapters.files.origins import LocalFile, RemoteFile
from context_sidecar_adapters.files.settings import MODIFIED, FileSettings, Question
from context_sidecar_adapters.files.shelf import Shelf, Stock

TOLD_FROM = 2_000
"""Rows from which the types of columns are told."""


class Files(Adapter):
    """Reads a delivered file."""

    family = Family.FILES
    Settings = FileSettings

    def connection(self) -> Connection | None:
        """Where the file is on the network; None for a path."""
        if self.settings["url"] is None:
            return None
        return Connection(
            self.settings["url"], self.settings["sign_in"], max_bytes=self._most_bytes
        )

    def revision(self) -> Hashable | None:
        """Which delivery a path leads to now; an address is not asked that often."""
        return None if self.settings["path"] is None else self._shelf.revision()

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The declared lookups; `account` where none is."""
        return {
            name: Lookup(
                name,
                partial(self._ask, question),
                batch=10_000,
                dated=bool(question.as_of),
                delivered=True,
            )
            for name, question in self.settings["lookups"].items()
        }

    def check(self) -> str:
        """Read the file."""
        stock = self._shelf.stock()
        when = f", of {stock.modified:%Y-%m-%d %H:%M} UTC" if stock.modified else ""
        return f"{self.settings['name']}: {len(stock.table)} rows{when}"

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """List the rows of the file."""
        table = self._shelf.stock().table
        for place in range(len(table)):
            row = table.row(place, names)
            yield AccountRow(row, fill_link(self.settings["link"], row.get))

    def shape(self, lookup: str) -> Shape | None:
        """The columns of the file, their types told from its first rows; a list of rows, where that
        is what the lookup gives."""
        if self.settings["lookups"][lookup].many:
            return Shape((ShapeField((), FieldType.LIST),))
        table = self._shelf.stock().table
        return infer(table.row(place, ("",)) for place in range(min(len(table), TOLD_FROM)))

    def _ask(self, question: Question, keys: Sequence[str], names: Collection[str]) -> Answers:
        stock = self._shelf.stock()
        rows = self._reading(question)
        return {key: self._answer(question, stock, rows, key, names) for key in keys}

    def _answer(
        self, question: Question, stock: Stock, rows: Rows, key: str, names: Collection[str]
    ) -> Answer | SourceError:
        try:
            places = stock.table.find(question.key, key, ignore_case=question.ignore_case)
            found = [stock.table.row(place, names) for place in places]
        except SourceError as error:  # a cell that cannot be read fails its own key, and no other
            return error
        answer = rows.answer(found)
        if question.as_of == MODIFIED and isinstance(answer, Found):
            return replace(answer, as_of=stock.modified)
        return answer

    def _reading(self, question: Question) -> Rows:
        zone = self.settings["time_zone"]

        def as_of(row: Row) -> Any:
            return own_time(row.get(question.as_of), question.as_of_dialect, zone)

        return Rows(
            key=lambda row: row[question.key],
            many=question.many,
            as_of=as_of,
            link=lambda row: fill_link(question.link, row.get),
            name=lambda row: str(row.get(question.name) or ""),
        )

    @cached_property
    def _shelf(self) -> Shelf:
        told = self.settings
        if told["path"] is None:
            return Shelf(RemoteFile(self), told)
        local = LocalFile(told["path"], self._most_bytes, told["settle"], told["marker"])
        return Shelf(local, told)

    @property
    def _most_bytes(self) -> int:
        return int(self.settings["max_megabytes"]) * 1_000_000
