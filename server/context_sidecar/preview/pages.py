"""From a configuration to pages that open without a server and load nothing from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import files
from itertools import groupby

import context_sidecar_widgets
from context_sidecar_widgets import card as card_html
from context_sidecar_widgets import rows as rows_html
from jinja2 import Environment, PackageLoader, StrictUndefined

from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.context import Context
from context_sidecar.preview.guide import guide
from context_sidecar.preview.situations import Situation, situations
from context_sidecar.preview.stage import Stage
from context_sidecar.wording import Words, answer

File = Callable[[], bytes]
"""Makes a file: there are hundreds, and most are never looked at."""

WIDTHS = (320, 258)
"""In CSS pixels: a sidebar, and the narrowest that a host tool has."""

_STYLE = "card.css"
_OURS = ("frame.js", "guide.css", "guide.js", "preview.css", "preview.js")


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with all that can happen to it."""

    card: Card
    situations: tuple[Situation, ...]

    @property
    def groups(self) -> list[tuple[str, list[Situation]]]:
        """Its situations under their headings, in order."""
        grouped = groupby(self.situations, key=lambda each: each.id.rpartition("/")[0])
        return [(found[0].group, found) for found in (list(each) for _, each in grouped)]


def preview(
    configuration: Configuration, words: Words, now: datetime, cards: Collection[Card] = ()
) -> dict[str, File]:
    """Return the files of a preview by their paths; `index.html` is where to begin.

    The same configuration, words and time give the same bytes.

    Args:
        configuration: what is declared.
        words: the language of the pages and of the cards on them.
        now: the time at which the cards are seen, aware.
        cards: which ones; without any, all that are declared.
    """
    stage = Stage(configuration, words, now)
    chosen = tuple(cards or configuration.cards.values())
    shown = [Shown(card, tuple(situations(stage, card))) for card in chosen]
    page = partial(_page, words)
    made: dict[str, File] = {
        "index.html": partial(page, "index.html", shown=shown, widths=WIDTHS),
        "guide.html": lambda: page("guide.html", guide=guide(stage, chosen)),
    }
    for one in shown:
        for situation in one.situations:
            path = f"cards/{one.card.id}/{situation.id}.html"
            root = "../" * path.count("/")
            made[path] = partial(page, "frame.html", situation=situation, root=root)
    return made | dict(_assets())


def _page(words: Words, template: str, **parts: object) -> bytes:
    def card(context: Context) -> str:
        return card_html(answer(context, words), words)

    def rows(context: Context) -> str:
        return rows_html(answer(context, words), words)

    page = _TEMPLATES.get_template(template).render(
        words=words, text=words.text, plural=words.plural, card=card, rows=rows, **parts
    )
    return page.encode()


def _assets() -> Iterator[tuple[str, File]]:
    yield f"assets/{_STYLE}", (files(context_sidecar_widgets) / "assets" / _STYLE).read_bytes
    for name in _OURS:
        yield f"assets/{name}", (files(__package__) / "assets" / name).read_bytes


_TEMPLATES = Environment(
    loader=PackageLoader("context_sidecar.preview"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
