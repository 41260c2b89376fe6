"""Any database that SQLAlchemy speaks to: a warehouse, a data mart, an application's own tables.

Auth    a user of its own in `url`, with no right but to read the tables, best a view made for this.
        What a driver takes besides, such as a key's file, stands in `connect`. The end of a
        client's certificate (sslcert, ssl_cert), and of a password of PostgreSQL (VALID UNTIL), is
        counted down to.
Scope   SELECT on what the queries read, and no more. PostgreSQL, MariaDB and MySQL tell what our
        user may do besides: writing, reading what no query names, everything; of a role that is off
        the latter two tell nothing. Of a file of SQLite or DuckDB, which is opened read-only, it is
        looked at whether we may write it though it is another user's. At Redshift, Snowflake and
        BigQuery look at the grants yourself.
Limits  one query for each `batch` of keys, `timeout` for each. PostgreSQL, Redshift, MariaDB,
        MySQL, SQLite and DuckDB are asked read-only, and end a late query. Snowflake and BigQuery
        end it, too; there, as elsewhere, the user's rights are what keeps a query from writing.
        `maximum_bytes_billed` in `connect` caps what a query may cost at BigQuery. A DuckDB file is
        held no longer than a query takes, and cannot be read while another process writes it.
Quirks  keys are bound by the driver, as text: cast a key column that is none (`account_id::text IN
        :keys`). A warehouse answers at once with what was loaded days ago: name the column that
        says when in `as_of`. A table that is emptied before it is loaded, or whose rows row
        security hides, looks like one without accounts. So before there is none, each table that
        the query reads must show us a row (SELECT 1 … LIMIT 1), unless `may_be_empty` names it; and
        where several are read, before null, 0 or false is believed. That holds for the tables below
        a view, too, which PostgreSQL, SQLite and DuckDB tell, and MariaDB and MySQL to whom has
        SHOW VIEW; what our user may not read there is left to the view, but for a table of
        PostgreSQL's whose size is 0. Elsewhere the view alone is looked at. Where that takes long,
        or is not enough, name a `canary` that has a value in each column: it proves what they say.
        In SQLite a name in double quotes that is no column becomes a text, so such queries are
        refused; write [name].
        MariaDB and MySQL take c-1 for C-1, and Müller for Muller: a row of another text is not
        taken for the key's own, unless that is its case, and `ignore_case` says so. Their
        TINYINT(1) is a boolean of `dialect: digits`; a date of zeros is none; a TIMESTAMP has its
        zone, a DATETIME has that of `time_zone`, and NOW() is in UTC. JSON that is kept as text, as
        in MariaDB and SQLite, is named in `json`.

    settings:
      url: "${WAREHOUSE_URL}"            # postgresql+psycopg://reader:secret@host/warehouse,
                                         # mysql+pymysql://…, sqlite:///file, duckdb:///file,
                                         # snowflake://…, bigquery://…, redshift+redshift_connector://…
      lookups:
        account:
          query: SELECT account_id, tier, arr, loaded_at FROM context WHERE account_id IN :keys
          key: account_id
          as_of: loaded_at
      accounts: {query: "SELECT * FROM accounts"}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Family,
    Lookup,
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    SourceError,
    Unasked,
    fill_link,
    own_time,
    prove,
)

from context_sidecar_adapters.sql.certificate import certificate_of
from context_sidecar_adapters.sql.database import Database
from context_sidecar_adapters.sql.evidence import believed
from context_sidecar_adapters.sql.kin import own_answers
from context_sidecar_adapters.sql.looks import Looks
from context_sidecar_adapters.sql.packed import unpacked
from context_sidecar_adapters.sql.settings import LookupQuery, SqlSettings


class Sql(Adapter):
    """Reads what declared queries give."""

    family = Family.WAREHOUSE
    account_keys = MappingProxyType({"id": "account_id", "name": "name", "domain": "domain"})
    ready_by_name = True
    example = MappingProxyType(
        {
            "lookups": {
                "account": {
                    "query": "SELECT * FROM account_context WHERE account_id IN :keys",
                    "key": "account_id",
                }
            },
            "accounts": {"query": "SELECT account_id, name, domain FROM accounts"},
        }
    )
    Settings = SqlSettings

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        secrets = {name: one.reveal() for name, one in settings["connect_secrets"].items()}
        where = settings["url"], {**settings["connect"], **secrets}
        self._database = Database(*where, settings["timeout"], settings["time_zone"])
        listing = settings["accounts"]
        longest = listing.timeout if listing else settings["timeout"]
        self._listed = Database(*where, longest, settings["time_zone"])

    def certificate(self) -> str:
        """The client's certificate that `url` or `connect` names: sslcert, ssl_cert."""
        return certificate_of(self.settings["url"], self.settings["connect"])

    def lacks(self) -> str:
        """The database's driver, where it is not installed."""
        return self._database.lacks()

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The declared lookups."""
        found = {}
        for name, query in self.settings["lookups"].items():
            looks = self._looks[name]
            ask = believed(partial(self._ask, query), looks, query.canary)
            dated, proves = bool(query.as_of), bool(query.canary or looks.has_tables)
            found[name] = Lookup(name, ask, query.batch, dated=dated, proves_none=proves)
        return found

    def check(self) -> str:
        """Run every query for a key that nothing has, and look for every canary, or for a row in
        every table."""
        for name, query in self.settings["lookups"].items():
            list(self._rows(query, [None]))
            looks = self._looks[name]
            if mistake := looks.misnamed():
                raise mistake
            if query.canary:
                prove(partial(self._ask, query), query.canary)
            elif doubt := looks.doubt(has_rows=False):
                raise doubt
        if self.settings["accounts"]:
            list(islice(self.accounts(()), 1))
        return f"{self._database.name} answers {', '.join(self.settings['lookups']) or 'us'}"

    def scope(self) -> Scope | None:
        """What our user may do beyond reading what the queries read; None where no such database
        tells."""
        declared = [*self.settings["lookups"].values(), self.settings["accounts"]]
        return self._database.rights([one.query for one in declared if one])

    def ends(self) -> datetime | None:
        """When our user's password does, where PostgreSQL tells (VALID UNTIL)."""
        return self._database.password_ends()

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """List the rows of the declared query."""
        listing = self.settings["accounts"]
        if listing is None:
            raise SourceError(Reason.NOT_CONFIGURED, "no list of accounts is declared")
        for row in self._listed.stream(listing.query):
            yield AccountRow(row, fill_link(listing.link, row.get))

    def shape(self, lookup: str) -> Shape | None:
        """The columns of the lookup's query, and those that its tables have besides; None for a
        list of rows."""
        from context_sidecar_adapters.sql import shape  # noqa: PLC0415  seldom used, slow to import

        query: LookupQuery | None = self.settings["lookups"].get(lookup)
        if query is None or query.many:
            return None
        given = self._database.columns(query.query)
        described = partial(shape.shape, query=query.query, given=given)
        return self._database.looked_at(described)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
        self._listed.close()

    @cached_property
    def _looks(self) -> Mapping[str, Looks]:
        declared = self.settings["lookups"].items()
        return {name: Looks(self._database, query) for name, query in declared}

    def _ask(self, query: LookupQuery, keys: Sequence[str], names: Collection[str]) -> Answers:
        askable = [key for key in keys if key.isprintable()]
        unsent = Unasked(Reason.NOT_CONFIGURED, "a key with control characters is not sent")
        rows = self._rows(query, askable) if askable else []
        told = own_answers(self._reading(query), askable, rows)
        return {**dict.fromkeys(keys, unsent), **told}

    def _rows(self, query: LookupQuery, keys: Sequence[str | None]) -> list[Row]:
        needed = {query.key, query.as_of, *query.json} - {""}
        rows = self._database.rows(query.query, keys, needed)
        return [unpacked(row, query.json) for row in rows] if query.json else rows

    def _reading(self, query: LookupQuery) -> Rows:
        zone = self.settings["time_zone"]
        return Rows(
            key=lambda row: row[query.key],
            many=query.many,
            as_of=lambda row: own_time(row.get(query.as_of), query.as_of_dialect, zone),
            link=lambda row: fill_link(query.link, row.get),
            name=lambda row: str(row.get(query.name) or ""),
            same=str.lower if query.ignore_case else str,
        )
