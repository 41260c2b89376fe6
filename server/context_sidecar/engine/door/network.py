"""Connections to sources: to the very address that was judged, and within the deadline.

The host name stays what it was in the Host header and in TLS; only the socket goes to the address.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable

import httpcore

from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.addresses import Resolve, judged, refuse_disguise

CONNECT_SHARE = 4
"""One address gets a quarter of the time that is left, so that the next can still be tried."""

PIECE = 16 * 1024
KEPT_OPEN = 30.0


def open_pool(
    *, allow_private: bool, resolve: Resolve, tls: ssl.SSLContext, connections: int
) -> httpcore.ConnectionPool:
    """Open a pool of at most *connections* connections that keeps to this module's promise.

    Connecting raises SourceError (NOT_CONFIGURED) for an address that a source may not have.
    """
    return httpcore.ConnectionPool(
        ssl_context=tls,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=KEPT_OPEN,
        network_backend=_Network(allow_private=allow_private, resolve=resolve),
    )


class _Network(httpcore.NetworkBackend):
    def __init__(self, *, allow_private: bool, resolve: Resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses(host):
            share = _seconds(httpcore.ConnectTimeout) / CONNECT_SHARE
            try:
                return _Stream(self._sockets.connect_tcp(address, port, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("the host name has no address")

    def _addresses(self, host: str) -> list[str]:
        host = host.strip("[]")
        refuse_disguise(host)
        try:
            found = self._resolve(host, _seconds(httpcore.ConnectTimeout))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the host name was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError("the host name has no address") from error
        return judged(host, found, allow_private=self._allow_private)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline of the call that takes it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], _seconds(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = _seconds(httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _seconds(late: type[httpcore.TimeoutException]) -> float:
    """Return what is left of the deadline, without which nothing here is called."""
    left = deadline.left()
    if not left:
        raise late("the deadline has passed")
    return left
