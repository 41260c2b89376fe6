"""What to notice first: declared conditions over readings, judged only on what can be trusted."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from context_sidecar.core.matching import fold
from context_sidecar.core.reading import Reading
from context_sidecar.core.values import Items, Money, Value


class Severity(StrEnum):
    """How urgent a line of attention is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """What a condition comes to. Unknown is not false: it is said aloud."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    SETTLING = "settling"


class Comparison(StrEnum):
    """How a reading is compared.

    `within` and `older_than` compare a date with today; the others compare the value, a money's
    amount, or a list's length.
    """

    WITHIN = "within"
    OLDER_THAN = "older_than"
    BELOW = "below"
    ABOVE = "above"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one field's reading: `{field: health, below: 50}`.

    `operand` is a `timedelta` for the time comparisons, a `Decimal` for the numeric ones, text (or
    a tuple of texts, or a boolean) for the others.
    """

    field: str
    comparison: Comparison
    operand: object


class Join(StrEnum):
    """How conditions are joined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions: all of them, any of them, or none of them must hold."""

    join: Join
    parts: tuple[Condition | Joined, ...]


When = Condition | Joined


@dataclass(frozen=True, slots=True)
class AttentionRule:
    """A line to put on top of the card when a condition holds."""

    when: When
    severity: Severity
    say: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the condition reads, each once, in order."""
        return tuple(dict.fromkeys(_fields(self.when)))


@dataclass(frozen=True, slots=True)
class Attention:
    """A line on top of the card, `because` of these fields. With `judged` false the rule could not
    be decided, as their readings are not trustworthy."""

    rule: AttentionRule
    judged: bool
    because: tuple[str, ...] = field(default=())


_SEVERITIES = list(Severity)


def attend(
    rules: Iterable[AttentionRule], readings: Mapping[str, Reading], now: datetime
) -> tuple[Attention, ...]:
    """Return the lines that *rules* put on top: those that could be judged before the others, and
    the most severe first.

    A rule whose fields the visitor may not see is left out altogether. A rule whose readings are
    just being refreshed waits for them in silence.
    """
    lines: list[Attention] = []
    for rule in rules:
        if any(name not in readings for name in rule.fields):
            continue
        verdict = judge(rule.when, readings, now)
        if verdict in {Verdict.TRUE, Verdict.UNKNOWN}:
            judged = verdict is Verdict.TRUE
            because = (name for name in rule.fields if readings[name].trustworthy is judged)
            lines.append(Attention(rule, judged=judged, because=tuple(because) or rule.fields))
    return tuple(
        sorted(lines, key=lambda line: (not line.judged, _SEVERITIES.index(line.rule.severity)))
    )


def judge(when: When, readings: Mapping[str, Reading], now: datetime) -> Verdict:
    """Judge a condition in Kleene's three-valued logic: what is false whatever the unknown part
    turns out to be is false."""
    if isinstance(when, Condition):
        return _judge_one(when, readings[when.field], now)
    verdicts = [judge(part, readings, now) for part in when.parts]
    if when.join is Join.ALL:
        return _first(verdicts, Verdict.FALSE, Verdict.UNKNOWN, Verdict.SETTLING, Verdict.TRUE)
    found = _first(verdicts, Verdict.TRUE, Verdict.UNKNOWN, Verdict.SETTLING, Verdict.FALSE)
    return found if when.join is Join.ANY else _NEGATED.get(found, found)


_NEGATED = {Verdict.TRUE: Verdict.FALSE, Verdict.FALSE: Verdict.TRUE}


def _first(verdicts: list[Verdict], *order: Verdict) -> Verdict:
    return next((verdict for verdict in order if verdict in verdicts), order[-1])


def _fields(when: When) -> Iterable[str]:
    if isinstance(when, Condition):
        yield when.field
    else:
        for part in when.parts:
            yield from _fields(part)


def _judge_one(condition: Condition, reading: Reading, now: datetime) -> Verdict:
    if reading.settling:
        return Verdict.SETTLING
    if not reading.trustworthy:
        return Verdict.UNKNOWN
    if condition.comparison is Comparison.MISSING:
        return _verdict((reading.value is None) == bool(condition.operand))
    if reading.value is None:
        return Verdict.FALSE
    try:
        return _verdict(_holds(condition, reading.value, now))
    except MisfitError:
        return Verdict.UNKNOWN


class MisfitError(TypeError):
    """A value cannot be compared in this way. The configuration is checked against it; here it is
    a condition that cannot be judged, and never a card that cannot be shown."""


def _verdict(holds: bool) -> Verdict:
    return Verdict.TRUE if holds else Verdict.FALSE


def _holds(condition: Condition, value: Value, now: datetime) -> bool:
    operand = condition.operand
    match condition.comparison:
        case Comparison.WITHIN if isinstance(operand, timedelta):
            return timedelta(0) <= _until(value, now) <= operand
        case Comparison.OLDER_THAN if isinstance(operand, timedelta):
            return _until(value, now) < -operand
        case Comparison.IS:
            return _same(value, operand)
        case Comparison.IS_NOT:
            return not _same(value, operand)
        case Comparison.ONE_OF if isinstance(operand, tuple):
            return any(_same(value, one) for one in operand)
        case _ if isinstance(operand, Decimal) and condition.comparison in _BY_SIZE:
            return _BY_SIZE[condition.comparison](_size(value), operand)
    raise MisfitError(f"{condition.comparison} cannot compare with this operand")


_BY_SIZE: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {
        Comparison.BELOW: operator.lt,
        Comparison.ABOVE: operator.gt,
        Comparison.AT_LEAST: operator.ge,
        Comparison.AT_MOST: operator.le,
    }
)


def _same(value: Value, operand: object) -> bool:
    """Whether the two are the same; texts are, whatever their case and spaces."""
    match value, operand:
        case bool(), bool():
            return value is operand
        case str(), str():
            return fold(value) == fold(operand)
        case ((Decimal() | Money() | Items()), Decimal()):
            return _size(value) == operand
    raise MisfitError("two of different kinds are neither the same nor different")


def _size(value: Value) -> Decimal:
    match value:
        case Items():
            return Decimal(value.total)
        case Money():
            return value.amount
        case Decimal():
            return value
    raise MisfitError(f"a {type(value).__name__} cannot be compared with a number")


def _until(value: Value, now: datetime) -> timedelta:
    """Time from now to *value*; a date counts in whole days of the clock's own time zone."""
    if isinstance(value, datetime):
        return value - now
    if isinstance(value, date):
        return value - now.date()
    raise MisfitError(f"a {type(value).__name__} is no date")
