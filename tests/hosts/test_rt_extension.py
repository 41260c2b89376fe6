"""The card inside a real Request Tracker, put there by the package that admins install."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from context_sidecar import VisitRefused, plugins
from context_sidecar.core.matching import MatchRule
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer
from support.build import card, configuration
from support.hosts import SECRET, FakeMemory, host, inbound, install
from support.rt import AGENT, ROOT, Login, request_tracker
from werkzeug import Request, Response

pytestmark = pytest.mark.real

TITLE = """Kundin's "Karte" <b>"""
RULES = (
    MatchRule("cf_customer", "id"),
    MatchRule("requester_email", "domain"),
    MatchRule("organization_external_id", "id"),
)
PAGE = """<!doctype html><html data-origins="https://other.example {origin}"><title>Card</title>
<body style="margin:0"><div id=card style="height:321px">The card</div>
<script type=module>{bridge}</script>"""
HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"
BRIDGE = (HOSTS / "rt" / "bridge.js").read_text()


def package(public_url="https://context.example.com"):
    shown = configuration(card(), public_url=public_url, match=RULES)
    return plugins.host("rt").package(shown, install("rt"))


class Sidecar:
    """Where the frame leads: it proves visits as we do, and shows a card that never changes."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.visits = []
        self.refusals = []
        self.origin = ""
        self.open = Event()
        self.open.set()
        self.host = host("rt", FakeMemory())
        server.expect_request("/hosts/rt-support").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.open.wait(20)
        try:
            self.visits.append(self.host.prove(inbound(request.url, at=datetime.now(UTC))))
        except VisitRefused as refusal:
            self.refusals.append(str(refusal))
            return Response("", 401)
        policy = {"Content-Security-Policy": f"frame-ancestors {self.origin}"}
        page = PAGE.format(origin=self.origin, bridge=BRIDGE)
        return Response(page, headers=policy, mimetype="text/html")


@pytest.fixture(scope="module")
def server():
    # RT is on 127.0.0.1, so this is another site, as it is for most who install us.
    with HTTPServer(host="localhost", threaded=True) as running:
        yield running


@pytest.fixture(scope="module")
def rt(tmp_path_factory, server):
    files = package(f"http://localhost:{server.port}")
    title = f"Set($ContextSidecarTitle, q({TITLE}));"
    with request_tracker(tmp_path_factory.mktemp("rt"), files, SECRET, title) as running:
        yield running


@pytest.fixture
def sidecar(server, rt):
    server.clear()
    started = Sidecar(server)
    started.origin = rt.url
    return started


def sign_in(browser: Browser, rt, login: Login, **context) -> Page:
    page = browser.new_context(**context).new_page()
    page.goto(f"{rt.url}/NoAuth/Login.html")
    page.fill("input[name=user]", login.name)
    page.fill("input[name=pass]", login.password)
    page.click("input[type=submit]")
    return page


@pytest.fixture(scope="module")
def signed_in(browser, rt):
    page = sign_in(browser, rt, AGENT, locale="de-DE")
    yield page.context
    page.context.close()


@pytest.fixture
def agent(signed_in):
    page = signed_in.new_page()
    yield page
    page.close()


def open_ticket(page: Page, rt, ticket: int) -> None:
    page.goto(f"{rt.url}/Ticket/Display.html?id={ticket}")


def test_an_agent_sees_the_card_in_a_box_of_rts_own(rt, sidecar, agent):
    ticket = rt.add_ticket("Printer on fire", requestor="ana@acme.example", customer="C-1001")
    open_ticket(agent, rt, ticket)
    expect(agent.locator(".ticket-info-context-sidecar .titlebox-title")).to_contain_text(TITLE)
    expect(agent.frame_locator(".context-sidecar iframe").locator("#card")).to_be_visible()
    [visit] = sidecar.visits
    assert (visit.record.place, visit.record.id) == ("rt/ticket", str(ticket))
    assert visit.record.keys == {"requester_email": "ana@acme.example", "cf_customer": "C-1001"}
    assert (visit.visitor.id, visit.visitor.name) == ("agent", 'Ágnes "Aggie" Ó Néill')
    assert (visit.locale, visit.theme) == ("de", "light")
    assert sidecar.refusals == []


def test_the_frame_is_as_tall_as_the_card(rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Tall"))
    frame = agent.locator(".context-sidecar iframe")
    expect(frame).to_have_css("height", "321px")
    inside = agent.frame_locator(".context-sidecar iframe").locator("#card")
    inside.evaluate("card => { card.style.height = '456px' }")
    expect(frame).to_have_css("height", "456px")


def test_s10_a_message_from_elsewhere_or_of_another_shape_moves_nothing(rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Hostile"))
    frame = agent.locator(".context-sidecar iframe")
    expect(frame).to_have_css("height", "321px")
    agent.evaluate("window.postMessage({type: 'context-sidecar:resize', height: 999}, '*')")
    inside = agent.frame_locator(".context-sidecar iframe").locator("#card")
    inside.evaluate(
        """() => {
            for (const said of [null, 7, "resize", {type: "resize", height: 9},
                ...[NaN, -5, 0, Infinity, "9", {}].map(
                    (height) => ({type: "context-sidecar:resize", height}))]) {
                parent.postMessage(said, "*");
            }
            parent.postMessage({type: "context-sidecar:resize", height: 400}, "*");
        }"""
    )
    expect(frame).to_have_css("height", "400px")
    inside.evaluate("() => parent.postMessage({type: 'context-sidecar:resize', height: 1e9}, '*')")
    expect(frame).to_have_css("height", "4000px")


def test_a_ticket_with_several_requestors_tells_of_none(rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Two", requestor="ana@acme.example, bo@other.example"))
    expect(agent.frame_locator(".context-sidecar iframe").locator("#card")).to_be_visible()
    assert sidecar.visits[0].record.keys == {}


def test_every_time_the_page_is_shown_it_asks_for_a_new_address(rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Again"))
    card = agent.frame_locator(".context-sidecar iframe").locator("#card")
    expect(card).to_be_visible()
    agent.reload()
    expect(card).to_be_visible()
    agent.goto(f"{rt.url}/")
    agent.go_back()
    expect(card).to_be_visible()
    assert sidecar.refusals == []
    assert len(sidecar.visits) >= 2


def test_where_the_sidecar_is_down_the_box_says_so_and_can_try_again(rt, sidecar, agent):
    sidecar.server.clear()
    sidecar.server.expect_ordered_request("/hosts/rt-support").respond_with_data("", 503)
    open_ticket(agent, rt, rt.add_ticket("Down"))
    note = agent.get_by_text("Die Karte ist gerade nicht erreichbar.")
    expect(note).to_be_visible()
    expect(agent.get_by_text("Grundlagen").first).to_be_visible()
    back = Sidecar(sidecar.server)
    back.origin = rt.url
    back.open.clear()
    again = agent.get_by_role("button", name="Erneut versuchen")
    again.click()
    expect(agent.get_by_role("status").get_by_text("Neuer Versuch läuft.")).to_be_visible()
    expect(again).to_have_attribute("aria-disabled", "true")
    back.open.set()
    expect(agent.frame_locator(".context-sidecar iframe").locator("#card")).to_be_visible()
    expect(note).to_be_hidden()
    expect(again).to_be_hidden()


def test_s6_nobody_gets_an_address_for_a_ticket_that_they_may_not_see(rt, sidecar, agent):
    rt.call("POST", "/queue", json={"Name": "Secret"})
    hidden = rt.add_ticket("Hidden", Queue="Secret")
    for ticket in (str(hidden), "999999", "", "1 OR 1=1", "../1"):
        given = {"id": ticket}
        answer = agent.request.get(f"{rt.url}/Helpers/ContextSidecar/Address", params=given)
        assert (answer.status, answer.text()) == (404, "{}")


def test_s6_somebody_who_is_not_signed_in_is_asked_to(browser, rt, sidecar):
    ticket = rt.add_ticket("Stranger")
    page = browser.new_page()
    page.goto(f"{rt.url}/Helpers/ContextSidecar/Address?id={ticket}")
    assert "/NoAuth/Login.html" in page.url
    page.close()


def test_s6_a_customer_with_a_login_gets_no_address_for_their_own_ticket(browser, rt, sidecar):
    login = Login("cy", "cy-writes-tickets")
    user = {"Name": login.name, "Password": login.password, "EmailAddress": "cy@acme.example"}
    rt.call("POST", "/user", json=user | {"Privileged": 0})
    ticket = rt.add_ticket("Mine", requestor="cy@acme.example")
    page = sign_in(browser, rt, login)
    page.goto(f"{rt.url}/Helpers/ContextSidecar/Address?id={ticket}")
    assert "signature" not in page.content()
    page.context.close()


def test_s18_the_secret_is_on_no_page_that_rt_shows(browser, rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Secretive"))
    assert SECRET.reveal() not in agent.content()
    assert "signature" not in agent.content().partition("<iframe")[0]
    root = sign_in(browser, rt, ROOT)
    root.goto(f"{rt.url}/Admin/Tools/Configuration.html")
    assert "ContextSidecarURL" in root.content()
    assert SECRET.reveal() not in root.content()
    root.context.close()


def test_rt_has_nothing_to_complain_about(rt, sidecar, agent):
    open_ticket(agent, rt, rt.add_ticket("Quiet"))
    expect(agent.frame_locator(".context-sidecar iframe").locator("#card")).to_be_visible()
    said = [line for line in rt.log().splitlines() if re.search(r"ContextSidecar|Sidecar", line)]
    assert said == []
