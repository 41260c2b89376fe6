"""MariaDB, and MySQL as far as the two are one: read-only, in time, odd values, refusals."""

from __future__ import annotations

import itertools
import re
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pymysql
import pytest
from context_sidecar import (
    AccountRow,
    Cause,
    FieldType,
    Found,
    NoMatch,
    Reason,
    Scope,
    SourceError,
    collated,
)
from context_sidecar_adapters.sql.dialects.mysql import MySQL
from context_sidecar_adapters.sql.dialects.mysql_rights import Grants
from pymysql.constants import FIELD_TYPE
from sqlalchemy import make_url
from support import mariadb
from support.adapters import ask, plugged

SECRET = "T0P-secret"
ACCOUNT = {
    "query": "SELECT account_id, name, tier FROM account_context WHERE account_id IN :keys",
    "key": "account_id",
}
TABLE = """
CREATE TABLE account_context (
    account_id varchar(40), number int, name text, tier text, arr decimal(12, 2), vip tinyint(1),
    flag bit(1), renewal date, signed datetime, loaded_at timestamp NULL, flags json, logo blob)
"""
ROWS = """
INSERT INTO account_context VALUES
    ('K-1', 1, 'Acme', 'ENT', 1200.50, 1, b'1', '2027-01-31', '2026-01-02 03:04:05',
     '2026-11-23 08:00:00', '{"vip": true}', 'x'),
    ('K-2', 2, 'Bolt', 'PRO', NULL, 0, b'0', '0000-00-00', '0000-00-00 00:00:00',
     '0000-00-00 00:00:00', NULL, NULL),
    ('K-3', 3, 'Coil', 'STD', 1, NULL, NULL, '2026-00-00', NULL, NULL, NULL, NULL)
"""

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server():
    with mariadb.server() as server:
        yield server


