"""A real Tryton as a source: what the recipe reads of it, how it says no, and that it is seen to be
well again."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import pytest
from context_sidecar import FieldType, NoMatch, Reason, Scope, SourceError
from support.adapters import ask, plugged
from support.tryton import CLERK, DATABASE, READER, Tryton, require

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def tryton(tmp_path_factory):
    require()
    started = Tryton(tmp_path_factory.mktemp("tryton"))
    started.start()
    yield started
    started.stop()


@contextmanager
def reading(tryton, login=READER, **more):
    user, password = login
    settings = {"url": tryton.url, "database": DATABASE, "user": user, "password": password} | more
    with plugged("tryton", settings, timeout=30) as adapter:
        yield adapter


@pytest.fixture
def adapter(tryton):
    with reading(tryton) as opened:
        yield opened


@contextmanager
def changed(tryton, **how):
    """Change our user for a while: each setting becomes the first of two, and then the second."""
    tryton.change(READER[0], **{name: broken for name, (broken, _) in how.items()})
    try:
        yield
    finally:
        tryton.change(READER[0], **{name: mended for name, (_, mended) in how.items()})


def failure(call):
    with pytest.raises(SourceError) as refused:
        call()
    return refused.value


def owed(adapter):
    return ask(adapter, "C-1", lookup="debts").data


def test_what_is_there_is_read(adapter, tryton):
    account = ask(adapter, "C-1", "C-3", "C-9")
    page = f"{tryton.url}/#{DATABASE}/model"
    [invoice] = ask(adapter, "C-1", "C-2", lookup="overdue_invoices")["C-1"].data
    [subscription] = ask(adapter, "C-1", lookup="subscriptions").data
    [project] = ask(adapter, "C-1", lookup="active_projects").data

    assert adapter.check() == "signed in as Sidecar"
    party = tryton.id_of("party.party", "code", "C-1")
    assert account["C-1"].link == f"{page}/party.party/{party}"
    assert (account["C-1"].data["name"], account["C-3"].data["name"]) == ("Acme", "Gone")
    assert account["C-1"].data["website"] == "https://acme.example"
    assert account["C-9"] == NoMatch()
    assert owed(adapter) == {
        "owed": {"amount": "1500.50", "currency": "EUR"},
        "overdue": {"amount": "1200.50", "currency": "EUR"},
    }
    assert invoice == {
        "id": "1", "number": "1", "title": "Hosting", "amount": "1200.50", "due": "1200.50",
        "currency": "EUR", "issued": "2026-01-15", "due_at": "2026-01-31",
        "url": f"{page}/account.invoice/1",
    }  # fmt: skip
    assert subscription == {
        "id": "1", "number": "1", "title": "Support", "starts_on": "2026-01-01",
        "ends_on": "2027-12-31", "invoiced_on": "2026-01-01", "url": f"{page}/sale.subscription/1",
    }  # fmt: skip
    assert project == {
        "id": "1", "title": "Roll-out", "status": "Open", "progress": 0.25,
        "effort_seconds": "28800.0", "spent_seconds": "0.0", "url": f"{page}/project.work/1",
    }  # fmt: skip


def test_a_party_is_described(adapter):
    found = {one.name: one for one in adapter.shape("account").fields}

    assert (found["code"].type, found["code"].label, found["code"].given) == (
        FieldType.TEXT, "Code", True,
    )  # fmt: skip
    assert (found["active"].type, found["lang"].type) == (FieldType.BOOLEAN, None)
    assert not found["lang"].given


def test_accounts_are_listed(adapter):
    listed = {row.data["code"]: row.data for row in adapter.accounts(())}

    assert {"C-1", "C-2"} <= listed.keys()
    assert listed["C-1"]["website"] == "https://acme.example"


def test_a_party_that_owes_nothing_and_one_with_no_invoice(adapter):
    assert ask(adapter, "C-3", lookup="debts").data["owed"] == {"amount": "0.0", "currency": "EUR"}
    assert ask(adapter, "C-3", lookup="overdue_invoices").data == []


def test_a_user_who_left_the_company_is_told_that_nothing_is_owed_and_is_not_believed(
    adapter, tryton
):
    """Tryton answers 200: amounts of 0, and empty lists."""
    with changed(tryton, company=(None, 1), companies=([["remove", [1]]], [["add", [1]]])):
        for lookup in ("debts", "overdue_invoices", "subscriptions", "active_projects"):
            error = failure(lambda lookup=lookup: ask(adapter, "C-1", lookup=lookup))
            assert (error.reason, error.certain) == (Reason.PERMISSION_DENIED, False), lookup
        assert failure(adapter.check).reason is Reason.PERMISSION_DENIED

    assert owed(adapter)["owed"]["amount"] == "1500.50"


def test_a_user_without_the_group_is_refused_in_a_success(adapter, tryton):
    account = tryton.id_of("res.group", "name", "Account")
    with changed(tryton, groups=([["remove", [account]]], [["add", [account]]])):
        refused = failure(lambda: ask(adapter, "C-1", lookup="overdue_invoices"))
        assert (refused.reason, refused.certain) == (Reason.PERMISSION_DENIED, False)
        assert refused.code.startswith("You are not allowed to access")

    assert ask(adapter, "C-1", lookup="overdue_invoices").data


def test_a_field_that_may_not_be_read_fails_and_is_not_left_out(adapter, tryton):
    code = tryton.call(
        "model.ir.model.field.search", [["model.model", "=", "party.party"], ["name", "=", "code"]],
        0, None, None, {},
    )  # fmt: skip
    rule = {"field": code[0], "perm_read": False}
    access = tryton.call("model.ir.model.field.access.create", [rule], {})

    assert failure(lambda: ask(adapter, "C-1")).reason is Reason.PERMISSION_DENIED

    tryton.call("model.ir.model.field.access.delete", access, {})
    assert ask(adapter, "C-1").data["code"] == "C-1"


def test_a_rule_that_hides_parties_is_found_out_by_the_canary(tryton):
    party = tryton.id_of("ir.model", "model", "party.party")
    hidden = {
        "name": "Hide", "model": party, "global_p": False, "default_p": True, "perm_read": True,
        "rules": [["create", [{"domain": '[["code", "!=", "C-2"]]'}]]],
    }  # fmt: skip
    with reading(tryton, canary="C-2") as adapter:
        assert ask(adapter, "C-9") == NoMatch()
        group = tryton.call("model.ir.rule.group.create", [hidden], {})

        assert ask(adapter, "C-9").reason is Reason.PERMISSION_DENIED
        assert failure(adapter.check).reason is Reason.PERMISSION_DENIED

        tryton.call("model.ir.rule.group.delete", group, {})
        assert ask(adapter, "C-9") == NoMatch()


def test_whether_our_user_may_write_is_told(adapter, tryton):
    """Whoever may read parties may write them, until an administrator takes it away."""
    writes = ("writing of parties", "creating of parties", "deleting of parties")
    assert adapter.scope() == Scope(excess=writes)

    model = tryton.id_of("ir.model", "model", "party.party")
    reads = {"model": model, "perm_read": True, "perm_write": False}
    [access] = tryton.call("model.ir.model.access.create", [reads], {})
    try:
        assert adapter.scope() == Scope()
    finally:
        tryton.call("model.ir.model.access.delete", [access], {})


def test_another_password_is_an_expired_credential(adapter, tryton):
    with changed(tryton, password=("another-password", READER[1])):
        assert failure(lambda: ask(adapter, "C-1")).reason is Reason.CREDENTIAL_EXPIRED

    assert ask(adapter, "C-1").data["name"] == "Acme"


def test_what_is_set_wrong_is_said(tryton):
    with reading(tryton, database="nowhere") as elsewhere:
        assert failure(elsewhere.check).reason is Reason.ENDPOINT_GONE
    with reading(tryton, company=99) as other:
        assert failure(other.check).reason is Reason.PERMISSION_DENIED
    with reading(tryton, CLERK) as clerk:
        assert clerk.check() == "signed in as Clerk"
        assert failure(lambda: ask(clerk, "C-1", lookup="subscriptions")).reason is (
            Reason.PERMISSION_DENIED
        )


def test_a_server_that_stops_and_a_module_that_is_taken_away(adapter, tryton):
    subscriptions = "UPDATE ir_module SET state = ? WHERE name = 'sale_subscription'"
    tryton.stop()
    assert failure(lambda: ask(adapter, "C-1")).reason is Reason.UNREACHABLE

    with closing(sqlite3.connect(tryton.database)) as database, database:
        database.execute(subscriptions, ["not activated"])
    tryton.start()
    gone = failure(lambda: ask(adapter, "C-1", lookup="subscriptions"))
    assert (gone.reason, gone.code) == (Reason.SCHEMA_CHANGED, "'sale.subscription'")
    assert ask(adapter, "C-1").data["name"] == "Acme"

    tryton.stop()
    with closing(sqlite3.connect(tryton.database)) as database, database:
        database.execute(subscriptions, ["activated"])
    tryton.start()
    assert ask(adapter, "C-1", lookup="subscriptions").data
