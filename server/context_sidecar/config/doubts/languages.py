"""A language that there are no words for."""

from __future__ import annotations

from collections.abc import Iterator

from babel import Locale

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration
from context_sidecar.languages import LANGUAGES


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt the usual language."""
    language = Locale.parse(configuration.locale.replace("_", "-"), sep="-").language
    if language not in LANGUAGES:
        yield Doubt(
            ("locale",),
            f"there are no words for {language}, so cards are in English",
            f"There are words for {', '.join(LANGUAGES)}.",
        )
