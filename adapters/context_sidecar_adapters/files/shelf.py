"""The last whole delivery, kept until a better one is whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from context_sidecar import Reason, SourceError

from context_sidecar_adapters.files.formats import parse
from context_sidecar_adapters.files.origins import Delivery, Origin, Unfinished
from context_sidecar_adapters.files.table import Table

LONGEST_WRITING = 300.0
"""Seconds for which the last whole delivery counts while the next is being written. One that takes
longer was given up, or its marker will never come."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A parsed delivery, and when its file was last changed, where that is known."""

    table: Table
    modified: datetime | None


class Shelf:
    """Holds what the last delivery said, and knows when the present one cannot be believed.

    Args:
        origin: where deliveries come from.
        settings: the adapter's.
        clock: counts seconds.
    """

    def __init__(
        self,
        origin: Origin,
        settings: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._origin = origin
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._mark: Hashable | None = None
        self._held: Stock | None = None
        self._refusal: SourceError | None = None
        self._doubted: int | None = None
        self._unfinished_since: float | None = None

    def stock(self) -> Stock:
        """Return what the present delivery says; while the next is being written, for at most
        `LONGEST_WRITING`, that is still the last one.

        Raises:
            SourceError: the present delivery cannot be read, or not be believed.
        """
        with self._lock:
            try:
                delivery = self._origin.fetch(self._mark)
                self._unfinished_since = None
            except Unfinished:
                if self._held is None or self._unfinished_for() > LONGEST_WRITING:
                    raise
                delivery = None
            if delivery:
                is_another = delivery.mark != self._mark
                self._mark = delivery.mark
                if is_another:
                    self._take(delivery)
            if self._refusal:
                refusal = self._refusal
                raise SourceError(refusal.reason, refusal.detail, remedy=refusal.remedy)
            assert self._held is not None
            return self._held

    def revision(self) -> Hashable | None:
        """Return the mark of the last delivery, having looked whether there is another."""
        with suppress(SourceError):  # whoever asks for a value is told
            self.stock()
        return self._mark

    def _unfinished_for(self) -> float:
        now = self._clock()
        if self._unfinished_since is None:
            self._unfinished_since = now
        return now - self._unfinished_since

    def _take(self, delivery: Delivery) -> None:
        try:
            table = parse(delivery.content, self._settings)
            self._check_length(len(table))
        except SourceError as error:
            self._refusal = error
        else:
            self._refusal, self._doubted = None, None
            self._held = Stock(table, delivery.modified)

    def _check_length(self, rows: int) -> None:
        """Refuse what looks like the beginning of a file, or like an export that went wrong. Two
        deliveries in a row that agree are believed."""
        if rows == 0 and not self._settings["may_be_empty"]:
            raise SourceError(
                Reason.BAD_RESPONSE,
                "the file has no rows",
                remedy="Have it delivered once more. Where a delivery may have none, set "
                "`may_be_empty: true` in the source's settings.",
            )
        before = len(self._held.table) if self._held else 0
        agrees = self._doubted is not None and not self._shrinks(self._doubted, rows)
        if self._shrinks(before, rows) and not agrees:
            self._doubted = rows
            raise SourceError(
                Reason.BAD_RESPONSE,
                f"{rows} rows where there were {before}",
                remedy="If that is right, deliver the file once more, or touch it. By how many "
                "percent a delivery may be shorter is set by `may_shrink`.",
            )

    def _shrinks(self, before: int, rows: int) -> bool:
        return rows < before * (100 - int(self._settings["may_shrink"])) / 100
