"""The languages that there are words for: to add a catalog is to add its language."""

from __future__ import annotations

from importlib.resources import files

CATALOGS = files(__package__) / "wording" / "catalogs"

SOURCE_LANGUAGE = "en"
"""The language that messages are written in; it needs no catalog."""

LANGUAGES = (
    SOURCE_LANGUAGE,
    *sorted(each.name[:-3] for each in CATALOGS.iterdir() if each.name.endswith(".po")),
)
