"""When a database's none is one: every table that the query reads shows us a row, or a canary does.

Each table is emptied, or hidden from us, and filled again, in the real databases.
"""

from __future__ import annotations

import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, SourceError
from context_sidecar_adapters.sql.database import Database
from sqlalchemy import make_url
from support.adapters import ask, plugged
from support.sql import ROWS, postgresql, sql, sqlite

ALONE = "SELECT id, tier FROM customers WHERE id IN :keys"
JOINED = "SELECT c.id, o.name FROM customers c JOIN owners o ON o.id = c.owner WHERE c.id IN :keys"
OPEN = "SELECT id, what FROM escalations WHERE id IN :keys"


@pytest.fixture
def warehouse(tmp_path):
    url, run = sqlite(tmp_path)
    run(*ROWS)
    return url, run


def test_a_none_of_a_table_that_has_rows_is_one_and_of_an_emptied_one_it_is_none(database):
    url, run = database
    with sql(url, ALONE) as adapter:
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
        assert found.unread["late"].startswith(
            "Null, 0 or false is not believed: escalations shows us no row at all. See whether"
        )
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
    with sql(url.replace("postgres:@", f"{reader}:@"), ALONE) as adapter:
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


def test_with_a_canary_no_table_is_looked_at_for_nones(warehouse, monkeypatch):
    looked = []
    monkeypatch.setattr(Database, "shows", lambda _, table: looked.append(table))
    url, _ = warehouse
    with sql(url, ALONE, canary="K-1") as adapter:
        assert ask(adapter, "K-9") == NoMatch()
    assert looked == []


def test_a_canary_goes_along_with_the_question_and_is_no_answer_to_it(warehouse, monkeypatch):
    asked, rows = [], Database.rows
    monkeypatch.setattr(
        Database,
        "rows",
        lambda self, query, *told: asked.append(told[0]) or rows(self, query, *told),
    )
    url, _ = warehouse
    with sql(url, ALONE, canary="K-1") as adapter:
        assert ask(adapter, "K-9") == NoMatch()
        assert ask(adapter, "K-1", "K-2").keys() == {"K-1", "K-2"}
    assert asked == [["K-9", "K-1"], ["K-1", "K-2"]]


def test_a_canary_proves_null_and_0_where_its_own_row_has_a_value(database):
    url, run = database
    run("INSERT INTO escalations VALUES ('K-1', 'late')")
    with sql(url, COUNTED, canary="K-1") as adapter:
        assert ask(adapter, "K-2").data["late"] == 0
        run("DELETE FROM escalations")
        found = ask(adapter, "K-2")
        assert found.data == {"id": "K-2", "tier": "STD", "name": None}
        assert found.unread.keys() == {"late", "is_late"}
        assert ask(adapter, "K-1").unread.keys() == {"late", "is_late"}
        assert ask(adapter, "K-9") == NoMatch()
        run("INSERT INTO escalations VALUES ('K-1', 'late')")
        assert ask(adapter, "K-2").data["late"] == 0


def test_where_the_canary_s_row_has_no_value_either_the_tables_are_looked_at(database):
    url, run = database
    run("INSERT INTO escalations VALUES ('K-1', 'late')")
    with sql(url, COUNTED, canary="K-2") as adapter:
        assert ask(adapter, "K-2").unread == {}
        run("UPDATE escalations SET id = 'K-3'")
        assert ask(adapter, "K-1").data["late"] == 0
        run("DELETE FROM escalations")
        assert ask(adapter, "K-1").unread.keys() == {"late", "is_late"}
    with sql(url, COUNTED, canary="K-2", may_be_empty=["escalations"]) as adapter:
        assert ask(adapter, "K-1").data["late"] == 0


def test_a_canary_that_is_gone_takes_null_and_0_along_with_the_nones(warehouse):
    url, run = warehouse
    run("INSERT INTO escalations VALUES ('K-1', 'late')")
    with sql(url, COUNTED, canary="K-2") as adapter:
        run("UPDATE customers SET id = 'K-3' WHERE id = 'K-2'")
        found = ask(adapter, "K-3")
        assert found.unread.keys() == {"name", "late", "is_late"}
        assert "must always be found" in found.unread["late"]
        assert ask(adapter, "K-9").reason is Reason.PERMISSION_DENIED
        run("UPDATE customers SET id = 'K-2' WHERE id = 'K-3'")
        assert ask(adapter, "K-9") == NoMatch()


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


def test_a_view_that_takes_long_to_look_at_leaves_what_is_found_and_says_what_helps(tmp_path):
    url, run = sqlite(tmp_path)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    run(*ROWS, f"CREATE VIEW counted AS SELECT id FROM customers WHERE id = 'K-1' OR ({endless})")
    query = (
        "SELECT id, NULL AS gap FROM customers WHERE id IN :keys "
        "AND 1 NOT IN (SELECT 2 FROM counted WHERE 0)"
    )
    account = {"query": query, "key": "id"}
    settings = {"url": url, "lookups": {"account": account}, "timeout": "200ms"}
    run("UPDATE customers SET id = 'K-0' WHERE id = 'K-1'")
    with plugged("sql", settings) as adapter:
        answers = ask(adapter, "K-2", "K-9")

    assert answers["K-2"].data == {"id": "K-2"}
    assert "whether counted shows us any row cannot be told" in answers["K-2"].unread["gap"]
    assert answers["K-9"].reason is Reason.TIMEOUT
    assert "give the lookup a `canary`" in answers["K-9"].remedy


def test_the_check_looks_for_a_row_in_every_table(warehouse):
    url, run = warehouse
    with sql(url, JOINED) as adapter:
        assert adapter.check() == "sqlite w.db answers account"
        run("DELETE FROM owners")
        with pytest.raises(SourceError, match="owners shows us no row at all"):
            adapter.check()


def test_the_check_says_which_name_of_what_may_be_empty_is_no_table_of_the_query(warehouse):
    url, _ = warehouse
    with (
        sql(url, ALONE, may_be_empty=["owners"]) as adapter,
        pytest.raises(SourceError) as found,
    ):
        adapter.check()

    assert found.value.reason is Reason.NOT_CONFIGURED
    assert found.value.detail == (
        "may_be_empty: owners is no table that we know the query reads: customers"
    )
