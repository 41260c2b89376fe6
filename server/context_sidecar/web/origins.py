"""Which pages may ask: our own, and those of the installs' origins that hold a token.

By what browsers say of their requests (Fetch Metadata, W3C). A browser cannot be made to leave
these headers out or to write others; programs that send none of them are no browsers, and their
token or key decides alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from flask import Response

from context_sidecar.web.problems import mistake

Header = Callable[[str], str | None]
"""Gives a request's header by its name."""

_ASKED = "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-None-Match"
_SHOWN = "Cache-Status, Content-Language, ETag, Retry-After"


def origin_of(url: str) -> str:
    """Return the origin of *url* as browsers write it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_page(header: Header, own: str, allowed: Collection[str]) -> None:
    """Let a script of our own pages, or of a page of an *allowed* origin, ask for data.

    Raises:
        RequestMistake: it is a navigation, an embedding, or a page of somewhere else.
    """
    site = header("Sec-Fetch-Site") or "none"
    mode = header("Sec-Fetch-Mode") or "cors"
    origin = header("Origin")
    if mode in {"navigate", "websocket"} or header("Sec-Fetch-Dest") not in {None, "empty"}:
        raise mistake("foreign-page", "Data is given to scripts, not to be opened or embedded.")
    if origin is not None and origin != own and origin not in allowed:
        raise mistake("foreign-page", "Add the page's origin to the install's origins.")
    if site in {"cross-site", "same-site"} and (mode != "cors" or origin is None):
        raise mistake("foreign-page", "Pages of other origins ask by CORS.")


def allow(response: Response, origin: str | None, allowed: Collection[str]) -> None:
    """Let a page of *origin* read the response, where it is one of the *allowed*."""
    response.vary.add("Origin")
    if origin is not None and origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _SHOWN


def preflight(origin: str | None, allowed: Collection[str], methods: str) -> Response:
    """Answer a browser that asks whether a page of *origin* may ask."""
    response = Response(status=204)
    response.vary.add("Origin")
    if origin is not None and origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def check_entry(header: Header) -> None:
    """Let frames, pages and servers of host tools in, and nothing that only embeds us as an image
    or a script.

    Raises:
        RequestMistake: it is such an embedding.
    """
    if header("Sec-Fetch-Dest") not in {None, "iframe", "frame", "document", "empty"}:
        raise mistake("foreign-page", "The card is shown in a frame.")
