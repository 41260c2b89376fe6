"""`sidecar doctor`, as an admin uses it: against real HTTP sources, broken in each way and mended.

Nothing of a customer is to be seen in anything that it prints.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from types import MappingProxyType

import pytest
from click.testing import CliRunner
from context_sidecar import Scope, app, nothing_shown, plugins
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.core.reasons import Reason
from support import wire
from support.clock import AheadClock
from support.vendor import Vendor, reply

TOKEN = "canary-9b1d44"
CONFIGURATION = """
version: 1
public_url: {public_url}
locale: en
time_zone: Europe/Berlin
teams:
  revops: {{name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
  support: {{name: Support Operations, notify: ["mailto://support@example.com"]}}
sources:
  crm:
    adapter: rest
    label: CRM
    owner: revops
    runbook: https://wiki.example.com/crm
    allow_private: true
    settings:
      base_url: {url}/crm
      sign_in: {{type: bearer, token: "${{CRM_TOKEN}}"}}
      check: {{get: /me, says: name}}
      lookups:
        account: {{get: /companies, params: {{ids: "{{keys}}"}}, batch: 50, select: rows, key: id}}
      accounts: {{get: /companies, select: rows}}
  desk:
    adapter: rest
    label: Helpdesk
    owner: support
    key: desk_id
    allow_private: true
    settings:
      base_url: {url}/desk
      sign_in: {{type: none}}
      check: {{get: /me}}
      lookups:
        open_tickets: {{get: "/tickets/{{key}}", select: rows, many: list}}
accounts:
  source: crm
  keys: {{id: id, name: name, domain: website, desk_id: desk}}
  refresh: 1h
  match: [{{record: requester_email, account: domain}}]
fields:
  tier:
    label: Account tier
    type: choice
    source: crm
    path: tier
    choices: {{ENT: Enterprise, STD: Standard}}
    stale_after: 1h
    expire_after: 1d
    audience: [support]
    decision: Which queue
  renewal:
    label: Renewal
    type: date
    source: crm
    path: renewal
    as_of: changed_at
    clock: source
    stale_after: 26h
    expire_after: 14d
    audience: [support]
    decision: Whether to call
  open_tickets:
    label: Open tickets
    type: list
    source: desk
    query: open_tickets
    items: {{title: subject, status: state}}
    stale_after: 5m
    expire_after: 1h
    audience: [support]
    decision: Whether to answer them together
cards:
  ticket:
    title: Customer
    where: [iframe/ticket, zendesk/ticket]
    audience: support
    decision: How urgent this is
    fields: [tier, renewal, open_tickets]
installs:
  portal:
    host: iframe
    label: Portal
    origin: https://portal.example.com
    roles: [support]
    settings: {{secret: "${{PORTAL_SECRET}}"}}
"""
ZENDESK = """
  helpdesk:
    host: zendesk
    label: Zendesk
    origin: https://acme.zendesk.com
    roles: [support]
    settings: {subdomain: acme}
"""
LONG_AGO = "2026-01-02T03:04:05Z"
IN_ITS_TIME = "2999-01-01T00:00:00Z"


def customer(number, **more):
    return {
        "id": f"C-{number}",
        "name": f"Customer-Name-{number}",
        "website": f"customer{number}.example",
        "desk": f"D-{number}",
        "tier": "ENT" if number % 2 else "STD",
        "renewal": "2026-12-24",
        "changed_at": IN_ITS_TIME,
        **more,
    }


class Company(Vendor):
    """A CRM and a helpdesk on one server.

    `companies` are the CRM's; `tickets` what the helpdesk says of each. `healthy` is what is
    answered at our own public address.
    """

    def __init__(self, server):
        super().__init__(server)
        self.me = {"name": "Reader"}
        self.companies = [customer(number) for number in range(1, 6)]
        self.tickets = [{"subject": "Customer-Ticket", "state": "open"}]
        self.healthy = {"ok": True}
        self.headers = {}

    def answer(self, request):
        match request.path.strip("/").split("/"):
            case ["healthz"]:
                return reply(self.healthy)
            case [_, "me"]:
                return reply(self.me, headers=self.headers)
            case ["crm", "companies"]:
                ids = request.args.get("ids")
                wanted = ids.split(",") if ids else [one.get("id") for one in self.companies]
                rows = [one for one in self.companies if one.get("id") in wanted]
                size = int(request.args.get("n", len(rows) or 1))
                first = (int(request.args.get("page", 1)) - 1) * size
                return reply({"rows": rows[first : first + size]})
            case ["desk", "tickets", _]:
                return reply({"rows": self.tickets})
        raise AssertionError(request.path)

    def rename(self, old, new):
        for one in self.companies:
            one[new] = one.pop(old)

    def change(self, **values):
        for one in self.companies:
            one.update(values)

    def paths(self, part):
        return [request.path for request in self.asked if part in request.path]


@pytest.fixture
def company(httpserver):
    return Company(httpserver)


@pytest.fixture
def file(tmp_path, company):
    file = tmp_path / "sidecar.yaml"
    file.write_text(CONFIGURATION.format(url=company.url, public_url=company.url.replace(
        "http://localhost", "http://127.0.0.1")))  # fmt: skip
    return file


def edit(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new))


@pytest.fixture
def sidecar(file, monkeypatch):
    """Run `sidecar …`; what is a customer's and what is secret is never seen."""
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    monkeypatch.setenv("PORTAL_SECRET", "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6")

    def run(*arguments, status=0):
        done = CliRunner().invoke(main, ["--config", str(file), *arguments], catch_exceptions=False)
        assert done.exit_code == status, done.output
        for secret in (TOKEN, "Customer-Name", "Customer-Ticket"):
            assert secret not in done.output
        return done.stdout

    return run


@pytest.fixture
def doctor(sidecar):
    return lambda *arguments, status=0: sidecar("doctor", *arguments, status=status)


@pytest.fixture
def later(monkeypatch):
    """Move the clock of commands ahead, by `later(minutes=5)`."""
    clock = AheadClock()
    monkeypatch.setattr(app, "open_sidecar", partial(open_sidecar, clock=clock))
    return clock.forward


@pytest.fixture
def known(sidecar):
    """A directory that has been read."""
    sidecar("accounts", "sync")


# A good day


@pytest.mark.usefixtures("known")
def test_where_all_is_well_it_says_what_works(doctor, company):
    said = doctor()

    for line in (
        "✓ signed in as Reader.",
        "✓ accounts: lists accounts, with id, name, domain, desk_id.",
        "✓ account: 5 of 5 accounts found; 1,000 accounts take 20 calls.",
        "✓ tier, renewal: 5 values as declared.",
        "✓ open_tickets: 3 of 3 accounts found; 1,000 accounts take 1,000 calls.",
        "✓ domain, id, desk_id: 5 of 5 accounts with it.",
        "✓ Customer on pages of https://portal.example.com.",
        "✓ public_url:",
    ):
        assert line in said
    assert said.endswith("All is well.\n")


@pytest.mark.usefixtures("known")
def test_a_credential_that_may_do_more_than_read_is_told(doctor, company, file):
    scope = "scope: [{excess: \"rights[?@ != 'read']\"}]"
    check = "check: {get: /me, says: name}"
    edit(file, check, f"{check}\n      {scope}")
    company.me = {"name": "Reader", "rights": ["read"]}
    assert "✓ scope: our credential may do what is needed; nothing beyond it" in doctor("crm")

    company.me = {"name": "Reader", "rights": ["read", "delete", TOKEN]}
    said = doctor("crm")
    assert "? scope: our credential may do more than is needed: delete, ••••." in said
    assert "Take it away all the same" in said

    company.me = {"name": "Reader"}
    said = doctor("crm")
    assert "? scope: what our credential may do could not be told: CRM does not let us see " in said
    assert "✓ scope" not in said


@pytest.mark.usefixtures("known")
def test_a_right_that_a_call_of_its_own_does_not_show_is_missing(doctor, file, company):
    check = "check: {get: /me, says: name}"
    scope = "scope: [{get: /me, right: Deals, has: deals}, {right: All, has: all}]"
    edit(file, check, f"{check}\n      {scope}")
    company.me = {"name": "Reader", "deals": False, "all": True}

    assert "✗ scope: our credential lacks Deals." in doctor("crm", status=1)

    company.me = {"name": "Reader", "deals": True, "all": True}
    assert "✓ scope: our credential may do what is needed" in doctor("crm")


@pytest.mark.usefixtures("known")
def test_of_a_system_that_does_not_tell_it_is_said_what_is_enough(doctor, monkeypatch):
    not_looked_at = "✓ scope: what our credential may do is not looked at; reading is enough."
    assert not_looked_at in doctor("crm")

    monkeypatch.setattr(Hiding, "check", lambda _: "signed in")
    monkeypatch.setattr(plugins, "adapter", lambda _: Hiding)
    assert (
        "✓ scope: CRM does not tell what our credential may do; what is enough: The ticket scope "
        '"global access". A role that only views tickets is enough.'
    ) in doctor("crm")


@pytest.mark.usefixtures("known")
def test_what_nobody_can_be_without_is_said_and_nothing_to_mend(doctor, file):
    check = "check: {get: /me, says: name}"
    edit(file, check, f"{check}\n      scope: [{{unavoidable: the one key there is}}]")

    assert (
        "✓ scope: CRM has nothing narrower than the one key there is; whether our credential may "
        "do what is needed, the lookups show."
    ) in doctor("crm")


class Lacking(plugins.adapter("rest")):
    """A system that we lack rights at, which are not all needed for everything."""

    rights = MappingProxyType({"contacts.read": ("records",), "deals.read": ("deals", "account")})

    def scope(self):
        return Scope(missing=("contacts.read", "deals.read", "people.read"))


@pytest.mark.usefixtures("known")
def test_a_right_is_missing_only_where_something_needs_it(doctor, monkeypatch):
    monkeypatch.setattr(plugins, "adapter", lambda _: Lacking)

    said = doctor("crm", status=1)
    assert "✗ scope: our credential lacks deals.read, people.read." in said


class Hiding(plugins.adapter("rest")):
    """A system that shows our user not all, and does not say by which right.

    Auth    A key.
    Scope   The ticket scope "global access". A role that only
            views tickets is enough.
    Limits  None.
    Quirks  None.
    """

    ready_by_name = False

    def check(self):
        raise nothing_shown("our user is not known to be one from whom nothing is hidden")


@pytest.mark.usefixtures("known")
def test_where_something_is_hidden_it_is_said_what_the_adapter_says_to_be_enough(
    doctor, monkeypatch
):
    monkeypatch.setattr(plugins, "adapter", lambda _: Hiding)

    said = doctor("crm", status=1)

    assert (
        'What is enough: The ticket scope "global access". A role that only views tickets is '
        in (said)
    )


class Generous(plugins.adapter("rest")):
    """A system that lets us do more than anything here needs; *excess* is what it says besides."""

    rights = MappingProxyType(
        {
            "contacts.read": ("records",),
            "owners.read": ("account.owner",),
            "tiers.read": ("account.tier",),
        }
    )
    excess: tuple[str, ...] | None = ()

    def scope(self):
        return Scope(held=(*self.rights, "people.read"), excess=self.excess)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("excess", [(), None], ids=["all is told", "not all is told"])
def test_a_right_that_nothing_declared_needs_is_too_much(doctor, monkeypatch, excess):
    monkeypatch.setattr(Generous, "excess", excess)
    monkeypatch.setattr(plugins, "adapter", lambda _: Generous)

    said = doctor("crm")

    assert "credential may do more than is needed: contacts.read, owners.read." in said


class Guarded(plugins.adapter("rest")):
    """A system that tells nobody what a key may do beyond reading."""

    def scope(self):
        return Scope(excess=None)


@pytest.mark.usefixtures("known")
def test_what_a_system_tells_nobody_is_not_said_to_be_so(doctor, monkeypatch):
    monkeypatch.setattr(plugins, "adapter", lambda _: Guarded)

    said = doctor("crm")

    assert (
        "✓ scope: our credential may do what is needed; whether it may do more, CRM tells nobody."
    ) in said


@pytest.mark.usefixtures("known")
def test_calls_of_several_lookups_that_are_told_together_are_those_of_each(doctor, file):
    dates = 'dates: {get: /companies, params: {ids: "{keys}"}, batch: 50, select: rows, key: id}'
    edit(
        file,
        "      accounts: {get: /companies",
        f"        {dates}\n      accounts: {{get: /companies",
    )
    edit(file, "    path: renewal", "    query: dates\n    path: renewal")

    said = doctor("crm")

    assert "account, dates: 5 of 5 accounts found; 1,000 accounts take 20 calls each." in said


@pytest.mark.usefixtures("known")
def test_calls_are_counted_where_one_question_takes_several(doctor, company, file):
    pages = "paging: {type: page, param: page, size_param: n, size: 2}"
    edit(file, "batch: 50, select: rows, key: id}", f"batch: 50, select: rows, key: id, {pages}}}")

    said = doctor("crm")

    assert "1,000 accounts take 80 to 800 calls." in said


QUOTA = "      quotas: [{name: daily, per: 1d, left: x-left, limit: x-day, resets: x-ends}]\n"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("left", "status", "line"),
    [
        ("9000", 0, "✓ quota: 9,000 of 10,000 calls left (daily), until "),
        ("1500", 0, "? quota: 1,500 of 10,000 calls left (daily), until "),
        ("0", 1, "✗ quota: 0 of 10,000 calls left (daily), until "),
    ],
)
def test_what_is_left_of_a_quota_is_told(doctor, company, file, left, status, line):
    edit(file, "      sign_in: {type: bearer", QUOTA + "      sign_in: {type: bearer")
    company.headers = {"x-left": left, "x-day": "10000", "x-ends": "3600"}

    said = doctor(status=status)

    assert line in said
    assert ("nothing is refreshed in the background" in said) == (left == "1500")
    assert ("Next try at " in said) == (left == "0")


@pytest.mark.usefixtures("known")
def test_a_day_that_is_used_up_says_when_it_is_whole_again(doctor, company, file):
    edit(file, "      sign_in: {type: bearer", QUOTA + "      sign_in: {type: bearer")
    company.headers = {"x-left": "0", "x-day": "10000", "x-ends": "3600"}
    company.refuse(429, headers=company.headers | {"Retry-After": "120"}, only="/crm/me")

    before = datetime.now(UTC)
    said = doctor("crm", "--format", "json", status=1)

    refusal, quota = wrongs(said)
    assert (refusal["about"], quota["about"]) == ("check", "quota")
    for finding in (refusal, quota):
        assert finding["next_try_at"].endswith("Z")
        waits = datetime.fromisoformat(finding["next_try_at"]) - before
        assert timedelta(minutes=59) < waits < timedelta(minutes=61)


def asked(company):
    return [request.path for request in company.asked]


@pytest.mark.parametrize("known", [True, False], ids=["accounts known", "none known"])
def test_where_nothing_is_left_nothing_is_asked_until_there_is(
    doctor, company, file, known, later, request
):
    """By the next process neither, which has it from the database."""
    if known:
        request.getfixturevalue("known")
    edit(file, "      sign_in: {type: bearer", QUOTA + "      sign_in: {type: bearer")
    company.headers = {"x-left": "0", "x-day": "10000", "x-ends": "3600"}
    company.asked.clear()
    first = doctor("crm", status=1)
    assert asked(company) == ["/crm/me"], "its answer said so"

    company.headers = {"x-left": "9000", "x-day": "10000", "x-ends": "3600"}
    again = doctor("crm", status=1)
    assert asked(company) == ["/crm/me"]
    for said in (first, again):
        assert "✗ quota: 0 of 10,000 calls left (daily), until " in said
        assert "Next try at " in said
        assert "? it is not asked while nothing is left, and 2 fields could not be tried." in said

    later(minutes=61)
    mended = doctor("crm")
    assert "✓ quota: 9,000 of 10,000 calls left (daily), until " in mended
    assert "could not be tried" not in mended


@pytest.mark.usefixtures("sidecar")
def test_where_nothing_is_left_accounts_and_cards_are_not_asked_for_either(company, file, later):
    edit(file, "      sign_in: {type: bearer", QUOTA + "      sign_in: {type: bearer")
    company.headers = {"x-left": "0", "x-day": "10000", "x-ends": "3600"}
    company.asked.clear()

    def run(*arguments):
        done = CliRunner().invoke(main, ["--config", str(file), *arguments], catch_exceptions=False)
        return done.exit_code, " ".join(done.output.split())

    card = ("context", "iframe", "ticket", "7", "--key", "requester_email=a@customer1.example")
    run("doctor", "crm")
    assert asked(company) == ["/crm/me"], "its answer said so"

    code, said = run("accounts", "sync")
    assert code == 1
    assert "It is not asked while nothing is left: 0 of 10,000 calls left (daily), until " in said
    assert "Next try at " in said
    assert "CRM may not be asked more often just now" in run(*card)[1]
    assert asked(company) == ["/crm/me"]

    company.headers = {"x-left": "9000", "x-day": "10000", "x-ends": "3600"}
    later(minutes=61)
    assert run("accounts", "sync")[0] == 0
    company.headers = {"x-left": "0", "x-day": "10000", "x-ends": "3600"}
    run("doctor", "crm")
    company.asked.clear()
    assert "CRM may not be asked more often just now" in run(*card)[1]
    assert asked(company) == ["/desk/tickets/D-1"], "there is enough left of that"


@pytest.mark.usefixtures("known")
def test_exploring_asks_nothing_where_nothing_is_left(sidecar, doctor, company, file):
    edit(file, "      sign_in: {type: bearer", QUOTA + "      sign_in: {type: bearer")
    company.headers = {"x-left": "0", "x-day": "10000", "x-ends": "3600"}
    doctor("crm", status=1)
    company.asked.clear()

    sidecar("explore", "crm", status=1)

    assert company.asked == []


def wrongs(said):
    [one] = json.loads(said)["examined"]
    return [finding for finding in one["findings"] if finding["mark"] == "wrong"]


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [(429, {"Retry-After": "120"}, 120), (429, {}, 10), (503, {"Retry-After": "90"}, 90)],
    ids=["429 that says when", "429 that does not", "503 that says when"],
)
@pytest.mark.parametrize("only", ["/crm/me", "/crm/companies"])
def test_a_source_that_asks_us_to_wait_says_until_when(
    doctor, company, known, only, status, headers, seconds
):
    company.refuse(status, headers=headers, only=only)

    before = datetime.now(UTC).replace(microsecond=0)
    told = wrongs(doctor("crm", "--format", "json", status=1))
    after = datetime.now(UTC)

    assert told
    for finding in told:
        at = datetime.fromisoformat(finding["next_try_at"]) - timedelta(seconds=seconds)
        assert before <= at <= after
    assert "    Next try at 20" in doctor("crm", status=1)


