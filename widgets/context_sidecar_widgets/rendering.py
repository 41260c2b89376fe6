"""From the answer to HTML: a card as a fragment, and the page around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from context_sidecar.wording import Words
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from context_sidecar_widgets.serving import ASSETS

FIELDS_AT_ONCE = 6
"""How many fields a card shows before "More"."""

ITEMS_AT_ONCE = 3
"""How many entries of a list a card shows before "More"."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What a page needs to come alive.

    `nonce` is the response's, as in its Content-Security-Policy. `token` proves the visit until
    `expires_at`. `context_url` gives the card; it is empty where the host's `bridge_url` tells the
    record later, and then `visits_url` gives it. `theme` is `light`, `dark` or empty for what the
    system prefers.
    """

    nonce: str
    token: str
    expires_at: datetime
    context_url: str = ""
    visits_url: str = "/v1/visits"
    renew_url: str = "/v1/visits/renew"
    bridge_url: str = ""
    theme: str = ""


def card(answer: Mapping[str, Any], words: Words) -> str:
    """Return the card as an HTML fragment: one `section` that says all of *answer*."""
    return _TEMPLATES.get_template("card.html").render(answer=answer, **_language(words))


def page(answer: Mapping[str, Any] | None, words: Words, launch: Launch) -> str:
    """Return the document that a host frames; without *answer* the record is told later.

    Its scripts and style sheets carry the nonce; there is no inline style and no inline script
    that runs.
    """
    return _TEMPLATES.get_template("page.html").render(
        answer=answer,
        launch=launch,
        expires_at=launch.expires_at.astimezone(UTC).isoformat(timespec="seconds"),
        assets=ASSETS,
        **_language(words),
    )


def _language(words: Words) -> dict[str, Any]:
    return {
        "text": words.text,
        "plural": words.plural,
        "tag": words.tag,
        "direction": words.direction,
        "fields_at_once": FIELDS_AT_ONCE,
        "items_at_once": ITEMS_AT_ONCE,
    }


def ticking(sentence: str, ago: Mapping[str, str] | None) -> Markup:
    """Return *sentence* with the relative time in it marked up, so that the script can keep it
    right. `ago` holds that part of the sentence and the time that it counts from."""
    if ago is None or ago["text"] not in sentence:
        return escape(sentence)
    before, _, after = sentence.partition(ago["text"])
    return Markup('{}<time datetime="{}" data-ago>{}</time>{}').format(
        before, ago["from"], ago["text"], after
    )


def live_texts(text: Any) -> dict[str, str]:
    """Return what the live script says, so that its words too come from the catalogs."""
    return {
        "checking": text("Checking …"),
        "same": text("No change"),
        "updated": text("Updated: {fields}", fields="{fields}"),
        "recent": text("Checked a moment ago"),
        "lost": text("No connection since {time}. Trying again.", time="{time}"),
        "back": text("Connected again"),
        "over": text("This visit is over. Open the record again to see the card."),
        "moment": text("less than a minute ago"),
    }


_TEMPLATES = Environment(
    loader=PackageLoader("context_sidecar_widgets"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["ticking"] = ticking
_TEMPLATES.globals["live_texts"] = live_texts
