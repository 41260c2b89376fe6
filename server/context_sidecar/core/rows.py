"""From a source's rows to answers: every row goes to the key that it names, or none is believed.

A search that ignores its filter answers with other customers' rows and calls it success. So a row
says itself whose it is, and that is compared with what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any
from urllib.parse import quote

from context_sidecar.core.causes import Cause
from context_sidecar.core.collation import spelled_otherwise
from context_sidecar.core.errors import SourceError, Unasked, UnrecognisedError
from context_sidecar.core.keys import key_text
from context_sidecar.core.moments import moment
from context_sidecar.core.observation import Answer, Found, NoMatch, Several
from context_sidecar.core.reasons import Reason

Row = Mapping[str, Any]

MOST_CANDIDATES = 10
"""How many of several records under one key are named; a person needs no more to see the doubt."""


def _nothing(row: Row) -> None:
    return None


def _unnamed(row: Row) -> str:
    return ""


def _always(row: Row) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rows:
    """How the rows of one lookup are read.

    `key` reads out of a row which key it answers; keys are equal where `same` makes them so:
    `str.lower` for sources that do not tell `c-1` from `C-1` (`str.casefold` would take `ß` for
    `ss`). A row whose key is like one that was asked for, but for accents, is nobody's. `many` says
    that the answer is the list of all rows of a key; otherwise two rows under one key are a doubt,
    `Several`, in which `name` names each, unless they say the same. A row that is not `alive`, such
    as an archived one, counts only where its key has no other that is, and is told to be
    `archived`. `as_of` reads the source's own time, `link` where the row opens in the source.
    """

    key: Callable[[Row], object]
    many: bool = False
    as_of: Callable[[Row], datetime | None] = _nothing
    link: Callable[[Row], str] = _unnamed
    name: Callable[[Row], str] = _unnamed
    same: Callable[[str], str] = str
    alive: Callable[[Row], bool] = _always

    def answers(self, keys: Sequence[str], rows: Iterable[Row]) -> dict[str, Answer]:
        """Return the answer to each of *keys*.

        Raises:
            SourceError: SCHEMA_CHANGED, a row names no key, or one that was not asked for.
        """
        return {key: self.answer(found) for key, found in self.grouped(keys, rows).items()}

    def proved(
        self,
        keys: Sequence[str],
        ask: Callable[[Sequence[str]], Iterable[Row]],
        prove: Callable[[], object],
        *,
        can_ask: Callable[[str], bool] = bool,
        otherwise: str = "the account's key is empty",
    ) -> dict[str, Answer | SourceError]:
        """Return the answer to each of *keys*, its nones proven.

        Args:
            keys: what is asked for.
            ask: gives the rows of some of them; it is not called for none.
            prove: raises where we are not shown what there is; it is called before a none is given.
            can_ask: whether a key can be asked for.
            otherwise: why one that cannot fails by itself.
        """
        asked = [key for key in keys if can_ask(key)]
        found = self.answers(asked, ask(asked) if asked else ())
        if any(isinstance(answer, NoMatch) for answer in found.values()):
            prove()
        refused = Unasked(Reason.NOT_CONFIGURED, otherwise)
        return {key: found.get(key, refused) for key in keys}

    def among(self, keys: Sequence[str], rows: Iterable[Row]) -> dict[str, Answer]:
        """Return the answer to each of *keys* among all the rows that a source lists; those of
        others and of nobody are left out. A list may lack what can be asked for by itself, so that
        what is not in it is not certain to be none.
        """
        wanted = {self.same(key) for key in keys}
        owners = ((row, key_text(self.key(row))) for row in rows)
        own = [row for row, owner in owners if owner and self.same(owner) in wanted]
        return {
            key: NoMatch(certain=False) if isinstance(one, NoMatch) else one
            for key, one in self.answers(keys, own).items()
        }

    def grouped(self, keys: Sequence[str], rows: Iterable[Row]) -> dict[str, list[Row]]:
        """Return the rows of each of *keys*; raises what `answers` raises."""
        groups: dict[str, list[Row]] = {self.same(key): [] for key in keys}
        for row in rows:
            owner = key_text(self.key(row))
            if owner is None:
                raise SourceError(Reason.SCHEMA_CHANGED, "a row does not say which key it is for")
            if self.same(owner) not in groups:
                if spelled_otherwise(owner, keys):
                    continue  # to the source's database the two are equal
                raise SourceError(
                    Reason.SCHEMA_CHANGED,
                    "rows of a key that was not asked for: the filter is not applied",
                    certain=False,
                )
            groups[self.same(owner)].append(row)
        return {key: self._living(groups[self.same(key)]) for key in keys}

    def _living(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self.alive(row)] or rows

    def answer(self, rows: Sequence[Row]) -> Answer:
        """Return the answer that *rows*, all those of one key, amount to."""
        if self.many:
            times = [self.as_of(row) for row in rows]
            known = [one for one in times if one]
            return Found(list(rows), min(known) if known and len(known) == len(times) else None)
        if not rows:
            return NoMatch()
        if len(rows) > 1 and any(row != rows[0] for row in rows):
            names = (self.name(row) or self.link(row) for row in rows[:MOST_CANDIDATES])
            return Several(tuple(name for name in names if name))
        row = rows[0]
        return Found(row, self.as_of(row), self.link(row), archived=not self.alive(row))


def lacks(row: object, name: str) -> bool:
    """Whether *row* says nothing of the dotted *name*, not even that there is none. A system's own
    name may have dots, too."""
    if row is None:
        return False
    if not isinstance(row, Mapping):
        return True
    if name in row:
        return False
    dots = (at for at, letter in enumerate(name) if letter == ".")
    return all(name[:at] not in row or lacks(row[name[:at]], name[at + 1 :]) for at in dots)


def intact(
    answers: Mapping[str, Answer | SourceError], always: Collection[str]
) -> dict[str, Answer | SourceError]:
    """Return *answers* with a failure in place of each record that lacks something under one of the
    dotted names *always*, where every record has it: it came without its content, so that what else
    it lacks is not known to be none."""
    lost = {
        key: _lost([one.data], always) for key, one in answers.items() if isinstance(one, Found)
    }
    return {key: lost.get(key) or one for key, one in answers.items()}


def check_intact(rows: Iterable[object], always: Collection[str]) -> None:
    """Check that each of *rows* has something under each of the dotted names *always*.

    Raises:
        SourceError: SCHEMA_CHANGED, one lacks it, or has null there.
    """
    if lost := _lost(rows, always):
        raise lost


def _lost(rows: Iterable[object], always: Collection[str]) -> SourceError | None:
    names = sorted({name for row in rows for name in always if not _tells(row, name)})
    if not names:
        return None
    return SourceError(
        Reason.SCHEMA_CHANGED,
        f"a record came without {', '.join(names)}, which every one has",
        certain=False,
        possible_causes=(Cause.HIDDEN, Cause.RENAMED),
    )


def _tells(row: object, name: str) -> bool:
    if not isinstance(row, Mapping):
        return False
    if row.get(name) is not None:
        return True
    dots = (at for at, letter in enumerate(name) if letter == ".")
    return any(_tells(row.get(name[:at]), name[at + 1 :]) for at in dots)


def with_nulls(row: Row, names: Iterable[str]) -> Row:
    """Return *row* with a null under each of the dotted *names* that it `lacks`."""
    filled = dict(row)
    for name in names:
        first, _, rest = name.partition(".")
        inner = filled.setdefault(first, {} if rest else None)
        if rest and isinstance(inner, Mapping):
            filled[first] = with_nulls(inner, [rest])
    return filled


def placed(row: Row, way: Sequence[str], value: object) -> Row:
    """Return *row* with *value* at the end of *way*, instead of whatever is not as the way is."""
    first, *rest = way
    inner = row.get(first)
    below = inner if isinstance(inner, Mapping) else {}
    return {**row, first: placed(below, rest, value) if rest else value}


def own_time(raw: object, dialect: str = "", zone: tzinfo | None = None) -> datetime | None:
    """Return a source's own time for its answer, aware; a time without a zone is in *zone*.

    None where *raw* is no time in *dialect* (see `moment`), or has no zone and none is declared: a
    time that must be guessed is no time.
    """
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = datetime.combine(raw, time())
    try:
        found = raw if isinstance(raw, datetime) else moment(raw, dialect)
    except UnrecognisedError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return found if found.tzinfo else None


def fill_link(template: str, value: Callable[[str], object]) -> str:
    """Return the address that *template* makes of a row: each `{name}` is `value(name)`, quoted.

    It is "" where a value is missing: a link that leads nowhere is worse than none.
    """
    values = {name: value(name) for name in re.findall(r"\{([^{}]+)\}", template)}
    if any(found is None or found == "" for found in values.values()):
        return ""
    return re.sub(
        r"\{([^{}]+)\}",
        lambda name: quote(str(values[name[1]]), safe="", errors="replace"),
        template,
    )
