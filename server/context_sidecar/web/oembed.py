"""oEmbed: whoever is told a signed address learns how to show its card in a page.

For signed addresses only, and as JSON only (oembed.com, 1.0: sections 2.2 to 2.3.5, and discovery
in 4). A signed address works once, here as everywhere, so the answer's frame has another that is
good for the same visit, and so has the link by which a consumer that opens an address finds us.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup

from context_sidecar.core.host import Inbound
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake
from context_sidecar.web.proving import prove

oembed = Blueprint("oembed", __name__)

WIDTH, HEIGHT = 340, 600
"""A frame's size in CSS pixels, where nothing smaller is asked for."""

_PIXELS = re.compile(r"[1-9][0-9]{0,5}")


def oembed_url(address: str) -> str:
    """Return where the frame for *address* is told; empty where there is no address."""
    query = urlencode({"format": "json", "url": address})
    return f"{parts().configuration.public_url}/oembed?{query}" if address else ""


@oembed.get("/oembed")
def embed() -> Response:
    """Tell how to show the card of a signed address."""
    the = parts()
    if request.args.get("format", "json") != "json":
        raise mistake("not-implemented", "oEmbed is given as JSON: format=json.")
    width, height = _within("maxwidth", WIDTH), _within("maxheight", HEIGHT)
    install, shown = _addressed(request.args.get("url", ""))
    host = the.host(install)
    visit = prove(host, shown)
    address = host.once_more(shown)
    card = the.configuration.card_for(visit.record.place) if visit.record else None
    if not address or card is None:
        raise mistake("not-found", "Nothing is shown at this address that a page could embed.")
    frame = Markup('<iframe src="{}" width="{}" height="{}" title="{}"></iframe>')
    return jsonify(
        version="1.0",
        type="rich",
        provider_name="Context Sidecar",
        provider_url=the.configuration.public_url,
        title=card.title,
        cache_age=0,
        width=width,
        height=height,
        html=frame.format(address, width, height, card.title),
    )


def _within(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    if text and not _PIXELS.fullmatch(text):
        raise mistake("bad-request", f"{name} is a number of pixels.")
    return min(usual, int(text)) if text else usual


def _addressed(url: str) -> tuple[str, Inbound]:
    """Return the install that *url* leads to, and the request that opening it would be.

    Raises:
        RequestMistake: it leads to none.
    """
    the = parts()
    place, _, query = url.partition("?")
    ours = f"{the.configuration.public_url}/hosts/"
    install = unquote(place.removeprefix(ours))
    if not place.startswith(ours) or install not in the.configuration.installs:
        raise mistake("not-found", "oEmbed is for signed addresses of this server.")
    said = tuple(parse_qsl(query, keep_blank_values=True))
    return install, Inbound("GET", url, {}, said, b"", the.clock())
