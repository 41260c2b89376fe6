"""The settings of `files` that say what is asked of a file: whose a row is, and of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from context_sidecar.settings import LinkTemplate
from marshmallow import Schema, fields, validate

MODIFIED = "modified"
"""The word in `as_of` for the file's own time."""


@dataclass(frozen=True, slots=True)
class Question:
    """One lookup: the columns that hold the key, a row's name and its own time."""

    key: str
    many: bool
    ignore_case: bool
    name: str
    link: str
    as_of: str
    as_of_dialect: str


def _about(description: str) -> dict[str, str]:
    return {"description": description}


class Reading(Schema):
    """How rows are read; a lookup's own words go before those of the file."""

    key = fields.String(
        validate=validate.Length(min=1), metadata=_about("The column that says whose a row is.")
    )
    ignore_case = fields.Boolean(
        metadata=_about("Whether c-1 and C-1 are the same key, as with domains and addresses.")
    )
    name = fields.String(
        metadata=_about("The column with what a row is called, to tell several apart.")
    )
    link = LinkTemplate(
        metadata=_about(
            "Where a row opens for a person, such as https://erp.example.com/customers/{number}: "
            "each {name} is a column."
        )
    )
    as_of = fields.String(
        metadata=_about(
            "The column with the time that a row is from, or `modified` for the file's own time."
        )
    )
    as_of_dialect = fields.String(
        metadata=_about(
            "How as_of is written: ISO 8601 by default, epoch_seconds, epoch_milliseconds, or a "
            "strptime pattern."
        )
    )


class LookupSettings(Reading):
    """What is declared of one lookup."""

    many = fields.String(
        load_default="one",
        validate=validate.OneOf(["one", "list"]),
        metadata=_about(
            "one: a key has one row, and two are a doubt. list: the answer is all rows of a key."
        ),
    )


UNSAID = {
    "key": "", "ignore_case": False, "name": "", "link": "", "as_of": "", "as_of_dialect": "",
}  # fmt: skip
"""How rows are read where nothing is said of it."""


def asked(file: Mapping[str, Any], lookup: Mapping[str, Any]) -> Question:
    """Return the question of a *lookup*, whose own words go before those of the *file*."""
    return Question(**{**UNSAID, **file, **lookup, "many": lookup["many"] == "list"})