class Warehouse:
    """A database with a table, and a user who may only read it."""

    def __init__(self, server):
        number = next(numbers)
        self.server, self.name, self.reader = server, f"w{number}", f"reader{number}"
        self.roles = []
        server.run(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4")
        self.run(
            TABLE,
            "SET SESSION sql_mode = '', time_zone = '+00:00'",
            ROWS,
            f"CREATE USER {self.reader} IDENTIFIED BY '{SECRET}'",
            f"GRANT SELECT ON {self.name}.account_context TO {self.reader}",
        )

    def run(self, *statements):
        return self.server.run(f"USE {self.name}", *statements)

    def grant(self, *rights):
        self.run(*(f"GRANT {one} TO {self.reader}" for one in rights))

    def role(self, name, *rights):
        whole = f"{self.name}_{name}"
        self.run(f"CREATE ROLE {whole}", *(f"GRANT {one} TO {whole}" for one in rights))
        self.roles.append(whole)
        return whole

    def drop(self):
        self.server.run(
            f"DROP DATABASE {self.name}", f"DROP USER {self.reader}",
            *(f"DROP ROLE {one}" for one in self.roles),
        )  # fmt: skip

    def connections(self, condition=""):
        """The numbers of our connections."""
        listed = "SELECT id FROM information_schema.processlist"
        return [
            number for (number,) in self.run(f"{listed} WHERE user = '{self.reader}' {condition}")
        ]

    def hang_up(self):
        for number in self.connections():
            self.run(f"KILL {number}")

    def url(self, user=None, password=SECRET, database=None):
        return self.server.url(user or self.reader, password, database or self.name)


@pytest.fixture
def warehouse(server):
    made = Warehouse(server)
    yield made
    made.drop()


@contextmanager
def sql(url, lookup=ACCOUNT, **more):
    with plugged("sql", {"url": url, "lookups": {"account": lookup}} | more) as adapter:
        yield adapter


def columns(names, **more):
    query = f"SELECT account_id, {names} FROM account_context WHERE account_id IN :keys"
    return {**ACCOUNT, "query": query, **more}


def failure(adapter, key="K-1"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key)
    assert SECRET not in str(found.value)
    return found.value


def kept(error):
    return error.reason, error.code, error.certain


def test_columns_have_their_types_and_vocabularies(warehouse):
    warehouse.run(
        "CREATE TABLE regions (code varchar(2) PRIMARY KEY, name text)",
        "INSERT INTO regions VALUES ('EU', 'Europe')",
        """CREATE TABLE customers (account_id varchar(40), plan enum('gold', 'silver') NOT NULL,
            tier varchar(3), arr decimal(12, 2), renewal date, region varchar(2),
            CONSTRAINT tiers CHECK (tier IN ('ENT', 'STD')),
            FOREIGN KEY (region) REFERENCES regions (code))""",
        *(f"GRANT SELECT ON {name} TO {warehouse.reader}" for name in ("regions", "customers")),
    )
    query = "SELECT account_id, tier FROM customers WHERE account_id IN :keys"
    with sql(warehouse.url(), {**ACCOUNT, "query": query}) as adapter:
        found = {one.name: one for one in adapter.shape("account").fields}

    assert {name: (one.type, dict(one.choices), one.given) for name, one in found.items()} == {
        "account_id": (FieldType.TEXT, {}, True),
        "tier": (FieldType.CHOICE, {"ENT": "ENT", "STD": "STD"}, True),
        "plan": (FieldType.CHOICE, {"gold": "gold", "silver": "silver"}, False),
        "arr": (FieldType.NUMBER, {}, False),
        "renewal": (FieldType.DATE, {}, False),
        "region": (FieldType.CHOICE, {"EU": "Europe"}, False),
    }


class TestReading:
    def test_one_query_answers_a_batch_of_keys(self, warehouse):
        with sql(warehouse.url()) as adapter:
            assert ask(adapter, "K-1", "K-9") == {
                "K-1": Found({"account_id": "K-1", "name": "Acme", "tier": "ENT"}),
                "K-9": NoMatch(),
            }

    def test_values_come_as_what_json_is_made_of(self, warehouse):
        lookup = columns("arr, vip, flag, renewal, signed, loaded_at, flags", json=["flags"])

        with sql(warehouse.url(), lookup, time_zone="Europe/Berlin") as adapter:
            assert ask(adapter, "K-1").data == {
                "account_id": "K-1", "arr": "1200.50", "vip": 1, "flag": 1,
                "renewal": "2027-01-31", "signed": "2026-01-02T03:04:05+01:00",
                "loaded_at": "2026-11-23T08:00:00+00:00", "flags": {"vip": True},
            }  # fmt: skip

    def test_an_unset_date_is_none_and_half_a_date_is_no_date(self, warehouse):
        with sql(warehouse.url(), columns("renewal, signed, loaded_at")) as adapter:
            answers = ask(adapter, "K-2", "K-3")

        assert [answers["K-2"].data[name] for name in ("renewal", "signed", "loaded_at")] == [
            None, None, None,
        ]  # fmt: skip
        assert answers["K-3"].data["renewal"] == "2026-00-00"

    def test_a_zero_in_a_text_is_no_unset_date(self, warehouse):
        warehouse.run("UPDATE account_context SET name = '0000-00-00' WHERE account_id = 'K-1'")

        with sql(warehouse.url()) as adapter:
            assert ask(adapter, "K-1").data["name"] == "0000-00-00"

    def test_a_timestamp_is_the_answer_s_own_time_whatever_the_server_s_zone(self, warehouse):
        warehouse.run("SET GLOBAL time_zone = '+09:00'")
        try:
            with sql(warehouse.url(), columns("loaded_at", as_of="loaded_at")) as adapter:
                assert ask(adapter, "K-1").as_of == datetime(2026, 11, 23, 8, tzinfo=UTC)
        finally:
            warehouse.run("SET GLOBAL time_zone = SYSTEM")

    @pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
    def test_a_datetime_counts_only_in_a_declared_zone(self, warehouse, zone):
        more = {"time_zone": zone} if zone else {}

        with sql(warehouse.url(), columns("signed", as_of="signed"), **more) as adapter:
            found = ask(adapter, "K-1").as_of

        assert found == (datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC) if zone else None)

    @pytest.mark.parametrize(("column", "json"), [("name", ["name"]), ("logo", [])])
    def test_what_is_no_json_and_no_text_is_unreadable(self, warehouse, column, json):
        with sql(warehouse.url(), columns(column, json=json)) as adapter:
            found = failure(adapter)

        assert (found.reason, column in found.detail) == (Reason.BAD_RESPONSE, True)

    @pytest.mark.parametrize(
        "key", ["k-1", "K-1 ", "\N{FULLWIDTH LATIN CAPITAL LETTER K}-1", "\u1e30-1"], ids=ascii
    )
    def test_a_key_that_is_another_text_to_us_is_not_taken_for_the_one_asked_for(
        self, warehouse, key
    ):
        """To the database, K-1 and k-1 are equal."""
        with sql(warehouse.url()) as adapter:
            answers = ask(adapter, key, "K-1", "K-9")

        assert isinstance(answers["K-1"], Found)
        assert answers["K-9"] == NoMatch()
        assert not isinstance(answers[key], Found)

    def test_a_key_of_another_case_says_how_it_is_mended(self, warehouse):
        with sql(warehouse.url()) as adapter:
            assert ask(adapter, "k-1").reason is Reason.NOT_CONFIGURED
            assert "ignore_case: true" in ask(adapter, "k-1").detail
        with sql(warehouse.url(), {**ACCOUNT, "ignore_case": True}) as adapter:
            assert ask(adapter, "k-1").data["account_id"] == "K-1"

    @pytest.mark.parametrize("ignore_case", [False, True])
    def test_a_row_of_a_key_that_is_spelled_otherwise_is_nobody_s(self, warehouse, ignore_case):
        """To the database, Müller and Muller are equal, and Weiß and Weis."""
        warehouse.run(
            "ALTER TABLE account_context CONVERT TO CHARACTER SET utf8mb4"
            " COLLATE utf8mb4_general_ci",
            "INSERT INTO account_context (account_id) VALUES ('Muller '), ('Weis'), ('Øre')",
        )

        with sql(warehouse.url(), {**ACCOUNT, "ignore_case": ignore_case}) as adapter:
            answers = ask(adapter, "Müller", "Weiß", "Øre", "K-1")
            assert ask(adapter, "Muller").data["account_id"] == "Muller "

        assert (answers["Müller"], answers["Weiß"]) == (NoMatch(), NoMatch())
        assert [answers[key].data["account_id"] for key in ("Øre", "K-1")] == ["Øre", "K-1"]

    @pytest.mark.parametrize("collation", ["general", "unicode", "uca1400_ai", "german2", "danish"])
    def test_what_its_collations_take_for_equal_is_known(self, warehouse, collation):
        """All letters of Latin, Greek and Cyrillic, and what is written for some of them."""
        ranges = range(0x21, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000)
        letters = [chr(one) for several in ranges for one in several if chr(one).isalnum()]
        written = [*sorted({*letters} - {"\N{GREEK YPOGEGRAMMENI}"}), "ae", "oe", "ue", "ss", "aa"]
        texts = ", ".join(f"('x{one}x')" for one in written)

        equal = warehouse.run(
            f"CREATE TABLE x (t varchar(9) COLLATE utf8mb4_{collation}_ci, KEY (t)) ENGINE memory",
            f"INSERT INTO x VALUES {texts}",
            "SELECT one.t, other.t FROM x one JOIN x other USING (t)"
            " WHERE BINARY one.t < BINARY other.t",
        )

        assert len(equal) > len(written)
        assert [pair for pair in equal if collated(pair[0]) != collated(pair[1])] == []

    def test_of_two_keys_that_differ_in_case_each_has_its_own_row(self, warehouse):
        warehouse.run("INSERT INTO account_context (account_id, name) VALUES ('k-1', 'Akme')")

        with sql(warehouse.url()) as adapter:
            answers = ask(adapter, "K-1", "k-1")
            alone = ask(adapter, "k-1")

        assert {key: answer.data["name"] for key, answer in answers.items()} == {
            "K-1": "Acme", "k-1": "Akme",
        }  # fmt: skip
        assert alone.data["name"] == "Akme"

    @pytest.mark.parametrize("key", ["' OR 1=1 --", "K-1'); DROP TABLE t; --", "%s", "\\", "é"])
    def test_a_key_is_a_value_and_nothing_else(self, warehouse, key):
        with sql(warehouse.url()) as adapter:
            answers = ask(adapter, key, "K-1")

        assert answers[key] == NoMatch()
        assert isinstance(answers["K-1"], Found)

    def test_accounts_are_listed(self, warehouse):
        listing = {"query": "SELECT account_id FROM account_context ORDER BY number"}

        with sql(warehouse.url(), accounts=listing) as adapter:
            assert list(adapter.accounts(()))[:1] == [AccountRow({"account_id": "K-1"})]
            assert adapter.check() == f"mysql {warehouse.name} answers account"


