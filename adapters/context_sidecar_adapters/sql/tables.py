"""Which tables a query reads, by its text. What it calls its own parts (WITH), and functions that
give rows, are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

_CALLED = {"mariadb": "mysql", "mssql": "tsql", "postgresql": "postgres"}
"""What sqlglot calls databases that it does not call as SQLAlchemy does."""

_QUOTES = str.maketrans("", "", '"`[]')


@dataclass(frozen=True, slots=True)
class TableName:
    """A table as a query names it, in SQL (`sql`), and without quotes."""

    sql: str
    name: str
    schema: str | None

    def is_called(self, name: str) -> bool:
        """Whether *name* is its own, with or without its schema and what stands before that."""
        whole, own = (one.translate(_QUOTES).casefold() for one in (self.sql, name))
        return whole == own or whole.endswith(f".{own}")


def tables(query: str, backend: str) -> tuple[TableName, ...]:
    """Return the tables that *query* reads, which has parameters as SQLAlchemy writes them; see
    `tables_of`."""
    return tables_of(str(text(query).compile()), backend)


def tables_of(sql: str, backend: str) -> tuple[TableName, ...]:
    """Return the tables that a statement reads, each once, in a database that SQLAlchemy calls
    *backend*; none where its text cannot be made out."""
    return tuple(dict.fromkeys(_tables(sql, _CALLED.get(backend, backend))))


def _tables(sql: str, dialect: str) -> Iterator[TableName]:
    from sqlglot import Dialects, exp, parse_one  # noqa: PLC0415  20 MB, for who needs it
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  as above
    from sqlglot.optimizer.scope import traverse_scope  # noqa: PLC0415  as above

    known = dialect if dialect in {one.value for one in Dialects} else ""
    try:
        scopes = traverse_scope(parse_one(sql, read=known))
    except SqlglotError:
        return
    for source in (source for scope in scopes for source in scope.sources.values()):
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            whole = ".".join(part.sql(known) for part in source.parts)
            yield TableName(whole, source.name, source.db or None)
