"""Redshift, BigQuery and Snowflake by their own drivers: what they are told, what their errors are.

The first speaks to a real PostgreSQL, from which Redshift descends; the others to servers played by
their documents."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import re
import warnings
from contextlib import contextmanager

import jwt
import psycopg
import pytest
from context_sidecar import AccountRow, Cause, Found, NoMatch, Reason, SourceError
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from support import postgres, warehouses
from support.adapters import ask, plugged
from werkzeug import Response

ACCOUNT = {
    "query": "SELECT account_id, tier FROM context WHERE account_id IN :keys",
    "key": "account_id",
}
numbers = itertools.count(1)


@pytest.fixture(autouse=True, scope="module")
def drivers():
    warehouses.require()


@contextmanager
def sql(url, lookup=ACCOUNT, **more):
    with plugged("sql", {"url": url, "lookups": {"account": lookup}} | more) as adapter:
        yield adapter


def failure(adapter, key="K-1"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key)
    assert "T0P" not in str(found.value)
    return found.value


def kept(error):
    return error.reason, error.code, error.certain


class TestRedshift:
    @pytest.fixture
    def run(self):
        address = postgres.new_database().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in (
                "CREATE TABLE context (account_id text, tier text)",
                "INSERT INTO context VALUES ('K-1', 'ENT')",
            ):
                connection.execute(statement)
            yield connection.execute

    @pytest.fixture
    def url(self, run):
        database = run("SELECT current_database()").fetchone()[0]
        [server] = [
            path for path in postgres.server().pgdata.glob(".s.PGSQL.*") if path.suffix != ".lock"
        ]
        with warehouses.redshift(server) as port:
            yield f"redshift+redshift_connector://postgres:x@127.0.0.1:{port}/{database}"

    @pytest.fixture
    def reading(self, url):
        @contextmanager
        def read(lookup=ACCOUNT, **more):
            with sql(url, lookup, connect={"ssl": False, "sslmode": "disable"}, **more) as adapter:
                yield adapter

        return read

    def test_one_query_answers_a_batch_of_keys(self, reading):
        with reading(accounts={"query": "SELECT account_id FROM context"}) as adapter:
            assert ask(adapter, "K-1", "K-9") == {
                "K-1": Found({"account_id": "K-1", "tier": "ENT"}), "K-9": NoMatch(),
            }  # fmt: skip
            assert list(adapter.accounts(())) == [AccountRow({"account_id": "K-1"})]

    def test_a_query_that_writes_is_refused_by_the_database(self, reading, run):
        query = "WITH gone AS (DELETE FROM context RETURNING *) SELECT * FROM gone "
        query += "WHERE account_id IN :keys"

        with reading({**ACCOUNT, "query": query}) as adapter:
            for _ in range(2):
                assert kept(failure(adapter)) == (Reason.NOT_CONFIGURED, "25006", True)

        assert run("SELECT count(*) FROM context").fetchone() == (1,)

    def test_a_slow_query_ends_at_the_timeout(self, reading):
        query = "SELECT account_id, pg_sleep(20)::text FROM context WHERE account_id IN :keys"

        with reading({**ACCOUNT, "query": query}, timeout="200ms") as adapter:
            assert kept(failure(adapter)) == (Reason.TIMEOUT, "57014", True)

    @pytest.mark.parametrize(
        ("breaks", "mends", "expected"),
        [
            (
                "ALTER TABLE context RENAME tier TO level",
                "ALTER TABLE context RENAME level TO tier",
                (Reason.SCHEMA_CHANGED, "42703", True),
            ),
            (
                "ALTER TABLE context RENAME TO other",
                "ALTER TABLE other RENAME TO context",
                (Reason.SCHEMA_CHANGED, "42P01", True),
            ),
        ],
        ids=["column", "table"],
    )
    def test_it_breaks_and_is_mended_over_one_connection(
        self, reading, run, breaks, mends, expected
    ):
        with reading() as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            run(breaks)
            found = failure(adapter)
            run(mends)
            assert isinstance(ask(adapter, "K-1"), Found)

        assert kept(found) == expected
        assert "does not exist" in found.detail

    def test_a_right_that_is_missing(self, reading, run):
        reader = f"redshift_{next(numbers)}"
        run(f"CREATE ROLE {reader} LOGIN PASSWORD 'x'")
        run(f"ALTER DATABASE {run('SELECT current_database()').fetchone()[0]} SET role = {reader}")

        with reading() as adapter:
            found = failure(adapter)
            run(f"GRANT SELECT ON context TO {reader}")
            assert isinstance(ask(adapter, "K-1"), Found)

        assert kept(found) == (Reason.PERMISSION_DENIED, "42501", True)

    def test_who_is_not_known_and_who_is_not_there(self, url):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the driver leaves its socket open
            for address, reason in (
                (url.replace("postgres:x", "nobody:T0P"), Reason.CREDENTIAL_EXPIRED),
                ("redshift+redshift_connector://u:T0P@127.0.0.1:1/x", Reason.UNREACHABLE),
            ):
                with sql(address, connect={"ssl": False, "sslmode": "disable"}) as adapter:
                    assert failure(adapter).reason is reason
            gc.collect()


ROWS = {
    "kind": "bigquery#queryResponse", "jobComplete": True, "totalRows": "1",
    "jobReference": {"projectId": "acme", "jobId": "j1", "location": "EU"},
    "schema": {"fields": [
        {"name": "account_id", "type": "STRING", "mode": "NULLABLE"},
        {"name": "tier", "type": "STRING", "mode": "NULLABLE"},
    ]},
    "rows": [{"f": [{"v": "K-1"}, {"v": "ENT"}]}],
}  # fmt: skip


class Google:
    """BigQuery, played: its token endpoint, and what it answers to queries, one after the other."""

    def __init__(self, httpserver):
        self.token = {"access_token": "T0P-token", "expires_in": 3600, "token_type": "Bearer"}
        self.token_status = 200
        self.answers, self.asked = [], []
        self.otherwise = ROWS, 200
        httpserver.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def answer(self, body, status=200):
        self.answers.append((body, status))

    def _answer(self, request):
        if request.path == "/token":
            return self._written(self.token, self.token_status)
        assert request.path == "/bigquery/v2/projects/acme/queries"
        assert request.headers["Authorization"] == "Bearer T0P-token"
        self.asked.append(request.json)
        return self._written(*(self.answers.pop(0) if self.answers else self.otherwise))

    def _written(self, body, status):
        return Response(json.dumps(body), status, mimetype="application/json")


class TestBigQuery:
    @pytest.fixture
    def google(self, httpserver, monkeypatch, tmp_path):
        """Google, and a service account's file."""
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", httpserver.url_for("").rstrip("/"))
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {
            "type": "service_account", "project_id": "acme", "client_email": "reader@acme.example",
            "private_key": pem, "private_key_id": "1", "token_uri": httpserver.url_for("/token"),
        }  # fmt: skip
        (tmp_path / "key.json").write_text(json.dumps(account))
        return Google(httpserver)

    @pytest.fixture
    def reading(self, google, tmp_path):
        @contextmanager
        def read(timeout="3s", **told):
            told = {"credentials_path": str(tmp_path / "key.json"), **told}
            with sql("bigquery://acme/warehouse", connect=told, timeout=timeout) as adapter:
                yield adapter

        return read

    def test_a_query_is_a_job_with_an_end_and_a_price(self, reading, google):
        google.answer(ROWS)

        with reading(maximum_bytes_billed=10_000_000) as adapter:
            assert ask(adapter, "K-1", "K-9") == {
                "K-1": Found({"account_id": "K-1", "tier": "ENT"}), "K-9": NoMatch(),
            }  # fmt: skip

        [job] = google.asked
        assert (job["jobTimeoutMs"], job["maximumBytesBilled"]) == ("3000", "10000000")
        assert job["defaultDataset"] == {"projectId": "acme", "datasetId": "warehouse"}
        assert job["useLegacySql"] is False
        assert "K-1" not in job["query"]

    @pytest.mark.parametrize(
        ("status", "code", "message", "reason"),
        [
            (400, "invalidQuery", "Unrecognized name: tier at [1:20]", Reason.SCHEMA_CHANGED),
            (400, "invalidQuery", "Syntax error: Unexpected keyword", Reason.NOT_CONFIGURED),
            (404, "notFound", "Not found: Table acme:warehouse.context", Reason.SCHEMA_CHANGED),
            (403, "accessDenied", "Access Denied: Table", Reason.PERMISSION_DENIED),
            (403, "quotaExceeded", "Quota exceeded", Reason.RATE_LIMITED),
            (400, "bytesBilledLimitExceeded", "Query exceeded limit", Reason.NOT_CONFIGURED),
            (400, "resourcesExceeded", "Resources exceeded", Reason.SERVER_ERROR),
            (401, "authError", "Invalid Credentials", Reason.CREDENTIAL_EXPIRED),
        ],
    )
    def test_an_error_is_its_reason_and_the_mended_query_an_answer(
        self, reading, google, status, code, message, reason
    ):
        said = {"reason": code, "message": f"{message} T0P", "domain": "global"}
        body = {"error": {"code": status, "message": f"{message} T0P", "errors": [said]}}
        for _ in range(1 + (status == 401) * 2):  # the driver signs in anew, twice
            google.answer(body, status)
        google.answer(ROWS)

        with reading() as adapter:
            assert kept(failure(adapter)) == (reason, code, True)
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_google_that_is_down_is_given_up_in_time(self, reading, google):
        said = {"reason": "backendError", "message": "Error", "domain": "global"}
        google.otherwise = {"error": {"code": 503, "message": "Error", "errors": [said]}}, 503

        with reading(timeout="200ms") as adapter:
            assert failure(adapter).reason in {Reason.SERVER_ERROR, Reason.TIMEOUT}
            google.otherwise = ROWS, 200
            assert isinstance(ask(adapter, "K-1"), Found)

    def test_a_key_that_google_no_longer_knows(self, reading, google):
        google.token = {"error": "invalid_grant", "error_description": "Invalid signature. T0P"}
        google.token_status = 400

        with reading() as adapter:
            assert failure(adapter).reason is Reason.CREDENTIAL_EXPIRED

    def test_a_file_that_is_none(self, reading, tmp_path):
        with reading(credentials_path=str(tmp_path / "none.json")) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED


