"""A file that somebody delivers, CSV, JSON Lines, XLSX or Parquet: on this machine, on the web, in
a bucket, on an SFTP server.

Auth    none for a path. For a url: `sign_in` (bearer, basic, header, …) on the web; in a bucket the
        key in `s3`, or the environment's own (variables, profile, role), which may do
        `s3:GetObject` on the file, and `s3:ListBucket` to be told when it is not there; by SFTP the
        user in `sftp`, with the server's key, without which no server is believed.
Scope   Reading the file. Of another user's it is looked at whether ours may write it, too.
Limits  a file of at most `max_megabytes`, held in memory with an index by key, so that a lookup
        costs nothing. That a path leads to another file is noticed within seconds, at an address
        when values are due, where only a file that changed is fetched; `limits.timeout` must do for
        the whole of it. Parquet, S3 and SFTP need the extras `parquet`, `s3` and `sftp`.
Quirks  a file is whole or not read: one that changed within `settle`, that changes while it is
        read, or whose `marker` is older than itself is still being written, and the last whole one
        counts until then, for five minutes. One that is broken (a line too short or without its
        end, another header, a formula that was never calculated), empty, or much shorter than the
        last is refused, and says so. A file that is rightly much shorter is believed when it is
        delivered once more: touch it.
        A copy has the time of the copying: preserve times, or name a column in `as_of`. In a bucket
        and on the web a file changes in one step; on an SFTP server `settle` counts by its clock,
        which must be right, or `sftp: {marker: …}` says when a file is whole. Times there are to
        the second: what changed less than two before it was read is read again at the next look.
        A text such as NULL or n/a is a value, unless `nulls` names it.
        JSON Lines: what a row lacks is not none, unless `omits_nulls` says so. What gzip has packed
        is unpacked.

    settings:
      path: exports/billing.csv          # relative to sidecar.yaml
      delimiter: ";"
      key: customer_number
      as_of: modified                    # the file's own time; or a column
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib.util import find_spec
from types import MappingProxyType
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
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    ShapeField,
    SourceError,
    fill_link,
    own_time,
)

from context_sidecar_adapters.files.origins import LocalFile, Origin, RemoteFile
from context_sidecar_adapters.files.places import scheme_of
from context_sidecar_adapters.files.questions import MODIFIED, Question
from context_sidecar_adapters.files.s3 import Signer, address_of, explain
from context_sidecar_adapters.files.settings import FileSettings
from context_sidecar_adapters.files.shelf import Shelf, Stock
from context_sidecar_adapters.files.table import Table
from context_sidecar_adapters.files.told import told

_NEEDS = {
    "parquet": ("pyarrow", "parquet"),
    "s3": ("botocore", "s3"),
    "sftp": ("paramiko", "sftp"),
}
"""Libraries that come with an extra, by the format or the scheme that needs them."""


class Files(Adapter):
    """Reads a delivered file."""

    family = Family.FILES
    account_keys = MappingProxyType({"id": "id", "name": "name", "domain": "domain"})
    ready_by_name = True
    example = MappingProxyType({"path": "customers.csv", "key": "id", "as_of": "modified"})
    Settings = FileSettings

    def connection(self) -> Connection | None:
        """Where the file is on the web, or in a bucket; None for a path, and for SFTP."""
        url, most = self.settings["url"], self._most_bytes
        match scheme_of(url):
            case "http" | "https":
                return Connection(url, self.settings["sign_in"], max_bytes=most)
            case "s3":
                address = address_of(url, self.settings["s3"])
                return Connection(address, explain=explain, max_bytes=most)
        return None

    def lacks(self) -> str:
        """What the file's place or format needs."""
        kinds = {self.settings["format"], scheme_of(self.settings["url"])}
        for kind, (module, extra) in _NEEDS.items():
            if kind in kinds and find_spec(module) is None:
                return f"{module}: pip install 'context-sidecar[{extra}]'"
        return ""

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

    def scope(self) -> Scope | None:
        """Whether we may write another user's file; of one on the network nobody tells."""
        path = self.settings["path"]
        if path is None:
            return None
        others = path.exists() and path.stat().st_uid != os.getuid()
        return Scope(excess=("writing the file",) if others and os.access(path, os.W_OK) else ())

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
        return told(self._shelf.stock().table)

    def _ask(self, question: Question, keys: Sequence[str], names: Collection[str]) -> Answers:
        stock = self._shelf.stock()
        rows = self._reading(question)
        return {key: self._answer(question, stock, rows, key, names) for key in keys}

    def _answer(
        self, question: Question, stock: Stock, rows: Rows, key: str, names: Collection[str]
    ) -> Answer | SourceError:
        try:
            places = stock.table.find(question.key, key, ignore_case=question.ignore_case)
            answer = rows.answer(_rows(stock.table, places, question, names))
        except SourceError as error:  # a cell that cannot be read fails its own key, and no other
            return error
        if not isinstance(answer, Found):
            return answer
        if not question.many:
            unread = [stock.table.unread(place) for place in places]
            answer = replace(answer, unread=dict(ChainMap(*unread)))
        return replace(answer, as_of=stock.modified) if question.as_of == MODIFIED else answer

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
        return Shelf(self._origin(), self.settings)

    def _origin(self) -> Origin:
        settings, url = self.settings, self.settings["url"]
        match scheme_of(url):
            case "http" | "https":
                return RemoteFile(self)
            case "s3":
                signer = Signer(address_of(url, settings["s3"]), settings["s3"])
                return RemoteFile(self, signer)
            case "sftp":
                return self._on_sftp(url)
        return LocalFile(settings["path"], self._most_bytes, settings["settle"], settings["marker"])

    def _on_sftp(self, url: str) -> Origin:
        if find_spec("paramiko") is None:
            raise SourceError(
                Reason.NOT_CONFIGURED, "SFTP needs paramiko: pip install 'context-sidecar[sftp]'"
            )
        from context_sidecar_adapters.files.sftp import SftpFile  # noqa: PLC0415  paramiko is an extra

        return SftpFile(self, url, self.settings["sftp"], self._most_bytes, self.settings["settle"])

    @property
    def _most_bytes(self) -> int:
        return int(self.settings["max_megabytes"]) * 1_000_000


def _rows(
    table: Table, places: Sequence[int], question: Question, names: Collection[str]
) -> list[dict[str, Any]]:
    """Return the rows at *places*. A cell that cannot be read fails what reads it alone: the whole
    row where that is asked for, and a list."""
    if question.many or not names or "" in names:
        return [table.row(place, names) for place in places]
    return [table.readable(place) for place in places]
