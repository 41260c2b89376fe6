"""The token of a grant: kept in the store, and renewed there by one process at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Grant, Step, Tokens, next_step, refused
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.token_answers import ENDED
from context_sidecar.store.grants import GrantsOutOfReach, KeptGrant

USUAL_TIME = timedelta(seconds=30)
"""How long a renewal may take where no deadline says so."""

SLACK = timedelta(seconds=5)
"""Past the end of its time a renewal is given up by those who wait for it, and done anew."""

LOOKED_EVERY = 0.05
"""Seconds between two looks whether somebody else is done."""

LOOKED_AT_AGAIN = timedelta(seconds=5)
"""How soon it is known here that another process has forgotten the grant, or was given another."""


class KeptToken:
    """Gives the token of the grant *kept*, renewed where it must be.

    Args:
        kept: the grant in the store.
        client: tells the client that we are.
        renew: renews tokens at the vendor, or raises SourceError.
        clock: gives the present.
        wait: lets a moment pass.
    """

    def __init__(
        self,
        kept: KeptGrant,
        client: str,
        renew: Callable[[Tokens], Tokens],
        clock: Clock,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._kept, self._client, self._renew_at_vendor = kept, client, renew
        self._clock, self._wait = clock, wait
        self._lock = Lock()
        self._seen: frozenset[str] = frozenset()
        self._unsaved: tuple[str, Tokens] | None = None
        self._last: Tokens | None = None

    def __call__(self, refused: Tokens | None) -> Tokens:
        """Return a token, other than the one that was *refused*, to be asked for again soon.

        Raises:
            SourceError: there is none, and why.
        """
        spent = refused.access.reveal() if refused else ""
        with self._lock:
            try:
                self._last = self._token(spent)
            except SourceError:
                self._last = None
                raise
            except GrantsOutOfReach:
                if not self._is_good(spent):
                    self._last = None
        if self._last is None:
            raise SourceError(Reason.BUSY, "the database that keeps its tokens does not answer")
        return replace(self._last, until=min(self._last.until, self._clock() + LOOKED_AT_AGAIN))

    def _is_good(self, spent: str) -> bool:
        """Whether what was kept when it was looked at last can be used still."""
        last = self._last
        return bool(last and self._clock() < last.until and last.access.reveal() != spent)

    def secrets(self) -> frozenset[str]:
        """Return the tokens that have been seen last, which nobody else may see."""
        return self._seen

    def _token(self, spent: str) -> Tokens:
        while True:
            if self._unsaved:
                self._stored(*self._unsaved)
            grant = self._read()
            step = next_step(grant, self._client, spent, self._clock())
            if isinstance(step, Tokens):
                return step
            assert grant is not None
            if step is Step.RENEW and (tokens := self._renewed(grant)):
                return tokens
            self._await_others()

    def _read(self) -> Grant | None:
        grant = self._kept.read()
        if grant and grant.tokens:
            self._see(grant.tokens)
        return grant

    def _renewed(self, grant: Grant) -> Tokens | None:
        """Renew it; None where somebody else does, or did."""
        assert grant.tokens
        holder = self._kept.hold(grant.version, _span())
        if holder is None:
            return None
        try:
            began = self._clock()
            tokens = grant.renewed(self._renew_at_vendor(grant.tokens), began)
        except SourceError as error:
            if error.code != ENDED:
                self._kept.let_go(holder)
                raise
            # For good, unless what the vendor was shown is old by now: then there is another.
            if self._kept.refuse(grant.version):
                raise refused(error.detail) from error
            return None
        self._see(grant.tokens, tokens)
        return self._stored(grant.version, tokens)

    def _stored(self, version: str, tokens: Tokens) -> Tokens | None:
        """Store what was renewed; only then may it be used. Where that fails it is not lost: what
        it replaced is worth nothing any more."""
        self._unsaved = version, tokens
        stored = self._kept.replace(version, tokens)
        self._unsaved = None
        return tokens if stored else None

    def _await_others(self) -> None:
        if deadline.left() == 0:
            raise SourceError(Reason.TIMEOUT, "somebody else is renewing the token")
        self._wait(LOOKED_EVERY)

    def _see(self, *all: Tokens) -> None:
        held = [secret for one in all for secret in (one.access, one.refresh) if secret]
        self._seen = frozenset(secret.reveal() for secret in held)


def _span() -> timedelta:
    left = deadline.left()
    return (USUAL_TIME if left is None else timedelta(seconds=left)) + SLACK
