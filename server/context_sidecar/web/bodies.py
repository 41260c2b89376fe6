"""Reading what a request brings along: little, and never so slowly that nobody else is served.

A worker thread that reads waits for as long as its client sends. So only some of the workers may
read at once; a client that sends slowly takes away places to read, and never the last worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from flask import request

from context_sidecar.core.json_text import JsonRefused, parse_json
from context_sidecar.core.push import PUSHED
from context_sidecar.web.problems import Slower, mistake

LONGEST = 64 * 1024
"""The most bytes that anything but a source sends us: a signed form of a host tool."""

LONGEST_PUSHED = 2 * 1024 * 1024
"""The most bytes that a source pushes to us: its vendor may tell of a conversation as a whole."""

PLACES = 4
"""How many workers may read at once: fewer than `sidecar serve` has for it."""

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_PLACE = "context_sidecar.no_place"

_places = BoundedSemaphore(PLACES)


def with_body_read(environ: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a request that can be worked on by another thread than the one that may read: its
    body is in memory, or it is marked as one that there was no place to read."""
    if environ["REQUEST_METHOD"] in _WITHOUT_BODY:
        return environ
    if not _places.acquire(blocking=False):
        return {**environ, "wsgi.input": BytesIO(), _NO_PLACE: True}
    try:
        # One byte more shows that there is too much, whatever the request says of its length.
        most = longest(environ["PATH_INFO"]) + 1
        return {**environ, "wsgi.input": BytesIO(environ["wsgi.input"].read(most))}
    finally:
        _places.release()


def longest(path: str) -> int:
    """Return the most bytes that are taken at *path*."""
    return LONGEST_PUSHED if path.startswith(PUSHED) else LONGEST


def read_body() -> bytes:
    """Return the request's body; of a request that should have none, nothing is read.

    Raises:
        RequestMistake: too many are being read.
        werkzeug.exceptions.RequestEntityTooLarge: it is longer than anything that we take.
    """
    if request.method in _WITHOUT_BODY:
        return b""
    if _NO_PLACE in request.environ or not _places.acquire(blocking=False):
        raise Slower("busy", 1, "Too many requests are being read. Try again in a second.")
    request.max_content_length = longest(request.path)
    try:
        return request.get_data()
    finally:
        _places.release()


def check_body() -> None:
    """Read the body before its schema does: with a limit to how many are read, and how deep.

    Raises:
        RequestMistake: as `read_json`.
    """
    if read_body():
        read_json()


def read_json() -> Any:
    """Return what the request's body says.

    Raises:
        RequestMistake: it is no JSON, or nested beyond reason; otherwise as `read_body`.
    """
    try:
        return parse_json(read_body())
    except JsonRefused as error:
        told = f"The body says what cannot be meant: {error} (RFC 8259). Say each thing once."
        raise mistake("bad-request", told) from None
    except (ValueError, RecursionError):
        raise mistake("bad-request", "The body is no JSON. Send it as that, in UTF-8.") from None


def check_said_to_be_json() -> None:
    """Check that a body which a schema reads is said to be JSON; another would be none to it.

    Raises:
        RequestMistake: it is not.
    """
    if read_body() and not request.is_json:
        raise mistake("bad-request", "Send the body with Content-Type: application/json.")
