"""A card as a piece of HTML that stands within somebody else's page.

Whatever comes from outside is escaped, and nothing is used that could run: FreeScout puts the piece
into its own page as it is. Only elements and classes that both tools know are in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from context_sidecar.hosting.sheets import Caution, Entry, Row, Sheet

_MOST_ENTRIES = 5


def card(told: Sheet) -> str:
    """Return a card."""
    return "".join(_card(told))


def notice(title: str, text: str) -> str:
    """Return a heading and a sentence."""
    return f"<h4>{_text(title)}</h4><p>{_text(text)}</p>"


def _card(told: Sheet) -> Iterator[str]:
    yield f"<h4>{_link(told.name, told.url)}</h4>"
    if not told.matched:
        yield f"<p>{_text(told.about)}</p>"
    yield _list(told.candidates)
    yield from map(_caution, told.cautions)
    yield from map(_row, told.rows)
    yield _muted(" · ".join(filter(None, (told.progress, told.seen))))


def _caution(caution: Caution) -> str:
    return f"<p><strong>{_text(caution.flagged)}</strong></p>"


def _row(row: Row) -> str:
    lines = [f'<span class="muted">{_text(row.label)}</span>', _link(row.value, row.url)]
    if row.remark:
        lines.append(f"<em>{_text(row.remark)}</em>")
    rest = _muted(row.rest) if row.rest else ""
    return f"<p>{'<br>'.join(lines)}</p>{_list(row.entries[:_MOST_ENTRIES])}{rest}"


def _list(entries: Sequence[Entry]) -> str:
    items = (f"<li>{_link(one.title, one.url)} {_text(one.detail)}</li>" for one in entries)
    return f"<ul>{''.join(items)}</ul>" if entries else ""


def _muted(text: str) -> str:
    return f'<p class="muted">{_text(text)}</p>'


def _link(text: str, url: str) -> str:
    if not url:
        return _text(text)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{_text(text)}</a>'


def _text(text: str) -> str:
    return escape(text, quote=False)
