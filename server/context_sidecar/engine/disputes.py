"""Which values are said to be wrong, known without a question to the database for each card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from threading import Lock

from context_sidecar.core.dispute import Dispute, Disputed, standing
from context_sidecar.store.disputes import Disputes

LOOKED_AT_EVERY = timedelta(seconds=10)
"""How soon what another process has noted or closed is known here."""


class OpenDisputes:
    """The open disputes, by account.

    Args:
        disputes: the table.
        on_change: told when something else is said to be wrong than before.
    """

    def __init__(self, disputes: Disputes, on_change: Callable[[], object] = lambda: None) -> None:
        self._disputes, self._on_change = disputes, on_change
        self._lock = Lock()
        self._known: tuple[Dispute, ...] = ()
        self._standing: dict[str, dict[str, Disputed]] = {}

    def about(self, account_id: str) -> Mapping[str, Disputed]:
        """Return, by field, what is said to be wrong about an account."""
        return self._standing.get(account_id, {})

    def counted(self) -> Mapping[str, int]:
        """Return the number of open disputes by the team that is to settle them."""
        teams = [one.team for one in self._known]
        return {team: teams.count(team) for team in dict.fromkeys(teams)}

    def note(self, dispute: Dispute) -> None:
        """Keep a new dispute; it is known at once."""
        self._disputes.keep(dispute)
        self.look()

    def look(self) -> None:
        """Bring what is known here up to date."""
        with self._lock:
            found = self._disputes.open()
            if found == self._known:
                return
            self._standing, self._known = _by_account(found), found
        self._on_change()


def _by_account(disputes: Iterable[Dispute]) -> dict[str, dict[str, Disputed]]:
    accounts: dict[str, list[Dispute]] = {}
    for one in disputes:
        accounts.setdefault(one.account_id, []).append(one)
    return {account: standing(some) for account, some in accounts.items()}
