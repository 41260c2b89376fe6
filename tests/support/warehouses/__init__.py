"""Drivers of databases that live in a cloud only, and what stands in for the cloud.

warehouses.require()
with warehouses.redshift(postgres_folder) as port: ...
"""

from __future__ import annotations

import importlib
import socket
import socketserver
import struct
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from support.real import lacking

DRIVERS = Path(__file__).parents[3] / ".tools" / "warehouses"
_MODULES = ("snowflake.sqlalchemy", "sqlalchemy_bigquery", "sqlalchemy_redshift.dialect")


def require() -> None:
    """Make the drivers importable, after all that is installed; where they are missing, skip the
    test and say so."""
    if not DRIVERS.exists():
        lacking("drivers of cloud warehouses are not installed")
    if str(DRIVERS) not in sys.path:
        sys.path.append(str(DRIVERS))
        importlib.invalidate_caches()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, about each other
        for module in _MODULES:
            importlib.import_module(module)


@contextmanager
def redshift(postgres: Path) -> Iterator[int]:
    """Give the port of what a Redshift driver takes for Redshift: the PostgreSQL whose socket is
    *postgres*, told nothing at its start but the user and the database."""

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server, suppress(OSError):
                server.connect(str(postgres))
                server.sendall(_plain_start(self.request))
                back = threading.Thread(target=_pump, args=(server, self.request), daemon=True)
                back.start()
                _pump(self.request, server)
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()


def _plain_start(client: socket.socket) -> bytes:
    """Read a startup message, and write it anew without what only Redshift knows (PostgreSQL,
    55.7)."""
    (size,) = struct.unpack("!i", _exactly(client, 4))
    message = _exactly(client, size - 4)
    texts = message[4:].split(b"\0")
    pairs = zip(texts[::2], texts[1::2], strict=False)
    known = b"".join(b"%b\0%b\0" % pair for pair in pairs if pair[0] in {b"user", b"database"})
    return struct.pack("!i", len(known) + 9) + message[:4] + known + b"\0"


def _exactly(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = client.recv(size - len(found))
        if not piece:
            raise ConnectionError
        found += piece
    return found


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
