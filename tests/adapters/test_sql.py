"""Databases by configuration alone: bound keys, read-only, in time, every refusal a reason."""

from __future__ import annotations

import os
import signal
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from context_sidecar import AccountRow, Cause, Found, NoMatch, Reason, Several, SourceError
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url
from support import postgres
from support.adapters import ask, plugged

SECRET = "T0P-secret"
UNREACHABLE = Reason.UNREACHABLE

ACCOUNT = {
    "query": "SELECT account_id, name, tier FROM account_context WHERE account_id IN :keys",
    "key": "account_id",
}
TABLE = """
CREATE TABLE account_context (
    account_id text, number integer, name text, tier text, arr numeric(12, 2),
    renewal date, loaded_at timestamptz, flags jsonb, logo bytea)
"""
ROWS = """
INSERT INTO account_context VALUES
    ('K-1', 1, 'Acme', 'ENT', 1200.50, '2027-01-31', '2026-11-23 08:00+00', '{"vip": true}', '\\x'),
    ('K-2', 2, 'Bolt', 'PRO', NULL, NULL, '2026-11-20 08:00+00', NULL, NULL),
    ('K-3', 3, 'Coil', 'STD', 1, NULL, NULL, NULL, NULL),
    ('K-3', 3, 'Coil (old)', 'STD', 1, NULL, NULL, NULL, NULL)
"""


class Warehouse:
    """A PostgreSQL database with a table, and a user who may only read it."""

    def __init__(self) -> None:
        self.url = postgres.new_database()
        self.name = make_url(self.url).database
        self.reader = f"reader_{self.name}"
        self.run(
            TABLE, ROWS, f"CREATE ROLE {self.reader} LOGIN PASSWORD '{SECRET}'",
            f"GRANT SELECT ON account_context TO {self.reader}",
        )  # fmt: skip

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @property
    def hang_up(self) -> str:
        from_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        return f"{from_all} WHERE usename = '{self.reader}'"

    @property
    def readers_url(self) -> str:
        return self.url.replace("postgres:@", f"{self.reader}:{SECRET}@")


@pytest.fixture
def warehouse():
    return Warehouse()


@contextmanager
def sql(url, lookup=ACCOUNT, **more):
    with plugged("sql", {"url": url, "lookups": {"account": lookup}} | more) as adapter:
        yield adapter


def failure(adapter, *keys):
    with pytest.raises(SourceError) as found:
        ask(adapter, *(keys or ("K-1",)))
    assert SECRET not in str(found.value)
    return found.value


def columns(names, **more):
    query = f"SELECT account_id, {names} FROM account_context WHERE account_id IN :keys"
    return {**ACCOUNT, "query": query, **more}


