"""Granian, set up for us: one process that answers, with threads, and one that watches over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.server import MPServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 64
"""How many requests are worked on at once. One for what is not there yet holds its thread until its
deadline."""

SHUTDOWN_SECONDS = 10
"""How long requests under way may take to end once we are told to stop."""


def serve(application: Callable[[], WSGIApplication], host: str, port: int) -> None:
    """Answer at *host* and *port* until told to stop (SIGTERM, SIGINT), then finish what is under
    way.

    *application* makes the application, in the process that will serve it: a child of this one.
    Threads and connections are to be opened there and not before.
    """
    server = MPServer(
        "context_sidecar",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=THREADS,
        # A burst of this size waits for threads; beyond it connections wait to be accepted.
        backpressure=1024,
        websockets=False,
        # Our own log says who asked what; Granian's would write down signed addresses whole.
        log_enabled=False,
        workers_kill_timeout=SHUTDOWN_SECONDS,
    )
    server.serve(target_loader=application, wrap_loader=False)
