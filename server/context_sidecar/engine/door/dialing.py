"""Lines to sources that do not speak HTTP: to the very address that was judged, and in time."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence

from context_sidecar.core.dial import Dial
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import addresses, deadline
from context_sidecar.engine.door.network import CONNECT_SHARE


def dialing(
    limits: Limits, *, allow_private: bool, resolve: addresses.Resolve = addresses.resolve
) -> Dial:
    """Return what connects one source to its system.

    Args:
        limits: how long one call may take.
        allow_private: whether it may be at a private or loopback address.
        resolve: gives the addresses of a host name.
    """

    def dial(host: str, port: int) -> socket.socket:
        until = time.monotonic() + deadline.for_one_call(limits.timeout.total_seconds())
        addresses.refuse_disguise(host)
        found = addresses.judged(host, _resolved(host, resolve, until), allow_private=allow_private)
        return _connected(host, port, found, until)

    return dial


def _resolved(host: str, resolve: addresses.Resolve, until: float) -> Sequence[str]:
    try:
        return resolve(host, _left(until))
    except TimeoutError:
        failure = SourceError(Reason.TIMEOUT, f"{host} was not resolved in time")
    except OSError:
        failure = SourceError(Reason.UNREACHABLE, f"{host} has no address")
    raise failure


def _connected(host: str, port: int, found: Sequence[str], until: float) -> socket.socket:
    failure = SourceError(Reason.UNREACHABLE, f"{host} has no address")
    for address in found:
        try:
            line = socket.create_connection((address, port), _left(until) / CONNECT_SHARE)
        except TimeoutError:
            failure = SourceError(Reason.TIMEOUT, f"{host}:{port}: no connection in time")
        except OSError as error:
            fault = os.strerror(error.errno or 0)
            failure = SourceError(Reason.UNREACHABLE, f"{host}:{port}: {fault}")
        else:
            line.settimeout(_left(until))
            return line
    raise failure


def _left(until: float) -> float:
    return max(0.001, until - time.monotonic())
