"""One field's part of what was observed: read out of the lookup's answer, and parsed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.moments import moment
from context_sidecar.core.observation import Found, NoMatch, Observation, Several
from context_sidecar.core.parsing import parse
from context_sidecar.core.reading import AnswerKind
from context_sidecar.core.rows import placed
from context_sidecar.core.values import Value

Parts = tuple[object, object, object]
"""What is read of a field: (raw value, raw currency, raw as_of)."""


class AbsentError(KeyError):
    """A path names something that the answer does not have at all; its argument is the name.

    That is no confirmed none: the source's schema changed, or hides the field from us. `parts` are
    what can be read all the same, where what is not there is but a part of a list's items.
    """

    def __init__(self, name: str, parts: Parts | None = None) -> None:
        super().__init__(name)
        self.parts = parts


class RetypedError(TypeError):
    """A path reads what is written in another way now, such as a number that is a text, or a value
    that is an object: what is read of it, or what a filter makes of it, may mean something else.

    Its argument is the name, and `parts` are what comes of reading it all the same.
    """

    def __init__(self, name: str, parts: Parts) -> None:
        super().__init__(name)
        self.parts = parts


Extract = Callable[[Field, object, Collection[str]], Parts]
"""Reads a field out of a lookup's data, in which some names are said to be unread.

Raises:
    AbsentError: what the field is read from is not in the data, or in an item of it is unread.
    RetypedError: what it is read from is of another type by now.
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field's part of an observation. `unread` says what its owner does about a value that is
    there and cannot be read; `retyped`, that it may mean something else, because what it is read
    from is of another type in its system by now; `partial`, that a list is there, and a part of its
    items, or its total, is not."""

    answer: AnswerKind
    value: Value | None = None
    raw: object = None
    candidates: tuple[str, ...] = ()
    as_of: datetime | None = None
    confirmed_at: datetime | None = None
    schema_changed: bool = False
    unread: str = ""
    retyped: bool = False
    partial: bool = False
    link: str = ""


def evidence_of(field: Field, observation: Observation, extract: Extract) -> Evidence:
    """Read the part of *field* out of *observation*."""
    match observation.answer:
        case None:
            return Evidence(AnswerKind.NEVER)
        case NoMatch():
            return Evidence(AnswerKind.NO_MATCH, confirmed_at=observation.confirmed_at)
        case Several(candidates):
            return Evidence(
                AnswerKind.SEVERAL, candidates=candidates, confirmed_at=observation.confirmed_at
            )
        case Found() as found:
            return _from_found(field, found, observation, extract)


def _from_found(field: Field, found: Found, observation: Observation, extract: Extract) -> Evidence:
    try:
        parts = extract(field, found.data, found.unread)
    except RetypedError as error:
        known = _from_parts(field, error.parts, found, observation.confirmed_at)
        return replace(known, answer=AnswerKind.UNRECOGNISED, value=None, retyped=True)
    except AbsentError as error:
        name = str(error.args[0])
        if error.parts:
            known = _from_parts(field, error.parts, found, observation.confirmed_at)
            known = replace(known, partial=True)
        else:
            known = _from_remnant(field, name, observation, extract)
        unread = found.unread.get(name, "")
        return replace(known, unread=unread, schema_changed=not unread)
    known = _from_parts(field, parts, found, observation.confirmed_at)
    cut = _has_lost_its_total(field, parts[0], observation)
    return replace(known, schema_changed=cut, partial=cut)


def _has_lost_its_total(field: Field, raw: object, observation: Observation) -> bool:
    """Whether *raw*, a list that came with a total, comes without: it may be but the first of all
    that there are."""
    if field.type is not FieldType.LIST or not isinstance(raw, Mapping) or "total" in raw:
        return False
    name = "total" if field.path == "@" else f"{field.path}.total"
    return "items" in raw and name in observation.remnants


def _from_remnant(field: Field, name: str, observation: Observation, extract: Extract) -> Evidence:
    """The last that was known of a field whose name is not in the answer any more."""
    steps = name.split(".")
    for way in ([name], *(steps[:some] for some in range(1, len(steps) + 1))):
        left = observation.remnants.get(".".join(way))
        if left is None:
            continue
        try:
            parts = extract(field, placed({}, way, left.value), ())
        except (AbsentError, RetypedError):
            continue
        return _from_parts(field, parts, Found(None, left.as_of), left.confirmed_at)
    return Evidence(AnswerKind.NEVER)


def _from_parts(
    field: Field,
    parts: Parts,
    found: Found,
    confirmed_at: datetime | None,
) -> Evidence:
    raw, currency, own_time = parts
    as_of = found.as_of if own_time is None else _own_time(own_time, field.source.zone)
    try:
        value = parse(field, raw, currency)
    except UnrecognisedError:
        answer, value = AnswerKind.UNRECOGNISED, None
    else:
        answer = AnswerKind.NONE if value is None else AnswerKind.VALUE
    return Evidence(answer, value, raw, as_of=as_of, confirmed_at=confirmed_at, link=found.link)


def _own_time(raw: object, zone: tzinfo | None) -> datetime | None:
    """A source's time that cannot be read is no time, and no other one's age is the value's."""
    try:
        found = moment(raw, zone=zone)
    except UnrecognisedError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
