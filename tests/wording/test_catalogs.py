"""Every message is said in every language, with the same parts in it."""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from string import Formatter

import context_sidecar_widgets
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from context_sidecar import preview, web, wording
from context_sidecar.core.causes import CAUSES
from context_sidecar.core.reasons import REASONS
from context_sidecar.wording import LANGUAGES, words
from jinja2.ext import babel_extract

Message = str | tuple[str, str]

FOREIGN = [language for language in LANGUAGES if language != "en"]


def spoken() -> set[Message]:
    """Return every message that the code and the templates say."""
    said: set[Message] = {*(entry.agent for entry in REASONS.values()), *CAUSES.values()}
    keywords = {"text": None, "msgid": None, "plural": (1, 2)}
    for package in (wording, context_sidecar_widgets, web, preview):
        for file in files(package).iterdir():
            if file.name.endswith(".py"):
                source = BytesIO(file.read_bytes())
                said |= {message for _, message, _, _ in extract("python", source, keywords)}
    options = {"trim_blocks": "true", "lstrip_blocks": "true"}
    for package in (context_sidecar_widgets, preview):
        for file in (files(package) / "templates").iterdir():
            source = BytesIO(file.read_bytes())
            for _, function, message, _ in babel_extract(source, ("text", "plural"), [], options):
                parts = (
                    [each for each in message if each] if isinstance(message, tuple) else [message]
                )
                said.add((parts[0], parts[1]) if function == "plural" else parts[0])
    return said - {None}  # what a template says that is in a table is found there


def catalog(language: str) -> Catalog:
    file = files(wording) / "catalogs" / f"{language}.po"
    return read_po(BytesIO(file.read_bytes()), locale=language, abort_invalid=True)


def forms(message: Message) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


def parts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_five_languages_are_there():
    assert set(LANGUAGES) >= {"en", "de", "fr", "es", "ja"}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_message_is_translated_and_nothing_else_is(language):
    translated = {entry.id for entry in catalog(language) if entry.id and all(forms(entry.string))}
    assert translated == spoken()


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_parts_of_its_message(language):
    for entry in catalog(language):
        if entry.id:
            wanted = parts(forms(entry.id)[-1])
            assert all(parts(form) == wanted for form in forms(entry.string)), entry.id


@pytest.mark.parametrize("language", FOREIGN)
def test_a_plural_has_as_many_forms_as_the_language(language):
    found = catalog(language)
    for entry in found:
        if isinstance(entry.id, tuple):
            assert len(forms(entry.string)) == found.num_plurals, entry.id


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_marked_as_unsure(language):
    assert not [entry.id for entry in catalog(language) if entry.id and entry.fuzzy]


@pytest.mark.parametrize(
    ("locale", "one", "two"),
    [
        ("en", "1 possible customer", "2 possible customers"),
        ("de", "1 möglicher Kunde", "2 mögliche Kunden"),
        ("fr", "1 client possible", "2 clients possibles"),
        ("es", "1 cliente posible", "2 clientes posibles"),
        ("ja", "候補の顧客が 1 件あります", "候補の顧客が 2 件あります"),
    ],
)
def test_a_count_takes_the_form_that_the_language_gives_it(locale, one, two):
    message = ("{count} possible customer", "{count} possible customers")
    assert words(locale, "UTC").plural(*message, 1) == one
    assert words(locale, "UTC").plural(*message, 2) == two
