"""What `sql` believes of views: the tables below them show us a row, too, view in view.

Each table is emptied, or hidden from us, and filled again, in the real databases.
"""

from __future__ import annotations

import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, SourceError
from context_sidecar_adapters.sql import looks
from context_sidecar_adapters.sql.database import Database
from sqlalchemy import make_url
from support.adapters import ask
from support.sql import ROWS, in_duckdb, postgresql, sql, sqlite

VIEW = (
    "CREATE VIEW owned AS SELECT c.id, c.tier, o.name FROM customers c "
    "LEFT JOIN owners o ON o.id = c.owner"
)
CONTEXT = (
    "CREATE VIEW context AS SELECT v.id, v.tier, v.name, "
    "(SELECT count(*) FROM escalations e WHERE e.id = v.id) AS late FROM owned v"
)
ASKED = "SELECT * FROM context WHERE id IN :keys"


def test_what_a_view_joins_two_views_down_is_not_none_where_it_shows_nothing(database):
    url, run = database
    run(VIEW, CONTEXT, "INSERT INTO escalations VALUES ('K-1', 'late')")
    with sql(url, ASKED) as adapter:
        assert ask(adapter, "K-2").data == {"id": "K-2", "tier": "STD", "name": None, "late": 0}
        run("DELETE FROM owners")
        found = ask(adapter, "K-2")
        run("INSERT INTO owners VALUES ('o1', 'Ana')")
        assert ask(adapter, "K-2").unread == {}

    assert found.data == {"id": "K-2", "tier": "STD"}
    assert found.unread.keys() == {"name", "late"}
    told, _, remedy = found.unread["name"].partition(", which a view of the query reads, ")
    assert told.startswith("Null, 0 or false is not believed: ")
    assert "owners" in told
    assert remedy.startswith("shows us no row at all. See whether it is loaded")


def test_a_view_that_puts_tables_together_gives_no_none_while_one_of_them_is_emptied(database):
    url, run = database
    run(
        "CREATE VIEW everybody AS SELECT id FROM customers UNION ALL SELECT id FROM escalations",
        "INSERT INTO escalations VALUES ('K-3', 'late')",
    )
    with sql(url, "SELECT id FROM everybody WHERE id IN :keys") as adapter:
        assert ask(adapter, "K-1", "K-9")["K-9"] == NoMatch()
        run("DELETE FROM escalations")
        answers = ask(adapter, "K-1", "K-3")
        with pytest.raises(SourceError, match="escalations"):
            adapter.check()
        run("INSERT INTO escalations VALUES ('K-3', 'late')")
        assert isinstance(ask(adapter, "K-3"), Found)

    assert isinstance(answers["K-1"], Found)
    assert answers["K-3"].reason is Reason.PERMISSION_DENIED
    assert "`may_be_empty`" in answers["K-3"].remedy


def test_what_may_be_empty_is_named_at_any_depth(database):
    url, run = database
    run(VIEW, CONTEXT)
    with sql(url, ASKED, may_be_empty=["escalations"]) as adapter:
        assert ask(adapter, "K-2").data["late"] == 0
        assert ask(adapter, "K-9") == NoMatch()
        assert adapter.check()
        run("DELETE FROM owners")
        assert "owners" in ask(adapter, "K-9").detail


def test_an_open_list_may_be_empty_while_what_it_is_taken_from_may_not(database):
    url, run = database
    run("CREATE VIEW open_ones AS SELECT id, what FROM escalations WHERE what <> 'done'")
    query = "SELECT id, what FROM open_ones WHERE id IN :keys"
    with sql(url, query, may_be_empty=["open_ones"], many="list") as adapter:
        assert "escalations" in ask(adapter, "K-1").detail
        run("INSERT INTO escalations VALUES ('K-1', 'done')")
        assert ask(adapter, "K-1") == Found([])


def restricted(*grants):
    """Return a PostgreSQL's address for a user of its own, who may do what *grants* say, and what
    runs statements as its owner."""
    url, run = postgresql()
    reader = f"reader_{make_url(url).database}"
    run(*ROWS, f"CREATE ROLE {reader} LOGIN")
    run("INSERT INTO escalations VALUES ('K-1', 'late')")
    run(*(one.format(reader=reader) for one in grants))
    return url.replace("postgres:@", f"{reader}:@"), run


INVOKED = (
    VIEW, CONTEXT, "ALTER VIEW owned SET (security_invoker)",
    "ALTER VIEW context SET (security_invoker = on)",
    "GRANT SELECT ON context, owned, customers, owners, escalations TO {reader}",
)  # fmt: skip


def test_row_security_below_an_invoker_s_view_hides_and_is_seen_to():
    url, run = restricted(*INVOKED)
    with sql(url, ASKED) as adapter:
        assert ask(adapter, "K-2").data["late"] == 0
        run("ALTER TABLE escalations ENABLE ROW LEVEL SECURITY")
        found = ask(adapter, "K-2")
        assert found.unread.keys() == {"name", "late"}
        assert "not believed: public.escalations, which a view" in found.unread["late"]
        assert ask(adapter, "K-9").possible_causes == (
            Cause.MISSING_PERMISSION, Cause.NOTHING_THERE,
        )  # fmt: skip
        run("ALTER TABLE escalations DISABLE ROW LEVEL SECURITY")
        assert ask(adapter, "K-9") == NoMatch()


