"""How an API describes the fields of a lookup's rows, and the shape that these have then."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import Query, check_rows, check_total, search, total_of
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.shape import check_properties


@dataclass(frozen=True, slots=True)
class Description:
    """A query whose rows each describe a field, by JMESPath expressions into the row: `way`, a name
    or a list of names that lead to it; `label`; `type`, of which `types` says what it is of ours;
    `choices`, texts or pairs of a code and its words; `id`, which stays when it is renamed. What
    every row has `besides` is not described. `by_name` says that fields stand in an object by their
    names, and then each has its own as `name`; `omits_nulls`, that a row leaves out what has no
    value."""

    query: Query
    way: str
    label: str = ""
    type: str = ""
    types: Mapping[str, FieldType] = field(default_factory=dict)
    choices: str = ""
    id: str = ""
    besides: Mapping[str, FieldType] = field(default_factory=dict)
    by_name: bool = False
    omits_nulls: bool = False

    def completed(
        self, adapter: Adapter, judge: Judgement, answers: Answers, names: Collection[str]
    ) -> Answers:
        """Return *answers* with a null under each of *names* that a row leaves out, where that says
        that there is none: where the API describes such a field."""
        rows = {key: row for key, one in answers.items() if (row := _row(one)) is not None}
        lacking = {name for name in names for row in rows.values() if lacks(row, name)}
        if not (self.omits_nulls and lacking):
            return answers
        known = {one.name for one in self.shape(adapter, judge).fields} & lacking
        whole = {key: with_nulls(row, known) for key, row in rows.items()}
        return {
            key: replace(one, data=whole.get(key, one.data)) if isinstance(one, Found) else one
            for key, one in answers.items()
        }

    def shape(self, adapter: Adapter, judge: Judgement) -> Shape:
        """Return the shape that the API describes.

        Raises:
            SourceError: it does not let us read it, or describes it in another way.
        """
        pages = list(self.query.pages(adapter, judge, Blanks((), ())))
        rows = [row for page in pages for row in page.rows]
        check_rows(rows)
        check_total(len(rows), total_of(pages))
        if self.by_name:
            rows = [row for named in rows for row in _named(named)]
        for row in rows:
            check_properties(row, [self.way, self.label, self.type, self.id])
        besides = [
            ShapeField(tuple(name.split(".")), type_) for name, type_ in self.besides.items()
        ]
        described = [one for row in rows for one in self._field(row)]
        return Shape(tuple({one.way: one for one in (*besides, *described)}.values()))

    def _field(self, row: Mapping[str, Any]) -> Iterator[ShapeField]:
        way, native = search(self.way, row), str(search(self.type, row) or "")
        type_ = self.types.get(native)
        names = way if isinstance(way, list) else [way] if way else []
        if names:
            yield ShapeField(
                tuple(map(str, names)),
                type_,
                label=str(search(self.label, row) or ""),
                native=native,
                choices=self._choices(row) if type_ is FieldType.CHOICE else {},
                id=str(search(self.id, row) or ""),
            )

    def _choices(self, row: Mapping[str, Any]) -> dict[str, str]:
        found = search(self.choices, row) or []
        if not isinstance(found, list):
            raise SourceError(Reason.SCHEMA_CHANGED, "the choices of a field are no list")
        pairs = (one if isinstance(one, list) else [one, one] for one in found)
        return {str(code): str(words) for code, words in pairs}


def _row(answer: Answer | SourceError) -> Mapping[str, Any] | None:
    row = answer.data if isinstance(answer, Found) else None
    return row if isinstance(row, Mapping) else None


def _named(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    check_rows(list(fields.values()))
    return [{**row, "name": name} for name, row in fields.items()]
