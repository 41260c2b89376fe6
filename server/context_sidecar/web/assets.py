"""The widget's scripts and styles, under an address that changes with them, so that they may be
kept for ever; and each host's bridge."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

import context_sidecar_widgets
from flask import Blueprint, Response, request

from context_sidecar import plugins
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

assets = Blueprint("assets", __name__)

ELEMENT = "context-card.js"
"""The one file that is wanted at an address that stays, for pages that embed the element."""

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@cache
def widget_files() -> Mapping[str, bytes]:
    """Return the widget's files by name."""
    folder = files(context_sidecar_widgets) / "assets"
    return {each.name: each.read_bytes() for each in folder.iterdir() if _suffix(each.name)}


@cache
def bridge(host: str) -> bytes | None:
    """Return the script that speaks to the host tool's own; None for a host that has none."""
    file = files(plugins.names(plugins.HOSTS)[host]) / "bridge.js"
    return file.read_bytes() if file.is_file() else None


def widget_url() -> str:
    """Return the address under which the widget's files lie."""
    return f"{parts().configuration.public_url}/widgets/{_widget_fingerprint()}"


def bridge_url(install: str) -> str:
    """Return the address of the bridge to an install's host tool; empty where it has none."""
    configuration = parts().configuration
    script = bridge(configuration.installs[install].host)
    address = f"{configuration.public_url}/hosts/{install}/bridge.js"
    return f"{address}?{_fingerprint(script)}" if script else ""


@assets.get("/widgets/<fingerprint>/<name>")
def widget_file(fingerprint: str, name: str) -> Response:
    """Give one of the widget's files."""
    if fingerprint != _widget_fingerprint() or name not in widget_files():
        raise mistake("not-found", "Reload the page: the widget has been updated.")
    return _given(widget_files()[name], name, _FOR_EVER)


@assets.get(f"/widgets/{ELEMENT}")
def element_file() -> Response:
    """Lead from the address that stays to the element's script, beside which the rest lies."""
    leads = f'import "./{_widget_fingerprint()}/{ELEMENT}";\n'
    return _given(leads.encode(), ELEMENT, _ASK_AGAIN)


@assets.get("/hosts/<install>/bridge.js")
def bridge_file(install: str) -> Response:
    """Give the bridge to an install's host tool."""
    declared = parts().configuration.installs.get(install)
    script = bridge(declared.host) if declared else None
    if script is None:
        raise mistake("not-found", "There is no such bridge.")
    current = request.query_string.decode("latin-1") == _fingerprint(script)
    return _given(script, "bridge.js", _FOR_EVER if current else _ASK_AGAIN)


def _given(body: bytes, name: str, kept: str) -> Response:
    response = Response(body, content_type=_TYPES[_suffix(name)])
    if request.accept_encodings["gzip"] > 0:
        response.set_data(_zipped(body))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = kept
    # They hold nothing of anybody: a page of the customer's own may load the element from us.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@cache
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


@cache
def _widget_fingerprint() -> str:
    named = (name.encode() + b"\0" + body for name, body in sorted(widget_files().items()))
    return _fingerprint(b"\0".join(named))


def _fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2]
    return suffix if suffix in _TYPES else ""
