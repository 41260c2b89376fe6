"""Tokens that wear out: fetched by one call for all, and renewed in time.

Some vendors count refused sign-ins and lock the user out, so nothing here tries twice.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Tokens
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline

AGAIN_AFTER = timedelta(minutes=1)
"""A source that refuses one new token after the other has another reason than their age."""


class SharedToken:
    """A token that is fetched by one call for all, when there is none that is still good.

    Args:
        ask: fetches a token, other than the one it is given where one was refused, or raises
            SourceError.
        secrets: gives what fetching it needs, and must not be seen.
        clock: gives the present.
    """

    def __init__(
        self,
        ask: Callable[[Tokens | None], Tokens],
        secrets: Callable[[], Collection[str]],
        clock: Clock,
    ) -> None:
        self._ask, self._secrets, self._clock = ask, secrets, clock
        self._lock = Lock()  # guards the two below
        self._token: Tokens | None = None
        self._flight: Future[Tokens] | None = None
        self._brought: tuple[Tokens | None, datetime] = (None, clock())

    def headers(self) -> Mapping[str, str]:
        """See `SignedIn.headers`."""
        token = self._token
        if token is None or self._clock() >= token.until:
            token = self._fetch(instead_of=token)
        return _headers(token)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """See `SignedIn.renew`."""
        token = self._token
        if token is not None and _headers(token) != refused:
            return True
        brought, at = self._brought  # by the refusal before this one
        is_new = self._clock() - at < AGAIN_AFTER
        if is_new and token and brought and token.access == brought.access:
            return False
        new = self._fetch(instead_of=token, refused=token)
        if token and new.access == token.access:  # somebody asked for it who knew of no refusal
            new = self._fetch(instead_of=new, refused=token)
        self._brought = new, self._clock()
        return True

    def secrets(self) -> frozenset[str]:
        """See `SignedIn.secrets`."""
        token = self._token
        return frozenset({*self._secrets(), *([token.access.reveal()] if token else ())})

    def _fetch(self, instead_of: Tokens | None, refused: Tokens | None = None) -> Tokens:
        with self._lock:
            if self._token is not None and self._token is not instead_of:
                return self._token
            flight, mine = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if mine:
            self._carry_out(flight, refused)
        try:
            return flight.result(deadline.for_one_call(0))
        except TimeoutError:
            pass
        raise SourceError(Reason.TIMEOUT, "no token in time")

    def _carry_out(self, flight: Future[Tokens], refused: Tokens | None) -> None:
        try:
            token = self._ask(refused)
        except BaseException as error:  # noqa: BLE001  whoever waits must not wait for ever
            with self._lock:
                self._flight = None
            flight.set_exception(error)
        else:
            with self._lock:
                self._token, self._flight = token, None
            flight.set_result(token)


def basic(user: str, password: str) -> str:
    """Return the pair that stands for *user* and *password* (RFC 7617)."""
    return b64encode(f"{user}:{password}".encode()).decode()


def _headers(token: Tokens) -> Mapping[str, str]:
    return {"Authorization": f"{token.scheme} {token.access.reveal()}"}
