"""The hot path: what was answered a moment ago and is still good is handed out again, before Flask
wakes.

It answers nothing by itself. It repeats what Flask has answered to the very same request (same
proof, same address, same wishes), while the proof lasts, within the caller's pace, and while
nothing on the answer has changed. Everything else goes to Flask, and with it into the access log:
each caller's question about each record is there at least every half minute, and the repeats
between are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import ref

from context_sidecar.core.clock import Clock
from context_sidecar.web.access import Caller
from context_sidecar.web.limits import Meter, Pace
from context_sidecar.web.metrics import Metrics
from context_sidecar.web.recent import Recent
from context_sidecar.web.renderings import Rendering, Renderings, Reply
from context_sidecar.web.reply import reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]

LEARN = "context_sidecar.learn"
"""Where Flask leaves the caller and the rendering of what it has just answered."""

_SAME = (
    "HTTP_AUTHORIZATION",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_CACHE_CONTROL",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_SEC_FETCH_MODE",
    "HTTP_SEC_FETCH_DEST",
    "HTTP_ORIGIN",
    "REQUEST_METHOD",
)
"""Everything of a request that its answer depends on, but for `If-None-Match`."""

_LEARNED = 4_000
"""How many requests are known. They are good for half a minute, and take some 2 kB each."""

Request = tuple[str | None, ...]


class Learned:
    """One request's answer, as long as it is kept and good.

    It does not keep the answer itself: how much memory answers take is for `Renderings` to say.
    """

    __slots__ = ("meter", "rendering", "until")

    def __init__(self, rendering: Rendering, until: float, meter: Meter) -> None:
        self.rendering = ref(rendering)
        self.until = until
        self.meter = meter


class HotPath:
    """Stands in front of *application*."""

    def __init__(
        self,
        application: WSGIApplication,
        renderings: Renderings,
        pace: Pace,
        metrics: Metrics,
        clock: Clock,
        *,
        common: tuple[tuple[str, str], ...],
    ) -> None:
        self._application = application
        self._good = renderings.good
        self._pace = pace
        self.hits = 0
        metrics.watch_total("sidecar_hot", "Requests answered by the hot path.", lambda: self.hits)
        self._clock = clock
        self._common = common
        self._learned: Recent[Request, Learned] = Recent(_LEARNED)

    def answer(self, environ: Mapping[str, Any]) -> Reply | None:
        """Return the answer to a request that is known, or None for Flask to answer it."""
        learned = self._learned.get(tuple(map(environ.get, _SAME)))
        if learned is None:
            return None
        now = self._clock().timestamp()
        rendering = learned.rendering()
        if (
            rendering is None
            or now >= learned.until
            or not self._good(rendering, now)
            or learned.meter.wait(now)
        ):
            return None
        # Without a lock two threads may count as one; a lock would cost more than the count tells.
        self.hits += 1
        # A response says how old it is in whole seconds, so one serves for a second.
        made_for = (int(now), environ.get("HTTP_IF_NONE_MATCH", ""))
        made = rendering.repeat.made
        if made is None or made[0] != made_for:
            made = rendering.repeat.made = made_for, reply(rendering, *made_for, self._common)
        return made[1]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        known = self.answer(environ)
        if known:
            start_response(known.status, known.headers.copy())
            return [known.body]
        answer = self._application(environ, start_response)
        if LEARN in environ:
            self._learn(environ, *environ[LEARN])
        return answer

    def _learn(self, environ: Environ, caller: Caller, rendering: Rendering) -> None:
        until, meter = caller.until.timestamp(), self._pace.meter(caller.name)
        self._learned.put(tuple(map(environ.get, _SAME)), Learned(rendering, until, meter))
