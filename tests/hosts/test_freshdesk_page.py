"""The app's page in a real browser: beside a client that plays Freshworks', which sends on what the
app's own request template says, to the whole of our web application."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect
from support.app_pages import AppPage, package
from support.hosts import OLD_SECRET, SECRET, install
from support.web import CARD, Deployment, configuration

pytestmark = pytest.mark.real

CLIENT = (Path(__file__).parent / "freshdesk" / "client.js").read_text()
EVERYWHERE = ("freshdesk/ticket", "freshdesk/requester", "freshdesk/contact")
ANA = {
    "id": 7, "name": "Ana Lima", "email": "ana@acme.example", "unique_external_id": "P-7",
}  # fmt: skip
KNOWN: dict[str, Any] = {
    "ticket": {"id": 4711, "subject": "Export fails"},
    "contact": ANA,
    "company": {"id": 29, "name": "Acme GmbH", "domains": ["acme.example"]},
    "loggedInUser": {"id": 77, "contact": {"name": "Bo", "language": "en"}},
    "currentHost": {"endpoint_urls": {"freshdesk": "https://acme.freshdesk.com"}},
}
KEYS = {
    "requester_email": "ana@acme.example", "requester_name": "Ana Lima",
    "requester_external_id": "P-7", "company_id": "29", "company_name": "Acme GmbH",
    "company_domain": "acme.example",
}  # fmt: skip


class Freshdesk(AppPage):
    """Freshdesk's page, and Freshworks' servers behind it."""

    def __init__(self, page, tmp_path) -> None:
        files = package("freshdesk", *EVERYWHERE)
        self.template = json.loads(files["config/requests.json"])["getContext"]["schema"]
        html = files["app/index.html"].replace(b"{{{appclient}}}", b"client.js")
        served = {path.removeprefix("app/"): each for path, each in files.items()}
        super().__init__(page, served | {"index.html": html}, "index.html", CLIENT, self.send)
        cards = {"ticket": replace(CARD, where=EVERYWHERE)}
        self.deployment = Deployment(configuration(tmp_path, install("freshdesk"), cards=cards))
        self.secret = SECRET
        self.sent: list[dict[str, Any]] = []
        self.answers: list[Any] = []

    def send(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Send a request on as Freshworks' servers do: by the template, the secret filled in."""
        assert asked["name"] == "getContext"
        self.sent.append(json.loads(asked["body"]))
        if self.answers:
            return self.answers.pop(0)
        filled = {
            name: re.sub(r"<%= iparam\.secret %>", self.secret.reveal(), value)
            for name, value in self.template["headers"].items()
        }
        response = self.deployment.client.open(
            self.template["path"], method=self.template["method"], headers=filled,
            data=asked["body"],
        )  # fmt: skip
        return {"status": response.status_code, "response": response.text}

    def open(self, place: str = "ticket_sidebar", known: Any = None, **more: str) -> Freshdesk:
        query = urlencode({"place": place, "known": json.dumps(known or KNOWN), **more})
        self.page.goto(f"{self.address}?{query}")
        return self

    def fire(self, event: str) -> None:
        self.page.evaluate("event => fire(event)", event)

    def asked(self, what: str) -> Any:
        return self.page.evaluate("what => asked[what]", what)


@pytest.fixture
def desk(browser, tmp_path):
    page = browser.new_page(locale="en-GB", timezone_id="Asia/Tokyo")
    started = Freshdesk(page, tmp_path)
    yield started
    page.close()
    assert started.complaints == []


