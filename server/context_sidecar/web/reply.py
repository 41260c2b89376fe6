"""A rendering as an HTTP response: the one place for both ways."""

from __future__ import annotations

from context_sidecar.web.cache_status import header
from context_sidecar.web.renderings import Rendering, Reply

VARY = "Accept, Accept-Encoding, Accept-Language, Authorization, Origin"

_FULL = 200, "200 OK"
_UNCHANGED = 304, "304 Not Modified"


def reply(
    rendering: Rendering, now: int, if_none_match: str, common: tuple[tuple[str, str], ...]
) -> Reply:
    """Return the response at *now* (whole seconds since 1970).

    Data is never to be stored by anybody (`no-store` stands among the *common* headers); the entity
    tag is for the page that still holds the answer and asks whether it has changed.
    """
    headers = [
        *common,
        ("ETag", rendering.etag),
        ("Cache-Status", header(rendering.members, now)),
        ("Vary", VARY),
    ]
    if if_none_match and _matches(if_none_match, rendering.etag):
        return Reply(*_UNCHANGED, headers, b"")
    if rendering.encoding:
        headers.append(("Content-Encoding", rendering.encoding))
    headers += (
        ("Content-Type", f"{rendering.media_type}; charset=utf-8"),
        ("Content-Language", rendering.language),
        ("Content-Length", str(len(rendering.body))),
    )
    return Reply(*_FULL, headers, rendering.body)


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, compared without regard to weakness, or `*`."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in {etag, "*"} for tag in tags)
