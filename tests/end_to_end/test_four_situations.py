"""The four situations that the ready-made cards are for, from a first sidecar.yaml to the screen:
systems are picked, an admin says where the lists are, and each reader opens their card.

The company's numbers are in a real PostgreSQL, its tickets in a real django-helpdesk. What breaks
is seen on the card, and clears when it is mended. (The first situation in a real ticketing tool:
test_request_tracker.py, test_django_helpdesk.py.)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import httpx
import psycopg
import pytest
import yaml
from click.testing import CliRunner
from context_sidecar import Secret
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.demo.servers import Server
from context_sidecar.proof.signed_url import sign
from playwright.sync_api import expect
from support import postgres
from support.browser import watched
from support.clock import AheadClock
from support.django_helpdesk import ROOT, DjangoHelpdesk, require

pytestmark = pytest.mark.real

SOON = datetime.now(UTC).date() + timedelta(days=41)
NUMBERS = f"""
CREATE TABLE accounts (account_id text PRIMARY KEY, name text, domain text);
INSERT INTO accounts VALUES ('C-1', 'Acme GmbH', 'acme.example'), ('C-2', 'Borealis', NULL);
CREATE TABLE account_context (
    account_id text PRIMARY KEY, tier text, contract_status text, renewal_date date, arr numeric,
    owner text, health int, health_reasons text, health_trend text, csat numeric,
    last_contact timestamptz, overdue numeric, project_status text, margin numeric,
    utilization numeric, oldest_open_ticket timestamptz);
INSERT INTO account_context VALUES
    ('C-1', 'ENT', 'active', '{SOON}', 48000, 'Kim Ode', 41, 'Two outages in October', 'down', 88,
     now() - interval '9 days', 1200.50, 'at_risk', 18.5, 96, now() - interval '20 days'),
    ('C-2', 'STD', 'active', '{SOON}', 900, NULL, 90, NULL, 'up', 97, NULL, NULL, 'on_track', 40,
     70, NULL);
CREATE TABLE lines (account_id text, kind text, id text, title text, status text);
INSERT INTO lines VALUES
    ('C-1', 'commitment', 'O-1', 'Single sign-on by March', 'promised'),
    ('C-1', 'milestone', 'M-1', 'Data migrated', '5 days late'),
    ('C-1', 'person', 'P-1', 'Ana Ruiz, consultant', '80 %'),
    ('C-2', 'person', 'P-2', 'Bo Lind, engineer', '20 %');
CREATE ROLE reader LOGIN;
GRANT SELECT ON accounts, account_context, lines TO reader;
"""
LISTS = {"sales_commitments": "commitment", "milestones_at_risk": "milestone", "staffed": "person"}
SECRET = token_hex(32)


def lookup(kind):
    return {
        "query": f"SELECT account_id, id, title, status FROM lines WHERE kind = '{kind}' "
        "AND account_id IN :keys ORDER BY id",
        "key": "account_id",
        "many": "list",
    }


@pytest.fixture(scope="module")
def numbers():
    """The company's numbers: an address for a reader, and a connection that may change them."""
    url = postgres.new_database()
    own = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(own, autocommit=True) as connection:
        connection.execute(NUMBERS)
        yield url, connection
        connection.execute("DROP OWNED BY reader; DROP ROLE reader")


@pytest.fixture(scope="module")
def helpdesk(tmp_path_factory):
    require()
    started = DjangoHelpdesk(tmp_path_factory.mktemp("helpdesk"))
    started.start()
    started.add_tickets(
        {"title": "Printer on fire", "submitter_email": "ana@acme.example", "customer": "C-1"},
        {"title": "Solved", "submitter_email": "ana@acme.example", "customer": "C-1", "status": 3},
    )
    yield started
    started.stop()


@pytest.fixture(scope="module")
def server():
    opened = Server()
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def clock():
    return AheadClock()


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory, numbers, helpdesk, server, clock):
    """The deployment, from `sidecar init` and what an admin then says of lists and tools."""
    file = tmp_path_factory.mktemp("deployment") / "sidecar.yaml"
    begun = CliRunner().invoke(main, [
        "--config", str(file), "init", "--source", "sql", "--source", "django_helpdesk",
        "--set", f"helpdesk.url={helpdesk.url}", "--set", f"helpdesk.user={ROOT.name}",
        "--host", "iframe", "--host", "hubspot", "--public-url", server.url,
        *(part for name in LISTS for part in ("--field", f"{name}=warehouse.{name}:@")),
        "--without", "overdue_invoices",
    ])  # fmt: skip
    said = yaml.safe_load(file.read_text())
    assert "Put into the environment: WAREHOUSE_URL, HELPDESK_PASSWORD" in begun.output
    said["sources"]["warehouse"]["settings"]["lookups"] |= {
        name: lookup(kind) for name, kind in LISTS.items()
    }
    said["sources"]["helpdesk"]["allow_private"] = True
    roles = ["support", "csm", "delivery", "operations"]
    said["installs"] = {
        "desk": {"host": "iframe", "label": "Desk", "roles": roles,
                 "origin": "https://desk.example.com", "settings": {"secret": SECRET}},
        "crm": {"host": "hubspot", "label": "HubSpot", "roles": ["csm"],
                "settings": {"client_secret": SECRET, "portal_id": "62515"}},
    }  # fmt: skip
    # The CRM's own ids are those of the warehouse.
    said["accounts"]["match"].insert(0, {"record": "customer_number", "account": "id"})
    file.write_text(yaml.safe_dump(said, sort_keys=False))
    environment = {
        "WAREHOUSE_URL": numbers[0].replace("postgres:@", "reader:@"),
        "HELPDESK_PASSWORD": ROOT.password,
    }
    with open_sidecar(file, environment, clock=clock) as running:
        running.sync()
        server.start(running.application())
        yield running