class TestReadOnlyAndInTime:
    @pytest.mark.parametrize(
        "query",
        [
            "SELECT account_id, mark() FROM account_context WHERE account_id IN :keys",
            "SELECT account_id FROM account_context WHERE account_id IN :keys FOR UPDATE",
        ],
        ids=["a function that writes", "a lock"],
    )
    def test_a_query_that_writes_is_refused_by_the_database(self, warehouse, query):
        warehouse.run(
            "CREATE FUNCTION mark() RETURNS int MODIFIES SQL DATA BEGIN "
            "UPDATE account_context SET tier = 'X'; RETURN 1; END",
            f"GRANT ALL ON {warehouse.name}.* TO {warehouse.reader}",
        )

        with sql(warehouse.url(), {**ACCOUNT, "query": query}) as adapter:
            found = failure(adapter)

        assert kept(found) == (Reason.NOT_CONFIGURED, "1792", True)
        assert warehouse.run("SELECT count(*) FROM account_context WHERE tier = 'X'") == [(0,)]

    def test_a_slow_query_ends_at_the_timeout(self, warehouse):
        slow = "SELECT account_id, sleep(20) FROM account_context WHERE account_id IN :keys"

        with sql(warehouse.url(), {**ACCOUNT, "query": slow}, timeout="200ms") as adapter:
            assert kept(failure(adapter)) == (Reason.TIMEOUT, "1969", True)

    def test_a_list_of_accounts_has_a_timeout_of_its_own(self, warehouse):
        listing = {"query": "SELECT account_id, sleep(0.1) FROM account_context", "timeout": "20s"}

        with sql(warehouse.url(), accounts=listing, timeout="50ms") as adapter:
            assert len(list(adapter.accounts(()))) == 3

    def test_a_table_that_is_locked_for_loading_is_waited_for_no_longer_than_the_timeout(
        self, warehouse
    ):
        with warehouse.server.connected() as loading, sql(warehouse.url(), timeout="200ms") as one:
            loading.cursor().execute(f"LOCK TABLES {warehouse.name}.account_context WRITE")
            assert failure(one).reason is Reason.TIMEOUT
            loading.cursor().execute("UNLOCK TABLES")
            assert isinstance(ask(one, "K-1"), Found)

    def test_a_server_that_hangs_is_hung_up_on(self, warehouse):
        with sql(warehouse.url(), timeout="200ms") as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            with warehouse.server.hanging():
                assert failure(adapter).reason is Reason.TIMEOUT
            assert isinstance(ask(adapter, "K-1"), Found)


