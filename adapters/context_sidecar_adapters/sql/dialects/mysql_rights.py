"""What our user may do at MariaDB and MySQL: what SHOW GRANTS says, and what may be read by it.

Without FOR it tells our user's own grants and those of the roles that are on. Those of a role that
is off are told to nobody who may not read the server's own tables
(https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/show/show-grants,
https://dev.mysql.com/doc/refman/8.4/en/show-grants.html). Rights and where they may stand:
https://mariadb.com/docs/server/reference/sql-statements/account-management-sql-statements/grant,
https://dev.mysql.com/doc/refman/8.4/en/grant.html. A line may carry the password's hash, so none
is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from context_sidecar import Scope
from sqlalchemy import Connection, text

from context_sidecar_adapters.sql.dialects.rights import few, is_named

READING = frozenset({"USAGE", "SELECT", "SHOW VIEW"})
"""What is needed, or nothing: USAGE is no right at all, and SHOW VIEW lets us look below a view."""

EVERYWHERE = "*.*"

_GRANTS = text("SHOW GRANTS")
_ROLES_ON = text("SELECT role_name FROM information_schema.enabled_roles")
_READABLE = text(
    "SELECT DISTINCT table_schema, table_name, coalesce(table_schema = database(), 0) "
    "FROM information_schema.columns WHERE find_in_set('select', privileges) "
    "AND table_schema NOT IN ('information_schema', 'performance_schema', 'sys') ORDER BY 1, 2"
)
"""By the rights that we have to their columns, from wherever
(https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html)."""

_VIEWS = text(
    "SELECT table_name, view_definition, security_type FROM information_schema.views "
    "WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'sys')"
)
"""The text is empty for whom lacks SHOW VIEW. A view of the security type INVOKER reads with our
rights (https://mariadb.com/kb/en/information-schema-views-table/)."""

_QUOTED = r"""`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'"""
_NAME = rf"""(?:{_QUOTED}|[^\s.,@`"']+)"""
"""Quoted as the session's mode has it; without quotes where the server was told so."""

_ROLE = rf"{_NAME}(?:@{_NAME})?"
_GRANT = re.compile(
    rf"""GRANT (?P<rights>(?:{_QUOTED}|[^`"'])+?) ON """
    r"(?:(?P<kind>TABLE|FUNCTION|PROCEDURE|PACKAGE BODY|PACKAGE) )?"
    rf"(?P<where>(?:\*|{_NAME})\.(?:\*|{_NAME})) TO (?P<rest>.*)",
    re.DOTALL,
)
_ROLES = re.compile(rf"GRANT (?P<roles>{_ROLE}(?:, ?{_ROLE})*) TO ")
_COLUMNS = re.compile(rf"""\((?:{_QUOTED}|[^)`"'])*\)""")
_QUOTES = str.maketrans("", "", "`\"'\\")
_NO_GRANT = ("SET DEFAULT ROLE ", "REVOKE ")
"""What is told beside the grants; REVOKE takes parts of one of everywhere back (MySQL, partial
revokes)."""


@dataclass(frozen=True, slots=True)
class Grants:
    """What lines of SHOW GRANTS say.

    Attributes:
        rights: each right, and where it holds: `("INSERT", "crm.*")`.
        roles: the names of the roles that are granted.
        unread: whether some line could not be read.
    """

    rights: tuple[tuple[str, str], ...]
    roles: frozenset[str]
    unread: bool

    @classmethod
    def of(cls, lines: Collection[str]) -> Grants:
        """Read *lines*."""
        rights: list[tuple[str, str]] = []
        roles: set[str] = set()
        unread = False
        for line in lines:
            if line.startswith("GRANT PROXY ON "):
                rights.append(("PROXY", "another user"))
            elif found := _GRANT.match(line):
                rights += _rights(found)
            elif found := _ROLES.match(line):
                roles |= {
                    one.partition("@")[0].translate(_QUOTES)
                    for one in re.findall(_ROLE, found["roles"])
                }
            else:
                unread = unread or not line.startswith(_NO_GRANT)
        return cls(tuple(dict.fromkeys(rights)), frozenset(roles), unread)

    def excess(self, queries: Collection[str]) -> list[str]:
        """Return what is more than reading what *queries* name, as far as the grants alone tell."""
        return [
            f"{right} on {where}"
            for right, where in self.rights
            if not _is_needed(right, where, queries)
        ]

    @property
    def read_everything(self) -> bool:
        """Whether there is a grant to read whatever there is."""
        return bool({("SELECT", EVERYWHERE), ("ALL PRIVILEGES", EVERYWHERE)} & {*self.rights})


def rights(connection: Connection, queries: Collection[str]) -> Scope:
    """See `Dialect.rights`. What a role may do that is off is not told: our user may turn it on."""
    grants = Grants.of([str(line) for line in connection.execute(_GRANTS).scalars()])
    on = {*connection.execute(_ROLES_ON).scalars()} if grants.roles else set()
    off = sorted(grants.roles - on)
    untold = [f"what the role {name} may do, which is off" for name in off]
    if grants.unread:
        untold.append("a grant in a form that is unknown here")
    read = [] if grants.read_everything else list(_read_besides(connection, queries))
    excess = (*few(grants.excess(queries)), *few(read))
    return Scope(excess=excess, untold=tuple(untold))


def _rights(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    kind = found["kind"] or "TABLE"
    where = found["where"].translate(_QUOTES)
    where = where if kind == "TABLE" else f"{kind} {where}"
    for right in _COLUMNS.sub("", found["rights"]).split(","):
        yield right.strip(), where
    if re.search(r" WITH GRANT OPTION\b", found["rest"]):
        yield "GRANT OPTION", where


def _is_needed(right: str, where: str, queries: Collection[str]) -> bool:
    if right == "EXECUTE" and where.startswith("FUNCTION "):
        return is_named(where.rpartition(".")[2], queries)
    return right in READING and (right, where) != ("SELECT", EVERYWHERE)


def _read_besides(connection: Connection, queries: Collection[str]) -> Iterator[str]:
    """Give what may be read and is named neither by a query nor by a view, whose tables may have to
    be granted to whoever reads it; nothing where a view keeps from us what we read through it."""
    texts = [*queries]
    for name, definition, security in connection.execute(_VIEWS):
        texts.append(definition or "")
        if security == "INVOKER" and not definition and is_named(name, queries):
            return
    for schema, name, at_hand in connection.execute(_READABLE):
        if not is_named(name, texts):
            yield f"reading {name if at_hand else f'{schema}.{name}'}, which no query names"
