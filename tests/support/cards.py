"""A small server of cards: a page, its fragments and its visits, from contexts built by hand.

The headers are the product's own; the clock is a fake one, so that server and browser can be at the
same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from hashlib import sha256
from importlib.resources import files
from threading import Thread
from typing import Any

import context_sidecar_widgets
from context_sidecar.core.context import Context
from context_sidecar.web.headers import Headers, new_nonce
from context_sidecar.wording import answer, words
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from support.clock import FakeClock
from support.gallery import NOW, asked, context

_ASSETS = files(context_sidecar_widgets) / "assets"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass
class CardServer:
    """What it shows and how it behaves can be changed at any time.

    `shown` makes the card; `later` leaves it to the bridge to name the record. Whoever orders a
    card has the sources asked, unless somebody has `just_asked` them. `status` refuses the card
    with that status. `asked` are the requests for the card since the start. `acts` says what each
    act is answered with; those that came stand in `acted`.
    """

    shown: Callable[[], Context] = context
    locale: str = "en"
    theme: str = ""
    later: bool = False
    just_asked: bool = False
    bridge: str = ""
    markup: str = ""
    status: int = 200
    tokens: list[str] = field(default_factory=lambda: ["token-1"])
    lifetime_s: int = 600
    renewable: bool = True
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    asked: list[Request] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    named: list[dict[str, Any]] = field(default_factory=list)
    acts: dict[str, dict[str, str]] = field(default_factory=dict)
    acted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        response = self._respond(request)
        for name, value in Headers(self.url).common:
            response.headers.setdefault(name, value)
        response.headers["Date"] = format_datetime(self.clock().replace(microsecond=0), usegmt=True)
        return response(environ, start)

    def _respond(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/assets/"):
            return self._asset(path.removeprefix("/assets/"))
        if path.startswith("/v1/context/"):
            return self._card(request)
        answers = {
            "/page": self._page,
            "/embedding": self._embedding,
            "/token": self._granted,
            "/v1/visits": lambda: self._name(request),
            "/v1/visits/renew": lambda: self._renew(request),
            **{f"/v1/visits/{act}": lambda: self._act(request) for act in self.acts},
            "/bridge.js": lambda: Response(self.bridge, content_type=_TYPES["js"]),
        }
        return answers.get(path, lambda: Response(status=204))()

    def _asset(self, name: str) -> Response:
        media_type = _TYPES[name.rpartition(".")[2]]
        return Response((_ASSETS / name).read_bytes(), content_type=media_type)

    def _page(self) -> Response:
        nonce, spoken = new_nonce(), words(self.locale, "Europe/Berlin")
        html = context_sidecar_widgets.page(
            None if self.later else answer(self.shown(), spoken),
            spoken,
            nonce=nonce,
            token=self.tokens[-1],
            expires_at=self._expires_at(),
            assets=f"{self.url}/assets",
            visits_url=f"{self.url}/v1/visits",
            context_url="" if self.later else f"{self.url}/v1/context/iframe/ticket/4711",
            bridge=f"{self.url}/bridge.js" if self.bridge else "",
            theme=self.theme,
        )
        headers = Headers(self.url).page(nonce)
        return Response(html, headers=list(headers), content_type="text/html; charset=utf-8")

    def _embedding(self) -> Response:
        """A page of somebody's own that holds `markup`."""
        html = (
            f'<!doctype html><html lang="{self.locale}"><title>Order</title><main><h1>Order</h1>'
            f'<script type="module" src="/assets/context-card.js"></script>{self.markup}</main>'
        )
        headers = {"Content-Security-Policy": "default-src 'self'"}
        return Response(html, headers=headers, content_type="text/html; charset=utf-8")

    def _card(self, request: Request) -> Response:
        self.asked.append(request)
        if self.status != 200:
            return Response(status=self.status)
        if request.headers.get("Authorization") not in {f"Bearer {each}" for each in self.tokens}:
            return Response(status=401)
        spoken = words(self.locale, "Europe/Berlin")
        ordered = request.cache_control.no_cache and not self.just_asked
        shown = asked(self.shown(), self.clock()) if ordered else self.shown()
        html = context_sidecar_widgets.card(answer(shown, spoken), spoken)
        response = Response(html, content_type="text/html; charset=utf-8")
        response.set_etag(sha256(html.encode()).hexdigest()[:16])
        response.make_conditional(request)
        return response

    def _renew(self, request: Request) -> Response:
        self.renewed.append(request.headers["Authorization"])
        if not self.renewable:
            return Response(status=401)
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return self._granted()

    def _name(self, request: Request) -> Response:
        named = json.loads(request.data)
        self.named.append(named)
        return self._granted(context_url=f"{self.url}/v1/context/iframe/ticket/{named['id']}")

    def _act(self, request: Request) -> Response:
        name = request.path.rpartition("/")[2]
        self.acted.append((name, json.loads(request.data)))
        return Response(json.dumps(self.acts[name]), content_type="application/json")

    def _granted(self, **more: str) -> Response:
        granted = {"token": self.tokens[-1], "expires_at": self._expires_at(), **more}
        return Response(json.dumps(granted), content_type="application/json")

    def _expires_at(self) -> str:
        return f"{self.clock() + timedelta(seconds=self.lifetime_s):%Y-%m-%dT%H:%M:%SZ}"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the tests look at what was asked."""


@contextmanager
def serving(cards: CardServer) -> Iterator[CardServer]:
    """Serve *cards* on a free port."""
    server = make_server("127.0.0.1", 0, cards, threaded=True, request_handler=_Quiet)
    cards.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield cards
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