def test_what_only_a_person_mends_is_not_said_to_be_tried_again(doctor, company):
    company.refuse(403, only="/crm/me")
    assert "Next try" not in doctor("crm", status=1)


def test_before_the_directory_was_read_the_first_of_the_list_are_tried(doctor, company):
    said = doctor()

    assert "the accounts have not been read yet" in said
    assert "`sidecar accounts sync` reads them" in said
    assert "✓ account: 5 of 5 accounts found" in said
    assert "✓ open_tickets: 3 of 3 accounts found" in said
    assert "All works; 1 to look at." in said


def test_it_asks_for_little(doctor, company):
    doctor()

    assert len(company.paths("/crm/")) == 3, "the check, the list, one lookup"
    assert len(company.paths("/desk/tickets/")) == 3, "a lookup of one account at a time"


def test_the_sources_named_are_tried_alone(doctor, company):
    said = doctor("desk")

    assert "✓ open_tickets: 3 of 3 accounts found" in said
    assert "CRM" not in said
    assert "Accounts" not in said
    assert not company.paths("/crm/me")
    assert not company.paths("/healthz")


def test_a_source_that_is_not_declared_is_a_mistake_with_the_nearest_name(sidecar, file):
    done = CliRunner().invoke(main, ["--config", str(file), "doctor", "dsek"])

    assert done.exit_code == 2
    assert "Did you mean `desk`?" in done.output