def test_the_card_stands_beside_the_ticket(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    expect(desk.page.locator("main")).to_contain_text("Enterprise")
    [said] = desk.sent
    assert said == {
        "type": "ticket", "id": "4711", "keys": KEYS, "user": "77", "locale": "en",
        "zone": "Asia/Tokyo", "again": False,
    }  # fmt: skip


def test_it_says_when_it_was_seen(desk):
    desk.open()
    expect(desk.page.locator("main > div > small")).to_contain_text("18:00")


@pytest.mark.parametrize(
    ("place", "known", "type", "id"),
    [
        ("ticket_requester_info", KNOWN, "requester", "7"),
        ("contact_sidebar", KNOWN, "contact", "7"),
        ("new_ticket_requester_info", {"requester": ANA, "company": KNOWN["company"]}, "ticket",
         "new"),
    ],
)  # fmt: skip
def test_each_place_names_its_record_and_whose_it_is(desk, place, known, type, id):
    desk.open(place, known)
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert (desk.sent[0]["type"], desk.sent[0]["id"]) == (type, id)
    assert desk.sent[0]["keys"] == KEYS


@pytest.mark.parametrize("domains", [["a.example", "b.example"], [], None, "a.example"])
def test_of_several_domains_none_is_told(desk, domains):
    desk.open(known=KNOWN | {"company": {"id": 29, "name": "Acme GmbH", "domains": domains}})
    expect(desk.page.locator("h1")).to_be_visible()
    assert desk.sent[0]["keys"]["company_domain"] == ""


def test_the_agents_language_is_that_of_the_card_and_of_its_own_words(desk):
    agent = {"id": 77, "contact": {"language": "de"}}
    desk.answers = [{"status": 500}]
    desk.open(known=KNOWN | {"loggedInUser": agent})
    expect(desk.page.locator("h1")).to_have_text("Die Angaben zum Kunden waren nicht zu bekommen")
    desk.page.get_by_role("button", name="Erneut prüfen").click()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    expect(desk.page.locator("main")).to_contain_text("Erneut prüfen")
    assert desk.page.evaluate("document.documentElement.lang") == "de"
    assert desk.sent[1]["locale"] == "de"


def test_another_ticket_is_another_card_and_nothing_of_the_last_one_stays(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.fire("app.deactivated")
    assert "Acme" not in desk.text
    desk.page.evaluate("known.ticket.id = 12")
    desk.fire("app.activated")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert [said["id"] for said in desk.sent] == ["4711", "12"]


def test_an_answer_that_another_ticket_has_overtaken_is_not_shown(desk):
    desk.page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            const send = window.send;
            window.send = async (asked) => {
                const answer = await send(asked);
                if (asked.number === 1) await new Promise((done) => (window.release = done));
                return answer;
            };
        });"""
    )
    desk.answers = [
        {"status": 200, "response": json.dumps({"notice": {"title": "First", "text": "x"}})},
        {"status": 200, "response": json.dumps({"notice": {"title": "Second", "text": "x"}})},
    ]
    desk.open()
    desk.page.wait_for_function("() => window.release")
    desk.page.evaluate("known.ticket.id = 12")
    desk.fire("app.activated")
    expect(desk.page.locator("h1")).to_have_text("Second")
    desk.page.evaluate("window.release()")
    desk.page.wait_for_timeout(100)
    assert desk.page.inner_text("h1") == "Second"


def test_who_presses_the_button_asks_the_sources(desk):
    desk.open()
    desk.page.get_by_role("button", name="Check again").click()
    desk.page.wait_for_function("() => asked.requests === 2")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    assert [said["again"] for said in desk.sent] == [False, True]
    assert desk.deployment.engine.asked[1]["force"] is True


def test_where_asking_again_fails_the_last_answer_stays_with_its_time_and_a_warning(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.answers = [{"status": 504}]
    desk.page.get_by_role("button", name="Check again").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("gave Freshdesk no answer")
    assert "Acme GmbH" in desk.text
    assert "18:00" in desk.text


def test_where_asking_again_is_about_another_record_nothing_of_the_last_one_stays(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    desk.answers = [{"status": 504}]
    desk.page.evaluate("known.contact.email = 'bo@other.example'")
    desk.page.get_by_role("button", name="Check again").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    assert "Acme" not in desk.text


def test_s2_another_secret_shows_no_card_and_says_that_there_is_none(desk):
    desk.secret = OLD_SECRET
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("could not be had")
    assert "Acme" not in desk.text
    assert not desk.deployment.engine.asked


@pytest.mark.parametrize(
    "answer",
    [{"status": 502}, {"status": 200, "response": ""}, {"status": 200, "response": "<html>"},
     {"status": 200, "response": "null"}, {"status": 200, "response": "{}"}, {"status": 200}],
)  # fmt: skip
def test_an_answer_that_is_none_is_said_and_never_a_blank(desk, answer):
    desk.answers = [answer]
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("could not be had")


def test_why_there_is_no_card_is_said_in_its_place(desk):
    cards = desk.deployment.configuration.cards
    cards["ticket"] = replace(cards["ticket"], audience=frozenset({"nobody"}))
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("This card is not for your role")


@pytest.mark.parametrize("more", [{"silent": "1"}, {"still": "1"}])
def test_where_freshdesk_says_nothing_the_page_says_so(desk, more):
    desk.page.clock.install()
    desk.open(**more)
    assert "Looking up" in desk.text
    desk.page.clock.fast_forward(8001)
    expect(desk.page.get_by_role("alert")).to_contain_text("Freshdesk has not said")


def test_a_client_that_comes_late_is_heard_all_the_same(desk):
    desk.page.clock.install()
    desk.open(late="1")
    desk.page.clock.fast_forward(8001)
    expect(desk.page.get_by_role("alert")).to_contain_text("Freshdesk has not said")
    desk.page.clock.fast_forward(1001)
    desk.page.wait_for_function("() => listeners['app.activated']")
    desk.fire("app.activated")
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")


def test_without_freshworks_client_the_page_explains_itself(desk):
    desk.page.route("**/client.js", lambda route: route.abort())
    desk.open()
    expect(desk.page.get_by_role("alert")).to_contain_text("Freshdesk has not said")
    desk.complaints = [one for one in desk.complaints if "ERR_FAILED" not in one]


def test_a_record_without_an_id_is_said_to_be_none(desk):
    desk.open(known={name: each for name, each in KNOWN.items() if name != "ticket"})
    expect(desk.page.get_by_role("alert")).to_contain_text("No record yet")
    assert desk.sent == []


def test_freshdesk_is_asked_for_the_pages_height_but_never_for_nothing(desk):
    desk.open()
    expect(desk.page.locator("h1")).to_have_text("Acme GmbH")
    whole = desk.page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    desk.page.wait_for_function(f"() => asked.heights.at(-1) === '{whole}px'")
    before = len(desk.asked("heights"))
    desk.page.evaluate("document.body.style.display = 'none'")
    desk.page.wait_for_timeout(100)
    desk.page.evaluate("document.body.style.display = ''")
    desk.page.wait_for_timeout(100)
    assert len(desk.asked("heights")) == before


@pytest.mark.parametrize(
    ("url", "clicks"),
    [
        ("https://acme.freshdesk.com/a/tickets/12", [["click", {"id": "ticket", "value": "12"}]]),
        ("https://acme.freshdesk.com/a/contacts/3", [["click", {"id": "contact", "value": "3"}]]),
        ("https://acme.freshdesk.com/a/tickets/12/edit", []),
        ("https://other.freshdesk.com/a/tickets/12", []),
        ("https://help.example.com/12", []),
    ],
)
def test_a_link_into_the_same_freshdesk_opens_there_and_any_other_in_a_new_tab(desk, url, clicks):
    sheet = {
        "title": "Customer", "name": "Acme GmbH", "url": url, "matched": True, "about": "",
        "candidates": [], "cautions": [], "rows": [], "progress": "", "seen": "Seen 18:00",
        "again": "Check again",
    }  # fmt: skip
    desk.answers = [{"status": 200, "response": json.dumps({"sheet": sheet})}]
    desk.page.context.route("https://**/12**", lambda route: route.fulfill(body="elsewhere"))
    desk.open()
    if clicks:
        desk.page.get_by_role("link").click()
    else:
        with desk.page.context.expect_page():
            desk.page.get_by_role("link").click()
    assert desk.asked("clicks") == clicks


def test_s17_what_a_source_says_stays_text(desk):
    nasty = "<img src=x onerror=alert(1)> [x](javascript:alert(1))"
    sheet = {
        "title": nasty, "name": nasty, "url": "javascript:alert(1)", "matched": False,
        "about": nasty,
        "candidates": [{"title": nasty, "detail": nasty, "url": "data:text/html,x"}],
        "cautions": [{"severity": '"><img src=x>', "text": nasty}],
        "rows": [{"field": "x", "label": nasty, "value": nasty, "state": '"><b>', "mark": nasty,
                  "note": nasty, "url": " javascript:alert(1)", "entries": [], "rest": nasty}],
        "progress": "", "seen": nasty, "again": nasty,
    }  # fmt: skip
    desk.answers = [{"status": 200, "response": json.dumps({"sheet": sheet})}]
    desk.open()
    expect(desk.page.locator("h1")).to_have_text(nasty)
    assert desk.page.locator("main img, main a, main b").count() == 0
    assert desk.text.count("<img src=x onerror") == 13


def test_what_is_late_appears_by_itself_and_is_not_asked_for_without_end(desk):
    desk.page.clock.install()
    late = {
        "title": "Customer", "name": "Acme GmbH", "url": "", "matched": True, "about": "",
        "candidates": [], "cautions": [], "rows": [], "progress": "Still looking", "seen": "s",
        "again": "Check again",
    }  # fmt: skip
    desk.answers = [{"status": 200, "response": json.dumps({"sheet": late})}] * 9
    desk.open()
    desk.page.clock.run_for(100)
    for _ in range(6):
        expect(desk.page.locator("main")).to_contain_text("Still looking")
        desk.page.clock.run_for(3001)
        desk.page.wait_for_timeout(50)
    assert len(desk.sent) == 4
    assert not any(said["again"] for said in desk.sent)
