"""Which rows count, and what of each is given: a row that lacks what is read of it is another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import takewhile
from typing import Any

from context_sidecar import Answer, Answers, Found, Reason, SourceError, key_text, lacks, own_time
from jmespath.parser import Parser

from context_sidecar_adapters.rest.strict import holds, read

_DOTTED = re.compile(r"\w+(\.\w+)*")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a lookup makes of its rows: those for which `counts` holds, each as `gives` says, by
    JMESPath expressions into the row. `late_after` is where a row has its day: only those count
    whose day is over; `lasts_until` is where it has its last one: only those whose day is not over.
    One for which `archived` holds counts only where its key has no other.
    `words` are what numbers and codes stand for, by the name of what is given; what has no word
    stays as it is. What may be `left_out` of a row that has no value there is left out of what is
    given, and so is what is `hidden` from our user in a row for which its condition holds."""

    counts: str = ""
    late_after: str = ""
    lasts_until: str = ""
    archived: str = ""
    gives: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def picks(self) -> bool:
        """Whether some rows may not count."""
        return bool(self.counts or self.late_after or self.lasts_until)

    def alive(self, row: Any) -> bool:
        """Return whether *row* is in use in its source.

        Raises:
            SourceError: SCHEMA_CHANGED, that cannot be told of it.
        """
        return not (self.archived and holds(self.archived, row))

    def counted(self, rows: Sequence[Any], answered: str, zone: tzinfo) -> list[Any]:
        """Return those of *rows* that count; *answered* is when the source says that it answered
        with them, as HTTP has it, and *zone* where its days are.

        Raises:
            SourceError: SCHEMA_CHANGED, a row lacks a property that is read, its day is none, or it
                cannot be told whether it counts.
        """
        for row in rows:
            named = (self.counts, self.late_after, self.lasts_until)
            given = (text for name, text in self.gives.items() if name not in self.left_out)
            check_properties(row, [*named, *given])
        found = [row for row in rows if not self.counts or holds(self.counts, row)]
        for place, over in ((self.late_after, True), (self.lasts_until, False)):
            if place:
                today = parsedate_to_datetime(answered).astimezone(zone).date()
                days = [(row, _day(read(place, row), zone)) for row in found]
                found = [row for row, day in days if bool(day and day < today) is over]
        return found

    def given(self, row: Any) -> Any:
        """Return what is given of *row*.

        Raises:
            SourceError: SCHEMA_CHANGED, it lacks a name that is read, be it in an item of a list.
        """
        if not self.gives:
            return row
        hidden = self._hidden(row)
        return {
            name: self._worded(name, row)
            for name in self.gives
            if name not in hidden and not self._is_left_out(name, row)
        }

    def shaped(self, answers: Answers) -> dict[str, Answer | SourceError]:
        """Return *answers* with what is given of their rows."""
        return {key: self._of(answer) for key, answer in answers.items()}

    def _of(self, answer: Answer | SourceError) -> Answer | SourceError:
        match answer:
            case Found(list() as rows):
                unread = self._unread(rows, "[].", "items[].")
                return replace(answer, data=[self.given(row) for row in rows], unread=unread)
            case Found(row):
                return replace(answer, data=self.given(row), unread=self._unread([row], ""))
        return answer

    def _unread(self, rows: Iterable[Any], *places: str) -> dict[str, str]:
        """Say what is hidden in one of *rows*, by the names that it would have at *places*."""
        hidden = sorted({name for row in rows for name in self._hidden(row)})
        why = "is hidden from our user: give it the right to see that of every row."
        return {f"{place}{name}": f"{name} {why}" for name in hidden for place in places}

    def _hidden(self, row: Any) -> frozenset[str]:
        return frozenset(name for name, when in self.hidden.items() if holds(when, row))

    def _is_left_out(self, name: str, row: Any) -> bool:
        return name in self.left_out and any(lacks(row, way) for way in ways(self.gives[name]))

    def _worded(self, name: str, row: Any) -> Any:
        value = read(self.gives[name], row)
        return self.words.get(name, {}).get(key_text(value) or "", value)


def _day(said: object, zone: tzinfo) -> date | None:
    if said in (None, ""):
        return None
    found = own_time(said, "", zone)
    if found is None:
        raise SourceError(Reason.SCHEMA_CHANGED, "no day where a row has the one that it is due")
    # A midnight stands for a date, and would be the day before in zones to the west.
    return found.date() if found.time() == time() else found.astimezone(zone).date()


def check_properties(row: Any, expressions: Iterable[str]) -> None:
    """Check that *row* has all that *expressions* read of it.

    Raises:
        SourceError: SCHEMA_CHANGED, it lacks a property.
    """
    needed = {way for text in expressions for way in ways(text)}
    if lacking := {way for way in needed if lacks(row, way)}:
        raise SourceError(Reason.SCHEMA_CHANGED, f"a row lacks {', '.join(sorted(lacking))}")


def check_owner(row: Any, key: str) -> None:
    """Check that *row* says whose it is, under *key*, be it nobody's.

    Raises:
        SourceError: SCHEMA_CHANGED, it does not.
    """
    check_properties(row, [key])
    if _DOTTED.fullmatch(key) and lacks(row, key):
        raise SourceError(Reason.SCHEMA_CHANGED, f"a row lacks {key}")


@cache
def ways(expression: str) -> frozenset[str]:
    """Return the properties of a row without which *expression* cannot be read, dotted where they
    are those of others: `status.label`. Where it names another in case (`a || b`), it can."""
    return frozenset(".".join(way) for way in _read(expression))


@cache
def properties(expression: str) -> frozenset[str]:
    """Return where the `ways` of *expression* begin: a row's own properties."""
    return frozenset(way[0] for way in _read(expression))


def _read(expression: str) -> Iterator[tuple[str, ...]]:
    if expression:
        yield from _ways(Parser().parse(expression).parsed)


def _ways(node: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    children = [child for child in node["children"] if isinstance(child, Mapping)]
    match node["type"]:
        case "field":
            yield (node["value"],)
        case "or_expression":
            pass
        case "subexpression" if children[0]["type"] == "field":
            yield tuple(child["value"] for child in takewhile(_is_name, children))
        case "function_expression" | "comparator" | "and_expression" | "not_expression":
            for child in children:
                yield from _ways(child)
        case "multi_select_list" | "multi_select_dict" | "key_val_pair":
            for child in children:
                yield from _ways(child)
        case _:
            for child in children[:1]:
                yield from _ways(child)


def _is_name(node: Mapping[str, Any]) -> bool:
    return bool(node["type"] == "field")