@pytest.mark.usefixtures("known")
def test_json_says_the_same_to_programs(doctor, company):
    company.rename("tier", "account_tier")

    told = json.loads(doctor("--format", "json", status=1))

    assert not told["well"]
    crm, desk, accounts, install, deployment = told["examined"]
    assert [one["kind"] for one in (crm, desk, accounts, install, deployment)] == [
        "source", "source", "accounts", "install", "deployment",
    ]  # fmt: skip
    assert crm["owner"] == {"team": "revops", "label": "Revenue Operations"}
    assert crm["runbook"] == "https://wiki.example.com/crm"
    assert crm["seconds"] > 0
    [wrong] = [one for one in crm["findings"] if one["mark"] == "wrong"]
    assert (wrong["about"], wrong["reason"]) == ("tier", "schema_changed")
    assert desk["mark"] == "well"


# A source that cannot be asked

REFUSALS = {
    401: Reason.CREDENTIAL_EXPIRED,
    403: Reason.PERMISSION_DENIED,
    404: Reason.ENDPOINT_GONE,
    429: Reason.RATE_LIMITED,
    503: Reason.SERVER_ERROR,
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_told_with_its_remedy_its_owner_and_its_runbook(doctor, company, status):
    company.refuse(status, f"refused for {TOKEN}", only="/crm/me")

    said = doctor(status=1)

    entry = REFUSALS[status].entry
    assert f"✗ CRM {entry.agent}" in said
    assert entry.owner in said
    assert f"GET /me: {status}" in said
    assert "Revenue Operations looks after it. How to mend it: https://wiki.example.com/crm" in said
    assert "? 2 fields could not be tried." in said
    assert "Support Operations looks after it" not in said, "the helpdesk is well"
    company.mend()
    assert "✗" not in doctor()


@pytest.mark.usefixtures("known")
def test_accounts_that_a_source_has_archived_are_counted_and_named_by_their_ids(
    doctor, company, file
):
    edit(
        file,
        "batch: 50, select: rows, key: id",
        "batch: 50, select: rows, key: id, archived: closed",
    )
    company.change(closed=False)
    assert "archived" not in doctor()

    for one in company.companies[:4]:
        one["closed"] = True
    said = doctor()

    assert "? accounts: 4 of 5 accounts are archived in CRM: C-1, C-2, C-3 and 1 more." in said
    assert "Link the account to another record of CRM, by its key id, or restore this" in said
    assert "✓ account: 5 of 5 accounts found" in said

    company.change(closed=False)
    assert "archived" not in doctor()


def test_a_page_that_is_no_answer_is_said_to_be_none(doctor, company):
    company.refuse(200, "<!doctype html><title>Sign in</title>", only="/crm/me")
    assert "✗ CRM sent an answer that we cannot read" in doctor(status=1)
    company.mend()
    doctor()


def test_without_the_owners_list_others_say_why_they_were_not_tried(doctor, company):
    company.refuse(401, only="/crm/")

    said = doctor(status=1)

    assert (
        "? open_tickets: not tried for open_tickets: there is no account to try with, as CRM no "
        "longer accepts our key."
    ) in said
    assert "1 thing to mend" in said


@pytest.mark.usefixtures("known")
def test_with_a_directory_others_are_tried_though_the_owner_is_down(doctor, company):
    company.refuse(503, only="/crm/")
    assert "✓ open_tickets: 3 of 3 accounts found" in doctor(status=1)


def test_a_source_that_is_not_there_cannot_be_reached(doctor, file, company):
    edit(file, f"{company.url}/desk", "http://127.0.0.1:1/desk")

    said = doctor(status=1)

    assert "✗ Helpdesk cannot be reached." in said
    assert "connection refused" in said
    edit(file, "http://127.0.0.1:1/desk", f"{company.url}/desk")
    doctor()


def greets_and_hangs(connection, over):
    """A source whose check answers at once, and which is silent about accounts."""
    if b"GET /me " in connection.recv(65536):
        connection.sendall(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{}")
    else:
        over.wait(30)


def test_a_source_that_hangs_is_given_up_after_a_cards_time(doctor, file, company):
    with wire.serve(greets_and_hangs) as hanging:
        edit(file, f"{company.url}/desk", hanging.url)
        edit(file, "key: desk_id\n", "key: desk_id\n    limits: {timeout: 200ms}\n")
        said = doctor(status=1)

    assert "✗ open_tickets: Helpdesk is not answering in time." in said
    assert "GET /tickets/{key}: no complete answer in time" in said
    assert "✓ tier, renewal: 5 values as declared." in said


def test_the_declared_rate_is_kept_even_here(doctor, file, company):
    edit(file, "key: desk_id\n", "key: desk_id\n    limits: {rate: 1/day}\n")

    said = doctor(status=1)

    assert "✗ open_tickets: Helpdesk is not asked more often just now." in said
    assert "our own limit is used up (limits.rate: 1/day)\n" in said
    assert "Raise limits.rate (1/day) in sidecar.yaml if the vendor allows more" in said
    assert "could not be looked at" not in said, "what asks nothing needs none of it"
    assert company.paths("/desk/") == ["/desk/me"]


def answers_at(date):
    """A source that answers everything with an empty list, at its own time."""
    head = f"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\ndate: {date}\r\n\r\n"

    def answer(connection, over):
        connection.recv(65536)
        connection.sendall(head.encode() + b'{"rows": []}')

    return answer


@pytest.mark.parametrize(("hours", "told"), [(2, "2h ahead of ours."), (-3, "3h behind ours.")])
def test_a_source_whose_clock_goes_wrong_is_doubted(doctor, file, company, hours, told):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=hours))
    with wire.serve(answers_at(date)) as server:
        edit(file, f"{company.url}/desk", server.url)
        said = doctor("desk")

    assert f"? clock: its clock is {told}" in said


