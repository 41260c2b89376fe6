"""The extension's page in a real browser: beside a client that plays Zoho's, which sends on what
the page asks for, with the secret filled in, to the whole of our web application."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from context_sidecar import plugins
from playwright.sync_api import expect
from support.app_pages import AppPage, package
from support.hosts import OLD_SECRET, SECRET, install
from support.web import CARD, Deployment, configuration

pytestmark = pytest.mark.real

CLIENT = (Path(__file__).parent / "zoho_desk" / "client.js").read_text()
SDK = "https://js.zohostatic.com/support/developer_sdk/v1/js/ZohoDeskClientSDK.min.js"
EVERYWHERE = ("zoho_desk/ticket", "zoho_desk/contact", "zoho_desk/account")
OF_ACME = {"accountId": "29", "accountName": "Acme GmbH"}
KNOWN: dict[str, Any] = {
    "ticket": {
        "id": "4711", "email": "ana@acme.example", "contactName": "Ana Lima", "contactId": "7",
        **OF_ACME,
    },
    "contact": {
        "id": "7", "firstName": "Ana", "lastName": "Lima", "email": "ana@acme.example", **OF_ACME,
    },
    "account": {"id": "29", "accountName": "Acme GmbH", "website": "www.acme.example"},
    "user": {"id": "77", "fullName": "Bo Berg"},
}  # fmt: skip
ANA = {
    "requester_email": "ana@acme.example", "requester_name": "Ana Lima", "contact_id": "7",
    "account_id": "29", "account_name": "Acme GmbH",
}  # fmt: skip


class ZohoDesk(AppPage):
    """Zoho Desk's page, and Zoho's servers behind it."""

    def __init__(self, page, tmp_path) -> None:
        files = package("zoho_desk", *EVERYWHERE)
        served = {path.removeprefix("app/"): each for path, each in files.items()}
        super().__init__(page, served, "widget.html", CLIENT, self.send)
        page.route(SDK, lambda route: route.fulfill(body=CLIENT, content_type="text/javascript"))
        self.allowed = json.loads(files["plugin-manifest.json"])["whiteListedDomains"]
        cards = {"ticket": replace(CARD, where=EVERYWHERE)}
        self.deployment = Deployment(configuration(tmp_path, install("zoho_desk"), cards=cards))
        self.secret = SECRET
        self.sent: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    def send(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Send a request on as Zoho's servers do: where the manifest allows it, the secret filled
        in."""
        assert any(asked["url"].startswith(f"{one}/") for one in self.allowed)
        assert "responseType" not in asked  # with it, Zoho would leave the body out
        self.sent.append(asked["postBody"])
        if self.answers:
            return self.answers.pop(0)
        filled = {
            name: value.replace("{{secret}}", self.secret.reveal())
            for name, value in asked["headers"].items()
        }
        response = self.deployment.client.open(
            urlsplit(asked["url"]).path, method=asked["type"], headers=filled,
            data=json.dumps(asked["postBody"]),
        )  # fmt: skip
        return {"status": response.status_code, "body": response.text}

    def open(self, kind: str = "ticket", known: Any = None, **more: str) -> ZohoDesk:
        place = f"desk.{kind}.detail.rightpanel"
        query = urlencode({"place": place, "known": json.dumps(known or KNOWN), **more})
        self.page.goto(f"{self.address}?{query}")
        return self

    def asked(self, what: str) -> Any:
        return self.page.evaluate("what => asked[what]", what)


@pytest.fixture
def desk(browser, tmp_path):
    page = browser.new_page(locale="en-GB", timezone_id="Asia/Tokyo")
    started = ZohoDesk(page, tmp_path)
    yield started
    page.close()
    assert started.complaints == []


@pytest.mark.parametrize("wrap", ["plain", "connection", "json"])
def test_the_card_stands_beside_the_ticket_however_zoho_wraps_the_answer(desk, wrap):
    desk.open(wrap=wrap)
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    expect(desk.page.locator("main")).to_contain_text("Enterprise")
    expect(desk.page.locator("main > div > small")).to_contain_text("18:00")
    assert desk.sent == [
        {"type": "ticket", "id": "4711", "keys": ANA, "user": "77", "locale": "en",
         "zone": "Asia/Tokyo", "again": False},
    ]  # fmt: skip


def test_a_contact_says_whose_it_is(desk):
    desk.open("contact")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert (desk.sent[0]["type"], desk.sent[0]["id"]) == ("contact", "7")
    assert desk.sent[0]["keys"] == ANA


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("www.acme.example", "www.acme.example"), ("https://acme.example/de", "acme.example"),
        ("", ""), (None, ""), ("not a domain", ""), ({"a": 1}, ""),
    ],
)  # fmt: skip
def test_an_account_says_its_name_and_domain(desk, website, domain):
    desk.open("account", KNOWN | {"account": KNOWN["account"] | {"website": website}})
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert desk.sent[0]["keys"] == {
        "account_id": "29", "account_name": "Acme GmbH", "account_domain": domain,
    }  # fmt: skip
    assert {*desk.sent[0]["keys"]} == {*plugins.host("zoho_desk").keys_of("account")}


