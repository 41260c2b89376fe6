"""From the answer to HTML: a card as a fragment, and the page around it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from zlib import crc32

from context_sidecar.wording import Words
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

THEMES = ("light", "dark")

FIELDS_AT_ONCE = 6
"""How many fields a card shows before "More"."""

ITEMS_AT_ONCE = 3
"""How many entries of a list a card shows before "More"."""


def card(answer: Mapping[str, Any], words: Words) -> str:
    """Return the card as an HTML fragment: one `section` that says all of *answer*."""
    return _TEMPLATES.get_template("card.html").render(answer=answer, **_language(words))


def rows(answer: Mapping[str, Any], words: Words) -> str:
    """Return only the card's fields as an HTML fragment, for pages that explain them."""
    return _TEMPLATES.get_template("rows.html").render(answer=answer, **_language(words))


def page(
    answer: Mapping[str, Any] | None,
    words: Words,
    *,
    nonce: str,
    token: str,
    expires_at: str,
    assets: str,
    visits_url: str,
    context_url: str = "",
    bridge: str = "",
    theme: str = "",
    origins: Collection[str] = (),
    titled: bool = False,
    oembed: str = "",
) -> str:
    """Return the document that a host frames. It has no inline style, and no inline script that
    runs; what it loads carries the nonce.

    Args:
        answer: the card; None where the host tells the record later.
        words: the language.
        nonce: the response's, as in its Content-Security-Policy.
        token: proves the visit.
        expires_at: until when it does (RFC 3339).
        assets: the address under which the files in `assets/` lie.
        visits_url: where a record is named, and with `/renew` a token is renewed.
        context_url: where the card is to be had; empty where the host tells the record later.
        bridge: the address of the script that speaks to the host tool.
        theme: `light`, `dark`, or empty for what the system prefers.
        origins: of the pages that may frame this one, for the bridge.
        titled: whether the host shows the card's title above the frame.
        oembed: the address that tells how to show this page in another; empty where none does.
    """
    return _TEMPLATES.get_template("page.html").render(
        answer=answer,
        nonce=nonce,
        token=token,
        expires_at=expires_at,
        assets=assets,
        visits_url=visits_url,
        context_url=context_url,
        bridge=bridge,
        theme=theme if theme in THEMES else "",
        origins=" ".join(origins),
        titled=titled,
        oembed=oembed,
        **_language(words),
    )


def _language(words: Words) -> dict[str, Any]:
    return {
        "text": words.text,
        "plural": words.plural,
        "tag": words.tag,
        "direction": words.direction,
        "zone": words.zone.key,
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


def written_in(language: str, tag: str) -> Markup:
    """Return the attribute that tells the language of what administrators wrote, where it is not
    that of the card around it."""
    same = language.partition("-")[0] == tag.partition("-")[0]
    return Markup("") if same else Markup(' lang="{}"').format(language)


def fingerprint(reading: Mapping[str, Any]) -> str:
    """Return a short text that stays the same as long as the source says the same about *reading*,
    so that the script can tell a new value from another way to write the old one."""
    says = [reading["value"], reading["raw"], reading["candidates"]]
    return f"{crc32(json.dumps(says, sort_keys=True).encode()):x}"


def live_texts(text: Any) -> dict[str, str]:
    """Return what the live script says, so that its words too come from the catalogs."""
    return {
        "checking": text("Checking …"),
        "same": text("No change"),
        "updated": text("Updated: {fields}", fields="{fields}"),
        "confirmed": text("Confirmed: {fields}", fields="{fields}"),
        "uncertain": text("Not certain: {fields}", fields="{fields}"),
        "unread": text("Could not read: {sources}", sources="{sources}"),
        "recent": text("Checked a moment ago"),
        "copied": text("Summary copied"),
        "by_hand": text("Copy the text below"),
        "not_done": text("That did not work. Try again in a moment."),
        "lost": text("No connection since {time}. Trying again.", time="{time}"),
        "back": text("Connected again"),
        "over": text("This visit is over. Reload the page to see the card again."),
        "moment": text("just now"),
    }


_TEMPLATES = Environment(
    loader=PackageLoader("context_sidecar_widgets"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["ticking"] = ticking
_TEMPLATES.filters["written_in"] = written_in
_TEMPLATES.filters["fingerprint"] = fingerprint
_TEMPLATES.globals["live_texts"] = live_texts