def test_a_clock_that_is_right_is_no_doubt(doctor, file, company):
    with wire.serve(answers_at(format_datetime(datetime.now(UTC)))) as server:
        edit(file, f"{company.url}/desk", server.url)
        assert "its clock" not in doctor("desk")


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 99 Nov 2026 00:00:00 GMT"])
def test_a_clock_that_cannot_be_read_is_no_doubt(doctor, file, company, date):
    with wire.serve(answers_at(date)) as server:
        edit(file, f"{company.url}/desk", server.url)
        assert "its clock" not in doctor("desk")


# Fields that are not as declared


def test_a_renamed_field_is_named_with_its_new_name(doctor, company):
    company.rename("tier", "account_tier")

    said = doctor(status=1)

    assert "✗ tier: there is no `tier` in the answer." in said
    assert "Did you mean `account_tier`? A field was renamed, removed or hidden from us." in said
    assert "✓ renewal: 5 values as declared." in said
    company.rename("account_tier", "tier")
    doctor()


def test_where_no_name_is_alike_all_are_listed_those_of_other_fields_too(doctor, company):
    company.rename("tier", "x")

    said = doctor(status=1)

    assert "Known: changed_at, desk, id, name, renewal, website, x. A field was renamed" in said


def test_a_field_that_only_some_accounts_lack_is_counted(doctor, company):
    del company.companies[0]["tier"]
    assert "✗ tier: there is no `tier` in 1 of 5 answers." in doctor(status=1)


