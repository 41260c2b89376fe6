"""What is answered when everything else has failed: that it has, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog

from context_sidecar.web.problems import document, mistake

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = structlog.get_logger(__name__)

ASK_THE_LOG = "Whoever runs this deployment finds the instance in its log."


class LastResort:
    """Stands around *application*; no exception passes."""

    def __init__(self, application: WSGIApplication, common: tuple[tuple[str, str], ...]) -> None:
        self._application = application
        self._common = common

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass one request on."""
        try:
            return self._application(environ, start_response)
        except Exception:
            instance = uuid4().urn
            log.exception("unexpected", instance=instance)
            body, headers = document(mistake("internal-error", ASK_THE_LOG), instance)
            start_response("500 Internal Server Error", [*self._common, *headers])
            return [body]