class TestPostgreSQL:
    def test_one_query_answers_a_batch_of_keys(self, warehouse):
        with sql(warehouse.readers_url, {**ACCOUNT, "name": "name"}) as adapter:
            answers = ask(adapter, "K-1", "K-2", "K-3", "K-9")

        assert answers == {
            "K-1": Found({"account_id": "K-1", "name": "Acme", "tier": "ENT"}),
            "K-2": Found({"account_id": "K-2", "name": "Bolt", "tier": "PRO"}),
            "K-3": Several(("Coil", "Coil (old)")),
            "K-9": NoMatch(),
        }

    def test_values_come_as_what_json_is_made_of_and_null_as_null(self, warehouse):
        lookup = columns("arr, renewal, loaded_at, flags, number")

        with sql(warehouse.readers_url, lookup) as adapter:
            answers = ask(adapter, "K-1", "K-2")

        assert answers["K-1"].data == {
            "account_id": "K-1", "arr": "1200.50", "renewal": "2027-01-31",
            "loaded_at": answers["K-1"].data["loaded_at"], "flags": {"vip": True}, "number": 1,
        }  # fmt: skip
        assert datetime.fromisoformat(answers["K-1"].data["loaded_at"]) == datetime(
            2026, 11, 23, 8, tzinfo=UTC
        )
        assert answers["K-2"].data["arr"] is None

    def test_the_time_of_loading_is_the_answer_s_own_time(self, warehouse):
        link = "https://bi.example.com/{account_id}"

        with sql(warehouse.readers_url, columns("loaded_at", as_of="loaded_at", link=link)) as bi:
            answers = ask(bi, "K-1", "K-2")

        assert answers["K-2"].as_of == datetime(2026, 11, 20, 8, tzinfo=UTC)
        assert answers["K-1"].link == "https://bi.example.com/K-1"

    def test_a_list_lookup_gives_all_rows_of_a_key(self, warehouse):
        with sql(warehouse.readers_url, columns("name", many="list")) as adapter:
            answers = ask(adapter, "K-3", "K-9")

        assert [row["name"] for row in answers["K-3"].data] == ["Coil", "Coil (old)"]
        assert answers["K-9"] == Found([])

    def test_a_key_column_of_numbers_is_cast_and_meets_its_text(self, warehouse):
        query = "SELECT number, tier FROM account_context WHERE number::text IN :keys"

        with sql(warehouse.readers_url, {"query": query, "key": "number"}) as adapter:
            answers = ask(adapter, "1", "K-1")

        assert answers == {"1": Found({"number": 1, "tier": "ENT"}), "K-1": NoMatch()}

    def test_case_is_ignored_where_declared(self, warehouse):
        query = "SELECT account_id FROM account_context WHERE lower(account_id) IN :keys"

        with sql(warehouse.readers_url, {**ACCOUNT, "query": query}) as adapter:
            found = ask(adapter, "k-1")
            assert (found.reason, "ignore_case" in found.detail) == (Reason.NOT_CONFIGURED, True)
        with sql(
            warehouse.readers_url, {**ACCOUNT, "query": query, "ignore_case": True}
        ) as adapter:
            assert ask(adapter, "k-1") == Found({"account_id": "K-1"})

    def test_accounts_are_listed_in_pieces(self, warehouse):
        warehouse.run(
            "INSERT INTO account_context SELECT 'N-' || n, n FROM generate_series(1, 2500) n"
        )
        query = "SELECT account_id FROM account_context ORDER BY number DESC"
        listing = {"query": query, "link": "https://bi.example.com/{account_id}"}

        with sql(warehouse.readers_url, accounts=listing) as adapter:
            rows = list(adapter.accounts({"account_id"}))

        assert len(rows) == 2504
        assert rows[0] == AccountRow({"account_id": "N-2500"}, "https://bi.example.com/N-2500")

    def test_a_query_that_writes_is_refused_by_the_database(self, warehouse):
        query = "WITH gone AS (DELETE FROM account_context RETURNING *) "
        query += "SELECT * FROM gone WHERE account_id IN :keys"

        with sql(warehouse.url, {**ACCOUNT, "query": query}) as adapter:
            found = failure(adapter)
        with sql(warehouse.url) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)

        assert (found.reason, found.code) == (Reason.NOT_CONFIGURED, "25006")

    def test_the_check_runs_every_query_and_looks_for_every_canary(self, warehouse):
        accounts = {"query": "SELECT account_id FROM account_context"}

        with sql(warehouse.readers_url, {**ACCOUNT, "canary": "K-1"}, accounts=accounts) as adapter:
            assert adapter.check() == f"postgresql {warehouse.name} answers account"
        with (
            sql(warehouse.readers_url, {**ACCOUNT, "canary": "K-9"}) as adapter,
            pytest.raises(SourceError, match="must always be found"),
        ):
            adapter.check()

    def test_an_emptied_table_is_no_proof_that_there_are_no_accounts(self, warehouse):
        with sql(warehouse.readers_url, {**ACCOUNT, "canary": "K-1"}) as adapter:
            assert ask(adapter, "K-9") == NoMatch()
            warehouse.run("TRUNCATE account_context")
            assert ask(adapter, "K-2").reason is Reason.PERMISSION_DENIED


