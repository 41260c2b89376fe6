"""The page of an app that a host tool serves itself: its own words."""

from __future__ import annotations

import pytest
from context_sidecar.app_pages import FILES, NAMES
from context_sidecar.languages import LANGUAGES

pytestmark = pytest.mark.real


@pytest.fixture
def words(browser):
    page = browser.new_page()
    page.add_script_tag(content=FILES["words.js"].decode())
    yield lambda locale: page.evaluate("l => contextSidecar.words(l, 'The Desk')", locale)
    page.close()


def test_it_is_made_of_these_files():
    assert tuple(FILES) == NAMES


def test_it_has_its_words_in_every_language_of_the_card(words):
    english = words("en")
    for language in LANGUAGES:
        said = words(language)
        assert said.pop("language") == language
        assert said.keys() == english.keys() - {"language"}
        assert all(said.values())
        assert "The Desk" in said["nameless"]
        assert "{" not in "".join(said.values())
        assert language == "en" or not set(said.values()) & set(english.values())


@pytest.mark.parametrize("locale", ["it", "", None, "constructor", "xx-XX"])
def test_of_a_language_that_it_does_not_know_it_speaks_english(words, locale):
    assert words(locale) == words("en")


def test_it_knows_a_language_by_its_first_letters(words):
    assert words("de-AT") == words("de")
