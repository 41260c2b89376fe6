"""The columns of a Parquet file. Importing this needs pyarrow."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from context_sidecar import Reason, SourceError

T = TypeVar("T")


def unpacked_size(content: bytes) -> int:
    """Return how many bytes the file says that its columns hold.

    Raises:
        SourceError: BAD_RESPONSE, it is no Parquet file, or not a whole one.
    """

    def size() -> int:
        metadata = pq.ParquetFile(io.BytesIO(content)).metadata
        groups = range(metadata.num_row_groups)
        return sum(metadata.row_group(number).total_byte_size for number in groups)

    return _read(size)


def columns_of(content: bytes) -> dict[str, list[Any]]:
    """Return the values of every column.

    Raises:
        SourceError: BAD_RESPONSE, it cannot be read; SCHEMA_CHANGED, two columns have one name.
    """

    def columns() -> dict[str, list[Any]]:
        table = pq.read_table(io.BytesIO(content), coerce_int96_timestamp_unit="us")
        if len(set(table.column_names)) < table.num_columns:
            raise SourceError(
                Reason.SCHEMA_CHANGED,
                "two columns of one name",
                remedy="Have every column named, and each by a name of its own.",
            )
        return {name: _values(table[name]) for name in table.column_names}

    return _read(columns)


def _values(column: Any) -> list[Any]:
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except (pa.ArrowException, OSError, ValueError) as error:
        fault = type(error).__name__
    raise SourceError(
        Reason.BAD_RESPONSE,
        f"not a Parquet file, or a damaged one ({fault})",
        remedy="Have it delivered once more, whole. If it is of another kind, set `format` in the "
        "source's settings.",
    )
