"""How an API describes the fields of a lookup's rows, and the shape that these have then."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from context_sidecar import (
    Adapter,
    Answer,
    Answers,
    FieldType,
    Found,
    Reason,
    Shape,
    ShapeField,
    SourceError,
    lacks,
    with_nulls,
)
from jmespath.parser import Parser

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import Query, check_rows, check_total, search, total_of
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.shape import check_properties


@dataclass(frozen=True, slots=True)
class Description:
    """A query whose rows each describe a field, by JMESPath expressions into the row.

    Attributes:
        way: its name, or a list of names that lead to it.
        label: what people call it.
        type: its type, of which `types` says what it is of ours.
        choices: texts, or pairs of a code and its words.
        words: pairs of a code and its words that an answer has beside its rows.
        dialect: how it is written, as the `dialect` of a field.
        currency: for an amount, a list of the names that lead to its currency.
        id: what stays when it is renamed.
        out_of_use: whether it was put out of use.
        given: whether the lookup has it; by default it has.
        besides: what every row has and that is not described.
        by_name: whether fields stand in an object by their names; each has its own as `name` then.
        omits_nulls: whether a row leaves out what has no value.
    """

    query: Query
    way: str
    label: str = ""
    type: str = ""
    types: Mapping[str, FieldType] = field(default_factory=dict)
    choices: str = ""
    words: str = ""
    dialect: str = ""
    currency: str = ""
    id: str = ""
    out_of_use: str = ""
    given: str = ""
    besides: Mapping[str, FieldType] = field(default_factory=dict)
    by_name: bool = False
    omits_nulls: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The properties of a row below which described fields stand: `custom_fields`."""
        return frozenset(_places(Parser().parse(self.way).parsed))

    def fields(self, adapter: Adapter, judge: Judgement) -> Iterator[ShapeField]:
        """Give the fields that the API describes, after those that it does not.

        Raises:
            SourceError: it does not let us read it, or describes it in another way.
        """
        pages = list(self.query.pages(adapter, judge, Blanks((), ())))
        rows = [row for page in pages for row in page.rows]
        check_rows(rows)
        check_total(len(rows), total_of(pages))
        if self.by_name:
            rows = [row for named in rows for row in _named(named)]
        words: dict[str, str] = {}
        for page in pages:
            words |= _pairs(search(self.words, page.body))
        for name, type_ in self.besides.items():
            yield ShapeField(tuple(name.split(".")), type_)
        for row in rows:
            check_properties(
                row, [self.way, self.label, self.type, self.id, self.out_of_use, self.given]
            )
            yield from self._field(row, words)

    def _field(self, row: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[ShapeField]:
        way, native = search(self.way, row), str(search(self.type, row) or "")
        type_ = self.types.get(native)
        names = way if isinstance(way, list) else [way] if way else []
        if names:
            choices = _pairs(search(self.choices, row)) if type_ is FieldType.CHOICE else {}
            yield ShapeField(
                tuple(map(str, names)),
                type_,
                label=str(search(self.label, row) or ""),
                native=native,
                dialect=str(search(self.dialect, row) or ""),
                currency=tuple(map(str, search(self.currency, row) or ())),
                choices={code: words.get(code, told) for code, told in choices.items()},
                deprecated=bool(search(self.out_of_use, row)),
                given=not self.given or bool(search(self.given, row)),
                id=str(search(self.id, row) or ""),
            )


def shape_of(described: Sequence[Description], adapter: Adapter, judge: Judgement) -> Shape:
    """Return the shape that these descriptions make up.

    Raises:
        SourceError: the API does not let us read one, describes it in another way, or describes
            nothing at all.
    """
    found = {one.way: one for part in described for one in part.fields(adapter, judge)}
    if not found:
        raise SourceError(Reason.SCHEMA_CHANGED, "no field is described")
    return Shape(tuple(found.values()))


def as_given(shape: Shape, gives: Mapping[str, str]) -> Shape:
    """Return the *shape* of a row as it is after what *gives* makes of it: a field that is read as
    it stands has the name that it is given under, and the others are there to be asked for."""
    known = {one.name: one for one in shape.fields}
    places = {name: text.removesuffix(" || `null`") for name, text in gives.items()}
    read = [replace(known[at], way=(name,)) for name, at in places.items() if at in known]
    rest = [replace(one, given=False) for name, one in known.items() if name not in places.values()]
    return Shape((*read, *rest)) if gives else shape


def completed(
    described: Sequence[Description],
    adapter: Adapter,
    judge: Judgement,
    answers: Answers,
    names: Collection[str],
) -> Answers:
    """Return *answers* with a null under each of *names* that a row leaves out, where that says
    that there is none: where the API describes such a field. What has null in a place of described
    fields, where others have an object, says nothing of them.

    Raises:
        SourceError: as `shape_of`.
    """
    places = frozenset[str]().union(*(one.places for one in described))
    answers = {key: _told(one, places) for key, one in answers.items()}
    telling = [replace(one, besides={}) for one in described if one.omits_nulls]
    rows = {key: row for key, one in answers.items() if (row := _row(one)) is not None}
    lacking = {name for name in names for row in rows.values() if lacks(row, name)}
    if not (telling and lacking):
        return answers
    known = [one for one in shape_of(telling, adapter, judge).fields if one.name in lacking]
    whole = {
        key: with_nulls(row, [one.name for one in known if _is_left_out(one, row)])
        for key, row in rows.items()
    }
    return {
        key: replace(one, data=whole.get(key, one.data)) if isinstance(one, Found) else one
        for key, one in answers.items()
    }


def _is_left_out(field: ShapeField, row: Mapping[str, Any]) -> bool:
    """Whether *row* has nothing of *field*, and what it would stand below: one of which a part is
    there has lost the rest."""
    place, *below = field.way
    if not below:
        return place not in row
    return isinstance(row.get(place), Mapping) and below[0] not in row[place]


def _told(answer: Answer | SourceError, places: Collection[str]) -> Answer | SourceError:
    row = _row(answer)
    untold = {name for name in places if row is not None and row.get(name, row) is None}
    if not (untold and isinstance(answer, Found)):
        return answer
    assert row is not None
    return replace(answer, data={name: row[name] for name in row.keys() - untold})


def _places(node: Mapping[str, Any]) -> Iterator[str]:
    children = [child for child in node["children"] if isinstance(child, Mapping)]
    if node["type"] == "multi_select_list" and len(children) > 1:
        first = children[0]
        if first["type"] == "literal" and isinstance(first["value"], str):
            yield first["value"]
    for child in children:
        yield from _places(child)


def _row(answer: Answer | SourceError) -> Mapping[str, Any] | None:
    row = answer.data if isinstance(answer, Found) else None
    return row if isinstance(row, Mapping) else None


def _named(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    check_rows(list(fields.values()))
    return [{**row, "name": name} for name, row in fields.items()]


def _pairs(found: Any) -> dict[str, str]:
    """Return *found*, a list of texts or of pairs of a code and its words, as codes with words."""
    if found and not isinstance(found, list):
        raise SourceError(Reason.SCHEMA_CHANGED, "the choices of a field are no list")
    pairs = [one if isinstance(one, list) else [one, one] for one in found or ()]
    if any(code is None for code, _ in pairs):
        raise SourceError(Reason.SCHEMA_CHANGED, "a choice of a field has no code")
    return {str(code): str(words) for code, words in pairs}
