"""Made-up values that make a line of attention show: tried, and judged by the real rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product

from context_sidecar.core.attention import (
    AttentionRule,
    Condition,
    Verdict,
    When,
    judge,
)
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.reading import Reading
from context_sidecar.preview import samples
from context_sidecar.preview.stage import Stage

_TRIES = 20_000
_LONGEST_LIST = 50
_A_DAY = timedelta(days=1)


def firing(
    stage: Stage, rule: AttentionRule, fields: Mapping[str, Field]
) -> dict[str, Reading] | None:
    """Return fresh readings for which *rule* holds; None where none were found."""
    now = stage.now.astimezone(stage.words.zone)
    conditions = tuple(_conditions(rule.when))
    choices = [_choices(stage, fields[name], conditions) for name in rule.fields]
    for tried in islice(product(*choices), _TRIES):
        readings = {reading.field.id: reading for reading in tried}
        if judge(rule.when, readings, now) is Verdict.TRUE:
            return readings
    return None


def _choices(stage: Stage, field: Field, conditions: tuple[Condition, ...]) -> list[Reading]:
    """The readings of *field* that are worth trying: on either side of all it is compared with."""
    raws = [samples.kept(stage.words, field, stage.now), *field.choices, None]
    for condition in conditions:
        if condition.field == field.id:
            raws += _around(stage, field, condition.operand)
    at = stage.recent(field)
    return [stage.reading(field, stage.answered(stage.wrote(field, raw, at), at)) for raw in raws]


def _around(stage: Stage, field: Field, operand: object) -> Iterator[object]:
    match operand:
        case timedelta():
            for distance in (operand / 2, -operand - 2 * _A_DAY, operand + 2 * _A_DAY):
                yield samples.moment(stage.words, field, stage.now + distance)
        case bool():
            yield from (operand, not operand)
        case Decimal():
            for size in (operand, operand - 1, operand + 1):
                if field.type is not FieldType.LIST or 0 <= size <= _LONGEST_LIST:
                    yield samples.number(field, size, stage.now)
        case tuple():
            for one in operand:
                yield from _around(stage, field, one)
        case str():
            yield operand


def _conditions(when: When) -> Iterator[Condition]:
    if isinstance(when, Condition):
        yield when
    else:
        for part in when.parts:
            yield from _conditions(part)