def broken(warehouse, break_it, mend_it, lookup=ACCOUNT):
    """Return how the adapter fails after *break_it*, having seen it answer before, and after
    *mend_it*, all over the same connections."""
    with sql(warehouse.readers_url, lookup, timeout="2s") as adapter:
        assert isinstance(ask(adapter, "K-1"), Found)
        warehouse.run(*break_it)
        found = failure(adapter)
        warehouse.run(*mend_it)
        assert isinstance(ask(adapter, "K-1"), Found)
    return found


class TestPostgreSQLBreaksAndIsMended:
    def test_a_renamed_column_is_a_changed_schema(self, warehouse):
        found = broken(
            warehouse,
            ["ALTER TABLE account_context RENAME tier TO level"],
            ["ALTER TABLE account_context RENAME level TO tier"],
        )

        assert (found.reason, found.code, found.certain) == (Reason.SCHEMA_CHANGED, "42703", True)
        assert found.detail == 'column "tier" does not exist'

    def test_a_renamed_table_is_a_changed_schema(self, warehouse):
        found = broken(
            warehouse,
            ["ALTER TABLE account_context RENAME TO other"],
            ["ALTER TABLE other RENAME TO account_context"],
        )

        assert (found.reason, found.code) == (Reason.SCHEMA_CHANGED, "42P01")

    def test_a_column_that_the_query_no_longer_gives_is_a_changed_schema(self, warehouse):
        lookup = {
            "query": "SELECT * FROM seen WHERE id IN :keys",
            "key": "id",
            "as_of": "loaded_at",
        }
        view = "CREATE VIEW seen AS SELECT account_id AS id, number AS {} FROM account_context"
        grant = f"GRANT SELECT ON seen TO {warehouse.reader}"
        warehouse.run(view.format("loaded_at"), grant)

        found = broken(
            warehouse,
            ["DROP VIEW seen", view.format("at"), grant],
            ["DROP VIEW seen", view.format("loaded_at"), grant],
            lookup,
        )

        assert found.reason is Reason.SCHEMA_CHANGED
        assert "loaded_at" in found.detail

    def test_a_revoked_right_is_permission_denied(self, warehouse):
        found = broken(
            warehouse,
            [f"REVOKE SELECT ON account_context FROM {warehouse.reader}"],
            [f"GRANT SELECT ON account_context TO {warehouse.reader}"],
        )

        assert (found.reason, found.code) == (Reason.PERMISSION_DENIED, "42501")

    def test_a_locked_user_is_a_refused_credential_by_all_we_can_tell(self, warehouse):
        found = broken(
            warehouse,
            [
                f"ALTER ROLE {warehouse.reader} NOLOGIN",
                warehouse.hang_up,
            ],
            [f"ALTER ROLE {warehouse.reader} LOGIN"],
        )

        assert (found.reason, found.certain) == (Reason.CREDENTIAL_EXPIRED, False)

    def test_a_lost_connection_is_made_anew(self, warehouse):
        with sql(warehouse.readers_url) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            warehouse.run(warehouse.hang_up)
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_connection_that_is_lost_amid_a_query_is_unreachable(self, warehouse):
        kill = (
            "SELECT pg_terminate_backend(pg_backend_pid())::text AS account_id WHERE 'x' IN :keys"
        )

        with sql(warehouse.url, {"query": kill, "key": "account_id"}) as adapter:
            found = failure(adapter, "x")

        assert (found.reason, found.code) == (Reason.UNREACHABLE, "57P01")

    def test_a_slow_query_ends_at_the_timeout(self, warehouse):
        slow = (
            "SELECT account_id, pg_sleep(20)::text FROM account_context WHERE account_id IN :keys"
        )

        with sql(warehouse.readers_url, {**ACCOUNT, "query": slow}, timeout="200ms") as adapter:
            found = failure(adapter)

        assert (found.reason, found.code) == (Reason.TIMEOUT, "57014")

    def test_a_table_that_is_locked_for_loading_is_waited_for_no_longer_than_the_timeout(
        self, warehouse
    ):
        with (
            psycopg.connect(warehouse.url.replace("+psycopg", "")) as loading,
            sql(warehouse.readers_url, timeout="200ms") as adapter,
        ):
            loading.execute("LOCK TABLE account_context IN ACCESS EXCLUSIVE MODE")
            assert failure(adapter).reason is Reason.TIMEOUT
            loading.rollback()
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_query_under_way_ends_as_it_would_and_leaves_no_connection_open(self, warehouse):
        listing = {"query": "SELECT account_id FROM account_context ORDER BY name"}

        with sql(warehouse.readers_url, accounts=listing) as adapter:
            rows = adapter.accounts(())
            next(rows)
            adapter.close()
            assert len(list(rows)) == 3
            assert isinstance(ask(adapter, "K-1"), Found)  # by a job that ends a little later
            with psycopg.connect(postgres.server().get_uri(), autocommit=True) as another:
                another.execute(f"DROP DATABASE {warehouse.name}")  # refused while one is open

    @pytest.mark.parametrize("value", ["'twelve'", "'K-1'"])
    def test_a_value_that_cannot_be_cast_is_unreadable_and_is_not_told(self, warehouse, value):
        query = f"SELECT account_id, {value}::integer + number FROM account_context "
        query += "WHERE account_id IN :keys"

        with sql(warehouse.readers_url, {**ACCOUNT, "query": query}) as adapter:
            found = failure(adapter)

        assert found.reason is Reason.BAD_RESPONSE
        assert value.strip("'") not in str(found)

    def test_bytes_are_no_text(self, warehouse):
        with sql(warehouse.readers_url, columns("logo")) as adapter:
            found = failure(adapter)

        assert found.reason is Reason.BAD_RESPONSE
        assert "logo" in found.detail

    def test_a_query_with_a_mistake_is_not_configured(self, warehouse):
        query = "SELECT account_id FROM WHERE account_id IN :keys"

        with sql(warehouse.readers_url, {**ACCOUNT, "query": query}) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED

    def test_two_columns_of_one_name_are_refused(self, warehouse):
        query = "SELECT account_id, tier, name AS tier FROM account_context "
        query += "WHERE account_id IN :keys"

        with sql(warehouse.readers_url, {**ACCOUNT, "query": query}) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED

    @pytest.mark.parametrize(
        ("change", "reason", "cause"),
        [
            ({"username": "nobody"}, Reason.CREDENTIAL_EXPIRED, Cause.USER_UNKNOWN),
            ({"database": "nowhere"}, Reason.ENDPOINT_GONE, Cause.DATABASE_UNKNOWN),
            ({"host": "127.0.0.1", "port": 1, "query": {}}, UNREACHABLE, Cause.SERVER_DOWN),
            ({"host": "nowhere.invalid", "query": {}}, UNREACHABLE, Cause.WRONG_ADDRESS),
        ],
    )
    def test_what_cannot_be_connected_to_is_a_suspicion(self, warehouse, change, reason, cause):
        """libpq gives no SQLSTATE, so nothing but its wording tells what it may be."""
        url = make_url(warehouse.readers_url).set(**change)

        with sql(url.render_as_string(hide_password=False)) as adapter:
            found = failure(adapter)

        assert (found.reason, found.certain) == (reason, False)
        assert cause in found.possible_causes

    def test_no_connection_left_for_us_is_the_server_s_own_trouble(self, warehouse):
        warehouse.run(f"ALTER ROLE {warehouse.reader} CONNECTION LIMIT 0")

        with sql(warehouse.readers_url) as adapter:
            assert failure(adapter).reason is Reason.SERVER_ERROR


