"""DuckDB: a file that is read and let go, views of Parquet files, late queries interrupted."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb
import pytest
from context_sidecar import AccountRow, Found, NoMatch, Reason, SourceError
from support.adapters import ask, plugged

ACCOUNT = {
    "query": "SELECT account_id, name, tier FROM account_context WHERE account_id IN :keys",
    "key": "account_id",
}
TABLE = """
CREATE TABLE account_context (
    account_id varchar, name varchar, tier varchar, arr decimal(12, 2), vip boolean, renewal date,
    loaded_at timestamptz, signed timestamp, tags varchar[], flags json, logo blob);
INSERT INTO account_context VALUES
    ('K-1', 'Acme', 'ENT', 1200.50, true, '2027-01-31', '2026-11-23 08:00+00',
     '2026-01-02 03:04:05', ['a', 'b'], '{"vip": true}', 'x'),
    ('K-2', 'Bolt', 'PRO', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL);
"""
ENDLESS = "SELECT i::varchar AS account_id FROM range(1000000000000) r(i) WHERE i::varchar IN :keys"


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    run(path, TABLE)
    return path


def run(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def sql(path, lookup=ACCOUNT, **more):
    settings = {"url": f"duckdb:///{path}", "lookups": {"account": lookup}} | more
    with plugged("sql", settings) as adapter:
        yield adapter


@contextmanager
def another_process(path):
    """Hold the file open for writing elsewhere, as a loading job does."""
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as job:
        assert job.stdout.readline()
        yield
        job.communicate(b"\n")


def columns(names, **more):
    query = f"SELECT account_id, {names} FROM account_context WHERE account_id IN :keys"
    return {**ACCOUNT, "query": query, **more}


def failure(adapter, key="K-1"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key)
    return found.value


def test_one_query_answers_a_batch_of_keys(database):
    with sql(database) as adapter:
        assert ask(adapter, "K-1", "K-9", "k-1", "' OR 1=1 --") == {
            "K-1": Found({"account_id": "K-1", "name": "Acme", "tier": "ENT"}),
            "K-9": NoMatch(),
            "k-1": NoMatch(),
            "' OR 1=1 --": NoMatch(),
        }


def test_values_come_as_what_json_is_made_of(database):
    lookup = columns("arr, vip, renewal, signed, tags, flags, loaded_at", json=["flags"])
    lookup |= {"as_of": "loaded_at"}

    with sql(database, lookup, time_zone="Europe/Berlin") as adapter:
        found = ask(adapter, "K-1")

    assert found.as_of == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert {name: found.data[name] for name in found.data if name != "loaded_at"} == {
        "account_id": "K-1", "arr": "1200.50", "vip": True, "renewal": "2027-01-31",
        "signed": "2026-01-02T03:04:05+01:00", "tags": ["a", "b"], "flags": {"vip": True},
    }  # fmt: skip


def test_accounts_are_listed_in_pieces(database):
    run(database, "INSERT INTO account_context (account_id) SELECT 'N-' || i FROM range(2500) r(i)")
    listing = {"query": "SELECT account_id FROM account_context ORDER BY account_id"}

    with sql(database, accounts=listing) as adapter:
        rows = list(adapter.accounts(()))
        assert adapter.check() == "duckdb warehouse.duckdb answers account"

    assert (len(rows), rows[0]) == (2502, AccountRow({"account_id": "K-1"}))


class TestParquet:
    @pytest.fixture
    def parquet(self, tmp_path):
        path = tmp_path / "context.parquet"
        self.deliver(path, "ENT")
        return path

    def deliver(self, path, tier):
        duckdb.sql(f"SELECT 'K-1' AS account_id, '{tier}' AS tier").write_parquet(str(path))

    def test_a_view_of_parquet_files_is_read_as_they_are_now(self, database, parquet):
        run(database, f"CREATE VIEW context AS SELECT * FROM read_parquet('{parquet}')")
        query = "SELECT account_id, tier FROM context WHERE account_id IN :keys"

        with sql(database, {**ACCOUNT, "query": query}) as adapter:
            assert ask(adapter, "K-1").data["tier"] == "ENT"
            self.deliver(parquet, "PRO")
            assert ask(adapter, "K-1").data["tier"] == "PRO"
            parquet.rename(parquet.with_name("away"))
            assert failure(adapter).reason is Reason.UNREACHABLE
            parquet.with_name("away").rename(parquet)
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_files_are_read_without_a_database(self, parquet):
        query = f"SELECT account_id, tier FROM read_parquet('{parquet}') WHERE account_id IN :keys"

        with sql(":memory:", {**ACCOUNT, "query": query}) as adapter:
            assert ask(adapter, "K-1").data["tier"] == "ENT"
            parquet.write_bytes(b"PAR1, or so it says")
            assert failure(adapter).reason is Reason.BAD_RESPONSE


class TestReadOnlyAndInTime:
    def test_a_query_that_writes_is_refused_by_the_database(self, database):
        query = "WITH k AS (SELECT 1) INSERT INTO account_context (account_id) "
        query += "SELECT x FROM (VALUES ('a')) v(x) WHERE x IN :keys"

        with sql(database, {**ACCOUNT, "query": query}) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED

    def test_a_slow_query_ends_at_the_timeout(self, database):
        with sql(database, {**ACCOUNT, "query": ENDLESS}, timeout="100ms") as adapter:
            found = failure(adapter)
            assert (found.reason, found.certain) == (Reason.TIMEOUT, True)

    def test_a_file_that_another_process_writes_is_read_once_it_lets_go(self, database):
        with sql(database) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            with another_process(database):
                found = failure(adapter)
            assert isinstance(ask(adapter, "K-1"), Found)

        assert (found.reason, found.detail) == (
            Reason.UNREACHABLE, "another process is writing the file",
        )  # fmt: skip

    def test_a_file_that_was_read_can_be_written_at_once(self, database):
        with sql(database) as adapter:
            ask(adapter, "K-1")
            run(database, "UPDATE account_context SET tier = 'PRO'")
            assert ask(adapter, "K-1").data["tier"] == "PRO"

    def test_nothing_is_fetched_from_the_network_for_want_of_an_extension(self, database):
        query = "SELECT * FROM st_read('x') WHERE account_id IN :keys"

        with sql(database, {**ACCOUNT, "query": query}) as adapter:
            assert failure(adapter).reason in {Reason.SCHEMA_CHANGED, Reason.NOT_CONFIGURED}


@pytest.mark.parametrize(
    ("breaks", "mends", "says"),
    [
        (
            "ALTER TABLE account_context RENAME tier TO level",
            "ALTER TABLE account_context RENAME level TO tier",
            'Referenced column "tier" not found in FROM clause!',
        ),
        (
            "ALTER TABLE account_context RENAME TO other",
            "ALTER TABLE other RENAME TO account_context",
            "Table with name account_context does not exist!",
        ),
    ],
    ids=["column", "table"],
)
def test_what_was_renamed_is_a_changed_schema_until_it_is_back(database, breaks, mends, says):
    with sql(database) as adapter:
        run(database, breaks)
        found = failure(adapter)
        run(database, mends)
        assert isinstance(ask(adapter, "K-1"), Found)

    assert (found.reason, found.detail, found.certain) == (Reason.SCHEMA_CHANGED, says, True)


def test_a_file_that_is_gone_is_unreachable_and_none_is_made_in_its_place(database):
    with sql(database) as adapter:
        database.rename(database.with_name("away"))
        assert failure(adapter).reason is Reason.UNREACHABLE
        assert not database.exists()
        database.with_name("away").rename(database)
        assert isinstance(ask(adapter, "K-1"), Found)


def test_what_is_no_database_is_unreadable(database):
    database.write_text("tier;ENT\n" * 1000)

    with sql(database) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize("value", ["'twelve'", "name"])
def test_a_value_that_cannot_be_cast_is_unreadable_and_is_not_told(database, value):
    with sql(database, columns(f"{value}::integer AS number")) as adapter:
        found = failure(adapter)

    assert found.reason is Reason.BAD_RESPONSE
    assert "twelve" not in str(found)
    assert "Acme" not in str(found)


def test_bytes_are_no_text(database):
    with sql(database, columns("logo")) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE


def test_a_query_with_a_mistake_is_not_configured(database):
    query = "SELECT account_id FROM WHERE account_id IN :keys"

    with sql(database, {**ACCOUNT, "query": query}) as adapter:
        assert failure(adapter).reason is Reason.NOT_CONFIGURED
