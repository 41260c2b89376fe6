"""The demo's servers: each on a port of its own on this machine, all in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

ADDRESS = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Keeps the terminal for what the demo says."""

    def log(self, type: str, message: str, *args: object) -> None:
        logging.getLogger(__name__).debug(message, *args)


class Server:
    """One application at `url`. The application may be given later: its address is known first, as
    systems that know each other's addresses need it."""

    def __init__(self, port: int = 0, name: str = ADDRESS) -> None:
        self._application: WSGIApplication | None = None
        self._server: BaseWSGIServer = make_server(
            ADDRESS, port, self._answer, threaded=True, request_handler=_Quiet
        )
        self.url = f"http://{name}:{self._server.server_port}"

    def start(self, application: WSGIApplication) -> None:
        """Answer with *application* from now on."""
        self._application = application
        Thread(target=self._server.serve_forever, name=self.url, daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        if self._application:
            self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert self._application is not None
        return self._application(environ, start_response)
