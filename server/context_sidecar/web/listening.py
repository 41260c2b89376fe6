"""Whether an address is ours to listen at, asked before anything is started."""

from __future__ import annotations

import errno
import os
import socket

from context_sidecar.core.errors import SidecarError


class ListeningRefused(SidecarError):
    """Nobody can listen at the address; the text says why, and what to do."""


def free_address(host: str, port: int) -> str:
    """Return the IP address of *host*, where *port* can be listened at.

    Granian lets several servers share one address, which would leave a forgotten one answering a
    part of what is asked, by its old configuration. So the address must be nobody's.

    Raises:
        ListeningRefused: it is taken, not allowed to us, or no address of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # Else the connections of a server that has just ended would keep the address.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return str(address[0])
    except OSError as error:
        raise ListeningRefused(f"Cannot listen at {host}:{port}: {_why(error)}.") from error


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host is known"
    if error.errno == errno.EADDRINUSE:
        return "something listens there already. End it, or say another --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have that address"
    return os.strerror(error.errno or errno.EIO).lower()
