"""A server that speaks raw TCP, for what no well-behaved HTTP server does."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, threading.Event], None]
"""Serves one connection; the event is set when the test is over."""


BEGUN = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
"""How an answer begins that is to be JSON."""


@dataclass
class Wire:
    """A listening server: its port, and how many connections it has had."""

    host: str
    port: int
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@contextlib.contextmanager
def serve(behave: Behaviour, host: str = "127.0.0.1") -> Iterator[Wire]:
    """Serve every connection by *behave*, each in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    wire = Wire(host, listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection, wire.over)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            wire.connections += 1
            threads.append(threading.Thread(target=one, args=(connection,), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield wire
    finally:
        wire.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def says(text: bytes, *, then_resets: bool = False) -> Behaviour:
    """Read a request, write *text*, and hang up: properly, or with a reset."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(text)
        if then_resets:
            resets(connection)

    return behave


def resets(connection: socket.socket) -> None:
    """Let *connection* end with a reset once it is closed."""
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def drips(start: bytes, drop: bytes) -> Behaviour:
    """Read a request, write *start*, and then *drop* every few milliseconds for ever."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(start)
        while not over.wait(0.01):
            connection.sendall(drop)

    return behave


def never_answers(connection: socket.socket, over: threading.Event) -> None:
    """Read a request, and say nothing."""
    connection.recv(65536)
    over.wait(30)
