"""That a source has put a customer's record away, or merged it into another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from context_sidecar.core.reading import Reading
from context_sidecar.core.source import Source
from context_sidecar.wording.keys import key_label
from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words


def say_archived(words: Words, readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    """Give a notice, for the answer, for each source that *readings* are of an archived record of.
    Nothing has failed: the values are as certain as any, but of what is no longer in use.
    """
    archived: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.archived:
            archived.setdefault(reading.field.source.id, []).append(reading)
    for several in archived.values():
        yield _notice(words, several[0].field.source, [one.field.id for one in several])


def _notice(words: Words, source: Source, fields: list[str]) -> dict[str, Any]:
    headline = words.text("The record in {source} is archived.", source=source.label)
    details = words.paragraph(
        (
            words.text("Its values are shown all the same."),
            words.text(
                "{team} can link another record, or restore this one.", team=source.owner.name
            ),
        )
    )
    return {
        "kind": "archived",
        "source": source.id,
        "reason": None,
        "fields": fields,
        "headline": headline,
        "details": details,
        "message": words.paragraph((headline, details)),
        "ago": None,
        "unjudged": [],
        "since": None,
        "next_try_at": None,
        "owner": {"team": source.owner.id, "label": source.owner.name},
    }


def merged(words: Words, reading: Reading) -> str:
    """Say into which other record the customer's was merged."""
    source, other = reading.field.source.label, visible(reading.merged_into)
    return words.text(
        "{source} has merged the record of this customer into {other}.", source=source, other=other
    )


def merged_note(words: Words, reading: Reading) -> str:
    """Say the same in a line; nothing where it is not so."""
    if not reading.merged_into:
        return ""
    source, other = reading.field.source.label, visible(reading.merged_into)
    return words.text("{source} merged it into {other}", source=source, other=other)


def key_to_set(words: Words, reading: Reading) -> str:
    """Say who settles that, and how."""
    source = reading.field.source
    return words.text(
        "{team} can set the customer's {key} to that of the other record.",
        team=source.owner.name, key=key_label(words, source.key),
    )  # fmt: skip