@pytest.fixture
def server():
    """A server of one's own, to stop, and to change its rules of who may connect."""
    with postgres.own_server() as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for statement in (
                TABLE, ROWS, f"CREATE ROLE reader SUPERUSER LOGIN PASSWORD '{SECRET}'"
            ):  # fmt: skip
                connection.execute(statement)
        yield server


def own_url(server, user="reader", password=SECRET):
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", username=user)
    return url.set(password=password).render_as_string(hide_password=False)


def test_a_server_that_stops_is_unreachable_and_one_that_comes_back_answers(server):
    with sql(own_url(server)) as adapter:
        assert isinstance(ask(adapter, "K-1"), Found)
        server.stop()
        assert failure(adapter).reason is Reason.UNREACHABLE
        server.start()
        assert isinstance(ask(adapter, "K-1"), Found)


def test_a_server_that_hangs_is_hung_up_on(server):
    """It is stopped as a disk stops it: the network still takes what is sent, nobody reads it."""
    with sql(own_url(server), timeout="200ms") as adapter:
        assert isinstance(ask(adapter, "K-1"), Found)
        with psycopg.connect(server.get_uri()) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE usename = 'reader'"
            (pid,) = connection.execute(query).fetchone()
        os.kill(pid, signal.SIGSTOP)
        try:
            assert failure(adapter).reason is Reason.TIMEOUT
        finally:
            os.kill(pid, signal.SIGCONT)
        assert isinstance(ask(adapter, "K-1"), Found)


