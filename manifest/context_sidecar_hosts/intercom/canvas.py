"""A card in Canvas Kit's components.

Values that can be relied on stand together in a table. One that cannot stands by itself, because a
table cuts long texts off, and what is wrong with a value must not be cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from context_sidecar.hosting.sheets import Entry, Row, Sheet

CHECK = "check"
"""The id of the button that asks again."""

_MOST_ENTRIES = 5

Component = dict[str, Any]


def card(told: Sheet) -> Mapping[str, Any]:
    """Return the canvas of a card."""
    return _canvas(list(_components(told)))


def notice(title: str, text: str) -> Mapping[str, Any]:
    """Return a canvas of a heading and a sentence."""
    return _canvas([_text(title, "header"), _text(text)])


def _canvas(components: Sequence[Component]) -> Mapping[str, Any]:
    return {"canvas": {"content": {"components": components}}}


def _components(told: Sheet) -> Iterator[Component]:
    yield _text(told.title, "muted")
    yield _text(told.name, "header")
    if not told.matched:
        yield _text(told.about)
    if told.candidates:
        yield _list("candidates", told.candidates)
    for caution in told.cautions:
        style = "error" if caution.severity in {"high", "trouble"} else "paragraph"
        yield _text(caution.flagged, style)
    yield from _rows(told.rows)
    yield {"type": "divider"}
    yield _text(" · ".join(filter(None, (told.progress, told.seen))), "muted")
    yield {
        "type": "button", "id": CHECK, "label": told.again, "style": "secondary",
        "action": {"type": "submit"},
    }  # fmt: skip


def _rows(rows: Sequence[Row]) -> Iterator[Component]:
    for plain, some in groupby(rows, _is_plain):
        if plain:
            yield {
                "type": "data-table",
                "items": [
                    {"type": "field-value", "field": row.label, "value": row.value} for row in some
                ],
            }
        else:
            for row in some:
                yield from _marked(row)


def _is_plain(row: Row) -> bool:
    return not (row.remark or row.entries or row.url)


def _marked(row: Row) -> Iterator[Component]:
    yield _text(f"{row.label}: {row.value}")
    if row.remark:
        yield _text(row.remark, "error" if row.state in {"failed", "invalid"} else "muted")
    if row.entries or row.url:
        shown = row.entries[:_MOST_ENTRIES] or (Entry(row.value, "", row.url),)
        yield _list(row.label, shown)
    if row.rest:
        yield _text(row.rest, "muted")


def _list(name: str, entries: Sequence[Entry]) -> Component:
    return {
        "type": "list",
        "items": [_item(f"{name}-{place}", entry) for place, entry in enumerate(entries)],
    }


def _item(id: str, entry: Entry) -> Component:
    item: Component = {"type": "item", "id": id, "title": entry.title}
    if entry.detail:
        item["subtitle"] = entry.detail
    if entry.url:
        item["action"] = {"type": "url", "url": entry.url}
    return item


def _text(text: str, style: str = "paragraph") -> Component:
    return {"type": "text", "text": text, "style": style}
