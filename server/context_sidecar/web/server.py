"""Granian, set up for us: one process that answers, with threads, and one that watches over it.

Granian calls Python on threads of its own, and each costs a little while there are many. Few are
enough for answers from memory; what waits for sources is handed on to threads of ours. Granian has
no public way to hand on, so `hand_on` stands around its WSGI adapter; with a version that has none
of that name, all requests take Granian's own way, on as many of its threads.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Thread, main_thread
from typing import Any, Protocol

from granian.constants import HTTPModes, Interfaces
from granian.server import mp

from context_sidecar.core.errors import SidecarError
from context_sidecar.web.bodies import with_body_read
from context_sidecar.web.hot import HotPath

THREADS = 64
"""How many requests are worked on at once. One for what is not there yet holds its thread until its
deadline."""

QUICK_THREADS = 6
"""Granian's threads: they answer from memory, read what clients send, and hand on the rest. More
than `bodies.PLACES`, so that clients that send slowly never occupy them all."""

SHUTDOWN_SECONDS = 10
"""How long requests under way may take to end once we are told to stop."""

_ADAPTER = "_wsgi_call_wrap"
"""The name in `granian.server.mp` of what makes a WSGI application one that Granian calls."""


class Connection(Protocol):
    """Where Granian takes a response."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send a whole response; from any thread, once."""


Called = Callable[[Connection, Mapping[str, Any]], object]
"""What Granian calls with each request: where the response goes, and the request's variables."""


def serve(application: Callable[[], HotPath], host: str, port: int) -> None:
    """Answer at *host*, an IP address, and *port* until told to stop (SIGTERM, SIGINT), then finish
    what is under way.

    *application* makes the application, in the process that will serve it: a child of this one.
    Threads and connections are to be opened there and not before.

    Raises:
        WorkerKilled: that process was killed.
    """
    hands_on = hasattr(mp, _ADAPTER)

    def load() -> HotPath:
        if hands_on:
            adapt = getattr(mp, _ADAPTER)
            setattr(mp, _ADAPTER, lambda hot, *options: hand_on(hot, adapt(hot, *options)))
        _end_with_who_watches()
        return application()

    server = _Server(
        "context_sidecar",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=QUICK_THREADS if hands_on else THREADS,
        # A burst of this size waits for threads; beyond it connections wait to be accepted.
        backpressure=1024,
        websockets=False,
        # Our own log says who asked what; Granian's would write down signed addresses whole.
        log_enabled=False,
        workers_kill_timeout=SHUTDOWN_SECONDS,
    )
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit:
        if server.killed_by:
            raise WorkerKilled(server.killed_by) from None
        raise


class WorkerKilled(SidecarError):
    """The process that answers was killed by a signal, and nobody answers any more."""

    def __init__(self, number: int) -> None:
        memory = ", as a rule for want of memory, which the system's log tells"
        super().__init__(
            f"The process that answers was killed ({signal.Signals(number).name})"
            f"{memory if number == signal.SIGKILL else ''}. This one ends, too, so that what looks "
            "after it starts it anew."
        )


class _Server(mp.MPServer):
    """Granian's server, which remembers by what its process was killed."""

    killed_by = 0

    def _stop_workers(self) -> None:
        codes = [one.inner.exitcode or 0 for one in self.wrks]
        self.killed_by = max((-code for code in codes if code < 0), default=0)
        super()._stop_workers()  # type: ignore[no-untyped-call]  # Granian has no types there


def _end_with_who_watches() -> None:
    """End this process when the one that watches over it is gone, however that ended. It would go
    on answering by what sidecar.yaml once said, and hold the port."""
    watching = multiprocessing.parent_process()
    assert watching is not None

    def wait() -> None:
        watching.join()
        # Python handles signals on its main thread, which sleeps until one reaches it.
        signal.pthread_kill(main_thread().ident or 0, signal.SIGTERM)

    Thread(target=wait, name="watching", daemon=True).start()


def hand_on(hot: HotPath, application: Called) -> Called:
    """Return what answers from memory by itself, and hands on the rest to *application* on threads
    of its own. Bodies are read before: Granian gives them to its own threads only."""
    threads = ThreadPoolExecutor(THREADS, "answer")

    def called(connection: Connection, request: Mapping[str, Any]) -> None:
        known = hot.answer(request)
        if known:
            connection.response_bytes(known.code, known.headers, known.body)
        else:
            threads.submit(application, connection, with_body_read(request))

    return called
