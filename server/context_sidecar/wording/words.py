"""One language, with its region's formats and one time zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from context_sidecar.languages import CATALOGS, LANGUAGES, SOURCE_LANGUAGE

_PLAIN_ENGLISH = Locale("en", "GB")
"""Formats for English without a region: a date that no reader takes for another."""


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in one language, with its region's formats and in one time zone.

    Messages hold named places (`"{source} is busy"`); what is put in is not read as a message
    again, so a value from outside can hold braces.
    """

    locale: Locale
    zone: ZoneInfo
    catalog: NullTranslations = field(repr=False, compare=False)

    @property
    def tag(self) -> str:
        """The language's tag for HTML and for `Intl` (BCP 47): `de`, `en-GB`."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """Which way the language is written: `ltr` or `rtl`."""
        return str(self.locale.text_direction)

    def text(self, message: str, /, **parts: object) -> str:
        """Return *message* in this language, with *parts* in their places."""
        return self.catalog.gettext(message).format(**parts)

    def plural(self, one: str, many: str, count: int, /, **parts: object) -> str:
        """Return the form of the message that *count* asks for; `{count}` is put in."""
        return self.catalog.ngettext(one, many, count).format(count=count, **parts)

    def paragraph(self, sentences: Iterable[str]) -> str:
        """Return whole sentences one after the other; empty ones are left out."""
        said = ""
        for sentence in filter(None, sentences):
            said = (
                self.text("{sentence} {next}", sentence=said, next=sentence) if said else sentence
            )
        return said

    def several(self, names: Iterable[str]) -> str:
        """Return names as this language lists them: `A, B and C`."""
        return format_list(list(names), locale=self.locale)

    def either(self, names: Iterable[str]) -> str:
        """Return names of which one is meant: `A, B or C`."""
        return format_list(list(names), style="or", locale=self.locale)


def msgid(message: str) -> str:
    """Mark *message*, kept in a table, as one to translate where it is said."""
    return message


def words(locale: str, time_zone: str) -> Words:
    """Return the words for *locale* (`de`, `de-AT`, `de_AT`) and *time_zone* (`Europe/Berlin`).

    A language that there is no catalog for gets English.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such time zone.
    """
    return _words(locale.partition(".")[0].replace("_", "-"), time_zone)


@lru_cache(maxsize=256)
def _words(tag: str, time_zone: str) -> Words:
    locale = _locale(tag)
    return Words(locale, ZoneInfo(time_zone), _catalog(locale.language))


def _locale(tag: str) -> Locale:
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return _PLAIN_ENGLISH
    if locale.language not in LANGUAGES or locale == Locale(SOURCE_LANGUAGE):
        return _PLAIN_ENGLISH
    return locale


@cache
def _catalog(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGS / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    return GNUTranslations(BytesIO(compiled.getvalue()))