@pytest.fixture
def opened(browser, sidecar, server, clock):
    """Opens the card beside a record, in a sidebar."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": 320, "height": 1200}, timezone_id="UTC"
    )
    context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    with watched(context) as page:

        def show(record):
            parameters = {"record": record, "key.customer_number": "C-1"}
            page.goto(sign(f"{server.url}/", "desk", Secret(SECRET), parameters, now=clock()))
            expect(page.locator(".card")).to_be_visible()
            return page.locator("body")

        yield show
    context.close()


def check_again(card, clock):
    clock.forward(seconds=70)
    card.get_by_role("button", name="Check again").click()


def test_an_agent_sees_tier_contract_and_health_in_the_ticket(opened, numbers, clock):
    _, warehouse = numbers
    card = opened("ticket/1")
    for told in ("Acme GmbH", "Enterprise", "Active", "Health: Poor", "41", "Two outages"):
        expect(card).to_contain_text(told)
    expect(card).to_contain_text("Renewal at risk")
    expect(card.get_by_role("link", name="Printer on fire")).to_be_visible()
    expect(card).not_to_contain_text("Solved")

    warehouse.execute("REVOKE SELECT ON account_context FROM reader")
    check_again(card, clock)
    expect(card).to_contain_text("Warehouse does not let us read this", timeout=20_000)

    warehouse.execute("GRANT SELECT ON account_context TO reader")
    clock.forward(minutes=20)
    card = opened("ticket/1")
    check_again(card, clock)
    expect(card).not_to_contain_text("does not let us read this", timeout=20_000)
    expect(card).to_contain_text("Enterprise")


def asked_as_hubspot_asks(server, clock):
    """What HubSpot gets for a company, through its own signed request."""
    address = f"{server.url}/hosts/crm?type=company&id=77&portalId=62515&userId=1&locale=en"
    body = json.dumps({"company_domain": "acme.example"}).encode()
    time = str(int(clock().timestamp() * 1000))
    signed = b"".join((b"POST", address.encode(), body, time.encode()))
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest())
    headers = {"X-HubSpot-Signature-v3": mac.decode(), "X-HubSpot-Request-Timestamp": time}
    answer = httpx.post(address, content=body, headers=headers, timeout=30)
    assert answer.status_code == 200
    return json.dumps(answer.json(), ensure_ascii=False)


def test_a_csm_sees_the_open_tickets_in_the_crm_before_the_renewal(
    sidecar, server, clock, helpdesk
):
    told = asked_as_hubspot_asks(server, clock)
    for part in ("Acme GmbH", "Printer on fire", f"{SOON:%Y}", "€48,000.00", "Falling"):
        assert part in told, told
    assert "Solved" not in told

    helpdesk.stop()
    clock.forward(hours=1)
    told = asked_as_hubspot_asks(server, clock)
    assert "cannot be reached" in told
    assert "Printer on fire" in told  # as of an hour ago, and marked
    helpdesk.start()
    clock.forward(hours=1)
    assert "cannot be reached" not in asked_as_hubspot_asks(server, clock)


def test_a_delivery_manager_sees_commitments_project_and_people_together(opened, numbers, clock):
    _, warehouse = numbers
    card = opened("project/1")
    for told in ("Single sign-on by March", "At risk", "Data migrated", "5 days late", "Ana Ruiz",
                 re.compile(r"Utilization\s*96")):  # fmt: skip
        expect(card).to_contain_text(told)
    expect(card).not_to_contain_text("Bo Lind")
    told = [each.strip() for each in card.locator("li .note").all_inner_texts()]
    assert told == ["promised", "5 days late", "80 %"]  # nothing follows where nothing is known

    warehouse.execute("ALTER TABLE lines RENAME COLUMN status TO progress")
    check_again(card, clock)
    expect(card).to_contain_text("changed how it stores this", timeout=20_000)
    expect(card).to_contain_text("At risk")

    warehouse.execute("ALTER TABLE lines RENAME COLUMN progress TO status")
    clock.forward(minutes=20)
    card = opened("project/1")
    check_again(card, clock)
    expect(card).not_to_contain_text("changed how it stores this", timeout=20_000)
    expect(card).to_contain_text("Data migrated")


def test_an_operations_leader_sees_delivery_margin_and_staffing_together(opened, numbers, clock):
    _, warehouse = numbers
    card = opened("dashboard/1")
    for told in ("At risk", re.compile(r"Margin\s*18[.,]5"), "Ana Ruiz, consultant",
                 "Single sign-on by March", "€1,200.50"):  # fmt: skip
        expect(card).to_contain_text(told)

    warehouse.execute("UPDATE account_context SET project_status = 'blocked'")
    check_again(card, clock)
    expect(card.get_by_text("“blocked”", exact=True)).to_be_visible(timeout=20_000)
    expect(card.get_by_text("At risk", exact=True)).to_be_hidden()

    warehouse.execute("UPDATE account_context SET project_status = 'at_risk'")
    card = opened("dashboard/1")
    check_again(card, clock)
    expect(card.get_by_text("At risk", exact=True)).to_be_visible(timeout=20_000)
