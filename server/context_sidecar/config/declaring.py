"""From a field of a live system to its declaration in `sidecar.yaml`.

What the system says of it is taken over. The questions of the contract that only a person can
answer stay open where nobody has answered them: each as a comment in the place of its answer, and
`sidecar check` asks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from context_sidecar.config.yaml_text import in_lines, in_one_line
from context_sidecar.core.field import AgeClock, FieldType, OnFailure
from context_sidecar.core.matching import visible
from context_sidecar.core.shape import ShapeField

WIDTH = 96
"""Columns of a line; a vocabulary that does not fit into one stands in several."""

_INDENT = "  "
_AGES = {FieldType.LIST: ("15m", "4h")}
_USUAL_AGES = ("1d", "14d")
"""After how long a value is stale, and no longer of use, where nobody has said."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What people have answered: the roles that may see a value, what someone does differently
    because of it, and the currency of amounts that name none; empty where nobody has."""

    audience: tuple[str, ...] = ()
    decision: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom a field is asked: a source, one of its lookups, and whether its answers are `dated`
    with the source's own time."""

    source: str
    lookup: str
    dated: bool = False


def declared(
    field: ShapeField, asked: Asked, answers: Answers, taken: Collection[str]
) -> tuple[str, str]:
    """Return the name of the declaration of *field*, as it is *asked* for, which is none of those
    *taken*, and its text: a block of YAML that stands below `fields`, at no indentation.

    Raises:
        ValueError: it is of a type that no field has; the text says so.
    """
    if field.type is None and not field.each:
        kind = field.native or "no type that its answers tell"
        raise ValueError(
            f"{field.name} ({kind}) is of no type that a field has. Declare a part of it by a path."
        )
    name = _name(field, asked, taken)
    lines = [f"{name}:", *(_INDENT + line for line in _lines(field, asked, answers))]
    return name, "\n".join(lines) + "\n"


def _name(field: ShapeField, asked: Asked, taken: Collection[str]) -> str:
    """Return what a field is called: by its label, or by its own name where that has no letters;
    the whole of an answer by the lookup that gives it."""
    candidates = (field.label, field.way[-1] if field.way else asked.lookup, "value")
    wanted = next(filter(None, map(_plain, candidates)))
    several = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (wanted, *several) if one not in taken)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).lstrip("_0123456789")[:50].rstrip("_")


def _lines(field: ShapeField, asked: Asked, answers: Answers) -> Iterator[str]:
    type_ = FieldType.LIST if field.each else field.type
    stale, expire = _AGES.get(type_, _USUAL_AGES) if type_ else _USUAL_AGES
    called = _name(field, asked, ()).replace("_", " ").capitalize()
    yield from _setting("label", visible(field.label).strip() or called)
    yield from _setting("type", str(type_))
    yield from _setting("source", asked.source)
    if asked.lookup != "account":
        yield from _setting("query", asked.lookup)
    if field.way:
        yield from _setting("path", field.path)
    if type_ is FieldType.CHOICE:
        words = {code: visible(said).strip() or code for code, said in field.choices.items()}
        yield from _setting("choices", words)
    if field.dialect and not field.each:
        yield from _setting("dialect", field.dialect)
    if type_ is FieldType.MONEY:
        yield from _currency(field, answers)
    yield from _setting("stale_after", stale)
    yield from _setting("expire_after", expire)
    if asked.dated:
        yield from _setting("clock", str(AgeClock.SOURCE))
    yield from _setting("on_failure", str(OnFailure.SHOW_STALE))
    if answers.audience:
        yield from _setting("audience", list(answers.audience))
    else:
        yield "# audience: who needs it? Name the roles that may see it, such as [support]."
    if answers.decision:
        yield from _setting("decision", answers.decision)
    else:
        yield "# decision: what does someone do differently because of it?"


def _currency(field: ShapeField, answers: Answers) -> Iterator[str]:
    if field.currency:
        yield from _setting("currency_path", ".".join(field.currency))
    elif answers.currency:
        yield from _setting("currency", answers.currency)
    else:
        yield "# currency: in which currency are these amounts? Such as EUR."


def _setting(name: str, value: Any) -> Sequence[str]:
    """Return a setting in one line where that fits, and in several where it does not."""
    value = _escaped(value)
    short = in_lines({name: value}) if isinstance(value, str) else f"{name}: {in_one_line(value)}"
    return (
        [short] if len(short) <= WIDTH - 4 or isinstance(value, str) else _yaml_lines(name, value)
    )


def _yaml_lines(name: str, value: Mapping[str, Any] | Sequence[Any]) -> Sequence[str]:
    return in_lines({name: value}).split("\n")


def _escaped(value: Any) -> Any:
    """What a system wrote takes nothing from outside: `${` is what it is."""
    match value:
        case str():
            return value.replace("${", "$${")
        case dict():
            return {key: _escaped(one) for key, one in value.items()}
        case list():
            return [_escaped(one) for one in value]
    return value