def test_row_security_hides_nothing_from_a_view_that_reads_with_its_owner_s_rights():
    grant = "GRANT SELECT ON context, customers, owners, escalations TO {reader}"
    url, run = restricted(VIEW, CONTEXT, grant, "ALTER TABLE escalations ENABLE ROW LEVEL SECURITY")
    with sql(url, ASKED) as adapter:
        assert ask(adapter, "K-1").data["late"] == 1
        assert ask(adapter, "K-2").data["late"] == 0
        run("ALTER TABLE escalations DISABLE ROW LEVEL SECURITY", "DELETE FROM escalations")
        assert ask(adapter, "K-2").unread.keys() == {"name", "late"}


def test_a_table_that_only_the_view_s_owner_may_read_is_known_by_its_size():
    url, run = restricted(VIEW, CONTEXT, "GRANT SELECT ON context TO {reader}")
    with sql(url, ASKED) as adapter:
        assert ask(adapter, "K-2").data["late"] == 0
        run("TRUNCATE escalations")
        assert ask(adapter, "K-2").unread.keys() == {"name", "late"}
        none = ask(adapter, "K-9")
        run("INSERT INTO escalations VALUES ('K-1', 'late')")
        assert ask(adapter, "K-9") == NoMatch()

    assert none.detail == "public.escalations, which a view of the query reads, has no row at all"
    assert none.possible_causes == (Cause.NOTHING_THERE,)


def test_a_materialized_view_is_a_table():
    url, run = restricted(
        "CREATE MATERIALIZED VIEW kept AS SELECT c.id, o.name FROM customers c "
        "LEFT JOIN owners o ON o.id = c.owner",
        'CREATE SCHEMA "More Views"',
        'CREATE VIEW "More Views"."Of, it" AS SELECT * FROM kept',
        'GRANT USAGE ON SCHEMA "More Views" TO {reader}',
        'GRANT SELECT ON kept, "More Views"."Of, it" TO {reader}',
    )
    with sql(url, 'SELECT * FROM "More Views"."Of, it" WHERE id IN :keys') as adapter:
        run("TRUNCATE owners, customers")
        assert ask(adapter, "K-9") == NoMatch()
        run("REFRESH MATERIALIZED VIEW kept")
        assert ask(adapter, "K-9").detail.startswith("public.kept, which")


def test_what_a_view_of_duckdb_names_without_a_schema_is_in_the_view_s_own(tmp_path):
    url, run = in_duckdb(tmp_path)
    run(
        *ROWS, 'CREATE SCHEMA "New marts"', 'CREATE TABLE "New marts".owners (id text)',
        'CREATE VIEW "New marts".seen AS '
        "SELECT c.id FROM main.customers c LEFT JOIN owners o USING (id)",
        'CREATE VIEW latest AS SELECT * FROM "New marts".SEEN',
    )  # fmt: skip
    with sql(url, "SELECT id FROM main.latest WHERE id IN :keys") as adapter:
        found = ask(adapter, "K-9")
        run("INSERT INTO \"New marts\".owners VALUES ('o1')")
        assert ask(adapter, "K-9") == NoMatch()

    assert found.detail.startswith('"New marts".owners, which a view of the query reads')


def test_a_view_whose_text_mariadb_does_not_show_us_is_what_must_show_a_row(maria):
    maria.run("CREATE OR REPLACE DATABASE hidden", "USE hidden", *ROWS, VIEW)
    maria.run("GRANT SELECT ON hidden.owned TO reader")
    url = maria.url("reader", "x", "hidden")
    with sql(url, "SELECT * FROM owned WHERE id IN :keys") as adapter:
        maria.run("DELETE FROM hidden.owners")
        assert ask(adapter, "K-9") == NoMatch()
        maria.run("GRANT SHOW VIEW ON hidden.owned TO reader")
        assert ask(adapter, "K-9") == NoMatch()
        maria.run("GRANT SELECT ON hidden.owners TO reader")
        assert "`hidden`.`owners`" in ask(adapter, "K-9").detail
        maria.run("DELETE FROM hidden.customers")
        maria.run("REVOKE SELECT ON hidden.owners FROM reader")
        assert ask(adapter, "K-9").detail == "owned shows us no row at all"
    maria.run("DROP DATABASE hidden")


@pytest.fixture
def questions(monkeypatch):
    """What the database is asked about itself, and for which tables."""
    asked = []
    for name in ("below", "shows"):
        own = getattr(Database, name)
        monkeypatch.setattr(
            Database, name,
            lambda self, *told, own=own, name=name: asked.append(name) or own(self, *told),
        )  # fmt: skip
    return asked


def test_a_call_is_judged_once_for_its_nones_and_its_nulls(tmp_path, questions):
    url, run = sqlite(tmp_path)
    run(*ROWS, VIEW)
    with sql(url, "SELECT * FROM owned WHERE id IN :keys") as adapter:
        ask(adapter, "K-1")
        assert questions == []
        ask(adapter, "K-1", "K-2", "K-8", "K-9")
        assert sorted(questions) == ["below", "shows", "shows"]


def test_more_tables_below_views_than_can_be_looked_at_prove_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(looks, "MOST_BELOW", 1)
    url, run = sqlite(tmp_path)
    run(*ROWS, VIEW)
    query = "SELECT * FROM owned WHERE id IN :keys"
    with sql(url, query) as adapter:
        found = ask(adapter, "K-9")
        assert ask(adapter, "K-2").unread.keys() == {"name"}
    with sql(url, query, canary="K-1") as adapter:
        assert ask(adapter, "K-9") == NoMatch()
        assert ask(adapter, "K-2").unread == {}

    assert found.reason is Reason.NOT_CONFIGURED
    assert found.detail == "the query's views read more than 1 tables, too many to look at"
    assert "`canary`" in found.remedy