def test_who_may_connect_is_the_server_s_to_say(server):
    def let_in(*rules):
        lines = "\n".join(["local all postgres trust", *rules])
        server.pgdata.joinpath("pg_hba.conf").write_text(lines + "\n")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")

    def refusal(password=SECRET):
        with sql(own_url(server, password=password)) as adapter:
            return failure(adapter).reason

    let_in("local all reader scram-sha-256")
    with sql(own_url(server)) as adapter:
        assert isinstance(ask(adapter, "K-1"), Found)
    assert refusal(password="wrong") is Reason.CREDENTIAL_EXPIRED
    assert refusal(password=None) is Reason.CREDENTIAL_EXPIRED
    let_in()
    assert refusal() is Reason.IP_NOT_ALLOWED
    let_in("local all reader reject")
    assert refusal() is Reason.IP_NOT_ALLOWED


def a_database(folder):
    path = Path(folder) / "warehouse.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account_context (account_id, name, tier, loaded_at)")
        connection.execute(
            "INSERT INTO account_context VALUES ('K-1', 'Acme', 'ENT', '2026-11-23 10:00:00'),"
            "('K-2', 'Bolt', 'PRO', 1795424400), (3, 'Coil', 'STD', NULL)"
        )
    connection.close()
    return path


@pytest.fixture
def database(tmp_path):
    return a_database(tmp_path)


def lite(database, lookup=ACCOUNT, **more):
    return sql(f"sqlite:///{database}", lookup, **more)


def run(database, statement):
    with sqlite3.connect(database) as connection:
        connection.execute(statement)
    connection.close()


