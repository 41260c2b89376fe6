"""The main job, with real parts only: an agent opens a ticket in Request Tracker and sees who is
asking, from PostgreSQL, a file and Request Tracker itself, each value with how far to trust it."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from click.testing import CliRunner
from context_sidecar import PackageFile, Secret
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.demo.servers import Server
from context_sidecar.engine.examination import Mark
from playwright.sync_api import expect
from sqlalchemy import make_url
from support import postgres
from support.browser import watched
from support.clock import AheadClock
from support.rt import AGENT, API_USER, RequestTracker, require

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
ARTIFACTS = HERE.parents[1] / ".artifacts"
PASSWORD = token_hex(8)
WAREHOUSE = f"""
CREATE TABLE accounts (account_id text PRIMARY KEY, name text, domain text);
INSERT INTO accounts VALUES
    ('C-1001', 'Acme GmbH', 'acme.example'), ('C-1002', 'Borealis Freight', 'borealis.example');
CREATE TABLE context
    (account_id text PRIMARY KEY, tier text, health int, loaded_at timestamptz);
INSERT INTO context VALUES ('C-1001', 'ENT', 42, now()), ('C-1002', 'STD', 90, now());
CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}';
GRANT SELECT ON accounts, context TO reader;
"""
HEALTH = re.compile(r"Health\s*42")
SETTLED = 4000
"""Milliseconds after which RT's page has judged whether the frame was reached."""
WIDE = {"width": 1280, "height": 1000}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("deployment")
    shutil.copy(HERE / "sidecar.yaml", made)
    exported = datetime.now(UTC) - timedelta(days=3)
    with (made / "billing.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["customer", "contract_status", "exported_at"])
        rows.writerow(["C-1001", "active", exported.isoformat()])
    return made


@pytest.fixture(scope="module")
def warehouse():
    with postgres.own_server() as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(WAREHOUSE)
        yield server


@pytest.fixture(scope="module")
def clock():
    return AheadClock()


@pytest.fixture(scope="module")
def rt(tmp_path_factory):
    require()
    tracker = RequestTracker(tmp_path_factory.mktemp("rt"))
    yield tracker
    tracker.stop()


@pytest.fixture(scope="module")
def server():
    opened = Server(name="localhost")  # RT is on 127.0.0.1: the card is of another site
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def environment(server, warehouse, rt):
    url = make_url(warehouse.get_uri()).set(drivername="postgresql+psycopg")
    return {
        "PUBLIC_URL": server.url,
        "WAREHOUSE_URL": url.set(username="reader", password=PASSWORD).render_as_string(
            hide_password=False
        ),
        "RT_URL": rt.url,
        "RT_USER": API_USER.name,
        "RT_PASSWORD": API_USER.password,
        "RT_SECRET": token_hex(32),
    }


@pytest.fixture(scope="module")
def ticket(folder, environment, rt):
    """A ticket in an RT that has our extension, as an admin installs it from `sidecar manifest`."""
    package = folder / "package"
    arguments = ["--config", str(folder / "sidecar.yaml"), "manifest", "rt-support"]
    built = CliRunner().invoke(main, [*arguments, "--out", str(package)], env=environment)
    assert built.exit_code == 0, built.output
    files = [
        PackageFile(str(file.relative_to(package)), file.read_bytes())
        for file in package.rglob("*")
        if file.is_file()
    ]
    rt.install(files, Secret(environment["RT_SECRET"]))
    rt.start()
    rt.add_ticket("Invoice wrong", requestor="bo@acme.example", customer="C-1001")
    rt.add_ticket("Thanks", customer="C-1001", Status="resolved")
    rt.add_ticket("Another customer's", customer="C-1002")
    return rt.add_ticket("Nobody can sign in", requestor="ana@acme.example", customer="C-1001")


@pytest.fixture(scope="module")
def sidecar(folder, environment, ticket, server, clock):
    with open_sidecar(folder / "sidecar.yaml", environment, clock=clock) as running:
        running.sync()
        server.start(running.application())
        yield running


@pytest.fixture(scope="module")
def agent(browser, rt, ticket, sidecar):
    """An agent's browser, signed in to Request Tracker."""
    context = browser.new_context(locale="en-GB", base_url=rt.url, viewport=WIDE)
    page = context.new_page()
    page.goto("/NoAuth/Login.html")
    page.fill("input[name=user]", AGENT.name)
    page.fill("input[name=pass]", AGENT.password)
    with page.expect_navigation():
        page.click("input[type=submit]")
    page.close()
    yield context
    context.close()


def open_card(page, ticket):
    page.goto(f"/Ticket/Display.html?id={ticket}")
    return page.frame_locator(".context-sidecar iframe").locator("body")


def keep_picture(page, name):
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"rt-{name}.png")


