"""The demo's preview: every state of every field of its configuration, made when looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from mimetypes import guess_type

from flask import Blueprint, Response, abort

from context_sidecar.preview import File


def create_every_state(preview: Callable[[], Mapping[str, File]]) -> Blueprint:
    """Return the pages of *preview*, which is called when the first of them is asked for."""
    pages = Blueprint("every_state", __name__)
    files = cache(preview)

    @pages.get("/preview/<path:path>")
    def page(path: str) -> Response:
        made = files().get(path)
        if made is None:
            abort(404)
        kind, _ = guess_type(path)
        return Response(made(), mimetype=kind)

    return pages
