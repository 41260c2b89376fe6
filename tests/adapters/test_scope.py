"""What our credential lacks and what it may do beyond what is needed, as each system tells it.

It is looked at by reading: a call that would change something is never made to see whether it
would be let through.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import duckdb
import psycopg
import pytest
from context_sidecar import Reason, Scope, SourceError
from context_sidecar.engine.examination.scope import examine_scope
from context_sidecar.engine.examination.trial import Trial
from sqlalchemy import make_url
from support import postgres
from support.adapters import plugged
from support.build import source
from support.clock import FakeClock
from support.samples import recipes, sample
from werkzeug import Response

NEEDED = [
    "crm.objects.companies.read", "crm.objects.contacts.read", "crm.objects.deals.read",
    "crm.objects.owners.read", "tickets",
]  # fmt: skip
SECRET_KEY = "a secret key, where a restricted one (rk_) is enough"
READS = {"queryable": True, "createable": False, "updateable": False, "deletable": False}


def beside(scope):
    """What is missing and too much, whatever is declared."""
    return replace(scope, held=())


class Api:
    """What a vendor answers by path, where 404 is all else; `asked` are methods and paths."""

    def __init__(self, url):
        self.url = url
        self.answers, self.asked = {}, []

    def opened(self, name, **more):
        return plugged(name, sample(name).settings(self.url) | more)


@pytest.fixture
def api(httpserver):
    found = Api(httpserver.url_for("").rstrip("/"))

    def handle(request):
        if token := sample("xero").sign_in(request) or sample("salesforce").sign_in(request):
            return Response(json.dumps(token), 200, content_type="application/json")
        found.asked.append((request.method, request.path))
        status, body = found.answers.get(request.path, (404, {}))
        return Response(json.dumps(body), status, content_type="application/json")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(handle)
    return found


class TestSalesforce:
    @pytest.fixture
    def org(self, api):
        self.kinds = {name: dict(READS) for name in ("Account", "Contact", "Case", "Opportunity")}
        for name, told in self.kinds.items():
            api.answers[f"/services/data/v62.0/sobjects/{name}/describe"] = 200, told
        return api

    def test_a_user_who_only_reads_has_what_is_needed(self, org):
        with org.opened("salesforce") as adapter:
            assert beside(adapter.scope()) == Scope()
        assert {method for method, _ in org.asked} == {"GET"}

    def test_what_it_may_change_is_too_much(self, org):
        self.kinds["Case"] |= {"createable": True, "updateable": True}

        with org.opened("salesforce") as adapter:
            assert beside(adapter.scope()) == Scope(excess=("Create on Case", "Edit on Case"))

    def test_what_it_may_read_is_told(self, org):
        with org.opened("salesforce") as adapter:
            assert adapter.scope().held == tuple(f"Read on {kind}" for kind in self.kinds)

    def test_an_object_that_is_hidden_is_missing(self, org):
        del org.answers["/services/data/v62.0/sobjects/Opportunity/describe"]

        with org.opened("salesforce") as adapter:
            assert beside(adapter.scope()) == Scope(missing=("Read on Opportunity",))


class TestHubSpot:
    INFO = "/oauth/v2/private-apps/get/access-token-info"

    @pytest.mark.parametrize(
        ("scopes", "expected"),
        [
            ([*NEEDED, "oauth"], Scope()),
            (NEEDED[:4], Scope(missing=("tickets",))),
            ([*NEEDED, "crm.objects.companies.write"],
             Scope(excess=("crm.objects.companies.write",))),
        ],
        ids=["as needed", "less", "more"],
    )  # fmt: skip
    def test_the_scopes_of_a_private_apps_token_are_compared(self, api, scopes, expected):
        api.answers[self.INFO] = 200, {"hubId": 4711, "scopes": scopes}

        with api.opened("hubspot") as adapter:
            assert beside(adapter.scope()) == expected

    def test_which_of_those_that_may_be_needed_it_has_is_told(self, api):
        api.answers[self.INFO] = 200, {"hubId": 4711, "scopes": [*NEEDED[:2], "oauth"]}

        with api.opened("hubspot") as adapter:
            assert adapter.scope().held == tuple(NEEDED[:2])

    def test_of_a_service_key_nothing_is_told(self, api):
        api.answers[self.INFO] = 400, {"message": "not a private app token"}

        with api.opened("hubspot") as adapter:
            assert adapter.scope() is None


AGENT = {"id": 1, "name": "Sidecar", "role": "agent", "restricted_agent": False}


class TestZendesk:
    ME = "/api/v2/users/me"
    TOKEN = "/api/v2/oauth/tokens/current"

    @pytest.mark.parametrize(
        ("role", "scopes", "excess"),
        [
            ("agent", ["read"], ()),
            ("agent", ["tickets:read", "organizations:read"], ()),
            ("agent", ["read", "write"], ("write",)),
            ("admin", ["read"], ("role admin, where an agent without restrictions is enough",)),
        ],
        ids=["reads", "reads some", "writes", "admin"],
    )
    def test_role_and_scopes(self, api, role, scopes, excess):
        api.answers[self.ME] = 200, {"user": AGENT | {"role": role}}
        api.answers[self.TOKEN] = 200, {"token": {"scopes": scopes}}

        with api.opened("zendesk") as adapter:
            assert beside(adapter.scope()) == Scope(excess=excess)

    @pytest.mark.parametrize("status", [403, 404])
    def test_scopes_that_a_token_may_not_see_are_said_to_be_unknown(self, api, status):
        api.answers[self.ME] = 200, {"user": AGENT | {"role": "admin"}}
        api.answers[self.TOKEN] = status, {}

        with api.opened("zendesk") as adapter:
            assert beside(adapter.scope()) == Scope(
                excess=("role admin, where an agent without restrictions is enough",),
                untold=("the scopes of our OAuth token",),
            )

    def test_when_an_oauth_token_ends_is_told(self, api):
        with api.opened("zendesk") as adapter:
            for told, end in {
                "2026-12-01T08:00:00Z": datetime(2026, 12, 1, 8, tzinfo=UTC), None: None,
            }.items():  # fmt: skip
                api.answers[self.TOKEN] = 200, {"token": {"scopes": ["read"], "expires_at": told}}
                assert adapter.ends() == end
            api.answers[self.TOKEN] = 200, {"token": {"scopes": ["read"]}}
            assert adapter.ends() is None
            api.answers[self.TOKEN] = 403, {}
            assert adapter.ends() is None

    def test_an_api_token_has_no_end_that_is_asked_for(self, api):
        settings = {"url": api.url, "user": "a@acme.example", "api_token": "t0ken"}

        with plugged("zendesk", settings) as adapter:
            assert adapter.ends() is None
        assert api.asked == []

    def test_an_api_token_may_write(self, api):
        api.answers[self.ME] = 200, {"user": AGENT}
        settings = {"url": api.url, "user": "a@acme.example", "api_token": "t0ken"}

        with plugged("zendesk", settings) as adapter:
            assert beside(adapter.scope()) == Scope(
                excess=("an API token, which may write what its agent may",)
            )


class TestJira:
    @pytest.mark.parametrize(
        ("has", "expected"),
        [
            (["BROWSE_PROJECTS", "SERVICEDESK_AGENT"], Scope()),
            (["BROWSE_PROJECTS"], Scope(missing=("SERVICEDESK_AGENT",))),
            (["BROWSE_PROJECTS", "SERVICEDESK_AGENT", "ADMINISTER"], Scope(excess=("ADMINISTER",))),
        ],
        ids=["as needed", "less", "more"],
    )
    def test_permissions_are_compared(self, api, has, expected):
        names = {*has, "BROWSE_PROJECTS", "SERVICEDESK_AGENT", "ADMINISTER", "DELETE_ISSUES"}
        told = {name: {"key": name, "havePermission": name in has} for name in names}
        api.answers["/rest/api/3/mypermissions"] = 200, {"permissions": told}

        with api.opened("jira") as adapter:
            assert beside(adapter.scope()) == expected


class TestStripe:
    PATHS = ("customers", "subscriptions", "invoices", "prices", "payment_intents")

    @pytest.mark.parametrize(
        ("key", "refused", "expected"),
        [
            ("rk_live_1", (), Scope(excess=None)),
            ("rk_live_1", ("invoices",), Scope(missing=("rak_invoice_read",), excess=None)),
            ("sk_live_1", (), Scope(excess=(SECRET_KEY,))),
        ],
        ids=["as needed", "less", "more"],
    )
    def test_what_is_refused_is_missing(self, api, key, refused, expected):
        for path in self.PATHS:
            api.answers[f"/v1/{path}"] = 403 if path in refused else 200, {"data": []}

        with api.opened("stripe", key=key) as adapter:
            assert beside(adapter.scope()) == expected
        assert {method for method, _ in api.asked} == {"GET"}, "no write is tried"

    def test_what_a_restricted_key_reads_is_told(self, api):
        for path in self.PATHS:
            api.answers[f"/v1/{path}"] = 403 if path == "invoices" else 200, {"data": []}

        with api.opened("stripe", key="rk_live_1") as adapter:
            assert sorted(adapter.scope().held) == [
                "rak_customer_read", "rak_payment_intent_read", "rak_price_read",
                "rak_subscription_read",
            ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("accounting.contacts.read accounting.invoices.read", Scope()),
        ("accounting.contacts.read accounting.transactions.read", Scope()),
        ("accounting.contacts.read", Scope(missing=("accounting.invoices.read",))),
        ("accounting.contacts.read accounting.invoices.read accounting.settings",
         Scope(excess=("accounting.settings",))),
    ],
    ids=["as needed", "an older connection", "less", "more"],
)  # fmt: skip
def test_xero_is_asked_for_no_more_than_is_needed(api, asked, expected):
    with api.opened("xero", scope=asked) as adapter:
        assert beside(adapter.scope()) == expected


def test_intercom_has_no_call_that_tells(api):
    with api.opened("intercom") as adapter:
        assert adapter.scope() is None
    assert api.asked == []


@pytest.mark.parametrize(
    ("links", "excess"),
    [
        ([{"ref": "self"}, {"ref": "history"}], ()),
        ([{"ref": "correspond"}, {"ref": "lifecycle"}], ("ReplyToTicket", "ModifyTicket")),
    ],
    ids=["reads", "writes"],
)
def test_request_tracker_offers_what_our_user_may_do(api, links, excess):
    api.answers["/REST/2.0/tickets"] = 200, {"items": [{"id": "7"}], "total": 1}
    api.answers["/REST/2.0/ticket/7"] = 200, {"id": 7, "_hyperlinks": links}

    with api.opened("rt") as adapter:
        assert beside(adapter.scope()) == Scope(excess=excess)


def test_without_a_ticket_request_tracker_cannot_tell(api):
    api.answers["/REST/2.0/tickets"] = 200, {"items": [], "total": 0}

    with api.opened("rt") as adapter:
        assert adapter.scope().untold == ("any ticket, at which RT tells what our user may do",)


@pytest.mark.parametrize("me", [{}, {"acl": {}}], ids=["no acl", "no table"])
def test_espocrm_without_its_table_of_rights_tells_nothing(api, me):
    api.answers["/api/v1/App/user"] = 200, {"user": {"userName": "sidecar"}} | me

    with api.opened("espocrm") as adapter:
        assert adapter.scope().untold


def test_espocrm_tells_what_the_role_may_change(api):
    table = {name: {"read": "all", "edit": "no"} for name in ("Account", "Case", "Opportunity")}
    table["Account"] |= {"edit": "own", "create": "yes"}
    me = {"user": {"userName": "sidecar"}, "acl": {"table": table}}
    api.answers["/api/v1/App/user"] = 200, me

    with api.opened("espocrm") as adapter:
        assert beside(adapter.scope()) == Scope(excess=("create Account", "edit Account"))


QUERY = "Query (All) on "
AUTOTASK = ("Companies", "Tickets", "Projects", "Contracts")


class TestAutotask:
    @pytest.fixture
    def api(self, api):
        self.rights = {name: sample("autotask").rights(name) for name in AUTOTASK}
        for name, told in self.rights.items():
            path = f"/ATServicesRest/V1.0/{name}/entityInformation"
            api.answers[path] = 200, {"info": told}
        return api

    def test_a_security_level_that_only_views_has_what_is_needed(self, api):
        with api.opened("autotask") as adapter:
            assert adapter.scope() == Scope(held=tuple(QUERY + name for name in AUTOTASK))
        assert {method for method, _ in api.asked} == {"GET"}

    @pytest.mark.parametrize("access", ["All", "Restricted", 1, 2])
    def test_what_it_may_change_is_too_much(self, api, access):
        self.rights["Tickets"] |= {"userAccessForCreate": access, "userAccessForUpdate": access}

        with api.opened("autotask") as adapter:
            assert beside(adapter.scope()) == Scope(
                excess=("Create on Tickets", "Update on Tickets")
            )

    def test_what_nobody_may_do_by_the_api_is_not(self, api):
        self.rights["Tickets"]["userAccessForDelete"] = "All"
        assert not self.rights["Tickets"]["canDelete"]

        with api.opened("autotask") as adapter:
            assert beside(adapter.scope()) == Scope()

    @pytest.mark.parametrize("access", ["None", "Restricted", 0, 2])
    def test_what_it_may_not_view_all_of_is_missing(self, api, access):
        self.rights["Projects"]["userAccessForQuery"] = access

        with api.opened("autotask") as adapter:
            scope = adapter.scope()
            assert beside(scope) == Scope(missing=(QUERY + "Projects",))
            assert scope.where({"late_projects"}, adapter.rights).missing
            assert not scope.where({"account"}, adapter.rights).missing

    def test_what_nothing_declared_reads_is_too_much(self, api):
        with api.opened("autotask") as adapter:
            used = {"account", "open_tickets", "late_projects"}
            assert adapter.scope().where(used, adapter.rights).excess == (QUERY + "Contracts",)

    def test_without_a_word_of_rights_they_are_said_to_be_unknown(self, api):
        api.answers["/ATServicesRest/V1.0/Tickets/entityInformation"] = 200, {}

        with api.opened("autotask") as adapter:
            assert adapter.scope().untold


AGENT_OF_ZAMMAD = {"login": "sidecar", "roles": ["Agent"], "groups": {"Support": ["read"]}}
OF_CHATWOOT = {"email": "a@acme.example", "accounts": [{"id": 7, "role": "administrator"}]}
SALES = [{"app": app, "admin": True} for app in ("sales", "global")]
PIPEDRIVE = {"success": True, "data": {"id": 1, "email": "a@acme.example", "access": SALES}}


@pytest.mark.parametrize(
    ("name", "path", "told", "excess"),
    [
        ("zammad", "/api/v1/users/me", AGENT_OF_ZAMMAD, ()),
        ("zammad", "/api/v1/users/me", AGENT_OF_ZAMMAD | {"roles": ["Admin", "Agent"]},
         ("the role Admin",)),
        ("zammad", "/api/v1/users/me",
         AGENT_OF_ZAMMAD | {"groups": {"Sales": ["full"], "Support": ["read", "change"]}},
         ("full access to a group, where read is enough", "changing tickets of a group")),
        ("chatwoot", "/api/v1/profile", OF_CHATWOOT, ()),
        ("chatwoot", "/api/v1/profile",
         OF_CHATWOOT | {"type": "SuperAdmin", "accounts": [*OF_CHATWOOT["accounts"], {"id": 9}]},
         ("the whole installation (SuperAdmin)", "the account 9")),
        ("pipedrive", "/api/v1/users/me", PIPEDRIVE, ()),
        ("pipedrive", "/api/v1/users/me",
         {"success": True,
          "data": {"access": [*SALES, {"app": "account_settings", "admin": True},
                              {"app": "projects", "admin": False}]}},
         ("admin of account_settings",)),
    ],
    ids=["zammad", "zammad admin", "zammad writes", "chatwoot", "chatwoot more", "pipedrive",
         "pipedrive more"],
)  # fmt: skip
def test_what_the_check_tells_of_our_user(api, name, path, told, excess):
    api.answers[path] = 200, told

    with api.opened(name) as adapter:
        assert adapter.scope().excess == excess


@pytest.mark.parametrize(
    ("scopes", "missing", "excess"),
    [
        ("personio:persons:read personio:absences:read", (), ()),
        ("personio:persons:read", ("personio:absences:read",), ()),
        ("personio:persons:read personio:absences:read personio:absences:write", (),
         ("scopes that write",)),
    ],
    ids=["as needed", "less", "more"],
)  # fmt: skip
def test_personio_is_asked_for_no_more_than_is_needed(httpserver, scopes, missing, excess):
    played = sample("personio").play(httpserver)
    settings = sample("personio").settings(played.url) | {"scopes": scopes}

    with plugged("personio", settings) as adapter:
        assert beside(adapter.scope()) == Scope(missing, excess)


@pytest.mark.parametrize(
    "name", ["gainsight", "harvest", "quickbooks", "totango", "vitally", "django_helpdesk"]
)
def test_what_nobody_can_be_without_is_said_and_nothing_is_asked(api, name):
    with api.opened(name) as adapter:
        scope = adapter.scope()
    assert scope.unavoidable
    assert scope == Scope(unavoidable=scope.unavoidable)
    assert api.asked == []


TELL_NOTHING = [
    "bamboohr", "churnzero", "connectwise", "freshdesk", "hibob", "intercom", "kantata", "netsuite",
    "planhat", "productive", "rocketlane", "twenty", "workday",
]  # fmt: skip


@pytest.mark.parametrize("name", sorted({*recipes(), *TELL_NOTHING}))
def test_no_system_is_silent(httpserver, name):
    played = sample(name).play(httpserver)

    with plugged(name, sample(name).settings(played.url)) as adapter:
        trial = Trial(source(label="CRM"), adapter, FakeClock(), ())
        said = [finding.said for finding in examine_scope(trial, adapter.lookups)]

    assert said
    begins = "CRM does not tell what our credential may do; what is enough: "
    assert said[0].startswith(begins) == (name in TELL_NOTHING)
    assert not any("could not be" in one for one in said)


def test_a_recipe_that_declares_nothing_says_nothing(api):
    with api.opened("freshdesk") as adapter:
        assert adapter.scope() is None


def test_a_refusal_to_tell_is_no_scope(api):
    api.answers["/rest/api/3/mypermissions"] = 503, {}

    with api.opened("jira") as adapter, pytest.raises(SourceError) as found:
        adapter.scope()
    assert found.value.reason is Reason.SERVER_ERROR


class TestPostgreSQL:
    @pytest.fixture
    def warehouse(self):
        owner = make_url(postgres.new_database())
        with psycopg.connect(
            postgres.server().get_uri(owner.database), autocommit=True
        ) as connection:
            connection.execute("CREATE TABLE context (account_id text, tier text)")
            connection.execute("DROP ROLE IF EXISTS scope_reader")
            connection.execute("CREATE ROLE scope_reader LOGIN PASSWORD 's3cret'")
            connection.execute("GRANT SELECT ON context TO scope_reader")
            yield owner, connection
            connection.execute("DROP OWNED BY scope_reader")
            connection.execute("DROP ROLE scope_reader")

    def scope(self, url):
        return self.told(url, lambda adapter: adapter.scope())

    def told(self, url, call):
        query = "SELECT account_id, tier FROM context WHERE account_id IN :keys"
        lookups = {"account": {"query": query, "key": "account_id"}}
        settings = {"url": url.render_as_string(hide_password=False), "lookups": lookups}
        with plugged("sql", settings) as adapter:
            return call(adapter)

    def test_when_a_password_ends_is_told_to_who_signs_in_by_one(self, warehouse):
        owner, connection = warehouse
        reader = owner.set(username="scope_reader", password="s3cret")

        def end(url):
            return self.told(url, lambda adapter: adapter.ends())

        assert end(reader) is None
        for valid_until in ("infinity", "294000-01-01"):
            connection.execute(f"ALTER ROLE scope_reader VALID UNTIL '{valid_until}'")
            assert end(reader) is None

        connection.execute("ALTER ROLE scope_reader VALID UNTIL '2027-03-01 08:00+01'")
        assert end(reader) == datetime(2027, 3, 1, 7, tzinfo=UTC)
        assert end(owner.set(username="scope_reader")) is None

    def test_a_reader_has_what_is_needed_and_one_who_may_write_too_much(self, warehouse):
        owner, connection = warehouse
        reader = owner.set(username="scope_reader", password="s3cret")
        assert self.scope(reader) == Scope()

        connection.execute("GRANT UPDATE ON context TO scope_reader")
        assert self.scope(reader) == Scope(excess=("writing to context",))

        connection.execute("REVOKE UPDATE ON context FROM scope_reader")
        assert self.scope(reader) == Scope()

    def test_what_no_query_names_is_read_in_excess(self, warehouse):
        owner, connection = warehouse
        reader = owner.set(username="scope_reader", password="s3cret")
        for table in ("salaries", "context_old"):
            connection.execute(f"CREATE TABLE {table} (account_id text)")
            connection.execute(f"GRANT SELECT ON {table} TO scope_reader")

        assert self.scope(reader).excess == (
            "reading context_old, which no query names", "reading salaries, which no query names",
        )  # fmt: skip

        for table in ("salaries", "context_old"):
            connection.execute(f"REVOKE SELECT ON {table} FROM scope_reader")
        assert self.scope(reader) == Scope()

    def test_what_a_view_reads_may_be_needed(self, warehouse):
        """https://www.postgresql.org/docs/current/sql-createview.html, security_invoker"""
        owner, connection = warehouse
        reader = owner.set(username="scope_reader", password="s3cret")
        connection.execute("CREATE TABLE of_a_view (account_id text)")
        connection.execute("GRANT SELECT ON of_a_view TO scope_reader")
        connection.execute("CREATE VIEW seen AS SELECT account_id FROM of_a_view")

        assert self.scope(reader) == Scope()

    def test_a_superuser_may_do_everything(self, warehouse):
        owner, _ = warehouse

        assert self.scope(owner) == Scope(excess=("superuser, who may do everything",))


