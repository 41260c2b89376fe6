from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Move by `forward(minutes=5)`; return the new time."""
        self.now += timedelta(**span)
        return self.now


class AheadClock:
    """The clock on the wall, ahead by as much as it is told; for tests with a browser, whose own
    clock cannot be stopped."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, **span: float) -> None:
        """Move by `forward(minutes=5)`."""
        self._ahead += timedelta(**span)
