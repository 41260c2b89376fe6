"""A card as plain parts, for hosts that build it from components of their own: the same words in
the same order as on our page.

    from context_sidecar.hosting.sheets import sheet

    def render(self, answers, visit):
        [told] = map(sheet, answers)
        ...

What a host tool keeps on screen does not grow old by itself, so a sheet says when it was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from context_sidecar.core.host import Host
from context_sidecar.core.record import Visit

_FLAGS = {
    "high": "🔴", "medium": "🟠", "low": "🔵", "unjudged": "⚪", "trouble": "⚠️", "archived": "📦",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One of several things: a ticket of a list, an account that it may be. `url` may be empty."""

    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """What to notice before everything else.

    `severity` is `high`, `medium` or `low` for a line of attention, `unjudged` for one that could
    not be decided, `trouble` for what several values share, and `archived` where a source has put
    the record away that its values are of. A line that could not be decided
    for that trouble alone stands after it and does not say why once more.
    """

    severity: str
    text: str

    @property
    def flagged(self) -> str:
        """The text behind a flag for its severity, for tools whose texts have no colour."""
        return f"{_FLAGS[self.severity]} {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """A field: its id, its label, and what stands in the place of its value.

    `mark` is empty for a value that can be relied on, else the word for its state; a host shows it
    in words, never by colour alone. `note` is what else there is to know. `state` is the state
    itself, for a colour beside the word.
    """

    field: str
    label: str
    value: str
    state: str
    mark: str
    note: str
    url: str
    entries: tuple[Entry, ...]
    rest: str

    @property
    def remark(self) -> str:
        """The mark and the note in one line; empty where there is nothing to remark."""
        return " · ".join(filter(None, (self.mark, self.note)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card.

    `card` is its id, `title` what it is called, `name` whose it is or why nobody knows, `matched`
    whether there is one account, `about` how it was found. `candidates` are there where it may be
    one of several. `rows` are the fields, but for those that explain another: what they say is in
    its note. `seen` says at what time all this was so; `again` what a button is called that
    asks again.
    """

    card: str
    title: str
    matched: bool
    name: str
    url: str
    about: str
    candidates: tuple[Entry, ...]
    cautions: tuple[Caution, ...]
    rows: tuple[Row, ...]
    progress: str
    seen: str
    again: str


def sheet(answer: Mapping[str, Any]) -> Sheet:
    """Return *answer* as plain parts."""
    account, match = answer["account"], answer["match"]
    return Sheet(
        card=answer["card"],
        title=answer["title"],
        matched=account is not None,
        name=account["name"] if account else match["headline"],
        url=account["link"] if account else "",
        about=match["message"],
        candidates=tuple(Entry(one["name"], one["id"], one["link"]) for one in match["candidates"]),
        cautions=tuple(_cautions(answer)),
        rows=tuple(_row(one) for one in answer["readings"] if not one["explains"]),
        progress=answer["progress"],
        seen=answer["seen"],
        again=answer["again"],
    )


def _cautions(answer: Mapping[str, Any]) -> Iterator[Caution]:
    for line in answer["attention"]:
        if line["judged"]:
            yield Caution(line["severity"], line["message"])
        elif not line["told"]:
            yield Caution("unjudged", f"{line['headline']} · {line['message']}")
    headlines = {line["say"]: line["headline"] for line in answer["attention"]}
    for notice in answer["notices"]:
        yield Caution(notice["kind"], notice["message"])
        yield from (Caution("unjudged", headlines[say]) for say in notice["unjudged"])


def _row(reading: Mapping[str, Any]) -> Row:
    value, disputed = reading["value"], reading["disputed"]
    is_list = reading["type"] == "list" and value is not None
    return Row(
        field=reading["field"],
        label=reading["label"],
        value=reading["display"],
        state=reading["state"],
        mark="" if reading["state"] == "fresh" else reading["word"],
        note=" · ".join(filter(None, (reading["note"], disputed["note"] if disputed else ""))),
        url=value["url"] if reading["type"] == "link" and value else "",
        entries=tuple(map(_entry, value["items"])) if is_list else (),
        rest=reading["rest"],
    )


_ABOUT = ("here", "priority", "status", "age")


def _entry(item: Mapping[str, Any]) -> Entry:
    detail = " · ".join(filter(None, (item[part] for part in _ABOUT)))
    return Entry(item["title"], detail, item["url"] or "")


class SheetHost(Host):
    """A host where code of ours draws the card from its plain parts."""

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card as plain parts."""
        [told] = map(sheet, answers)
        return {"sheet": asdict(told)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return a heading and a sentence, to be shown in the card's place."""
        return {"notice": {"title": title, "text": text}}