class TestRights:
    """https://mariadb.com/docs/server/reference/sql-statements/account-management-sql-statements/grant"""

    def scope(self, warehouse, query=ACCOUNT["query"], **at):
        with sql(warehouse.url(**at), {**ACCOUNT, "query": query}) as adapter:
            scope = adapter.scope()
        assert SECRET not in str(scope)
        assert not re.search(r"\*[0-9A-F]{40}", str(scope)), "the password's hash"
        return scope

    def test_who_may_read_what_the_queries_read_has_nothing_too_much(self, warehouse):
        assert self.scope(warehouse) == Scope()

        warehouse.grant(f"SHOW VIEW ON {warehouse.name}.*")
        assert self.scope(warehouse) == Scope()

    @pytest.mark.parametrize(
        ("right", "where"),
        [
            ("INSERT", "{}.account_context"), ("UPDATE", "{}.account_context"),
            ("DELETE", "{}.account_context"), ("DROP", "{}.*"), ("CREATE", "{}.*"),
            ("TRIGGER", "{}.account_context"), ("EXECUTE", "{}.*"), ("LOCK TABLES", "{}.*"),
            ("FILE", "*.*"), ("DELETE", "*.*"), ("SELECT", "*.*"),
            ("ALL PRIVILEGES", "{}.*"), ("ALL PRIVILEGES", "{}.account_context"),
            ("ALL PRIVILEGES", "*.*"),
        ],
    )  # fmt: skip
    def test_what_writes_and_what_holds_everywhere_is_too_much_until_it_is_taken_away(
        self, warehouse, right, where
    ):
        where = where.format(warehouse.name)
        warehouse.grant(f"{right} ON {where}")
        assert self.scope(warehouse).excess == (f"{right} on {where}",)

        warehouse.run(f"REVOKE {right} ON {where} FROM {warehouse.reader}")
        warehouse.grant(f"SELECT ON {warehouse.name}.account_context")
        assert self.scope(warehouse) == Scope()

    def test_a_right_to_a_column_and_to_hand_it_on_are_rights(self, warehouse):
        table = f"{warehouse.name}.account_context"
        warehouse.run(
            f"GRANT UPDATE (tier, arr) ON {table} TO {warehouse.reader} WITH GRANT OPTION"
        )

        assert self.scope(warehouse).excess == (f"UPDATE on {table}", f"GRANT OPTION on {table}")

    def test_a_pattern_of_databases_is_told_as_people_write_it(self, warehouse):
        warehouse.grant(f"INSERT ON `{warehouse.name}\\_%`.*")

        assert self.scope(warehouse).excess == (f"INSERT on {warehouse.name}_%.*",)

    def test_only_the_first_of_many_are_told(self, warehouse):
        warehouse.grant(f"INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER ON {warehouse.name}.*")

        assert len(self.scope(warehouse).excess) == 6
        assert self.scope(warehouse).excess[-1] == "…"

    def test_what_no_query_names_is_read_in_excess(self, warehouse):
        for name in ("salaries", "account_context_old"):
            warehouse.run(f"CREATE TABLE {name} (account_id varchar(40))")
        warehouse.grant(f"SELECT (account_id) ON {warehouse.name}.salaries")
        assert self.scope(warehouse).excess == ("reading salaries, which no query names",)

        warehouse.grant(f"SELECT ON {warehouse.name}.*")
        assert self.scope(warehouse).excess == (
            "reading account_context_old, which no query names",
            "reading salaries, which no query names",
        )
        elsewhere = self.scope(warehouse, database="information_schema")
        assert f"reading {warehouse.name}.salaries, which no query names" in elsewhere.excess

    def test_what_a_view_reads_with_our_rights_has_to_be_granted(self, warehouse):
        """https://mariadb.com/docs/server/server-usage/views/create-view"""
        warehouse.run(
            "CREATE TABLE of_a_view (account_id varchar(40))",
            "CREATE SQL SECURITY INVOKER VIEW seen AS SELECT account_id FROM of_a_view",
        )
        for name in ("of_a_view", "seen"):
            warehouse.grant(f"SELECT ON {warehouse.name}.{name}")
        query = "SELECT account_id FROM seen JOIN account_context USING (account_id) "
        query += "WHERE account_id IN :keys"

        for _ in range(2):  # without its text, and with it
            assert self.scope(warehouse, query) == Scope()
            warehouse.grant(f"SHOW VIEW ON {warehouse.name}.*")

    def test_a_function_that_a_query_calls_may_be_called_and_no_other(self, warehouse):
        for name in ("plan_of", "other"):
            warehouse.run(f"CREATE FUNCTION {name}(id text) RETURNS text RETURN 'ENT'")
            warehouse.grant(f"EXECUTE ON FUNCTION {warehouse.name}.{name}")
        query = "SELECT account_id, plan_of(account_id) AS plan FROM account_context "
        query += "WHERE account_id IN :keys"

        excess = self.scope(warehouse, query).excess
        assert excess == (f"EXECUTE on FUNCTION {warehouse.name}.other",)

    def test_roles_that_are_on_count_and_of_others_it_is_said_that_nobody_tells(self, warehouse):
        """https://mariadb.com/docs/server/security/user-account-management/roles/roles_overview"""
        inner = warehouse.role("inner", f"DELETE ON {warehouse.name}.account_context")
        outer = warehouse.role("outer", inner, f"INSERT ON {warehouse.name}.account_context")
        warehouse.grant(outer)
        assert self.scope(warehouse) == Scope(
            untold=(f"what the role {outer} may do, which is off",)
        )

        warehouse.run(f"SET DEFAULT ROLE {outer} FOR {warehouse.reader}")
        found = self.scope(warehouse)
        assert sorted(found.excess) == [
            f"{right} on {warehouse.name}.account_context" for right in ("DELETE", "INSERT")
        ]
        assert found.untold == ()

    def test_names_are_quoted_as_the_server_s_mode_has_it(self, server, warehouse):
        warehouse.grant(f"INSERT ON {warehouse.name}.account_context")
        before = server.run("SELECT @@GLOBAL.sql_mode")[0][0]
        server.run("SET GLOBAL sql_mode = 'ANSI_QUOTES'")
        try:
            found = self.scope(warehouse)
        finally:
            server.run(f"SET GLOBAL sql_mode = '{before}'")

        assert found.excess == (f"INSERT on {warehouse.name}.account_context",)


