"""When a database's none is one: every table that the query reads shows us a row, or a canary does.

Each table is emptied, or hidden from us, and filled again, in the real databases.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import duckdb
import psycopg
import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, SourceError, plugins
from context_sidecar_adapters.sql.database import Database
from context_sidecar_adapters.sql.tables import tables
from marshmallow import ValidationError
from sqlalchemy import make_url
from support import mariadb, postgres
from support.adapters import ask, plugged

ALONE = "SELECT id, tier FROM customers WHERE id IN :keys"
JOINED = "SELECT c.id, o.name FROM customers c JOIN owners o ON o.id = c.owner WHERE c.id IN :keys"
OPEN = "SELECT id, what FROM escalations WHERE id IN :keys"
ROWS = (
    "CREATE TABLE customers (id varchar(9), tier varchar(9), owner varchar(9))",
    "CREATE TABLE owners (id varchar(9), name varchar(9))",
    "CREATE TABLE escalations (id varchar(9), what varchar(9))",
    "INSERT INTO customers VALUES ('K-1', 'ENT', 'o1'), ('K-2', 'STD', 'o2')",
    "INSERT INTO owners VALUES ('o1', 'Ana')",
)


@contextmanager
def sql(url, query=ALONE, **lookup):
    account = {"query": query, "key": "id", **lookup}
    with plugged("sql", {"url": url, "lookups": {"account": account}}) as adapter:
        yield adapter


def sqlite(folder):
    def run(*statements):
        with sqlite3.connect(folder / "w.db") as connection:
            for one in statements:
                connection.execute(one)
        connection.close()

    return f"sqlite:///{folder / 'w.db'}", run


def in_duckdb(folder):
    def run(*statements):
        with duckdb.connect(str(folder / "w.duckdb")) as connection:
            for one in statements:
                connection.execute(one)

    return f"duckdb:///{folder / 'w.duckdb'}", run


def postgresql():
    url = postgres.new_database()

    def run(*statements):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for one in statements:
                connection.execute(one)

    return url, run


@pytest.fixture
def warehouse(tmp_path):
    url, run = sqlite(tmp_path)
    run(*ROWS)
    return url, run


@pytest.fixture(scope="module")
def maria():
    with mariadb.server() as server:
        server.run("CREATE USER reader IDENTIFIED BY 'x'")
        yield server


def in_mariadb(server):
    server.run("CREATE OR REPLACE DATABASE w", "GRANT SELECT ON w.* TO reader")
    return server.url("reader", "x", "w"), lambda *told: server.run("USE w", *told)


@pytest.fixture(params=["sqlite", "duckdb", "postgresql", "mariadb"])
def database(request, tmp_path):
    match request.param:
        case "sqlite":
            url, run = sqlite(tmp_path)
        case "duckdb":
            url, run = in_duckdb(tmp_path)
        case "postgresql":
            url, run = postgresql()
        case _:
            url, run = in_mariadb(request.getfixturevalue("maria"))
    run(*ROWS)
    return url, run


def test_a_none_of_a_table_that_has_rows_is_one_and_of_an_emptied_one_it_is_none(database):
    url, run = database
    with sql(url) as adapter:
        assert ask(adapter, "K-1", "K-9")["K-9"] == NoMatch()
        assert ask(adapter, "K-9") == NoMatch()
        run("DELETE FROM customers")
        found = ask(adapter, "K-1", "K-9")
        run("INSERT INTO customers VALUES ('K-1', 'ENT', 'o1')")
        assert ask(adapter, "K-9") == NoMatch()
        assert isinstance(ask(adapter, "K-1"), Found)

    for one in found.values():
        assert (one.reason, one.certain) == (Reason.PERMISSION_DENIED, False)
        assert one.possible_causes == (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE)
        assert one.detail == "customers shows us no row at all"
        assert "`may_be_empty`" in one.remedy
        assert "`canary`" in one.remedy


def test_an_emptied_table_that_is_joined_takes_the_nones_and_leaves_what_is_found(database):
    url, run = database
    with sql(url, JOINED) as adapter:
        assert ask(adapter, "K-2") == NoMatch()
        run("DELETE FROM owners")
        assert ask(adapter, "K-1").detail == "owners shows us no row at all"
        run("INSERT INTO owners VALUES ('o1', 'Ana')")
        assert ask(adapter, "K-1", "K-2")["K-2"] == NoMatch()
        run("INSERT INTO customers VALUES ('K-1', 'ENT', 'o1')", "DELETE FROM owners")


COUNTED = (
    "SELECT c.id, c.tier, o.name, count(e.what) AS late, count(e.what) > 0 AS is_late "
    "FROM customers c LEFT JOIN owners o ON o.id = c.owner LEFT JOIN escalations e ON e.id = c.id "
    "WHERE c.id IN :keys GROUP BY c.id, c.tier, o.name"
)


def test_what_a_joined_table_gives_that_shows_nothing_is_not_read_and_not_none(database):
    url, run = database
    run("INSERT INTO escalations VALUES ('K-1', 'late'), ('K-2', 'late')")
    with sql(url, COUNTED) as adapter:
        assert ask(adapter, "K-2").data["name"] is None
        run("DELETE FROM escalations")
        found = ask(adapter, "K-1")
        assert found.data == {"id": "K-1", "tier": "ENT", "name": "Ana"}
        assert found.unread.keys() == {"late", "is_late"}
        assert found.unread["late"].startswith("Escalations shows us no row at all. See whether")
        run("INSERT INTO escalations VALUES ('K-2', 'late')")
        assert ask(adapter, "K-1").data["late"] == 0
    with sql(url, COUNTED, may_be_empty=["escalations"]) as adapter:
        run("DELETE FROM escalations")
        assert ask(adapter, "K-1").data["late"] == 0


def test_a_table_is_looked_at_under_the_name_that_the_query_gives_it(database):
    url, run = database
    left, right = {"mysql+pymysql": "``", "sqlite": "[]"}.get(url.partition(":")[0], '""')
    name = f"{left}Customers: new 50%{right}"
    written = name.replace(":", "\\:")  # it would else name a parameter
    with sql(url, f"SELECT c.id FROM {written} c WHERE c.id IN :keys") as one:
        run(f"CREATE TABLE {name} (id varchar(9))")
        assert ask(one, "K-1").detail.endswith("shows us no row at all")
        run(f"INSERT INTO {name} VALUES ('K-1')")
        assert ask(one, "K-9") == NoMatch()


def test_a_table_that_postgresql_s_row_security_hides_is_no_empty_one():
    url, run = postgresql()
    reader = f"reader_{make_url(url).database}"
    run(
        *ROWS, f"CREATE ROLE {reader} LOGIN",
        f"GRANT SELECT ON customers TO {reader}",
        "CREATE POLICY seen ON customers USING (true)",
    )  # fmt: skip
    with sql(url.replace("postgres:@", f"{reader}:@")) as adapter:
        assert ask(adapter, "K-9") == NoMatch()
        run("DROP POLICY seen ON customers", "ALTER TABLE customers ENABLE ROW LEVEL SECURITY")
        assert ask(adapter, "K-1").reason is Reason.PERMISSION_DENIED
        run("ALTER TABLE customers DISABLE ROW LEVEL SECURITY")
        assert isinstance(ask(adapter, "K-1"), Found)


def test_a_list_without_rows_is_a_none_too(warehouse):
    url, run = warehouse
    with sql(url, OPEN, many="list") as adapter:
        assert ask(adapter, "K-1").reason is Reason.PERMISSION_DENIED
        run("INSERT INTO escalations VALUES ('K-1', 'late')")
        assert ask(adapter, "K-2") == Found([])


def test_a_table_that_may_be_empty_is_said_to_be_and_the_others_are_looked_at(warehouse):
    url, run = warehouse
    both = "SELECT c.id, e.what FROM customers c LEFT JOIN escalations e USING (id) "
    with sql(url, both + "WHERE id IN :keys", may_be_empty=["escalations"]) as adapter:
        assert ask(adapter, "K-9") == NoMatch()
        assert adapter.lookups["account"].proves_none
        run("DELETE FROM customers")
        assert ask(adapter, "K-9").detail == "customers shows us no row at all"


@pytest.mark.parametrize(
    ("query", "more", "proves"),
    [
        (OPEN, {"may_be_empty": ["ESCALATIONS"]}, False),
        ("SELECT value AS id FROM json_each('[]') WHERE value IN :keys", {}, False),
        (OPEN, {"canary": "K-1"}, True),
        (OPEN, {}, True),
    ],
    ids=["all may be empty", "no table", "a canary", "a table"],
)
def test_what_proves_no_none_says_so(warehouse, query, more, proves):
    url, run = warehouse
    run("INSERT INTO escalations VALUES ('K-1', 'late')")
    with sql(url, query, **more) as adapter:
        assert adapter.lookups["account"].proves_none is proves
        assert ask(adapter, "K-9") == NoMatch()


def test_with_a_canary_no_table_is_looked_at(warehouse, monkeypatch):
    looked = []
    monkeypatch.setattr(Database, "shows", lambda _, table: looked.append(table))
    url, _ = warehouse
    with sql(url, canary="K-1") as adapter:
        assert ask(adapter, "K-9") == NoMatch()
    assert looked == []


def test_each_table_is_looked_at_once_for_all_nones_and_not_for_what_is_found(
    warehouse, monkeypatch
):
    looked, shows = [], Database.shows
    monkeypatch.setattr(
        Database, "shows", lambda self, table: looked.append(table) or shows(self, table)
    )
    url, _ = warehouse
    with sql(url, JOINED) as adapter:
        ask(adapter, "K-1")
        assert looked == []
        ask(adapter, "K-1", "K-7", "K-8", "K-9")
        assert sorted(looked) == ["customers", "owners"]


def test_a_view_that_takes_long_to_look_at_fails_the_nones_alone_and_says_what_helps(tmp_path):
    url, run = sqlite(tmp_path)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    run(*ROWS, f"CREATE VIEW counted AS SELECT id FROM customers WHERE id = 'K-1' OR ({endless})")
    query = (
        "SELECT id FROM customers WHERE id IN :keys AND 1 NOT IN (SELECT 2 FROM counted WHERE 0)"
    )
    account = {"query": query, "key": "id"}
    settings = {"url": url, "lookups": {"account": account}, "timeout": "200ms"}
    run("UPDATE customers SET id = 'K-0' WHERE id = 'K-1'")
    with plugged("sql", settings) as adapter:
        answers = ask(adapter, "K-2", "K-9")

    assert isinstance(answers["K-2"], Found)
    assert answers["K-9"].reason is Reason.TIMEOUT
    assert "give the lookup a `canary`" in answers["K-9"].remedy


def test_the_check_looks_for_a_row_in_every_table(warehouse):
    url, run = warehouse
    with sql(url, JOINED) as adapter:
        assert adapter.check() == "sqlite w.db answers account"
        run("DELETE FROM owners")
        with pytest.raises(SourceError, match="owners shows us no row at all"):
            adapter.check()


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ({"may_be_empty": ["owners"]}, "owners is no table that the query reads: customers"),
        ({"may_be_empty": ["customers"], "canary": "K-1"}, "goes without a canary"),
    ],
    ids=["another table", "a canary besides"],
)
def test_what_may_be_empty_is_a_table_of_the_query(more, mistake):
    schema = plugins.adapter("sql").Settings()
    account = {"query": ALONE, "key": "id", **more}
    with pytest.raises(ValidationError) as found:
        schema.load({"url": "sqlite:///w.db", "lookups": {"account": account}})

    [told] = found.value.messages["lookups"]["account"]["value"]["may_be_empty"]
    assert mistake in told


READ = {
    "cast keys, a comma, a lateral": (
        "postgresql",
        (
            'SELECT a.id::text FROM s.a, "B c" b LEFT JOIN LATERAL '
            "(SELECT 1 FROM e WHERE e.x = a.x) z ON true "
            "WHERE a.id::text IN :keys AND extract(year FROM a.d) > 1"
        ),
        ["e", "s.a", '"B c"'],
    ),
    "parts of its own": (
        "postgresql",
        (
            "WITH t AS (SELECT * FROM t), v AS MATERIALIZED (SELECT * FROM t) "
            "SELECT * FROM v WHERE id IN :keys"
        ),
        ["t"],
    ),
    "one that reads itself": (
        "postgresql",
        (
            "WITH RECURSIVE r AS (SELECT id, parent FROM orgs UNION ALL SELECT o.id, o.parent FROM "
            "orgs o JOIN r ON r.id = o.parent) SELECT * FROM r WHERE id IN :keys"
        ),
        ["orgs"],
    ),
    "functions": (
        "postgresql",
        "SELECT * FROM found(1) f JOIN generate_series(1, 3) g ON g = f.n WHERE id IN :keys",
        [],
    ),
    "a colon that is no key": (
        "postgresql",
        "SELECT id FROM t WHERE id IN :keys AND at > '12\\:30' -- FROM nothing",
        ["t"],
    ),
    "a name of three parts": (
        "snowflake",
        "SELECT * FROM db.sc.t, LATERAL FLATTEN(input => t.x) f WHERE id IN :keys",
        ["db.sc.t"],
    ),
    "a project": (
        "bigquery",
        "SELECT * FROM `p-x.ds.t`, UNNEST(a) WHERE id IN :keys",
        ["`p-x`.`ds`.`t`"],
    ),
    "a file": (
        "duckdb",
        "FROM 'x.parquet' JOIN read_csv('y.csv') y USING (id) WHERE id IN :keys",
        ['"x.parquet"'],
    ),
    "brackets, and rows of a text": (
        "sqlite",
        (
            "SELECT (SELECT count(*) FROM k WHERE k.a = t.id) FROM [t x] t, json_each(t.j) e "
            "WHERE t.id IN :keys"
        ),
        ["k", '"t x"'],
    ),
    "both sides of a union": (
        "mysql",
        "SELECT id FROM `a b` UNION ALL SELECT id FROM c WHERE id IN :keys",
        ["`a b`", "c"],
    ),
    "a database that nobody knows": ("other", "SELECT * FROM a.b WHERE id IN :keys", ["a.b"]),
    "what is no query": ("postgresql", "SELECT ((( FROM x WHERE id IN :keys", []),
}


@pytest.mark.parametrize("case", READ)
def test_the_tables_of_a_query_are_told_by_its_text(case):
    backend, query, expected = READ[case]

    assert [one.sql for one in tables(query, backend)] == expected
