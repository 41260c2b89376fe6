"""From a file's bytes to a table: strictly, since a file that is nearly right is wrong."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from context_sidecar import Reason, SourceError

from context_sidecar_adapters.files.encodings import check_encoding, not_encoded
from context_sidecar_adapters.files.header import another_delimiter, checked_header
from context_sidecar_adapters.files.json_lines import rows_of
from context_sidecar_adapters.files.origins import LARGER
from context_sidecar_adapters.files.table import PackedRows, Table

_UNPACKED = 10
"""How many times larger than the largest file allowed a packed one may be when unpacked."""

_AGAIN = "Have it delivered once more, whole."

_GZIP = b"\x1f\x8b"


def parse(content: bytes, settings: Mapping[str, Any]) -> Table:
    """Return the table in *content*, which is written as *settings* say.

    Raises:
        SourceError: BAD_RESPONSE or SCHEMA_CHANGED, it is not as declared; NOT_CONFIGURED, the
            library for it is not installed.
    """
    unzipped = _unzipped(content, settings)
    if not unzipped and settings["format"] != "jsonl":
        raise SourceError(Reason.BAD_RESPONSE, "the file is empty", remedy=_AGAIN)
    return _PARSERS[settings["format"]](unzipped, settings)


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    settings: Mapping[str, Any],
    percents: Collection[str] = frozenset(),
) -> Table:
    return Table(columns, rows, settings["time_zone"], frozenset(settings["nulls"]), percents)


def _unzipped(content: bytes, settings: Mapping[str, Any]) -> bytes:
    """Return what gzip has packed in *content*; nothing that is a table begins as gzip does. A web
    server or a bucket may have unpacked it already, whatever its name says."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            found = packed.read(_most_unpacked(settings) + 1)
    except (EOFError, OSError, zlib.error) as error:
        fault = f"a damaged gzip file, or only its beginning ({type(error).__name__})"
    else:
        _check_unpacked(len(found), settings)
        return found
    raise SourceError(Reason.BAD_RESPONSE, fault, remedy=_AGAIN)


def _parse_csv(content: bytes, settings: Mapping[str, Any]) -> Table:
    if b"\n" not in content:  # and so no line of it is known to be whole, not even its header
        _check_last_line(content, settings)
    check_encoding(content, settings["encoding"])
    text = io.TextIOWrapper(io.BytesIO(content), settings["encoding"], newline="")
    lines = csv.reader(text, delimiter=settings["delimiter"], strict=True)
    rows = PackedRows()
    try:
        columns = checked_header(next(lines, ()), settings)
        for line in lines:
            if line and len(line) != len(columns):
                raise SourceError(
                    Reason.BAD_RESPONSE,
                    f"line {lines.line_num}: {len(line)} fields under {len(columns)} columns",
                    remedy=_WRITE_IN_QUOTES,
                )
            if line:
                rows.append(line)
    except csv.Error as error:
        fault = f"line {lines.line_num}: {error}"
    except UnicodeError:
        fault = ""
    else:
        _check_last_line(content, settings)
        return _table(columns, rows, settings)
    if not fault:
        raise not_encoded(content, settings["encoding"])
    header, _, _ = content.partition(b"\n")
    known = another_delimiter(header.decode(settings["encoding"], "replace"), settings)
    raise SourceError(Reason.BAD_RESPONSE, fault, remedy=known or _WRITE_IN_QUOTES)


_WRITE_IN_QUOTES = (
    "Have the file written as CSV is: a field that holds the delimiter, a quote or a line's end "
    "stands in double quotes, and a quote in it is doubled. What parts the fields is set by "
    "`delimiter` in the source's settings."
)


def _check_last_line(content: bytes, settings: Mapping[str, Any]) -> None:
    """Refuse a file whose last line does not end: `…,12` may be the beginning of `…,1200`, and
    `…,` of a value that would then read as none."""
    # In UTF-16 and UTF-32 a line's end comes with zeros around it.
    ends = content.rstrip(b"\0").endswith((b"\n", b"\r"))
    if content and settings["final_newline"] and not ends:
        raise SourceError(
            Reason.BAD_RESPONSE,
            "the last line does not end, as if the file were cut",
            remedy=f"{_AGAIN} Where its writer never ends the last line, set "
            "`final_newline: false` in the source's settings.",
        )


def _parse_json_lines(content: bytes, settings: Mapping[str, Any]) -> Table:
    check_encoding(content, settings["encoding"])
    try:
        text = content.decode(settings["encoding"])
    except UnicodeError:
        text = None
    if text is None:
        raise not_encoded(content, settings["encoding"])
    always = settings["always"] if settings["omits_nulls"] else None
    names, rows = rows_of(text, always)
    columns = checked_header(names, settings) if names else []
    return _table(columns, rows, settings)


def _parse_xlsx(content: bytes, settings: Mapping[str, Any]) -> Table:
    from context_sidecar_adapters.files.workbook import read_sheet  # noqa: PLC0415  openpyxl is slow to import, and seldom needed

    _check_unpacked(_unpacked_size(content), settings)
    sheet = read_sheet(content, settings["sheet"])
    numbered = enumerate(sheet.rows, start=1)
    columns = checked_header(next(numbered, (1, ()))[1], settings)
    rows: list[tuple[Any, ...]] = []
    for number, row in numbered:
        if any(value is not None for value in row[len(columns) :]):
            raise SourceError(
                Reason.BAD_RESPONSE,
                f"row {number}: a value beyond the last column",
                remedy="Give its column a name in the first row, or take the value out.",
            )
        if any(value is not None for value in row):
            padding = [None] * (len(columns) - len(row))
            rows.append((*row[: len(columns)], *padding))
    percents = {name for place, name in enumerate(columns) if place in sheet.percents}
    return _table(columns, rows, settings, percents)


def _unpacked_size(content: bytes) -> int:
    """Return how large a zip archive says it is; what is longer is cut there when it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        pass
    raise SourceError(
        Reason.BAD_RESPONSE,
        "not an XLSX file, or only its beginning",
        remedy=f"{_AGAIN} If it is of another kind, set `format` in the source's settings.",
    )


def _check_unpacked(size: int, settings: Mapping[str, Any]) -> None:
    if size > _most_unpacked(settings):
        raise SourceError(
            Reason.BAD_RESPONSE,
            f"a file of over {_most_unpacked(settings)} bytes when unpacked",
            remedy=LARGER,
        )


def _most_unpacked(settings: Mapping[str, Any]) -> int:
    return int(settings["max_megabytes"]) * 1_000_000 * _UNPACKED


def _parse_parquet(content: bytes, settings: Mapping[str, Any]) -> Table:
    if find_spec("pyarrow") is None:
        raise SourceError(
            Reason.NOT_CONFIGURED, "Parquet needs pyarrow: pip install 'context-sidecar[parquet]'"
        )
    from context_sidecar_adapters.files.columnar import columns_of, unpacked_size  # noqa: PLC0415  pyarrow is an extra

    _check_unpacked(unpacked_size(content), settings)
    found = columns_of(content)
    columns = checked_header(list(found), settings)
    return _table(columns, list(zip(*found.values(), strict=True)), settings)


_PARSERS: dict[str, Callable[[bytes, Mapping[str, Any]], Table]] = {
    "csv": _parse_csv,
    "jsonl": _parse_json_lines,
    "xlsx": _parse_xlsx,
    "parquet": _parse_parquet,
}
