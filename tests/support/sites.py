"""Sites for a browser to go to: each a WSGI application on a port of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


@contextmanager
def listening(application: WSGIApplication, name: str) -> Iterator[str]:
    """Serve *application* on a port of its own; give its origin."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{name}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class Later:
    """A WSGI application that is there once its address is known."""

    def __init__(self) -> None:
        self.application: WSGIApplication | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert self.application
        return self.application(environ, start_response)
