"""Looks at what a query reads: whether every table, and every table below a view, shows us a row.

A table that was emptied, or whose rows are hidden from our user by row security, gives nobody an
answer, and no error; where it is joined to others, it gives null, 0 or false. One look a table
tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from context_sidecar import Cause, Reason, SourceError, nothing_shown

from context_sidecar_adapters.sql.database import Database
from context_sidecar_adapters.sql.settings import LookupQuery
from context_sidecar_adapters.sql.tables import TableName, tables

MOST_BELOW = 50
"""Views that read more tables than that are not believed by looks: each is a question."""

_CANARY = "give the lookup a `canary`, a key that must always be found, best with every value"
_TO_PROVE = f"To prove that there is none without looking, {_CANARY}."
_HIDDEN_OR_EMPTY = (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE)
_NOT_LOOKED_AT = frozenset({Reason.TIMEOUT, Reason.NOT_CONFIGURED})
"""How a look fails at what gives no row without much work, such as a view that counts, or a table
of BigQuery's that must be asked for a day."""

_NOT_OURS = frozenset({Reason.PERMISSION_DENIED, Reason.SCHEMA_CHANGED})
"""How a look fails at what a view reads with its owner's rights, or by a name that we would have to
write otherwise. It says nothing of what the view is shown."""


class Looks:
    """Looks at what *query* reads in *database*."""

    def __init__(self, database: Database, query: LookupQuery) -> None:
        self._database = database
        self._query = query

    @property
    def has_tables(self) -> bool:
        """Whether the query names a table to look at."""
        return any(map(self._must_show, self._named))

    def doubt(self, *, has_rows: bool) -> SourceError | None:
        """Return why a none, null, 0 or false is not to be believed: a table shows us nothing, or
        nobody can tell. Where the query *has_rows*, they speak for the one table that it names."""
        try:
            below = self._below()
        except SourceError as error:
            return _untold("what the query's views read", error)
        if len(below) > MOST_BELOW:
            return SourceError(
                Reason.NOT_CONFIGURED,
                f"the query's views read more than {MOST_BELOW} tables, too many to look at",
                remedy=_TO_PROVE,
            )
        return next(self._doubts(below, has_rows=has_rows), None)

    def misnamed(self) -> SourceError | None:
        """Return what is wrong where `may_be_empty` names a table that the query does not read.

        Raises:
            SourceError: the database cannot be read.
        """
        known = [*self._named, *self._below()]
        for name in self._query.may_be_empty:
            if not any(one.is_called(name) for one in known):
                read = ", ".join(one.sql for one in known) or "none that can be told"
                told = f"may_be_empty: {name} is no table that we know the query reads: {read}"
                return SourceError(Reason.NOT_CONFIGURED, told)
        return None

    @cached_property
    def _named(self) -> tuple[TableName, ...]:
        return tables(self._query.query, self._database.backend)

    def _must_show(self, table: TableName) -> bool:
        return not any(map(table.is_called, self._query.may_be_empty))

    def _below(self) -> Mapping[TableName, bool]:
        """The tables below the query's views, and which of them are known to be empty; none where
        the database does not tell us."""
        try:
            return self._database.below(self._named, MOST_BELOW + 1) if self._named else {}
        except SourceError as error:
            if error.reason not in _NOT_OURS:
                raise
        return {}

    def _doubts(self, below: Mapping[TableName, bool], *, has_rows: bool) -> Iterator[SourceError]:
        looks = (self._look_below(one, below[one]) for one in below if self._must_show(one))
        yield from filter(None, looks)
        if has_rows and len(self._named) == 1:
            return
        looks = (self._look(one.sql, one) for one in self._named if self._must_show(one))
        yield from filter(None, looks)

    def _look_below(self, table: TableName, is_empty: bool) -> SourceError | None:
        told = f"{table.sql}, which a view of the query reads,"
        if is_empty:
            return _nothing(f"{told} has no row at all", (Cause.NOTHING_THERE,))
        return self._look(told, table, _NOT_OURS)

    def _look(
        self, told: str, table: TableName, passed_over: Collection[Reason] = ()
    ) -> SourceError | None:
        try:
            if self._database.shows(table.sql):
                return None
        except SourceError as error:
            if error.reason in passed_over:
                return None
            return _untold(f"whether {told} shows us any row", error)
        return _nothing(f"{told} shows us no row at all", _HIDDEN_OR_EMPTY)


def _nothing(detail: str, causes: Iterable[Cause]) -> SourceError:
    return nothing_shown(
        detail,
        causes,
        "See whether it is loaded, and whether our user may see its rows. Where it may be empty, "
        f"name it in the lookup's `may_be_empty`, or {_CANARY}.",
    )


def _untold(what: str, error: SourceError) -> SourceError:
    """Return that *what* is not known for *error*; what was found is an answer all the same."""
    return SourceError(
        error.reason,
        f"{what} cannot be told: {error.detail}",
        code=error.code,
        certain=error.certain,
        possible_causes=error.possible_causes,
        remedy=_TO_PROVE if error.reason in _NOT_LOOKED_AT else "",
    )
