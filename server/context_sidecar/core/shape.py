"""What the answers of a lookup look like: the fields that can be read from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from context_sidecar.core.field import FieldType

EACH = "[]"
"""The step of a way that leads into each item of a list."""


class Kind(StrEnum):
    """How a value is written, whatever it means: in JSON, in a column, in a cell. `MIXED` is said
    of a field whose values are not all written in one way."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    OBJECT = "object"
    MIXED = "mixed"


def kind_of(value: object) -> Kind | None:
    """Return how *value* is written; None where it is null, or a list."""
    if isinstance(value, Mapping):
        return Kind.OBJECT
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int | float):
        return Kind.NUMBER
    return Kind.TEXT if isinstance(value, str) else None


_WRITTEN = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.CHOICE: Kind.TEXT,
    FieldType.DATE: Kind.TEXT,
    FieldType.DATETIME: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.MONEY: Kind.NUMBER,
    FieldType.PERCENT: Kind.NUMBER,
    FieldType.BOOLEAN: Kind.BOOLEAN,
}
"""How values are written, where every type has a way of its own."""


@dataclass(frozen=True, slots=True)
class ShapeField:
    """One thing that a lookup's answers hold, as the system itself describes it.

    Attributes:
        way: the names that lead to it from the root of the answer: `("Owner", "Name")`; `()` is the
            whole of it.
        type: what kind of value of ours it is; None where it is none, or where nothing tells.
        label: what people call it in the system.
        native: what the system calls its type.
        choices: the codes that its value may be, each with the system's own words for it.
        dialect: how the system writes it, as `dialect` of a field.
        currency: the way to the currency of an amount, where there is one.
        optional: whether it may be empty; None where nothing tells.
        filterable: whether records can be searched by it; None where nothing tells.
        deprecated: whether the system has put it out of use, though it still shows it.
        given: whether the lookup gives it as it is set up; one that it does not give is there to be
            asked for.
        each: whether the answer has a list of such values, one for each thing that it lists.
        key: whether the lookup goes by it, as the source is set up: without it there is no answer,
            whatever is read of that.
        id: what the system knows it by besides, and keeps when it is renamed; "" where nothing is.
        kind: how its value is written in answers, where it was seen in some.
        left_out: whether some items of its list have no such name, where it stands in items.
    """

    way: tuple[str, ...]
    type: FieldType | None = None
    label: str = ""
    native: str = ""
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    dialect: str = ""
    currency: tuple[str, ...] = ()
    optional: bool | None = None
    filterable: bool | None = None
    deprecated: bool = False
    given: bool = True
    each: bool = False
    key: bool = False
    id: str = ""
    kind: Kind | None = None
    left_out: bool = False

    @property
    def name(self) -> str:
        """Its name as lookups are asked for it, `Owner.Name`, or, in items, `tickets[].title`."""
        return name_of(self.way)

    @property
    def list(self) -> tuple[str, ...]:
        """The way to the items that it stands in; `()` where it stands in none."""
        return self.way[: len(self.way) - self.way[::-1].index(EACH)] if EACH in self.way else ()

    @property
    def path(self) -> str:
        """The JMESPath expression that reads it out of an answer: `"Account owner".Name`."""
        return path_to(self.way)


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a lookup's answers. `inferred` says that nobody described them: they are what
    some answers had, and `items` is what the items of lists in these had."""

    fields: tuple[ShapeField, ...]
    inferred: bool = False
    items: tuple[ShapeField, ...] = ()

    def keyed(self, name: str) -> Shape:
        """Return it with the field *name*, in whatever case, as its key."""
        wanted = name.casefold()
        keyed = (replace(one, key=one.name.casefold() == wanted) for one in self.fields)
        return replace(self, fields=tuple(keyed))


def is_odd(field: ShapeField, answer: object) -> bool:
    """Whether *answer* has another kind of value there than was seen in answers, or, where none
    was, than its system describes: a number for a text, or a text for a number. What a system
    describes as one value may be an object in its answers: an amount with its currency."""
    expected = field.kind or (_WRITTEN.get(field.type) if field.native and field.type else None)
    if expected in {None, Kind.MIXED}:
        return False
    fits = {None, expected} if field.kind else {None, expected, Kind.OBJECT}
    return any(kind_of(value) not in fits for value in _values(answer, field.way))


def is_object_now(field: ShapeField, answer: object) -> bool:
    """Whether *answer* has nothing but objects there, where single values were seen in answers."""
    if field.kind in {None, Kind.MIXED, Kind.OBJECT}:
        return False
    return set(map(kind_of, _values(answer, field.way))) - {None} == {Kind.OBJECT}


def is_rewritten(was: ShapeField, now: ShapeField) -> bool:
    """Whether values are written in another way: what was a number in all answers is a text in
    all."""
    return was.kind is not now.kind and not {None, Kind.MIXED} & {was.kind, now.kind}


def _values(data: object, way: tuple[str, ...]) -> Iterator[object]:
    if isinstance(data, list):
        for one in data:
            yield from _values(one, way[1:] if way[:1] == (EACH,) else way)
    elif not way:
        yield data
    elif isinstance(data, Mapping):
        yield from _values(data.get(way[0]), way[1:])


def name_of(way: Iterable[str]) -> str:
    """Return *way* as one name: `Owner.Name`, `tickets[].title`."""
    return ".".join(way).replace(f".{EACH}", EACH)


def way_of(name: str) -> tuple[str, ...]:
    """Return the way of a *name* in items, as `name_of` gives it."""
    return tuple(filter(None, name.replace(EACH, f".{EACH}").split(".")))


def path_to(way: tuple[str, ...]) -> str:
    """Return the JMESPath expression that steps down *way*."""
    return name_of(step if step == EACH else _step(step) for step in way) or "@"


def _step(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else json.dumps(name)
