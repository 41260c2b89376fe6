"""The hot path: what was answered a moment ago and is still good is handed out again, before Flask
wakes.

It answers nothing by itself. It repeats what Flask has answered to the same request of a caller of
the same scope, while the caller is known, within their pace, and while nothing on the answer has
changed. Whatever is unusual about a request goes to Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from context_sidecar.core.clock import Clock
from context_sidecar.web.access import Access, Caller
from context_sidecar.web.limits import Pace
from context_sidecar.web.renderings import Rendering, Renderings
from context_sidecar.web.reply import reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]

PREFIX = "/v1/context/"
LEARN = "context_sidecar.learn"
"""Where Flask leaves the caller and the rendering of what it has just answered."""

_LEARNED = 50_000
_USUAL: dict[str, Collection[str | None]] = {
    "HTTP_SEC_FETCH_SITE": {None, "same-origin"},
    "HTTP_SEC_FETCH_MODE": {None, "cors"},
    "HTTP_SEC_FETCH_DEST": {None, "empty"},
    "HTTP_CACHE_CONTROL": {None, "max-age=0"},
    "HTTP_ORIGIN": {None},
}

Same = tuple[str, str, str, str, str]


class HotPath:
    """Stands in front of *application*."""

    def __init__(
        self,
        application: WSGIApplication,
        access: Access,
        renderings: Renderings,
        pace: Pace,
        clock: Clock,
        *,
        common: tuple[tuple[str, str], ...],
        hit: Callable[[Caller], None],
    ) -> None:
        self._application = application
        self._access = access
        self._renderings = renderings
        self._pace = pace
        self._clock = clock
        self._common = common
        self._hit = hit
        self._learned: LRUCache[Same, Rendering] = LRUCache(_LEARNED)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith(PREFIX) or not _usual(environ):
            return self._application(environ, start_response)
        now = self._clock()
        caller = self._access.known(environ.get("HTTP_AUTHORIZATION", ""), now)
        if caller:
            rendering = self._learned.get(_same(environ, caller))
            seconds = now.timestamp()
            if (
                rendering
                and self._renderings.good(rendering, seconds)
                and not self._pace.wait(caller.name, seconds)
            ):
                self._hit(caller)
                unless = environ.get("HTTP_IF_NONE_MATCH", "")
                status, headers, body = reply(rendering, seconds, unless, self._common)
                start_response(status, headers)
                return [body]
        return self._learn(environ, start_response)

    def _learn(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._application(environ, start_response)
        learned: tuple[Caller, Rendering] | None = environ.get(LEARN)
        if learned and learned[1].complete:
            self._learned[_same(environ, learned[0])] = learned[1]
        return answer


def _usual(environ: Environ) -> bool:
    get = environ.get
    return environ["REQUEST_METHOD"] == "GET" and all(
        get(name) in usual for name, usual in _USUAL.items()
    )


def _same(environ: Environ, caller: Caller) -> Same:
    get = environ.get
    return (
        caller.scope,
        environ["PATH_INFO"],
        get("QUERY_STRING", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
    )
