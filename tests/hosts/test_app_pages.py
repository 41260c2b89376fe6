"""The page of an app that a host tool serves itself: its own words, and how it looks."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from context_sidecar.hosting.app_pages import FILES, NAMES
from context_sidecar.hosting.sheets import sheet
from context_sidecar.languages import LANGUAGES
from context_sidecar.wording import answer, words
from support.gallery import GALLERY
from support.usable import faults

pytestmark = pytest.mark.real


@pytest.fixture
def own_words(browser):
    page = browser.new_page()
    page.add_script_tag(content=FILES["words.js"].decode())
    yield lambda locale: page.evaluate("l => contextSidecar.words(l, 'The Desk')", locale)
    page.close()


def test_it_is_made_of_these_files():
    assert tuple(FILES) == NAMES


def test_it_has_its_words_in_every_language_of_the_card(own_words):
    english = own_words("en")
    for language in LANGUAGES:
        said = own_words(language)
        assert said.pop("language") == language
        assert said.keys() == english.keys() - {"language"}
        assert all(said.values())
        assert "The Desk" in said["nameless"]
        assert "{" not in "".join(said.values())
        assert language == "en" or not set(said.values()) & set(english.values())


@pytest.mark.parametrize("locale", ["it", "", None, "constructor", "xx-XX"])
def test_of_a_language_that_it_does_not_know_it_speaks_english(own_words, locale):
    assert own_words(locale) == own_words("en")


def test_it_knows_a_language_by_its_first_letters(own_words):
    assert own_words("de-AT") == own_words("de")


PAGE = (
    '<!doctype html><html lang="en"><head><title>Card</title><style>{css}</style></head>'
    '<body><main aria-live="polite"></main></body></html>'
)
TOOL = """told => contextSidecar.start({
    name: "The Desk",
    start: (show) => show(),
    find: async () => ({ type: "ticket", id: "1", keys: {} }),
    ask: async () => told,
    resize: () => {},
    open: () => false,
})"""


@pytest.fixture
def drawn(browser):
    """Draws what our server told in a page of this width and theme."""
    pages = []

    def draw(told, width=320, theme="light"):
        pages.append(page := browser.new_page(viewport={"width": width, "height": 900}))
        page.set_content(PAGE.format(css=FILES["card.css"].decode()))
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        for name in ("words.js", "sheet.js", "card.js"):
            page.add_script_tag(content=FILES[name].decode())
        page.evaluate(TOOL, told)
        page.wait_for_selector("h1")
        return page

    yield draw
    for page in pages:
        page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [200, 258, 320])
@pytest.mark.parametrize("situation", ["everything", "several-customers", "no-customer", "expired"])
def test_a_card_can_be_read_by_everybody_and_fits(drawn, situation, width, theme):
    told = {"sheet": asdict(sheet(answer(GALLERY[situation](), words("en", "UTC"))))}
    page = drawn(told, width, theme)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_why_there_is_no_card_can_be_read_by_everybody(drawn):
    page = drawn({"notice": {"title": "Nothing is set up", "text": "Ask your administrator."}})
    assert faults(page) == []
