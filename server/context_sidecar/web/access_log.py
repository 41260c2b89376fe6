"""One line for each request: who, what, how it went, how long. No query, no header, no value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

    from context_sidecar.web.metrics import Metrics

CALLER = "context_sidecar.caller"
ENDPOINT = "context_sidecar.endpoint"
PROBLEM = "context_sidecar.problem"
"""Where an endpoint leaves who asks, what it is called, and the instance of a problem."""

_LONGEST = 200
_OK = 200
_UNREMARKABLE = frozenset({"service.health", "service.ready"})
"""What is asked every few seconds by whoever watches over us, and of interest when it fails."""

log = structlog.get_logger(__name__)


class AccessLog:
    """Stands around *application* and writes down what passes."""

    def __init__(self, application: WSGIApplication, metrics: Metrics) -> None:
        self._application = application
        self._metrics = metrics

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass one request on."""
        started = perf_counter()
        statuses: list[str] = []

        def start(status: str, *rest: Any) -> Callable[[bytes], object]:
            statuses.append(status)
            return start_response(status, *rest)

        answer = self._application(environ, start)
        seconds = perf_counter() - started
        self._note(environ, int(statuses[-1][:3]), seconds)
        return answer

    def _note(self, environ: dict[str, Any], status: int, seconds: float) -> None:
        endpoint = environ.get(ENDPOINT, "none")
        self._metrics.request(endpoint, status, seconds)
        if endpoint in _UNREMARKABLE and status == _OK:
            return
        log.info(
            "request",
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"][:_LONGEST],
            status=status,
            ms=round(seconds * 1000, 1),
            caller=environ.get(CALLER, ""),
            problem=environ.get(PROBLEM, ""),
        )
