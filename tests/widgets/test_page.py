"""The document that a host frames: small, strict, and in the reader's language."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

import context_sidecar_widgets
import pytest
from context_sidecar.core.field import FieldType
from context_sidecar.wording import answer, words
from context_sidecar_widgets import card, page
from support.gallery import FIELDS, GALLERY, OWNER, context, field, reading

SIGNED = field("signed", "Signed", FieldType.BOOLEAN)

BUDGET = 25_000
"""Bytes of the first view, compressed: the page, its style and its scripts."""

FIRST_VIEW = (
    "card.css",
    *("card.js", "live.js", "acts.js", "apply.js", "copy.js", "news.js", "press.js", "time.js"),
    *("visit.js", "voice.js"),
)


def made(shown=context, locale="en", **changes):
    spoken = words(locale, "Europe/Berlin")
    settings = {
        "nonce": "n0nce", "token": "t0ken", "expires_at": "2026-11-23T11:02:00Z",
        "assets": "/widgets/1", "visits_url": "/v1/visits", "context_url": "/v1/context/x",
    }  # fmt: skip
    return page(shown and answer(shown(), spoken), spoken, **settings | changes)


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


@pytest.mark.parametrize("shown", ["fresh", "everything", "source-down"])
def test_the_first_view_is_small(shown):
    assets = files(context_sidecar_widgets) / "assets"
    total = zipped(made(GALLERY[shown]).encode())
    total += sum(zipped((assets / name).read_bytes()) for name in FIRST_VIEW)
    assert total <= BUDGET


def test_the_first_view_loads_what_is_counted_and_nothing_else():
    loaded = re.findall(r'(?:src|href)="/widgets/1/([^"]+)"', made())
    assert sorted(loaded) == sorted(FIRST_VIEW)
    assets = files(context_sidecar_widgets) / "assets"
    scripts = "".join((assets / name).read_text() for name in FIRST_VIEW)
    assert set(re.findall(r'from "\./([^"]+)"', scripts)) <= set(FIRST_VIEW)


def test_everything_that_is_loaded_carries_the_nonce():
    tags = re.findall(r"<(?:script|link)[^>]*(?:src|href)=[^>]*>", made(bridge="/bridge.js"))
    assert len(tags) == len(FIRST_VIEW) + 1
    assert all('nonce="n0nce"' in tag for tag in tags)


@pytest.mark.parametrize("shown", GALLERY)
def test_there_is_no_inline_style_script_or_handler(shown):
    html = made(GALLERY[shown])
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", html)
    assert "<style" not in html
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.parametrize(("locale", "tag"), [("de", "de"), ("en", "en-GB"), ("fr-CA", "fr-CA")])
def test_the_page_says_its_language(locale, tag):
    assert f'<html lang="{tag}" dir="ltr"' in made(locale=locale)


@pytest.mark.parametrize(
    ("theme", "expected"),
    [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ('x" y="', "")],
)
def test_a_theme_is_one_that_there_is(theme, expected):
    head = made(theme=theme).partition("<head>")[0]
    assert ("data-theme" in head) == bool(expected)
    assert expected in head


def test_the_bridge_is_told_who_may_frame_the_page():
    html = made(origins=("https://a.example", "https://b.example"))
    assert 'data-origins="https://a.example https://b.example"' in html


def test_the_page_of_a_record_that_is_told_later_says_so():
    assert "Waiting to hear which record is open" in made(None)


def test_six_fields_are_shown_at_once_and_one_more_rather_than_the_word_that_there_is_one():
    spoken = words("en", "UTC")
    for more, said in ((), None), ((OWNER,), None), ((OWNER, SIGNED), "2 more fields"):
        shown = context(*(reading(each) for each in (*FIELDS, *more)))
        html = card(answer(shown, spoken), spoken)
        assert re.findall(r"\d more fields?", html) == ([said] if said else [])


def test_fields_behind_more_say_that_they_are_marked():
    spoken = words("en", "UTC")
    assert "5 more fields, 2 of them marked" in card(
        answer(GALLERY["everything"](), spoken), spoken
    )


def test_a_card_that_cannot_say_who_the_customer_is_shows_no_fields():
    spoken = words("en", "UTC")
    assert "data-field" not in card(answer(GALLERY["several-customers"](), spoken), spoken)


def test_a_field_that_the_visitor_may_not_see_is_nowhere():
    spoken = words("en", "UTC")
    html = card(answer(context(*(reading(each) for each in FIELDS[:2])), spoken), spoken)
    assert "Yearly revenue" not in html
    assert "48" not in html