class Snowflake:
    """Snowflake, played: whom it lets in, and what it answers to queries."""

    def __init__(self, httpserver):
        self.port = httpserver.port
        self.refuses_login = self.refuses_query = None
        self.logins, self.asked = [], []
        httpserver.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request):
        body = request.get_data()
        told = json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
        match request.path:
            case "/session/v1/login-request":
                self.logins.append(told["data"])
                found = self._refusal(self.refuses_login) or LOGGED_IN
            case "/queries/v1/query-request":
                self.asked.append(told)
                ours = "context" in told["sqlText"]
                found = (ours and self._refusal(self.refuses_query)) or self._rows(ours=ours)
            case _:
                found = {}
        said = {"code": None, "message": None, "success": "code" not in found, **found}
        return Response(json.dumps(said), mimetype="application/json")

    def _refusal(self, refusal):
        if refusal is None:
            return None
        code, state = refusal
        data = {"errorCode": code, "sqlState": state, "queryId": "01a-77", "type": "COMPILATION"}
        return {"code": code, "message": "T0P does not exist", "data": data}

    def _rows(self, *, ours):
        names = ["ACCOUNT_ID", "TIER"] if ours else ["A", "B"]
        rows = (
            [["K-1", "ENT"]] if ours else [["9.40.1", "C"]]
        )  # of the version, and of what is open
        kind = {"type": "text", "nullable": True, "length": 16, "byteLength": 64}
        return {"data": {
            "rowtype": [{"name": name, **kind} for name in names], "rowset": rows,
            "total": 1, "returned": 1, "queryId": "01a-1", "queryResultFormat": "json",
            "statementTypeId": 4096, "parameters": [{"name": "TIMEZONE", "value": "UTC"}],
        }}  # fmt: skip


