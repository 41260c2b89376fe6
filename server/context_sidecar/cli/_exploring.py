"""A live system's fields, shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from context_sidecar.core.field import FieldType
from context_sidecar.core.matching import visible
from context_sidecar.core.written_dates import date_patterns

if TYPE_CHECKING:
    from context_sidecar.core.shape import ShapeField
    from context_sidecar.engine.examination import Explored, Unasked

LONGEST = 40
MOST_CHOICES = 6
MOST_SAMPLES = 3


def show(explored: Explored, lookups: Sequence[str]) -> None:
    """Print a table of the fields, numbered, and what is to be known of it."""
    console = Console(highlight=False, emoji=False, markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    sampled = any(explored.samples.values())
    for column in ("", "path", "label", "type", "choices", *(["samples"] if sampled else [])):
        table.add_column(column, overflow="fold")
    for number, one in enumerate(explored.shape.fields, 1):
        cells: list[str | Text] = [
            str(number), _path(one, explored), visible(one.label), _type(one), _choices(one)
        ]  # fmt: skip
        samples = _shown(explored.samples.get(one.name, ()))
        row = [*cells, samples] if sampled else cells
        table.add_row(*row, style="" if one.given else "dim")
    console.print(table)
    console.print()
    for line in _remarks(explored, lookups):
        console.print(Text(line), soft_wrap=True)


def as_json(explored: Explored, source: str, lookups: Sequence[str]) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "source": source,
        "lookup": explored.lookup,
        "lookups": list(lookups),
        "inferred": explored.shape.inferred,
        "undescribed": list(explored.undescribed),
        "refusal": explored.refusal.reason.value if explored.refusal else None,
        "fields": [
            {
                "path": one.path,
                "label": one.label,
                "type": one.type.value if one.type else None,
                "native": one.native,
                "choices": dict(one.choices),
                "dialect": one.dialect,
                "optional": one.optional,
                "filterable": one.filterable,
                "deprecated": one.deprecated,
                "given": one.given,
                "each": one.each,
                "key": one.key,
                "declared": list(explored.declared.get(one.name, ())),
                "samples": list(explored.samples.get(one.name, ())),
            }
            for one in explored.shape.fields
        ],
    }


def refusal(unasked: Unasked) -> str:
    """Return which source could not be asked, and why: a sentence without its full stop."""
    error = unasked.error
    detail = f" ({error.detail})" if error.detail else ""
    return f"{unasked.source.label} {error.said}{detail}"


def _path(one: ShapeField, explored: Explored) -> Text:
    text = Text(visible(one.path))
    if ids := explored.declared.get(one.name):
        text.append(f"\ndeclared: {', '.join(ids)}", "green")
    if one.key:
        text.append("\nthe key", "green")
    if one.deprecated:
        text.append("\nout of use", "yellow")
    return text


def _type(one: ShapeField) -> str:
    kind = one.type.value if one.type else "text" if one.each else "no field's"
    kind = f"list of {kind}" if one.each else kind
    dialect = f", {one.dialect}" if one.dialect else ""
    native = f"\n{visible(one.native)}" if one.native and one.native != kind else ""
    return f"{kind}{dialect}{'' if one.optional is not False else ', never empty'}{native}"


def _choices(one: ShapeField) -> str:
    told = [
        visible(code if code == words else f"{code}: {words}")
        for code, words in one.choices.items()
    ]
    more = f"… {len(told) - MOST_CHOICES} more" if len(told) > MOST_CHOICES else ""
    return "\n".join([*told[:MOST_CHOICES], *filter(None, [more])])


def _shown(values: Iterable[object]) -> str:
    """Return a few different values, each in a line, short, with nothing a terminal would obey."""
    texts = dict.fromkeys(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
    )
    short = (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for text in texts)
    return "\n".join(visible(text) for text in [*short][:MOST_SAMPLES])


def _remarks(explored: Explored, lookups: Sequence[str]) -> Iterable[str]:
    if explored.refusal:
        why = explored.refusal.detail or explored.refusal.reason.entry.log
        yield f"Its own description could not be read ({why})."
    if explored.undescribed:
        yield (
            "It describes no field at all now, though these are declared here: "
            f"{', '.join(explored.undescribed)}. Look whether our user may still read how its "
            "fields are described."
        )
    if explored.shape.inferred:
        yield "Types and choices are told from some answers; there may be others."
    for one in explored.shape.fields:
        patterns = date_patterns(explored.samples.get(one.name, ()))
        if one.type is FieldType.TEXT and len(patterns) > 1:
            yield (
                f"{visible(one.path)} may be dates, of which no sample tells which number is the "
                f"day: then declare type: date, with dialect: {json.dumps(patterns[0])} or "
                f"{json.dumps(patterns[1])}."
            )
    if not all(one.given for one in explored.shape.fields):
        yield "What is dim is there, but not asked for: the query of the lookup has to name it."
    if explored.unsampled:
        yield f"No samples: {refusal(explored.unsampled)}."
    others = [name for name in lookups if name != explored.lookup]
    yield f"This is the lookup {explored.lookup}."
    if others:
        yield f"There are others, with --lookup: {', '.join(others)}."