@pytest.mark.parametrize(
    ("line", "rights", "roles"),
    [
        ("GRANT USAGE ON *.* TO `reader`@`%`", [("USAGE", "*.*")], set()),
        (
            "GRANT SELECT, RELOAD ON *.* TO `reader`@`%` WITH GRANT OPTION",
            [("SELECT", "*.*"), ("RELOAD", "*.*"), ("GRANT OPTION", "*.*")],
            set(),
        ),
        (
            "GRANT BACKUP_ADMIN,SYSTEM_USER ON *.* TO `reader`@`%`",
            [("BACKUP_ADMIN", "*.*"), ("SYSTEM_USER", "*.*")],
            set(),
        ),
        (
            "GRANT SELECT (a, b), UPDATE (` ON ``x``.``y`) ON `crm`.`t ON u` TO 'reader'@'%'",
            [("SELECT", "crm.t ON u"), ("UPDATE", "crm.t ON u")],
            set(),
        ),
        ("GRANT EXECUTE ON PROCEDURE `crm`.`p` TO `reader`@`%`",
         [("EXECUTE", "PROCEDURE crm.p")], set()),
        ("GRANT `r1`@`%`,`r2`@`%` TO `reader`@`%`", [], {"r1", "r2"}),
        ("GRANT PROXY ON ``@`` TO `reader`@`%` WITH GRANT OPTION",
         [("PROXY", "another user")], set()),
        ("REVOKE INSERT ON `crm`.* FROM `reader`@`%`", [], set()),
    ],
    ids=["nothing", "each", "dynamic", "columns", "procedure", "roles", "proxy", "revoked"],
)  # fmt: skip
def test_grants_as_mysql_writes_them(line, rights, roles):
    """https://dev.mysql.com/doc/refman/8.4/en/show-grants.html and …/partial-revokes.html; columns
    without quotes as in 5.7."""
    assert Grants.of([line]) == Grants(tuple(rights), frozenset(roles), unread=False)


