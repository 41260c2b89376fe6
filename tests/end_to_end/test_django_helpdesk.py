"""The card inside a real django-helpdesk, put there by the app that admins install."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from context_sidecar.cli import main
from context_sidecar.demo.servers import Server
from playwright.sync_api import expect
from support.browser import watched
from support.django_helpdesk import AGENT, CUSTOMER, ROOT, DjangoHelpdesk, django_helpdesk, require
from support.framed import ENVIRONMENT, configure, running
from support.hosts import OLD_SECRET, SECRET

pytestmark = pytest.mark.real

ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
WHEEL = "context_sidecar_card-1.0.0-py3-none-any.whl"
WIDE, NARROW = {"width": 1280, "height": 1000}, {"width": 320, "height": 900}
FRAME = ".context-sidecar iframe"
TICKETS = [
    {"title": "Printer on fire", "submitter_email": "ana@acme.example", "customer": "C-1"},
    {"title": "By domain", "submitter_email": "eve@other.example"},
    {"title": "Nobody knows", "submitter_email": "x@unknown.example"},
    {"title": "For the board", "submitter_email": "ana@acme.example", "queue": "Board"},
]


@pytest.fixture(scope="module")
def server():
    # django-helpdesk is on 127.0.0.1, so this is another site, as it is for most who install us.
    return Server(name="localhost")


@pytest.fixture(scope="module")
def helpdesk(tmp_path_factory, server):
    """A django-helpdesk that has our app, as an admin installs it from `sidecar manifest`."""
    require()
    folder = tmp_path_factory.mktemp("helpdesk")
    started = DjangoHelpdesk(folder)
    rules = {"cf_customer": "crm_id", "requester_email": "domain"}
    secret = {"secret": "${SECRET}"}
    configure(folder, "django_helpdesk/ticket", started.url, secret, rules, server.url)
    arguments = ["--config", str(folder / "sidecar.yaml"), "manifest", "desk"]
    built = CliRunner().invoke(main, [*arguments, "--out", str(folder / WHEEL)], env=ENVIRONMENT)
    assert built.exit_code == 0, built.output
    with django_helpdesk(started, folder / WHEEL, SECRET):
        yield started


@pytest.fixture(scope="module")
def sidecar(helpdesk, server):
    with running(helpdesk.folder, server) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def tickets(helpdesk, sidecar):
    return helpdesk.add_tickets(*TICKETS)


def sign_in(browser, helpdesk, login, **window):
    context = browser.new_context(base_url=helpdesk.url, viewport=WIDE, **window)
    page = context.new_page()
    page.goto("/login/")
    page.fill("input[name=username]", login.name)
    page.fill("input[name=password]", login.password)
    with page.expect_navigation():
        page.click("[type=submit]")
    page.close()
    return context


@pytest.fixture(scope="module")
def agent(browser, helpdesk):
    context = sign_in(browser, helpdesk, AGENT, locale="en-GB")
    yield context
    context.close()


def open_card(page, helpdesk, ticket):
    page.goto(helpdesk.ticket(ticket))
    return page.frame_locator(FRAME).locator("body")


def keep_picture(page, name):
    ARTIFACTS.mkdir(exist_ok=True)
    page.locator(FRAME).scroll_into_view_if_needed()
    # A frame of another site is drawn a little later than the page around it.
    painted = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))"
    page.evaluate(painted)
    page.screenshot(path=ARTIFACTS / f"django-helpdesk-{name}.png")


def test_an_agent_sees_who_is_asking_in_a_box_on_the_tickets_page(agent, helpdesk, tickets):
    with watched(agent) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Acme GmbH")
        expect(card).to_contain_text("Gold")
        expect(page.locator(".context-sidecar h2")).to_have_text("Customer")
        expect(card.locator(".kicker")).to_be_hidden()
        card = open_card(page, helpdesk, tickets[1])
        expect(card).to_contain_text("Other AG")
        card = open_card(page, helpdesk, tickets[2])
        expect(card).to_contain_text("No customer found")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_box_fits_the_page_and_the_frame_the_card(agent, helpdesk, tickets, size):
    with watched(agent) as page:
        page.set_viewport_size(size)
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Gold")
        inside, frame = page.frames[1], page.locator(FRAME)
        tall = inside.evaluate("() => Math.ceil(document.body.getBoundingClientRect().height)")
        expect(frame).to_have_css("height", f"{tall}px")
        assert inside.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        box = page.locator(".context-sidecar").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        keep_picture(page, str(size["width"]))


def test_the_card_is_light_or_dark_as_the_page_is(agent, helpdesk, tickets):
    with watched(agent) as page:
        page.emulate_media(color_scheme="dark")
        page.goto(helpdesk.ticket(tickets[0]))
        page.evaluate("() => localStorage.setItem('theme', 'light')")
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Gold")
        ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
        assert page.frames[1].evaluate(ground) == "rgb(255, 255, 255)"
        page.evaluate("() => document.querySelector('[data-bs-theme-value=dark]').click()")
        page.frames[1].wait_for_function(f"() => {ground} === 'rgb(27, 30, 34)'")
        page.evaluate("() => localStorage.removeItem('theme')")


def test_the_box_and_the_card_speak_the_agents_language(browser, helpdesk, tickets):
    context = sign_in(browser, helpdesk, AGENT, locale="de-DE")
    with watched(context) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Erneut prüfen")
        expect(page.locator(".context-sidecar button")).to_have_text("Erneut versuchen")
    context.close()


def test_every_time_the_page_is_shown_the_frame_has_a_new_address(agent, helpdesk, tickets):
    with watched(agent) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Gold")
        page.reload()
        expect(card).to_contain_text("Gold")
        page.goto("/tickets/")
        page.go_back()
        expect(card).to_contain_text("Gold")


def test_s10_a_message_from_elsewhere_or_of_another_shape_moves_nothing(agent, helpdesk, tickets):
    with watched(agent) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Gold")
        frame = page.locator(FRAME)
        expect(frame).not_to_have_css("height", "128px")
        page.evaluate("window.postMessage({type: 'context-sidecar:resize', height: 999}, '*')")
        page.frames[1].evaluate(
            """() => {
                for (const said of [null, 7, "resize", {type: "resize", height: 9},
                    ...[NaN, -5, 0, Infinity, "9", {}].map(
                        (height) => ({type: "context-sidecar:resize", height}))]) {
                    parent.postMessage(said, "*");
                }
                parent.postMessage({type: "context-sidecar:resize", height: 400.5}, "*");
            }"""
        )
        expect(frame).to_have_css("height", "401px")
        page.frames[1].evaluate(
            "parent.postMessage({type: 'context-sidecar:resize', height: 1e9}, '*')"
        )
        expect(frame).to_have_css("height", "4000px")


def test_where_the_sidecar_is_down_the_box_says_so_and_can_try_again(
    agent, helpdesk, tickets, sidecar
):
    sidecar.down = True
    with watched(agent, expected=["status of 503"]) as page:
        page.goto(helpdesk.ticket(tickets[0]))
        note = page.get_by_text("The card cannot be reached at the moment.")
        expect(note).to_be_visible(timeout=15_000)
        expect(page.locator(FRAME)).to_have_css("height", "0px")
        expect(page.get_by_role("heading", name="Printer on fire")).to_be_visible()
        keep_picture(page, "down")
        sidecar.down = False
        page.get_by_role("button", name="Try again").click()
        expect(page.frame_locator(FRAME).locator("body")).to_contain_text("Gold")
        expect(note).to_be_hidden()


def test_another_secret_is_explained_in_the_box(agent, helpdesk, tickets):
    helpdesk.secret_file.write_text(OLD_SECRET.reveal())
    with watched(agent, expected=["status of 401"]) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Please reload this page")
        expect(card).not_to_contain_text("Gold")
    helpdesk.secret_file.write_text(SECRET.reveal())


def test_without_its_secret_django_helpdesk_logs_why_and_the_box_says_that_there_is_no_card(
    agent, helpdesk, tickets
):
    helpdesk.secret_file.unlink()
    with watched(agent, expected=["status of 503"]) as page:
        page.goto(helpdesk.ticket(tickets[0]))
        note = page.get_by_text("The card cannot be reached at the moment.")
        expect(note).to_be_visible(timeout=15_000)
    assert "Context Sidecar: the file of CONTEXT_SIDECAR_SECRET_FILE" in helpdesk.log()
    helpdesk.secret_file.write_text(SECRET.reveal())


def address_of(context, ticket):
    return context.request.get(f"/context-sidecar/card/{ticket}/", max_redirects=0)


def test_s6_nobody_gets_an_address_for_a_ticket_that_they_may_not_open(
    browser, agent, helpdesk, tickets
):
    board = tickets[3]
    assert address_of(agent, tickets[0]).status == 302
    assert [address_of(agent, one).status for one in (board, 999999, "1%20OR%201=1")] == [404] * 3
    root = sign_in(browser, helpdesk, ROOT)
    assert address_of(root, board).status == 302
    root.close()


def test_s6_neither_a_stranger_nor_a_customer_with_a_login_gets_one(browser, helpdesk, tickets):
    stranger = browser.new_context(base_url=helpdesk.url)
    customer = sign_in(browser, helpdesk, CUSTOMER)
    for context in (stranger, customer):
        assert address_of(context, tickets[0]).status == 404
        context.close()


def test_s18_the_secret_and_the_signature_are_on_no_page(agent, helpdesk, tickets):
    answer = address_of(agent, tickets[0])
    assert "signature=" in answer.headers["location"]
    assert re.search("no-store", answer.headers["cache-control"])
    with watched(agent) as page:
        card = open_card(page, helpdesk, tickets[0])
        expect(card).to_contain_text("Gold")
        assert SECRET.reveal() not in page.content()
        assert "signature" not in page.content()