def test_a_part_of_a_lists_items_that_was_renamed_is_named(doctor, company):
    company.tickets = [{"subject": "Customer-Ticket", "ticket_state": "open"}]

    said = doctor(status=1)

    assert "✗ open_tickets: there is no `state` in the answer." in said
    assert "Did you mean `ticket_state`?" in said


def test_a_code_that_is_not_in_the_choices_is_shown(doctor, company):
    company.companies[0]["tier"] = company.companies[1]["tier"] = "PLATINUM"

    said = doctor(status=1)

    assert "✗ tier: 2 of 5 values not in its choices: `PLATINUM` (2)." in said
    assert "Add what is missing to fields.tier.choices, or correct it in CRM." in said
    company.change(tier="ENT")
    doctor()


def test_what_is_no_code_is_not_shown_though_it_stands_where_a_code_should(doctor, file):
    """A path that leads to the customers' names makes each of them a code."""
    edit(file, "path: tier", "path: name")

    said = doctor(status=1)

    assert "✗ tier: 5 of 5 values not in its choices, each another text." in said
    assert "Look whether the field's path is right." in said


def test_a_value_that_does_not_parse_is_counted_and_not_shown(doctor, company):
    company.companies[0]["renewal"] = "Customer-Name-secret"

    said = doctor(status=1)

    assert "✗ renewal: 1 of 5 values cannot be read as date (not a date (YYYY-MM-DD))." in said
    assert "Correct the field's type, dialect or path" in said


