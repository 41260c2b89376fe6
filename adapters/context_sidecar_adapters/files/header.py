"""The header of a file: each column named once, and those there that questions are asked by."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from context_sidecar import Reason, SourceError, did_you_mean

from context_sidecar_adapters.files.questions import MODIFIED, Question

_DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\\t"}
"""What parts fields in the CSV files that there are, each as YAML writes it in double quotes."""


_NO_NAME = re.compile(r"@|://|^\W*\d|.{60}")
"""What names no column, and stands in rows: an address, a number or a day, a long text."""


def checked_header(header: Sequence[Any], settings: Mapping[str, Any]) -> list[str]:
    """Return *header* as column names: all of them there, no two alike, as *settings* declare them,
    and with those that are asked by.

    Raises:
        SourceError: SCHEMA_CHANGED, it is none.
    """
    names = ["" if name is None else str(name).strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise _changed("no header: the first line is empty", "Have it name the columns.")
    _check_declared(names, settings)
    if "" in names:
        detail = f"a column without a name; {_shown(names)}"
        raise _changed(detail, "Have every column named in the header.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        detail = f"two columns of one name; {_shown(twice)}"
        raise _changed(detail, "Have each column named in the header by a name of its own.")
    return names


def another_delimiter(line: str, settings: Mapping[str, Any]) -> str:
    """Say by what the fields of a CSV file are parted, where another character than the declared
    one gives its first *line* all columns that *settings* name; nothing where none does."""
    wanted = {*(settings["columns"] or ()), *(column for column, _ in _asked_by(settings))}
    for other, written in _DELIMITERS.items():
        names = {name.strip().strip('"') for name in line.split(other)}
        if other in line and other != settings["delimiter"] and names >= wanted:
            return (
                f'The fields are parted by another character: set `delimiter: "{written}"` in the '
                "source's settings."
            )
    return ""


def listed(names: Iterable[str]) -> str:
    """Return *names* for people, as many as a line holds."""
    return textwrap.shorten(", ".join(names), 200, placeholder=" …")


def _shown(names: Sequence[str]) -> str:
    """Return the *names* of a header; not what looks like a customer's row, which is not told."""
    if _is_header(names):
        return f"there are: {listed(names)}"
    return "its first line looks like no header"


def _is_header(names: Iterable[str]) -> bool:
    return not any(name and _NO_NAME.search(name) for name in names)


def _check_declared(names: Sequence[str], settings: Mapping[str, Any]) -> None:
    other = ""
    if settings["format"] == "csv":
        other = another_delimiter(settings["delimiter"].join(names), settings)
    if settings["columns"] is not None and list(names) != settings["columns"]:
        detail = f"the header is not as declared in `columns`; {_shown(names)}"
        told = "Have the file delivered as declared, or correct `columns` in the source's settings."
        raise _changed(detail, other or told)
    for column, setting in _asked_by(settings):
        if column not in names:
            detail = f"there is no column {column}; {_shown(names)}"
            meant = did_you_mean(column, names) if _is_header(names) else ""
            told = (
                f"{meant} Correct {setting} in the source's settings, or "
                "have the file delivered with that column, named in its first line."
            )
            raise _changed(detail, other or told.strip())


def _asked_by(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each column that a question is asked by, with the setting that names it."""
    lookups: Mapping[str, Question] = settings["lookups"]
    for lookup, question in lookups.items():
        of = f" of `lookups.{lookup}`" if len(lookups) > 1 else ""
        yield question.key, f"`key`{of}"
        if question.as_of and question.as_of != MODIFIED:
            yield question.as_of, f"`as_of`{of}"
        if question.name:
            yield question.name, f"`name`{of}"


def _changed(detail: str, remedy: str) -> SourceError:
    return SourceError(Reason.SCHEMA_CHANGED, detail, remedy=remedy)
