"""What answers look like, told from some of them: for systems that describe nothing.

A type is inferred only where every value that was seen fits it; what fits several is the narrowest.
That is a guess about the values that were not seen, and is always said to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time

from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.field import FieldType
from context_sidecar.core.moments import moment
from context_sidecar.core.parsing import is_web_address
from context_sidecar.core.shape import EACH, Kind, Shape, ShapeField, kind_of
from context_sidecar.core.vocabulary import vocabulary
from context_sidecar.core.written_dates import date_patterns
from context_sidecar.core.written_numbers import without_percent_sign

DEEPEST = 3
"""Steps that are taken into an answer."""

_Way = tuple[str, ...]

_POINT = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)
_COMMA = re.compile(r"-?(0|[1-9]\d{0,14}|[1-9]\d{0,2}(\.\d{3})+)(,\d{1,15})?", re.ASCII)


def infer(answers: Iterable[object]) -> Shape:
    """Return the shape of *answers*, each the data of one account."""
    fields: list[ShapeField] = []
    items: list[ShapeField] = []
    for way, values, of in _below((), list(answers)):
        (items if EACH in way else fields).append(_field(way, values, of=of))
    return Shape(tuple(fields), inferred=True, items=tuple(items))


def _below(start: _Way, seen: Sequence[object]) -> Iterator[tuple[_Way, list[object], int]]:
    """Give each way below *start* with the values that are there in what was *seen*, and in how
    many such things they might be; then those within the lists that are there."""
    found: dict[_Way, list[object]] = {}
    for one in seen:
        for way, value in _leaves(one, start):
            found.setdefault(way, []).append(value)
    for way, values in found.items():
        yield way, values, len(seen)
        for place, items in _lists(way, values):
            yield from _below(place, items)


def _lists(way: _Way, values: Sequence[object]) -> Iterator[tuple[_Way, list[object]]]:
    """Give the ways to the items of lists at *way*, with all of them that are objects."""
    plain = [one for one in values if isinstance(one, list)]
    counted = [one["items"] for one in values if isinstance(one, Mapping) and _is_list(one)]
    for place, lists in ((way, plain), ((*way, "items"), counted)):
        items: list[object] = [item for one in lists for item in one if isinstance(item, Mapping)]
        if items:
            yield (*place, EACH), items


def _leaves(data: object, way: _Way) -> Iterator[tuple[_Way, object]]:
    """Give what is in *data*, down to values, lists, and what is one value of ours."""
    deep = sum(step != EACH for step in way) >= DEEPEST
    if not isinstance(data, Mapping) or _whole(data) or deep:
        yield way, data
        return
    if way and way[-1] != EACH and EACH in way:
        yield way, data  # an object that some items may leave out
    for name, inner in data.items():
        yield from _leaves(inner, (*way, str(name)))


def _whole(data: Mapping[str, object]) -> bool:
    return _is_list(data) or _is_money(data) or _is_person(data)


def _is_list(value: object) -> bool:
    if isinstance(value, Mapping):
        return value.keys() <= {"items", "total"} and isinstance(value.get("items"), Sequence)
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_money(value: object) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"amount", "currency"}


def _is_person(value: object) -> bool:
    return (
        isinstance(value, Mapping) and "name" in value and bool(value.keys() <= {"name", "email"})
    )


def _field(way: _Way, values: Sequence[object], *, of: int) -> ShapeField:
    seen = [value for value in values if value is not None and value != ""]
    type_, dialect = _guess(seen)
    whose = " ".join(_words((step,)) for step in way)
    choices = vocabulary(whose, seen) if type_ is FieldType.TEXT else {}
    return ShapeField(
        way,
        FieldType.CHOICE if choices else type_,
        label=_words(way),
        choices=choices,
        dialect=dialect,
        optional=len(seen) < of,
        kind=_kind(seen),
        left_out=EACH in way and len(values) < of,
    )


def _kind(seen: Sequence[object]) -> Kind | None:
    kinds = set(map(kind_of, seen))
    return Kind.MIXED if len(kinds) > 1 else next(iter(kinds), None)


def _words(way: _Way) -> str:
    """Return a label made of a name: `renewal_date`, `renewalDate` are “Renewal date”."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", way[-1] if way else "").replace("_", " ").split()
    words = " ".join(part if part.isupper() else part.lower() for part in parts)
    return words[:1].upper() + words[1:]


def _guess(seen: Sequence[object]) -> tuple[FieldType | None, str]:
    """Return the narrowest type that all of *seen* fit, and how it is written."""
    if not seen:
        return None, ""
    patterns = date_patterns(seen)
    if len(patterns) == 1:
        return FieldType.DATE, patterns[0]
    for type_, dialect, fits in _TYPES:
        if all(fits(value) for value in seen):
            return type_, dialect
    return None, ""


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _POINT.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_comma_number(value: object) -> bool:
    return isinstance(value, str) and _COMMA.fullmatch(value) is not None


def _is_percent(value: object) -> bool:
    return isinstance(value, str) and _is_number(without_percent_sign(value))


def _is_comma_percent(value: object) -> bool:
    return isinstance(value, str) and _is_comma_number(without_percent_sign(value))


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool) or (
        isinstance(value, str) and value.casefold() in {"true", "false"}
    )


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        return moment(value)
    except UnrecognisedError:
        return None


def _is_date(value: object) -> bool:
    found = _moment(value)
    return found is not None and found.tzinfo is None and found.time() == time()


def _is_link(value: object) -> bool:
    return isinstance(value, str) and is_web_address(value)


_TYPES = (
    (FieldType.LIST, "", _is_list),
    (FieldType.MONEY, "", _is_money),
    (FieldType.PERSON, "", _is_person),
    (FieldType.BOOLEAN, "", _is_boolean),
    (FieldType.NUMBER, "", _is_number),
    (FieldType.NUMBER, "comma", _is_comma_number),
    (FieldType.PERCENT, "", _is_percent),
    (FieldType.PERCENT, "comma", _is_comma_percent),
    (FieldType.DATE, "", _is_date),
    (FieldType.DATETIME, "", _moment),
    (FieldType.LINK, "", _is_link),
    (FieldType.TEXT, "", lambda value: isinstance(value, str | int | float)),
)
"""Types from the narrowest on, how each is written, and whether a value fits."""