def test_a_grant_that_cannot_be_read_is_not_passed_over():
    assert Grants.of(["GRANT SELECT ON ALL THINGS TO `reader`@`%`"]).unread


class TestWhatOnlyMySQLHas:
    """There is none to ask here, only what it documents."""

    @pytest.mark.parametrize(
        ("is_mariadb", "statement"),
        [(True, "max_statement_time = 0.250"), (False, "max_execution_time = 250")],
    )
    def test_each_of_the_two_is_told_its_own_timeout(self, is_mariadb, statement):
        connection = Mock(dialect=Mock(is_mariadb=is_mariadb))
        MySQL().bound(connection, timedelta(milliseconds=250))

        [asked] = connection.execute.call_args.args
        assert str(asked) == f"SET SESSION {statement}"

    @pytest.mark.parametrize(
        ("number", "says", "reason"),
        [
            (
                3024,
                "Query execution was interrupted, maximum statement execution time exceeded",
                Reason.TIMEOUT,
            ),
            (
                3118,
                "Access denied for user 'reader'@'h'. Account is locked.",
                Reason.CREDENTIAL_EXPIRED,
            ),
            (
                3159,
                "Connections using insecure transport are prohibited",
                Reason.NOT_CONFIGURED,
            ),
        ],
    )
    def test_its_own_errors_are_told_apart(self, number, says, reason):
        found = MySQL().explain(pymysql.err.OperationalError(number, says), lost=False)

        assert kept(found) == (reason, str(number), True)
        assert "reader" not in found.detail

    def test_its_json_is_read_as_such(self):
        read = MySQL().arguments(make_url("mysql+pymysql://h/x"), timedelta(1))["conv"]

        assert read[FIELD_TYPE.JSON]('{"vip": true}') == {"vip": True}


