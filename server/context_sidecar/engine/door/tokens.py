"""Tokens that wear out: fetched by one call for all, and renewed in time.

Some vendors count refused sign-ins and lock the user out, so nothing here tries twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline


@dataclass(frozen=True, slots=True)
class Token:
    """A token: the headers that carry it, and until when it is used."""

    headers: Mapping[str, str]
    value: str
    until: datetime


class SharedToken:
    """A token that is fetched by one call for all, when there is none that is still good.

    Args:
        ask: fetches a token, or raises SourceError.
        secrets: what fetching it needs, and must not be seen.
        clock: gives the present.
    """

    def __init__(self, ask: Callable[[], Token], secrets: set[str], clock: Clock) -> None:
        self._ask, self._secrets, self._clock = ask, secrets, clock
        self._lock = Lock()  # guards the two below
        self._token: Token | None = None
        self._flight: Future[Token] | None = None

    def headers(self) -> Mapping[str, str]:
        """See `SignedIn.headers`."""
        token = self._token
        if token is None or self._clock() >= token.until:
            token = self._fetch(instead_of=token)
        return token.headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """See `SignedIn.renew`."""
        token = self._token
        if token is None or token.headers == refused:
            self._fetch(instead_of=token)
        return True

    def secrets(self) -> frozenset[str]:
        """See `SignedIn.secrets`."""
        token = self._token
        return frozenset(self._secrets | ({token.value} if token else set()))

    def _fetch(self, instead_of: Token | None) -> Token:
        with self._lock:
            if self._token is not None and self._token is not instead_of:
                return self._token
            flight, mine = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if mine:
            self._carry_out(flight)
        try:
            return flight.result(deadline.for_one_call(0))
        except TimeoutError:
            pass
        raise SourceError(Reason.TIMEOUT, "no token in time")

    def _carry_out(self, flight: Future[Token]) -> None:
        try:
            token = self._ask()
        except BaseException as error:  # noqa: BLE001  whoever waits must not wait for ever
            with self._lock:
                self._flight = None
            flight.set_exception(error)
        else:
            with self._lock:
                self._token, self._flight = token, None
            flight.set_result(token)
