"""What `sql` can be told, and what it refuses to be told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from context_sidecar import Reason, SourceError, plugins
from context_sidecar.settings import relative_to
from marshmallow import ValidationError

SCHEMA = plugins.adapter("sql").Settings
PG = "postgresql+psycopg://reader:T0P-secret@db.example.com/warehouse"
QUERY = "SELECT account_id FROM context WHERE account_id IN :keys"


def load(url=PG, query=QUERY, **more):
    lookup = {"query": query, "key": "account_id"}
    return SCHEMA().load({"url": url, "lookups": {"account": lookup}} | more)


def mistakes(**settings):
    with pytest.raises(ValidationError) as found:
        load(**settings)
    assert "T0P-secret" not in str(found.value.messages)
    return found.value.messages


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        f"{QUERY} ;",
        "with a as (select 1) select * from a where id in :keys",
        "SELECT a::text, '12\\:30' FROM t WHERE k IN :keys",
    ],
)
def test_a_query_asks_for_keys(query):
    assert load(query=query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT account_id FROM context",
        "SELECT account_id FROM context WHERE account_id = :key",
        "SELECT account_id FROM context WHERE account_id IN :keys AND day = :day",
        "SELECT account_id FROM context WHERE account_id IN (?)",
        "DELETE FROM context WHERE account_id IN :keys",
        "UPDATE context SET a = 1 WHERE account_id IN :keys",
        "",
    ],
)
def test_a_query_that_asks_otherwise_is_refused(query):
    assert mistakes(query=query).keys() == {"lookups"}


@pytest.mark.parametrize("url", ["nonsense", "postgresql://u:T0P-secret@h:port/x", "", 5])
def test_what_is_no_database_url_is_refused_without_being_told(url):
    assert mistakes(url=url).keys() == {"url"}


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:a.db?mode=rw", "duckdb://"],
)
def test_a_database_in_a_file_has_one(url):
    assert mistakes(url=url).keys() == {"url"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_relative_file_starts_at_the_folder_of_the_settings(kind):
    with relative_to(Path("/etc/sidecar")):
        url = load(f"{kind}:///data/warehouse.db")["url"]

    assert url.reveal() == f"{kind}:////etc/sidecar/data/warehouse.db"


@pytest.mark.parametrize("url", ["duckdb:///:memory:", "duckdb:///md:warehouse"])
def test_duckdb_needs_no_file(url):
    assert load(url)["url"].reveal() == url


def test_a_driver_is_told_more_than_a_url_can_hold():
    told = {"connect": {"warehouse": "REPORTING", "login_timeout": 5, "insecure_mode": False}}
    told |= {"connect_secrets": {"private_key_file_pwd": "T0P-secret"}}

    assert load(**told)["connect"] == told["connect"]
    assert "T0P-secret" not in str(load(**told))


@pytest.mark.parametrize("argument", [None, [], {}])
def test_a_driver_is_told_texts_and_numbers(argument):
    assert mistakes(connect={"warehouse": argument}).keys() == {"connect"}


def test_a_name_in_double_quotes_is_refused_for_sqlite_which_would_take_it_for_a_text():
    query = 'SELECT "account_id" FROM context WHERE account_id IN :keys'
    accounts = {"query": 'SELECT "account_id" FROM context'}

    assert mistakes(url="sqlite:///a.db", query=query).keys() == {"lookups"}
    assert mistakes(url="sqlite:///a.db", accounts=accounts).keys() == {"accounts"}
    assert load(query=query, accounts=accounts)


def test_a_list_of_accounts_has_no_keys():
    assert mistakes(accounts={"query": QUERY}).keys() == {"accounts"}


def test_a_missing_driver_says_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymysql", None)
    adapter = plugins.adapter("sql")(load("mysql+pymysql://u:T0P-secret@h/x"))

    with pytest.raises(SourceError) as found:
        adapter.check()

    assert found.value.reason is Reason.NOT_CONFIGURED
    assert found.value.detail.endswith("pip install 'context-sidecar[mysql]'")
    assert adapter.lacks().endswith(": pip install 'context-sidecar[mysql]'")
    assert plugins.adapter("sql")(load()).lacks() == ""
    assert plugins.adapter("sql")(load("nosuch://u:T0P-secret@h/x")).lacks()


def test_a_database_whose_driver_is_missing_is_not_configured():
    adapter = plugins.adapter("sql")(load("oracle+oracledb://u:T0P-secret@h/x"))
    foreign = plugins.adapter("sql")(load("nosuch://u:T0P-secret@h/x"))

    for one in (adapter, foreign):
        with pytest.raises(Exception, match="not_configured: the database's driver"):
            one.check()


class TestTheClientsCertificate:
    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "client.pem"
        file.write_text("the certificate")
        return file

    @staticmethod
    def certificate(url=PG, **connect):
        adapter = plugins.adapter("sql")(load(url=url, connect=connect))
        try:
            return adapter.certificate()
        finally:
            adapter.close()

    def test_it_is_the_one_that_the_url_names(self, file):
        url = f"{PG}?sslmode=verify-full&sslcert={file}&sslkey={file.with_suffix('.key')}"

        assert self.certificate(url) == "the certificate"
        file.write_text("a renewed one")
        assert self.certificate(url) == "a renewed one"

    def test_it_is_what_the_driver_is_told_besides(self, file):
        mysql = "mysql+pymysql://reader:T0P-secret@db.example.com/warehouse"

        assert self.certificate(sslcert=str(file)) == "the certificate"
        assert self.certificate(f"{mysql}?ssl_cert={file}") == "the certificate"

    def test_without_one_and_where_its_file_is_not_there_there_is_none(self, file):
        file.unlink()

        assert self.certificate() == ""
        assert self.certificate(f"{PG}?sslcert={file}") == ""
        assert self.certificate(f"{PG}?sslcert={file.parent}") == ""
