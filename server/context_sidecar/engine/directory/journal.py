"""What became of synchronisations, for the log: told when it changes, and not every time anew."""

from __future__ import annotations

import structlog

from context_sidecar.engine.directory.directory import Outcome, Synced

log = structlog.get_logger()


class Journal:
    """Notes each synchronisation whose outcome is another than the last one's."""

    def __init__(self) -> None:
        self._last: tuple[object, ...] = ()

    def note(self, synced: Synced) -> None:
        """Write down what *synced* came to, unless the last one came to the same."""
        listing, error = synced.listing, synced.error
        came_to = synced.outcome, error and error.reason, listing.duplicates, listing.without_id
        if came_to == self._last:
            return
        self._last = came_to
        well = synced.outcome in {Outcome.PUBLISHED, Outcome.SUPERSEDED}
        (log.info if well else log.warning)(
            "accounts_synchronised",
            outcome=synced.outcome.value,
            reason=error.reason.value if error else None,
            detail=error.detail if error else None,
            accounts=listing.accounts,
            before=synced.before,
            repeated_ids=listing.duplicates,
            without_id=listing.without_id,
        )