def test_a_field_that_nobody_has_a_value_of_is_doubted(doctor, company):
    company.change(tier=None)
    assert "? tier: 5 accounts, and not one has a value." in doctor()


def test_percentages_that_may_be_fractions_are_asked_about(doctor, file, company):
    """Margin as many a warehouse has it."""
    company.change(renewal="0.25")
    edit(file, "type: date\n", "type: percent\n")

    said = doctor()
    assert "? renewal: 5 values, and not one is above 1%." in said
    assert "If 0.25 means 25% there, say fields.renewal.dialect: fraction." in said

    company.companies[0]["renewal"] = "1.25"
    assert "✓ tier, renewal: 5 values as declared." in doctor()
    company.change(renewal="0.25 %")
    assert "✓ tier, renewal: 5 values as declared." in doctor(), "its sign says what it is"
    company.change(renewal="0.25")
    edit(file, "type: percent\n", "type: percent\n    dialect: fraction\n")
    assert "✓ tier, renewal: 5 values as declared." in doctor()


def test_a_list_whose_items_would_show_nothing_is_asked_about(doctor, file, company):
    company.change(renewal=[{"worker": "Ana", "hours": 7}])
    edit(file, "type: date\n", "type: list\n")

    said = doctor()
    assert "? renewal: 5 items, and not one has a title or an id." in said
    assert "Say in fields.renewal.items where they have it: {title: NAME}." in said

    edit(file, "label: Renewal", "items: {title: worker}\n    label: Renewal")
    assert "✓ tier, renewal: 5 values as declared." in doctor()


