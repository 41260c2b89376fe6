"""Whatever a source says is text: it becomes no markup, no script and no link to anywhere else.

Checklist items S11 and S17: no violation of the policy, and the corpus in every field and state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from context_sidecar.core.account import Account, Ambiguous, Matched, Unmatched
from context_sidecar.core.context import Context
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Found, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.wording import answer, words
from context_sidecar_widgets import card
from playwright.sync_api import Browser, Page
from support.browser import watched
from support.cards import CardServer, serving
from support.gallery import ACME, CRM, DAYS, HOURS, context, field, observed, reading

CORPUS = {
    "script": "<script>window.harmed = 1</script>",
    "image": '<img src=x onerror="window.harmed = 1">',
    "svg": '<svg><animate onbegin="window.harmed = 1" attributeName=x dur=1s></svg>',
    "attribute": '" autofocus onfocus="window.harmed = 1" x="',
    "template": "{{ 7*7 }} ${7*7} {% raw %} %(x)s {0}",
    "entity": "&lt;b&gt; &#x202e; &amp;amp;",
    "closing": "</template></script></section></style><h1>Out</h1>",
    "comment": "<!-- --!> ]]> <![CDATA[ x",
    "reordering": "Acme \u202egnp.elif\u2066 end",
    "control": "a\x00b\x08c\x1b[31md\x7f",
    "surrogate": "half \ud83d pair",
    "long": "x" * 5000,
    "combining": "Z" + "\u0301" * 300,
}

FORBIDDEN = "script:not([type='application/json']), img, style, iframe, animate, [onerror]"

ADDRESSES = [
    "javascript:window.harmed=1",
    "JaVaScRiPt:window.harmed=1",
    "data:text/html,<script>window.harmed=1</script>",
    " javascript:window.harmed=1",
    "//evil.example",
    "vbscript:x",
    'https://ok.example/"onmouseover="window.harmed=1',
]


def infested(text: str) -> Context:
    """Return a card with *text* wherever a source or a record can put one."""
    item = {"title": text, "id": text, "status": text, "priority": text, "url": text}
    failing = replace(CRM, id="other")
    data = {
        "text": text, "person": {"name": text, "email": text}, "list": [item] * 5,
        "stale": text, "expired": text, "choice": text, "number": text, "link": text,
        "label": {"url": "https://ok.example/", "label": text},
    }  # fmt: skip
    of = {kind: FieldType(kind) for kind in ("text", "person", "list", "choice", "number", "link")}
    found = Found(data, link=text)
    readings = [reading(field(kind, kind, of[kind]), observed(found)) for kind in of]
    readings += [
        reading(field("label", "label", FieldType.LINK), observed(found)),
        reading(field("stale", "stale", FieldType.TEXT), observed(found, ago=HOURS)),
        reading(
            field("expired", "expired", FieldType.TEXT, failing),
            observed(found, ago=DAYS, reason=Reason.TIMEOUT),
        ),
        reading(field("several", "several", FieldType.TEXT), observed(Several((text, text)))),
    ]
    account = Account(text, text, {"domain": (text,)}, link=text)
    return context(*readings, match=Matched(account, text, text))


@pytest.fixture(scope="module")
def victim(browser: Browser) -> Iterator[tuple[Page, CardServer]]:
    window = browser.new_context()
    with serving(CardServer()) as cards, watched(window) as page:
        yield page, cards
    window.close()


@pytest.mark.parametrize("attack", CORPUS)
def test_text_from_a_source_is_shown_and_does_nothing(victim, attack):
    page, cards = victim
    cards.shown = lambda: infested(CORPUS[attack])
    page.goto(f"{cards.url}/page")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("window.harmed") is None
    assert page.locator("h1").all_inner_texts() == ["Context Sidecar"]
    assert page.locator(f"main :is({FORBIDDEN})").count() == 0
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("attack", CORPUS)
def test_no_character_that_acts_reaches_the_page(attack):
    html = card(answer(infested(CORPUS[attack]), words("en", "UTC")), words("en", "UTC"))
    html.encode()
    assert not {"\u202e", "\u2066", "\x00", "\x08", "\x1b", "\x7f"} & set(html)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_no_web_address_becomes_no_link(victim, address):
    page, cards = victim
    cards.shown = lambda: infested(address)
    page.goto(f"{cards.url}/page")
    links = page.evaluate("[...document.querySelectorAll('a')].map((link) => link.protocol)")
    assert set(links) <= {"https:", "http:"}
    handlers = "[...document.querySelectorAll('*')].filter((one) => one.onmouseover).length"
    assert page.evaluate(handlers) == 0
    assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize("attack", ["script", "image", "closing"])
def test_what_is_tried_and_the_candidates_are_text_too(victim, attack):
    page, cards = victim
    evil = CORPUS[attack]
    several = Ambiguous((replace(ACME, name=evil, link=evil), replace(ACME, id=evil)), evil, evil)
    for match in (Unmatched(((evil, evil),)), several):
        cards.shown = lambda match=match: context(match=match)
        page.goto(f"{cards.url}/page")
        assert page.evaluate("window.harmed") is None
        assert page.locator("h1").all_inner_texts() == ["Context Sidecar"]


def test_links_give_away_neither_the_window_nor_the_address(victim):
    page, cards = victim
    cards.shown = context
    page.goto(f"{cards.url}/page")
    links = page.locator("a")
    assert links.count() > 3
    for index in range(links.count()):
        assert links.nth(index).get_attribute("rel") == "noopener noreferrer"
        assert links.nth(index).get_attribute("target") == "_blank"
