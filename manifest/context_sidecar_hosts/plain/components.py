"""A card in Plain's UI components.

Every text is `componentPlainText`: Plain reads Markdown in `componentText`, and a customer's name
is no Markdown. A link stands on a button, whose label is plain as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from context_sidecar.hosting.sheets import Entry, Row, Sheet

# Plain's documents say 5,000 of text and nothing of plain text, its types 10,000.
_LONGEST_TEXT = 5000
_LONGEST_LABEL = 500
_MOST_ENTRIES = 5

_COLOURS = {"high": "ERROR", "medium": "WARNING", "trouble": "WARNING", "archived": "WARNING"}
_COLOURS_OF_STATES = {"failed": "ERROR", "invalid": "ERROR", "stale": "WARNING"}

Component = dict[str, Any]


def card(told: Sheet) -> list[Component]:
    """Return a card. Its title is not among them: Plain shows the one from its own settings."""
    return list(_components(told))


def notice(title: str, text: str) -> list[Component]:
    """Return a heading and a sentence."""
    return [_text(title, size="L"), _text(text)]


def _components(told: Sheet) -> Iterator[Component]:
    yield _text(told.name, size="L")
    if not told.matched:
        yield _text(told.about)
    for candidate in told.candidates:
        yield from _entry(candidate)
    for caution in told.cautions:
        yield _text(caution.flagged, _COLOURS.get(caution.severity, "NORMAL"))
    for row in told.rows:
        yield from _row(row)
    yield {"componentDivider": {"dividerSpacingSize": "S"}}
    yield _text(" · ".join(filter(None, (told.progress, told.seen))), "MUTED", "S")


def _row(row: Row) -> Iterator[Component]:
    value = _button(row.value, row.url) if row.url else _text(row.value)
    yield _row_of([_text(row.label, "MUTED")], [value])
    if row.remark:
        yield _text(row.remark, _COLOURS_OF_STATES.get(row.state, "MUTED"), "S")
    for entry in row.entries[:_MOST_ENTRIES]:
        yield from _entry(entry)
    if row.rest:
        yield _text(row.rest, "MUTED", "S")


def _entry(entry: Entry) -> Iterator[Component]:
    yield _button(entry.title, entry.url) if entry.url else _text(entry.title)
    if entry.detail:
        yield _text(entry.detail, "MUTED", "S")


def _row_of(main: Sequence[Component], aside: Sequence[Component]) -> Component:
    return {"componentRow": {"rowMainContent": main, "rowAsideContent": aside}}


def _button(label: str, url: str) -> Component:
    label = _cut(label, _LONGEST_LABEL)
    return {"componentLinkButton": {"linkButtonLabel": label, "linkButtonUrl": url}}


def _text(text: str, colour: str = "NORMAL", size: str = "M") -> Component:
    said = {"plainText": _cut(text, _LONGEST_TEXT), "plainTextSize": size, "plainTextColor": colour}
    return {"componentPlainText": said}


def _cut(text: str, longest: int) -> str:
    """Plain takes no empty text, and none beyond a length."""
    return text if 0 < len(text) <= longest else f"{text[: longest - 1]}…"