def test_a_source_whose_own_time_stands_still_is_found_out(doctor, company):
    company.change(changed_at=LONG_AGO)

    said = doctor(status=1)

    assert "✗ renewal: the newest is of 2026-01-02 03:04 UTC, and counts as old after 1d2h." in said
    assert "Find out why CRM has nothing newer." in said
    company.companies[3]["changed_at"] = IN_ITS_TIME
    doctor()


def test_a_source_that_does_not_tell_the_time_that_age_counts_from_is_found_out(doctor, company):
    company.change(changed_at="recently")
    assert "no answer has one that can be read" in doctor(status=1)


# Accounts that are not known


@pytest.mark.usefixtures("known")
def test_a_source_that_knows_nobody_by_its_key_is_asked_by_another(doctor, company):
    for one in company.companies:
        one["id"] = one["id"].lower()

    said = doctor(status=1)

    assert "✗ account: it knows none of 5 accounts by id." in said
    assert "Look whether sources.crm.key is the key that CRM knows accounts by" in said


@pytest.mark.usefixtures("known")
def test_accounts_that_a_source_does_not_know_are_counted(doctor, company):
    del company.companies[0]
    assert "✓ account: 4 of 5 accounts found, 1 unknown there" in doctor()


@pytest.mark.usefixtures("known")
def test_several_records_under_one_key_are_a_doubt(doctor, company):
    company.companies.append(customer(1, name="Another"))
    assert "? account: 1 of 5 accounts have several records there" in doctor()


