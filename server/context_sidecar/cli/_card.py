"""A card as text in colour: the same words and the same flags as on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_STATES = {
    "fresh": ("", ""),
    "stale": ("◷", "yellow"),
    "failed": ("✗", "red"),
    "missing": ("∅", "dim"),
    "unmatched": ("⊘", "magenta"),
    "ambiguous": ("⁇", "magenta"),
    "invalid": ("⚠", "red"),
    "pending": ("…", "cyan"),
}
"""A sign and a colour for each state; the word stands beside them always."""

_NOTICES = {"archived": ("⊟", "yellow")}
"""A sign and a colour for each kind of notice that tells of no failure."""

_SEVERITIES = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan"}


def show(answer: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the card that *answer* tells."""
    console = console or Console(highlight=False, emoji=False)
    console.print(Group(*_lines(answer)), soft_wrap=False)


def _lines(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    account, match = answer["account"], answer["match"]
    heading = account["name"] if account else match["headline"]
    yield Text.assemble((heading, "bold"), "  ", (answer["title"], "dim"))
    yield Text(match["message"], "dim")
    for candidate in match.get("candidates", ()):
        yield Text.assemble("  • ", candidate["name"], "  ", (candidate["id"], "dim"))
    for line in answer["attention"]:
        style = _SEVERITIES[line["severity"]] if line["judged"] else "dim"
        yield Text.assemble(("! ", style), (line["message"], style))
    for notice in answer["notices"]:
        sign, style = _NOTICES.get(notice["kind"], ("✗", "red"))
        yield Text.assemble((f"{sign} ", style), (notice["message"], style))
    if answer["readings"]:
        yield Padding(_table(answer["readings"]), (1, 0))
    yield Text(answer["progress"] or (answer["checked"] or {}).get("text", ""), "dim")


def _table(readings: list[Mapping[str, Any]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for reading in readings:
        table.add_row(Text(reading["label"]), Group(*_value(reading)))
    return table


_ABOUT = ("here", "priority", "status", "age")


def _value(reading: Mapping[str, Any]) -> Iterator[RenderableType]:
    sign, style = _STATES[reading["state"]]
    flag = f"{sign} {reading['word']}: " if sign else ""
    yield Text.assemble((flag, style), reading["display"])
    if reading["note"]:
        yield Text(reading["note"], style or "dim")
    if reading["type"] == "list" and reading["value"]:
        for item in reading["value"]["items"]:
            about = " · ".join(filter(None, (item[part] for part in _ABOUT)))
            yield Text.assemble("• ", item["title"], "  ", (about, "dim"))