def test_the_agents_language_is_that_of_the_card_and_of_its_own_words(desk):
    desk.answers = [{"status": 500, "body": "{}"}]
    desk.open(locale="de")
    expect(desk.page.locator("h1")).to_have_text("Die Angaben zum Kunden waren nicht zu bekommen")
    desk.page.get_by_role("button", name="Erneut prüfen").click()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert [said["locale"] for said in desk.sent] == ["de", "de"]
    assert desk.page.evaluate("document.documentElement.lang") == "de"


@pytest.mark.parametrize(
    ("appearance", "theme"),
    [("light", "light"), ("dark", "dark"), ("pureDark", "dark"), ("auto", "light"), ("", "light")],
)
def test_it_is_dark_where_zoho_desk_is(desk, appearance, theme):
    desk.open(appearance=appearance)
    expect(desk.page.locator("html")).to_have_attribute("data-theme", theme)


def test_it_becomes_dark_when_zoho_desk_does(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.page.evaluate("fire('user_preference.changed', { appearance: 'dark' })")
    expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    desk.page.evaluate("fire('user_preference.changed')")
    expect(desk.page.locator("html")).to_have_attribute("data-theme", "light")


def test_another_ticket_is_another_card_and_nothing_of_the_last_one_stays(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.answers = [{"status": 504, "body": ""}]
    desk.page.evaluate("known.ticket.id = '12'")
    desk.page.evaluate("fire('ticket_Shift')")
    expect(desk.page.get_by_role("alert")).to_be_visible()
    assert "Acme" not in desk.text
    assert [said["id"] for said in desk.sent] == ["4711", "12"]


def test_another_record_of_which_zoho_says_nothing_is_noticed(desk):
    desk.page.clock.install()
    desk.open("contact")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.page.clock.run_for(9001)
    assert len(desk.sent) == 1
    desk.page.evaluate("known.contact.id = '8'")
    desk.page.clock.run_for(3001)
    desk.page.wait_for_function("() => asked.requests.length === 2")
    assert [said["id"] for said in desk.sent] == ["7", "8"]


def test_who_presses_the_button_asks_the_sources(desk):
    desk.open()
    desk.page.get_by_role("button", name="Check again").click()
    desk.page.wait_for_function("() => asked.requests.length === 2")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert [said["again"] for said in desk.sent] == [False, True]
    assert desk.deployment.engine.asked[1]["force"] is True


def test_s2_another_secret_shows_no_card_and_says_that_there_is_none(desk):
    desk.secret = OLD_SECRET
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("could not be had")
    assert not desk.deployment.engine.asked


@pytest.mark.parametrize("body", ["", "<html>", "null", "{}", "[]", "7", '"x"', '{"data": {}}'])
@pytest.mark.parametrize("wrap", ["plain", "connection"])
def test_an_answer_that_is_none_is_said_and_never_a_blank(desk, body, wrap):
    desk.answers = [{"status": 200, "body": body}]
    desk.open(wrap=wrap)
    expect(desk.page.get_by_role("alert")).to_contain_text("could not be had")


def test_why_there_is_no_card_is_said_in_its_place(desk):
    cards = desk.deployment.configuration.cards
    cards["ticket"] = replace(cards["ticket"], audience=frozenset({"nobody"}))
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("This card is not for your role")


def test_where_zoho_says_nothing_the_page_says_so(desk):
    desk.page.clock.install()
    desk.open(silent="1")
    assert "Looking up" in desk.text
    desk.page.clock.fast_forward(8001)
    expect(desk.page.get_by_role("alert")).to_contain_text("Zoho Desk has not said")


def test_without_zohos_client_the_page_explains_itself(desk):
    desk.page.route(SDK, lambda route: route.abort())
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("Zoho Desk has not said")
    desk.complaints = [one for one in desk.complaints if "ERR_FAILED" not in one]


@pytest.mark.parametrize("place", ["desk.background", "", None])
def test_in_a_place_that_shows_no_record_the_page_says_so(desk, place):
    desk.page.goto(f"{desk.address}?{urlencode({'place': place or ''})}")
    expect(desk.page.get_by_role("alert")).to_contain_text("No record yet")


def test_a_record_without_an_id_is_said_to_be_none(desk):
    desk.open(known={"ticket": {}, "user": KNOWN["user"]})
    expect(desk.page.get_by_role("alert")).to_contain_text("No record yet")
    assert desk.sent == []


def test_zoho_is_asked_for_the_pages_height_but_never_for_nothing(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    whole = desk.page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    desk.page.wait_for_function(f"() => asked.invoked.at(-1)?.[1].height === '{whole}px'")
    before = desk.asked("invoked")
    assert {action for action, _ in before} == {"RESIZE"}
    desk.page.evaluate("document.body.style.display = 'none'")
    desk.page.wait_for_timeout(100)
    desk.page.evaluate("document.body.style.display = ''")
    desk.page.wait_for_timeout(100)
    assert desk.asked("invoked") == before


def test_a_link_opens_in_a_new_tab(desk):
    desk.page.context.route("https://**", lambda route: route.fulfill(body="elsewhere"))
    desk.open()
    with desk.page.context.expect_page() as opened:
        desk.page.get_by_role("link").first.click()
    assert opened.value.evaluate("window.opener") is None