LOGGED_IN = {"data": {
    "token": "T0P-session", "masterToken": "T0P-master", "validityInSeconds": 3600,
    "masterValidityInSeconds": 14400, "sessionId": 1, "serverVersion": "9.40.1",
    "parameters": [{"name": "TIMEZONE", "value": "UTC"}],
    "sessionInfo": {"databaseName": "W", "schemaName": "C", "warehouseName": "WH", "roleName": "R"},
}}  # fmt: skip


class TestSnowflake:
    @pytest.fixture
    def snowflake(self, httpserver):
        return Snowflake(httpserver)

    @pytest.fixture
    def reading(self, snowflake):
        @contextmanager
        def read(password=":T0P-password", secrets=None, **told):
            here = {"host": "127.0.0.1", "port": snowflake.port, "protocol": "http", **told}
            url = f"snowflake://reader{password}@acme/W/C?warehouse=WH"
            with sql(url, connect=here, connect_secrets=secrets or {}) as adapter:
                yield adapter

        return read

    def test_a_session_is_told_how_long_a_statement_may_take(self, reading, snowflake):
        with reading() as adapter:
            assert ask(adapter, "K-1", "K-9") == {
                "K-1": Found({"account_id": "K-1", "tier": "ENT"}), "K-9": NoMatch(),
            }  # fmt: skip

        [login] = snowflake.logins
        assert login["SESSION_PARAMETERS"]["STATEMENT_TIMEOUT_IN_SECONDS"] == "3"
        [asked] = [one for one in snowflake.asked if "context" in one["sqlText"]]
        assert "K-1" not in asked["sqlText"]
        assert {one["value"] for one in asked["bindings"].values()} == {"K-1", "K-9"}

    def test_a_key_pair_leads_in(self, reading, snowflake, tmp_path):
        key = rsa.generate_private_key(65537, 2048)
        sealed = key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"T0P-passphrase")
        )
        (tmp_path / "key.p8").write_bytes(sealed)
        told = {"authenticator": "SNOWFLAKE_JWT", "private_key_file": str(tmp_path / "key.p8")}
        secrets = {"private_key_password": "T0P-passphrase"}

        with reading(password="", secrets=secrets, **told) as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)

        said = jwt.decode(snowflake.logins[0]["TOKEN"], key.public_key(), ["RS256"])
        assert said["sub"] == "ACME.READER"

    @pytest.mark.parametrize(
        ("code", "state", "expected", "causes"),
        [
            ("000904", "42000", (Reason.SCHEMA_CHANGED, True), ()),
            ("002003", "42S02", (Reason.SCHEMA_CHANGED, False), (Cause.RENAMED, Cause.HIDDEN)),
            ("003001", "42501", (Reason.PERMISSION_DENIED, True), ()),
            ("000606", "57P03", (Reason.NOT_CONFIGURED, False), ()),
            ("000630", "57014", (Reason.TIMEOUT, True), ()),
            ("001003", "42000", (Reason.NOT_CONFIGURED, True), ()),
            ("090073", "57P03", (Reason.RATE_LIMITED, True), ()),
        ],
    )
    def test_it_breaks_and_is_mended(self, reading, snowflake, code, state, expected, causes):
        with reading() as adapter:
            assert isinstance(ask(adapter, "K-1"), Found)
            snowflake.refuses_query = code, state
            found = failure(adapter)
            snowflake.refuses_query = None
            assert isinstance(ask(adapter, "K-1"), Found)

        assert (found.reason, found.certain) == expected
        assert (found.code, found.request_id) == (code, "01a-77")
        assert found.possible_causes == causes

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("390100", Reason.CREDENTIAL_EXPIRED),
            ("390144", Reason.CREDENTIAL_EXPIRED),
            ("390422", Reason.IP_NOT_ALLOWED),
        ],
    )
    def test_who_is_not_let_in(self, reading, snowflake, code, reason):
        snowflake.refuses_login = code, None

        with reading() as adapter:
            found = failure(adapter)
            snowflake.refuses_login = None
            assert isinstance(ask(adapter, "K-1"), Found)

        assert (found.reason, found.code) == (reason, code)