BREAKS = {
    "a renamed column": (
        "ALTER TABLE account_context RENAME COLUMN tier TO level",
        "ALTER TABLE account_context RENAME COLUMN level TO tier",
        (Reason.SCHEMA_CHANGED, "1054", True),
    ),
    "a renamed table": (
        "RENAME TABLE account_context TO other",
        "RENAME TABLE other TO account_context",
        (Reason.SCHEMA_CHANGED, "1146", True),
    ),
    "a revoked right": (
        "REVOKE SELECT ON account_context FROM {reader}",
        "GRANT SELECT ON {grant}",
        (Reason.PERMISSION_DENIED, "1142", False),
    ),
    "a right to some columns": (
        "REVOKE SELECT ON account_context FROM {reader}; GRANT SELECT (name) ON {grant}",
        "GRANT SELECT ON {grant}",
        (Reason.PERMISSION_DENIED, "1143", True),
    ),
}


class TestBreaksAndIsMended:
    @pytest.mark.parametrize("broken", BREAKS)
    def test_over_one_connection(self, warehouse, broken):
        breaks, mends, expected = BREAKS[broken]

        names = {"reader": warehouse.reader, "grant": f"account_context TO {warehouse.reader}"}

        with sql(warehouse.url()) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            warehouse.run(*breaks.format(**names).split("; "))
            found = failure(adapter)
            warehouse.run(mends.format(**names))
            assert isinstance(ask(adapter, "K-1"), Found)

        assert kept(found) == expected
        assert warehouse.reader not in found.detail

    @pytest.mark.parametrize(
        ("breaks", "mends", "expected"),
        [
            (
                "ALTER USER {reader} IDENTIFIED BY 'another'",
                f"ALTER USER {{reader}} IDENTIFIED BY '{SECRET}'",
                (Reason.CREDENTIAL_EXPIRED, "1045", False),
            ),
            (
                "ALTER USER {reader} ACCOUNT LOCK",
                "ALTER USER {reader} ACCOUNT UNLOCK",
                (Reason.CREDENTIAL_EXPIRED, "4151", True),
            ),
            (
                "ALTER USER {reader} PASSWORD EXPIRE",
                f"ALTER USER {{reader}} IDENTIFIED BY '{SECRET}'",
                (Reason.CREDENTIAL_EXPIRED, "1820", True),
            ),
            (
                "RENAME USER {reader}@'%' TO {reader}@'192.0.2.1'",
                "RENAME USER {reader}@'192.0.2.1' TO {reader}@'%'",
                (Reason.IP_NOT_ALLOWED, "1130", True),
            ),
        ],
        ids=["a changed password", "a locked user", "an expired password", "another address"],
    )
    def test_when_it_is_connected_to_anew(self, warehouse, breaks, mends, expected):
        with sql(warehouse.url()) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            warehouse.run(breaks.format(reader=warehouse.reader), "FLUSH PRIVILEGES")
            warehouse.hang_up()
            found = failure(adapter)
            warehouse.run(mends.format(reader=warehouse.reader))
            assert isinstance(ask(adapter, "K-1"), Found)

        assert kept(found) == expected

    def test_no_connection_left_for_us_is_the_server_s_own_trouble(self, warehouse):
        warehouse.run(f"ALTER USER {warehouse.reader} WITH MAX_USER_CONNECTIONS 1")

        with sql(warehouse.url()) as first, sql(warehouse.url()) as second:
            assert isinstance(ask(first, "K-1"), Found)
            assert failure(second).reason is Reason.SERVER_ERROR
            first.close()
            while warehouse.connections():
                pass
            assert isinstance(ask(second, "K-1"), Found)

    def test_that_we_may_not_come_from_here_looks_like_a_wrong_password_where_others_may(
        self, warehouse
    ):
        warehouse.run(
            f"RENAME USER {warehouse.reader} TO {warehouse.reader}@'192.0.2.1'",
            f"CREATE USER other_{warehouse.reader}",
        )
        with sql(warehouse.url()) as adapter:
            found = failure(adapter)
        warehouse.run(
            f"DROP USER other_{warehouse.reader}",
            f"RENAME USER {warehouse.reader}@'192.0.2.1' TO {warehouse.reader}",
        )

        assert kept(found) == (Reason.CREDENTIAL_EXPIRED, "1045", False)
        assert Cause.ADDRESS_NOT_ALLOWED in found.possible_causes

    def test_no_query_left_for_this_hour_is_a_limit(self, warehouse):
        warehouse.run(f"ALTER USER {warehouse.reader} WITH MAX_QUERIES_PER_HOUR 1")

        with sql(warehouse.url()) as adapter:
            assert kept(failure(adapter)) == (Reason.RATE_LIMITED, "1226", True)

    def test_no_connection_left_for_anybody(self, warehouse):
        warehouse.run("SET GLOBAL max_connections = 10")
        with ExitStack() as others:
            for _ in range(10):
                last = others.enter_context(warehouse.server.connected())
            try:
                with sql(warehouse.url()) as adapter:
                    assert kept(failure(adapter)) == (Reason.SERVER_ERROR, "1040", True)
            finally:
                last.cursor().execute("SET GLOBAL max_connections = DEFAULT")

    def test_a_lost_connection_is_made_anew(self, warehouse):
        with sql(warehouse.url()) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            warehouse.hang_up()
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_connection_that_is_lost_amid_a_query_is_unreachable(self, warehouse):
        slow = "SELECT account_id, sleep(60) FROM account_context WHERE account_id IN :keys"

        def kill():
            while not (found := warehouse.connections("AND info LIKE '%sleep(60)%'")):
                pass
            warehouse.run(f"KILL {found[0]}")

        with sql(warehouse.url(), {**ACCOUNT, "query": slow}, timeout="1m") as adapter:
            killer = threading.Thread(target=kill)
            killer.start()
            found = failure(adapter)
            killer.join()

        assert (found.reason, found.certain) == (Reason.UNREACHABLE, True)

    def test_a_server_that_stops_is_unreachable_and_one_that_comes_back_answers(self, warehouse):
        with sql(warehouse.url()) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            warehouse.server.stop()
            try:
                assert kept(failure(adapter)) == (Reason.UNREACHABLE, "2003", True)
            finally:
                warehouse.server.start()
            assert isinstance(ask(adapter, "K-1"), Found)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"username": "nobody"}, (Reason.CREDENTIAL_EXPIRED, "1045", False)),
            ({"password": "wrong"}, (Reason.CREDENTIAL_EXPIRED, "1045", False)),
            ({"database": "nowhere"}, (Reason.PERMISSION_DENIED, "1044", True)),
            ({"port": 1}, (Reason.UNREACHABLE, "2003", True)),
            ({"host": "nowhere.invalid"}, (Reason.UNREACHABLE, "2003", True)),
        ],
        ids=["user", "password", "database", "port", "host"],
    )
    def test_what_cannot_be_connected_to(self, warehouse, change, expected):
        url = make_url(warehouse.url()).set(**change)

        with sql(url.render_as_string(hide_password=False)) as adapter:
            assert kept(failure(adapter)) == expected

    def test_a_database_that_is_not_there(self, warehouse):
        warehouse.run(f"GRANT SELECT ON *.* TO {warehouse.reader}")

        with sql(warehouse.url(database="nowhere")) as adapter:
            assert kept(failure(adapter)) == (Reason.ENDPOINT_GONE, "1049", True)

    def test_a_query_with_a_mistake_is_not_configured(self, warehouse):
        query = "SELECT account_id FROM WHERE account_id IN :keys"

        with sql(warehouse.url(), {**ACCOUNT, "query": query}) as adapter:
            assert kept(failure(adapter)) == (Reason.NOT_CONFIGURED, "1064", True)
