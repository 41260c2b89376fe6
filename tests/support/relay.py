"""A relay in front of a real server, which hands everything on until it is told a fault.

relay = Relay(("127.0.0.1", 5432), cut_after=4)
with relaying(relay) as port:
    relay.fault = "a reset"
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from support import wire

DROP_EVERY = 0.1
"""Seconds."""


class Relay:
    """Serves connections as `wire.Behaviour`.

    Args:
        server: the address of the real server, or the path of its socket.
        cut_after: of how many bytes an answer is left that is cut.

    Attributes:
        fault: what becomes of answers from now on, of open connections, too: `silence`,
            `a slow drip`, `a reset`, `a cut answer`; "" where they are handed on.
    """

    def __init__(self, server: tuple[str, int] | str, cut_after: int) -> None:
        self._server, self._cut_after = server, cut_after
        self.fault = ""

    def __call__(self, client: socket.socket, over: threading.Event) -> None:
        left = self._cut_after
        with self._dial() as server:
            while not over.is_set():
                ready, _, _ = select.select([client, server], [], [], 0.1)
                for line in ready:
                    data = line.recv(65_536)
                    if not data:
                        return
                    if line is client:
                        server.sendall(data)
                    elif not self.fault:
                        client.sendall(data)
                    elif self.fault == "a cut answer" and len(data) < left:
                        client.sendall(data)
                        left -= len(data)
                    else:
                        self._answer(client, data, left, over)
                        return

    def _answer(self, client: socket.socket, data: bytes, left: int, over: threading.Event) -> None:
        match self.fault:
            case "silence":
                over.wait(30)
            case "a slow drip":
                for one in data:
                    client.sendall(bytes([one]))
                    if over.wait(DROP_EVERY):
                        return
            case "a reset":
                wire.resets(client)
            case "a cut answer":
                client.sendall(data[:left])

    def _dial(self) -> socket.socket:
        if not isinstance(self._server, str):
            return socket.create_connection(self._server)
        line = socket.socket(socket.AF_UNIX)
        line.connect(self._server)
        return line


@contextmanager
def relaying(relay: Relay) -> Iterator[int]:
    """Let *relay* run; give the port of this machine that it is behind."""
    with wire.serve(relay) as server:
        yield server.port