class TestSQLite:
    def test_one_query_answers_a_batch_of_keys(self, database):
        with lite(database) as adapter:
            assert ask(adapter, "K-1", "3", "K-9") == {
                "K-1": Found({"account_id": "K-1", "name": "Acme", "tier": "ENT"}),
                "3": NoMatch(),  # the key is bound as text, and a column without a type is strict
                "K-9": NoMatch(),
            }

    @pytest.mark.parametrize(
        ("settings", "key", "as_of"),
        [
            ({"time_zone": "Europe/Berlin"}, "K-1", datetime(2026, 11, 23, 9, tzinfo=UTC)),
            ({}, "K-1", None),
        ],
    )
    def test_a_time_without_a_zone_counts_only_in_a_declared_one(
        self, database, settings, key, as_of
    ):
        with lite(database, columns("loaded_at", as_of="loaded_at"), **settings) as adapter:
            assert ask(adapter, key).as_of == as_of

    def test_a_time_may_be_written_in_seconds(self, database):
        lookup = columns("loaded_at", as_of="loaded_at", as_of_dialect="epoch_seconds")

        with lite(database, lookup) as adapter:
            assert ask(adapter, "K-2").as_of == datetime(2026, 11, 23, 9, tzinfo=UTC)

    def test_a_renamed_column_is_a_changed_schema(self, database):
        with lite(database) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            run(database, "ALTER TABLE account_context RENAME tier TO level")
            assert failure(adapter).reason is Reason.SCHEMA_CHANGED
            run(database, "ALTER TABLE account_context RENAME level TO tier")
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_file_that_is_gone_is_unreachable_and_none_is_made_in_its_place(self, database):
        with lite(database) as adapter:
            database.rename(database.with_name("elsewhere.db"))
            assert failure(adapter).reason is Reason.UNREACHABLE
            assert not database.exists()
            database.with_name("elsewhere.db").rename(database)
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_file_that_was_replaced_is_read_as_it_is_now(self, database, tmp_path):
        with lite(database) as adapter:
            assert ask(adapter, "K-1").data["tier"] == "ENT"
            copy = tmp_path / "new.db"
            copy.write_bytes(database.read_bytes())
            run(copy, "UPDATE account_context SET tier = 'PRO'")
            copy.replace(database)
            assert ask(adapter, "K-1").data["tier"] == "PRO"

    def test_what_is_no_database_is_unreadable(self, database):
        database.write_text("tier;ENT\n" * 1000)

        with lite(database) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE

    def test_a_locked_file_is_waited_for_no_longer_than_the_timeout(self, database):
        with sqlite3.connect(database) as loading, lite(database, timeout="100ms") as adapter:
            loading.execute("BEGIN EXCLUSIVE")
            assert failure(adapter).reason is Reason.TIMEOUT
            loading.rollback()
            assert isinstance(ask(adapter, "K-1"), Found)
        loading.close()

    def test_a_slow_query_ends_at_the_timeout(self, database):
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        endless += "SELECT i AS account_id FROM n WHERE i IN :keys"

        with lite(database, {**ACCOUNT, "query": endless}, timeout="100ms") as adapter:
            assert failure(adapter).reason is Reason.TIMEOUT

    def test_a_query_that_writes_is_refused(self, database):
        query = "WITH k(i) AS (SELECT 1) REPLACE INTO account_context(name) SELECT :keys"

        with lite(database, {**ACCOUNT, "query": query}) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED

    def test_more_rows_than_an_answer_can_have_are_refused(self, database):
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        many += "SELECT 'K-1' AS account_id FROM n WHERE 'K-1' IN :keys"

        with lite(database, {**ACCOUNT, "query": many, "many": "list"}, timeout="1m") as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE

    def test_without_a_declared_list_there_are_no_accounts_to_list(self, database):
        with lite(database) as adapter, pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.NOT_CONFIGURED

    def test_threads_ask_side_by_side(self, database):
        answers = []
        with lite(database) as adapter:
            threads = [
                threading.Thread(target=lambda: answers.append(ask(adapter, "K-1")))
                for _ in range(8)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)

        assert [answer.data["tier"] for answer in answers] == ["ENT"] * 8


HOSTILE = [
    "' OR 1=1 --",
    "K-1'); DROP TABLE account_context; --",
    "%s",
    ":keys",
    "K-1,K-2",
    "\\",
    "é",
]


class TestHostileKeys:
    @pytest.mark.parametrize("key", [*HOSTILE, "x" * 100_000])
    def test_in_postgresql_a_key_is_a_value_and_nothing_else(self, warehouse, key):
        with sql(warehouse.readers_url) as adapter:
            answers = ask(adapter, key, "K-1")

        assert answers == {key: NoMatch(), "K-1": answers["K-1"]}
        assert isinstance(answers["K-1"], Found)

    @pytest.mark.parametrize("key", ["K-1\0", "a\nb", "\ud800"])
    def test_a_key_that_no_text_can_hold_is_not_sent_and_spoils_no_other(self, warehouse, key):
        with sql(warehouse.readers_url) as adapter:
            answers = ask(adapter, key, "K-1")
            assert ask(adapter, key).reason is Reason.NOT_CONFIGURED

        assert isinstance(answers["K-1"], Found)

    @given(key=st.text(min_size=1, max_size=50))
    def test_whatever_the_key_only_its_own_row_can_come_back(self, key):
        with tempfile.TemporaryDirectory() as folder, lite(a_database(folder)) as adapter:
            answers = ask(adapter, key, "K-1")

        assert isinstance(answers["K-1"], Found)
        assert key == "K-1" or not isinstance(answers[key], Found)