def check_again(card, clock):
    clock.forward(seconds=70)
    card.get_by_role("button", name="Check again").click()


def test_an_agent_sees_who_is_asking_and_what_breaks_and_that_it_is_mended(
    agent, rt, ticket, warehouse, clock
):
    with watched(agent) as page:
        card = open_card(page, ticket)
        expect(card).to_contain_text("Acme GmbH")
        expect(card).to_contain_text("Enterprise")
        expect(card).to_contain_text(HEALTH)
        expect(card).to_contain_text("A large customer is unhappy")
        expect(card).to_contain_text(re.compile(r"Open tickets\s*2"))
        expect(card.get_by_role("link", name="Invoice wrong")).to_be_visible()
        expect(card).to_contain_text("Low · new")
        expect(card.locator(".list li").last).to_contain_text("on screen")
        expect(card.get_by_role("link", name="Nobody can sign in")).to_have_count(0)
        expect(page.locator(".ticket-info-context-sidecar .titlebox-title")).to_have_text(
            "Customer"
        )
        expect(card.get_by_role("region", name="Customer Acme GmbH")).to_be_visible()
        expect(card.locator(".kicker")).to_be_hidden()
        expect(card).not_to_contain_text("Another customer's")
        expect(card).to_contain_text(re.compile("Active.*as of 3 days ago", re.DOTALL))
        keep_picture(page, "good-day")

        warehouse.stop()
        rt.lock_user()
        check_again(card, clock)
        expect(card).to_contain_text("Warehouse cannot be reached", timeout=20_000)
        expect(card).to_contain_text("Enterprise")
        expect(card).not_to_contain_text(HEALTH)
        expect(card).to_contain_text("Request Tracker no longer accepts our key")
        expect(card).to_contain_text("Support Operations")
        expect(card).to_contain_text("Not judged: A large customer is unhappy")
        keep_picture(page, "bad-day")

        warehouse.start()
        rt.unlock_user()
        card = open_card(page, ticket)
        check_again(card, clock)
        expect(card).to_contain_text(HEALTH, timeout=20_000)
        expect(card).not_to_contain_text("cannot be reached")
        expect(card).not_to_contain_text("no longer accepts our key")


def test_what_is_said_where_there_is_no_card_is_seen_in_rt_too(agent, rt, ticket, sidecar):
    secret = rt.folder / "context-sidecar.secret"
    shared = secret.read_text()
    secret.write_text(token_hex(32))
    with watched(agent, expected=["401"]) as page:
        card = open_card(page, ticket)

        expect(card.get_by_role("heading")).to_have_text("Please reload this page")
        expect(page.locator(".context-sidecar iframe")).not_to_have_css("height", "128px")
        page.wait_for_function(f"performance.now() > {SETTLED}")
        expect(card.get_by_role("heading")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("The card cannot be reached")).to_be_hidden()
        keep_picture(page, "no-card")
    secret.write_text(shared)


def test_a_record_is_found_by_its_id_alone_through_rts_own_api(sidecar, ticket):
    """As `sidecar context rt ticket 1` and the API ask for it."""
    patient = timedelta(seconds=20)  # this machine may be busy with other tests
    record = sidecar.sidecar.keys_of("rt-support", "ticket", str(ticket), patience=patient)
    card = sidecar.configuration.cards["ticket"]

    context = sidecar.sidecar.context(record, card, {"support"}, patience=patient)

    assert record.trouble is None
    assert context.account.name == "Acme GmbH"
    assert {reading.field.id: reading.state.value for reading in context.readings} == {
        "tier": "fresh",
        "health": "fresh",
        "contract_status": "stale",
        "open_tickets": "fresh",
    }


def test_the_doctor_finds_the_real_systems_well_and_the_file_too_old(sidecar):
    """As `sidecar doctor` tries them."""
    examined = sidecar.examination().of(["warehouse", "billing", "tracker"])

    wrong = [
        (one.id, finding.about, finding.said.partition(" of ")[0])
        for one in examined
        for finding in one.findings
        if finding.mark is not Mark.WELL
    ]
    assert wrong == [
        ("billing", "contract_status", "the newest is"),
        ("tracker", "clock", "its clock is 2m behind ours"),  # ours was put forward, above
    ]
    assert "Request Tracker 5" in examined[2].findings[0].said
