"""The one door to the network. Every byte that a source sends by HTTP comes through here.

It keeps the whole call's deadline and the byte cap, connects only where a source may be, follows
no redirects, keeps no cookies, signs in, and turns every failure into a `SourceError` whose text
holds no secret and no key of a record.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from http import HTTPStatus
from typing import Any, TypeVar

import httpcore
import httpx

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError, Unasked
from context_sidecar.core.grant import Tokens
from context_sidecar.core.http import Connection
from context_sidecar.core.quota import Standing, endpoint_used_up, read
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scrub import scrubbed
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import addresses, beforehand, deadline, filling
from context_sidecar.engine.door.exchange import Sent, exchange
from context_sidecar.engine.door.network import open_pool
from context_sidecar.engine.door.refusals import judged
from context_sidecar.engine.door.reply import Reply
from context_sidecar.engine.door.sign_in import sign_in
from context_sidecar.engine.door.token_answers import REFUSED, PostForm
from context_sidecar.engine.door.writing import merged, parsed, path_below, written
from context_sidecar.store.grants import KeptGrant

BESIDE_THE_POOL = 4
"""Connections beyond the source's concurrency, for what is not asked through its workers: sign-in,
the reading of the account list, `sidecar doctor`."""

HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip",
    "user-agent": "context-sidecar",
}

T = TypeVar("T")

Params = Mapping[str, str | Sequence[str]]


def open_http(
    connection: Connection,
    limits: Limits,
    *,
    allow_private: bool,
    clock: Clock,
    secrets: Iterable[str] = (),
    resolve: addresses.Resolve = addresses.resolve,
    tls: ssl.SSLContext | None = None,
    kept: KeptGrant | None = None,
) -> Door:
    """Open the door to the source at *connection*.

    Args:
        connection: where it is, how to sign in, how its refusals are read.
        limits: how long one call may take, how many at once.
        allow_private: whether it may be at a private or loopback address, and speak plain HTTP.
        clock: the present, for tokens and for dates in `Retry-After`.
        secrets: what must not be seen in any error, besides what signing in needs.
        resolve: gives the addresses of a host name.
        tls: whom to trust; by default the certificate authorities that come with certifi, or
            those that the environment's SSL_CERT_FILE or SSL_CERT_DIR names.
        kept: what a person has granted us, where that is how to sign in.

    Raises:
        SourceError: NOT_CONFIGURED, the address is none that a source may have.
    """
    pool = open_pool(
        allow_private=allow_private,
        resolve=resolve,
        tls=tls or _usual_trust(),
        connections=limits.concurrency + BESIDE_THE_POOL,
    )
    hidden = frozenset(secrets)
    return Door(connection, limits, pool, clock, hidden, plain_http=allow_private, kept=kept)


class Door:
    """The door to one source; implements `context_sidecar.core.http.Http`."""

    def __init__(
        self,
        connection: Connection,
        limits: Limits,
        pool: httpcore.ConnectionPool,
        clock: Clock,
        secrets: frozenset[str],
        *,
        plain_http: bool,
        kept: KeptGrant | None = None,
    ) -> None:
        self._connection, self._pool, self._clock = connection, pool, clock
        self._timeout = limits.timeout.total_seconds()
        self._secrets = secrets
        self._schemes = {"https", "http"} if plain_http else {"https"}
        self._signed_in = sign_in(connection.sign_in, self._post_for_token, clock, kept)
        self._enter: Callable[[str], None] = lambda _: None
        self._on_left: Callable[[tuple[Standing, ...]], None] = lambda _: None

    def get(
        self,
        path: str,
        parts: Mapping[str, str] | None = None,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        """See `context_sidecar.core.http.Http.get`."""
        call = partial(self._sent, "GET", path, parts, headers or {}, params=params)
        return self._ask(call, accept)

    def post(
        self,
        path: str,
        parts: Mapping[str, str] | None = None,
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Reply:
        """See `context_sidecar.core.http.Http.post`."""
        body: Mapping[str, Any] = {"params": params, "json": json, "data": form}
        call = partial(self._sent, "POST", path, parts, headers or {}, **body)
        return self._ask(call, accept)

    def redeem(self, trade: Callable[[PostForm], Tokens], hidden: frozenset[str]) -> Tokens:
        """Let *trade* post to a token endpoint, with what is *hidden* seen in no error.

        Raises:
            SourceError: there are no tokens, and why.
        """
        return self._told(lambda: trade(self._post_for_token), hidden)

    def keep_to(
        self, enter: Callable[[str], None], on_left: Callable[[tuple[Standing, ...]], None]
    ) -> None:
        """Ask *enter* from now on before each call of a path, which waits for its limits or raises
        `SourceError`, and tell *on_left* what each answer tells of what is left of the quotas."""
        self._enter, self._on_left = enter, on_left

    def secrets(self) -> frozenset[str]:
        """Return all that must not be seen in anything that is said about this source."""
        return self._secrets | self._signed_in.secrets()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _ask(self, call: Callable[[Mapping[str, str]], Sent], accept: Collection[int]) -> Reply:
        beforehand.come()
        return self._told(lambda: self._judged(*self._signed(call), accept))

    def _judged(self, reply: Reply, path: str, accept: Collection[int]) -> Reply:
        """Return *reply* if it is an answer; a refusal may be that of the endpoint at *path*."""
        quotas = self._connection.quotas
        try:
            return judged(reply, accept, self._connection.explain, self._clock())
        except SourceError as error:
            told = read(quotas, reply.headers, self._clock())
            if error.reason is Reason.RATE_LIMITED:
                error.endpoint = error.endpoint or endpoint_used_up(quotas, path, told)
            raise

    def _told(self, call: Callable[[], T], hidden: frozenset[str] = frozenset()) -> T:
        """Make one call in its time; what goes wrong is told without secrets."""
        with deadline.within(deadline.for_one_call(self._timeout)):
            try:
                return call()
            except SourceError as error:
                failure = scrubbed(error, self.secrets() | hidden)
        raise failure  # out here, so that nothing that quotes the request hangs on it

    def _signed(self, call: Callable[[Mapping[str, str]], Sent]) -> tuple[Reply, str]:
        """Make the call signed in; where the source refuses the sign-in, once more with another.
        Return its answer, and what path it was."""
        proof = self._signed_in.headers()
        sent = call(proof)
        path = path_below(self._connection.base_url, sent)
        self._enter(path)
        reply = self._exchange(sent)
        if reply.status == HTTPStatus.UNAUTHORIZED and self._signed_in.renew(proof):
            reply = self._exchange(call(self._signed_in.headers()))
        if told := read(self._connection.quotas, reply.headers, self._clock()):
            self._on_left(told)
        return reply, path

    def _exchange(self, sent: Sent) -> Reply:
        return exchange(self._pool, sent, self._connection.max_bytes)

    def _post_for_token(self, url: str, form: str, headers: Mapping[str, str]) -> Reply:
        sent = written(
            "POST", self._address(url), merged(HEADERS, headers), "sign-in", content=form
        )
        return judged(self._exchange(sent), REFUSED, None, self._clock())

    def _sent(
        self,
        method: str,
        path: str,
        filled: Mapping[str, str] | None,
        headers: Mapping[str, str],
        proof: Mapping[str, str],
        **body: Any,
    ) -> Sent:
        where = f"{method} {'(next page)' if _is_absolute(path) else path.partition('?')[0]}"
        headers = merged(HEADERS, self._connection.headers, headers, proof)
        return written(method, self._url(path, filled), headers, where, **body)

    def _url(self, path: str, filled: Mapping[str, str] | None) -> httpx.URL:
        base = self._address(self._connection.base_url)
        path = filling.fill(path, filled)
        if _is_absolute(path):
            url = parsed(path)
        elif path:
            url = parsed(f"{self._connection.base_url.rstrip('/')}/{path.lstrip('/')}")
        else:
            url = base
        if _origin(url) != _origin(base) or url.userinfo:
            raise SourceError(Reason.BAD_RESPONSE, f"an address that is not of {base.host}")
        return url

    def _address(self, text: str) -> httpx.URL:
        """Return an address from the configuration, if a source may have it."""
        try:
            url = parsed(text)
        except Unasked:
            url = httpx.URL()
        addresses.refuse_unfit(url.scheme, url.userinfo, url.host, url.port, self._schemes)
        return url


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_absolute(path: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) is not None


@cache
def _usual_trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()