def test_a_key_that_no_account_has_leaves_nothing_to_ask_by(doctor, company, sidecar):
    company.change(desk=None)
    sidecar("accounts", "sync")

    said = doctor(status=1)

    assert "✗ open_tickets: not tried for open_tickets: no account has the key desk_id." in said
    assert "✗ desk_id: no account has it." in said


# The list of accounts, and the directory


def test_a_renamed_column_of_the_list_is_named_with_its_new_name(doctor, company):
    company.rename("website", "website_url")

    said = doctor(status=1)

    assert "✗ accounts: there is no `website` in the list of accounts, which the key domain" in said
    assert "Did you mean `website_url`? Correct accounts.keys.domain in sidecar.yaml." in said


def test_an_empty_list_is_a_lost_permission_until_the_opposite_is_known(doctor, company):
    company.companies.clear()

    said = doctor(status=1)

    assert "✗ accounts: its list of accounts is empty." in said
    assert "missing permission or scope" in said


def test_keys_that_do_not_tell_accounts_apart_are_told_with_examples(doctor, company, sidecar):
    company.companies[3]["website"] = "customer1.example"
    company.companies[4]["desk"] = ["D-5", "D-6"]
    sidecar("accounts", "sync")

    said = doctor()

    assert "? domain: 1 value shared by several accounts (such as C-1 and C-4)" in said
    assert "? desk_id: 1 account with more than one: Helpdesk cannot be asked about them." in said
    assert "✓ domain, id, desk_id: 5 of 5 accounts with it." in said


def test_accounts_that_share_an_id_are_doubted(doctor, company, sidecar):
    company.companies[1]["id"] = company.companies[0]["id"]
    sidecar("accounts", "sync")

    assert "? synchronisation: 1 account listed under more than one name, though under one id" in (
        doctor()
    )


def test_a_synchronisation_that_failed_is_told_with_its_reason(doctor, company, sidecar, known):
    company.refuse(403, only="/crm/companies")
    sidecar("accounts", "sync", status=1)
    company.mend()

    said = doctor("--format", "json", status=1)

    accounts = json.loads(said)["examined"][2]
    assert [one["mark"] for one in accounts["findings"]][:2] == ["wrong", "well"]
    assert accounts["findings"][0]["reason"] == "permission_denied"
    sidecar("accounts", "sync")
    doctor()


def test_a_list_that_was_too_short_to_be_believed_waits_for_a_person(
    doctor, company, sidecar, known
):
    listed, company.companies = company.companies, company.companies[:1]
    sidecar("accounts", "sync", status=1)
    company.companies = listed

    said = doctor(status=1)

    assert "had 1 account, too few to be believed" in said
    assert "`sidecar accounts sync --believe` takes it at its word" in said


# Installs, and the deployment itself


def test_an_install_that_accepts_no_visit_yet_says_what_it_needs(doctor, file):
    file.write_text(file.read_text() + ZENDESK)

    said = doctor(status=1)

    assert "✗ no visit is accepted yet." in said
    assert "Set public_key" in said


def test_an_install_that_nobody_sees_a_card_in_is_a_doubt(doctor, file):
    edit(file, "where: [iframe/ticket, zendesk/ticket]", "where: [zendesk/ticket]")
    assert "? nobody sees a card there: none is for iframe and its roles." in doctor()


def test_what_was_installed_in_the_admin_pages_is_looked_at_too(doctor, file):
    declared = {"host": "zendesk", "origins": ["https://acme.zendesk.com"], "roles": ["support"]}
    with open_sidecar(file, log_level=logging.CRITICAL) as running:
        running.installs.add("desk2", declared | {"settings": {"subdomain": "acme"}}, "Ana")
        assert "Set public_key" in doctor(status=1)
        running.installs.suspend("desk2", "Ana", suspended=True)
        assert "? suspended: it shows nothing to anybody" in doctor(status=1)
        key = running.configuration.data / "installs-key"
    key.unlink()

    said = doctor(status=1)
    assert "✗ it does not work" in said
    assert "sealed with another key" in said


def test_another_system_at_our_public_address_is_found_out(doctor, company):
    company.healthy = {"service": "another"}
    assert "✗ public_url: something else answers at" in doctor(status=1)


def test_a_public_address_out_of_reach_is_only_a_doubt(doctor, company):
    company.refuse(502, only="/healthz")

    said = doctor()

    assert "? public_url:" in said
    assert "502 Bad Gateway" in said
    assert "Start `sidecar serve`" in said


def test_a_folder_that_cannot_be_used_is_said_before_all_else(sidecar, file):
    edit(file, "time_zone:", "data: sidecar.yaml/data\ntime_zone:")
    done = CliRunner().invoke(main, ["--config", str(file), "doctor"])

    assert done.exit_code == 1
    assert "cannot be opened" in done.output
