"""Accounts to try sources with: some that the directory knows, or, while it is empty, the first
that the source which owns accounts lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from datetime import timedelta

from context_sidecar.core.account import Account
from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.configuration import Accounts
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine.directory import Directory
from context_sidecar.engine.directory.listing import Listing
from context_sidecar.engine.examination.trial import Trial

MOST = 50
"""Accounts that a source is tried with."""

LISTED = 20
"""Accounts that are read of a list, whose pages may be short."""

KNOWN = 200
"""Accounts of the directory from which those are taken that have a source's key."""

AWAITED = timedelta(seconds=50)
"""How long its list is waited for: it comes after its check."""


class Samples:
    """Accounts to try sources with.

    Args:
        directory: who is known.
        accounts: the directory's contract.
        trial: tries the source that owns accounts.
    """

    def __init__(self, directory: Directory, accounts: Accounts, trial: Trial) -> None:
        self._directory, self._accounts, self._trial = directory, accounts, trial
        self._known = directory.some(KNOWN)
        self._listed: Future[Sequence[AccountRow]] = Future()

    @property
    def owner(self) -> Source:
        """The source that owns accounts."""
        return self._accounts.source

    @property
    def needs_list(self) -> bool:
        """Whether there are none before the owner was asked for its list."""
        return not self._known

    def list_first(self) -> Sequence[AccountRow]:
        """Ask the owner for the first of its list; called once, in whatever thread.

        Raises:
            SourceError: it could not be read.
        """
        listing = Listing(self._accounts.keys, self._directory.normalise)
        try:
            rows = self._trial.first_accounts(listing.names, LISTED)
        except SourceError as error:
            self.give_up(error)
            raise
        self._listed.set_result(rows)
        return rows

    def list_quietly(self) -> None:
        """Do the same, where nobody looks at the list itself."""
        with suppress(SourceError):
            self.list_first()

    def give_up(self, error: SourceError) -> None:
        """Say why the owner's list is not asked for."""
        self._listed.set_exception(error)

    def keys(self, name: str) -> list[str]:
        """Return the key *name* of some accounts, each once. Waits for the owner's list where that
        is needed.

        Raises:
            SourceError: there are no accounts to try with, and why.
        """
        found = (account.key(name) for account in self._known or self._from_list())
        return list(dict.fromkeys(key for key in found if key is not None))[:MOST]

    def id(self, name: str, key: str) -> str:
        """Return the id of the account that has *key* as its key *name*; its name is a customer's,
        and nobody's business here."""
        found = (one.id for one in self._known or self._from_list() if one.key(name) == key)
        return next(found, key)

    def _from_list(self) -> Iterable[Account]:
        try:
            rows = self._listed.result(AWAITED.total_seconds())
        except NotInTime:
            raise SourceError(Reason.TIMEOUT, "the list of accounts does not come") from None
        listing = Listing(self._accounts.keys, self._directory.normalise)
        return [one.account for one in listing.read(rows)]