def a_csv_file(folder):
    (folder / "customers").write_text("id\n1\n")
    return "files", {"path": str(folder / "customers"), "format": "csv", "key": "id"}


def a_database_in_a_file(folder, kind, connect):
    with closing(connect(str(folder / "customers"))) as connection:
        connection.execute("CREATE TABLE customers (id text)")
    return "sql", declared(f"{kind}:///{folder / 'customers'}")


def declared(url):
    query = "SELECT id FROM customers WHERE id IN :keys"
    return {"url": url, "lookups": {"account": {"query": query, "key": "id"}}}


FILES = {
    "csv": a_csv_file,
    "sqlite": partial(a_database_in_a_file, kind="sqlite", connect=sqlite3.connect),
    "duckdb": partial(a_database_in_a_file, kind="duckdb", connect=duckdb.connect),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    ("ours", "writable", "excess"),
    [(False, True, ("writing the file",)), (False, False, ()), (True, True, ())],
    ids=["another-s", "read-only", "ours"],
)
def test_another_users_file_that_we_may_write_is_too_much(
    tmp_path, monkeypatch, kind, ours, writable, excess
):
    """The tests may run as a user who may write every file, so the questions are answered here."""
    name, settings = FILES[kind](tmp_path)
    owner = (tmp_path / "customers").stat().st_uid
    monkeypatch.setattr(os, "access", lambda _, how: writable and how == os.W_OK)
    monkeypatch.setattr(os, "getuid", lambda: owner if ours else owner + 1)

    with plugged(name, settings) as adapter:
        assert beside(adapter.scope()) == Scope(excess=excess)


@pytest.mark.parametrize(
    "url",
    ["bigquery://project/set", "redshift+redshift_connector://u:p@127.0.0.1:1/d",
     "snowflake://u:p@account/d", "oracle://u:p@127.0.0.1:1/d", "duckdb:///:memory:"],
    ids=["bigquery", "redshift", "snowflake", "unknown", "memory"],
)  # fmt: skip
def test_where_no_database_tells_it_is_said_that_nobody_looks(url):
    with plugged("sql", declared(url)) as adapter:
        trial = Trial(source(label="The warehouse"), adapter, FakeClock(), ())
        [said] = [finding.said for finding in examine_scope(trial, adapter.lookups)]

    assert said == "what our credential may do is not looked at; reading is enough"
