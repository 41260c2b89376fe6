"""The scripts that speak with the host's page, in a real browser: with friends and with others."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from context_sidecar import plugins
from playwright.sync_api import Frame
from pytest_httpserver import HTTPServer

pytestmark = pytest.mark.real

PAGES = Path(__file__).parent / "pages"
HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"

ORGANIZATION = {"id": 9, "name": "Acme", "externalId": " C-1001 ", "domains": ["acme.example"]}
ACME = {
    "organization_id": "9",
    "organization_name": "Acme",
    "organization_external_id": "C-1001",
    "organization_domain": "acme.example",
}
ACME_OF_TWO_DOMAINS = {key: ACME[key] for key in ACME if key != "organization_domain"}
TICKET = {
    "colorScheme": "dark",
    "ticket.id": 4711,
    "ticket.requester.email": "ana@acme.example",
    "ticket.requester.externalId": None,
    "ticket.organization": ORGANIZATION,
}
TICKET_RECORD = {
    "type": "ticket",
    "id": "4711",
    "keys": {"requester_email": "ana@acme.example"} | ACME,
}


class Desk:
    """A host's page on one site and our frame on another, in one browser tab."""

    def __init__(self, page, theirs: HTTPServer, ours: HTTPServer) -> None:
        self.page = page
        self.theirs = f"http://127.0.0.1:{theirs.port}"
        self.ours = f"http://localhost:{ours.port}"
        for server in (theirs, ours):
            server.clear()
            for name in ("zendesk", "stranger"):
                html = (PAGES / f"{name}.html").read_text()
                server.expect_request(f"/{name}").respond_with_data(html, content_type="text/html")
        for bridge in ("zendesk", "iframe", "link", "rt"):
            html = (PAGES / "frame.html").read_text().replace("BRIDGE", bridge)
            html = html.replace("ORIGINS", f"https://other.example {self.theirs}")
            script = (HOSTS / bridge / "bridge.js").read_text()
            ours.expect_request(f"/frame/{bridge}").respond_with_data(
                html, content_type="text/html"
            )
            ours.expect_request(f"/{bridge}.js").respond_with_data(
                script, content_type="text/javascript"
            )
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def zendesk(self, location="ticket_sidebar", answers=TICKET, **more) -> Desk:
        given = {"frame": f"{self.ours}/frame/zendesk", "location": location} | more
        query = urlencode(given | {"answers": json.dumps(answers)})
        self.page.goto(f"{self.theirs}/zendesk?{query}")
        return self

    def stranger(self, address: str, *, on: str) -> Desk:
        self.page.goto(f"{on}/stranger?{urlencode({'frame': address})}")
        self.settle()
        return self

    @property
    def frame(self) -> Frame:
        return self.page.frames[1]

    def say(self, *messages: object) -> None:
        """Let the host's page say *messages* to the frame, whoever listens."""
        self.page.evaluate(
            "said => said.forEach((one) => frame.contentWindow.postMessage(one, '*'))", messages
        )

    def settle(self) -> None:
        """Wait until every message on its way has been heard: messages keep their order."""
        self.page.wait_for_load_state("load")
        self.frame.wait_for_load_state("load")
        self.page.evaluate(
            """() => new Promise((done) => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => requestAnimationFrame(() => requestAnimationFrame(done));
                port2.postMessage(0);
            })"""
        )
        self.frame.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def records(self, count: int) -> list[dict[str, object]]:
        """The records that the bridge told, once there are *count*."""
        js = f"() => told.filter((one) => one.record).length >= {count}"
        self.frame.wait_for_function(js)
        return self.frame.evaluate(
            "() => told.filter((one) => one.record).map((one) => one.record)"
        )

    def heard(self, condition: str) -> dict[str, object]:
        """The first message to the host that meets *condition*, a JavaScript expression of `m`."""
        found = self.page.wait_for_function(f"() => heard.find((m) => {condition})")
        return found.json_value()


@pytest.fixture(scope="module")
def servers():
    with (
        HTTPServer(host="127.0.0.1", threaded=True) as theirs,
        HTTPServer(host="localhost", threaded=True) as ours,
    ):
        yield theirs, ours


@pytest.fixture
def desk(browser, servers):
    page = browser.new_page()
    started = Desk(page, *servers)
    yield started
    page.close()
    assert started.complaints == []


def test_zendesk_is_greeted_with_the_apps_own_id(desk):
    hello = desk.zendesk().heard("m.key === 'iframe.handshake'")
    assert hello == {
        "key": "iframe.handshake",
        "message": {"version": "2.0.9"},
        "appGuid": "1c3b8f6e",
        "instanceGuid": "1c3b8f6e",
    }


def test_zendesk_tells_the_ticket_and_what_it_says_of_its_customer(desk):
    assert desk.zendesk().records(1) == [TICKET_RECORD]


@pytest.mark.parametrize(
    ("user", "how"),
    [
        (
            {"locale": "de", "timeZone": {"ianaName": "America/New_York", "offset": -240}},
            {"locale": "de", "time_zone": "America/New_York"},
        ),
        ({"locale": None, "timeZone": None}, {}),
    ],
)
def test_zendesk_is_asked_how_the_agent_reads(desk, user, how):
    assert desk.zendesk(answers=TICKET | {"currentUser": user}).records(1) == [TICKET_RECORD | how]


def test_a_ticket_that_is_being_written_is_called_new(desk):
    written = TICKET | {"ticket.id": None}
    [record] = desk.zendesk("new_ticket_sidebar", written).records(1)
    assert record == TICKET_RECORD | {"id": "new"}


@pytest.mark.parametrize(
    ("organizations", "keys"),
    [
        ([ORGANIZATION], ACME),
        ([ORGANIZATION, {"id": 10}], {}),
        ([], {}),
        (None, {}),
        ([ORGANIZATION | {"domains": ["a.example", "b.example"]}], ACME_OF_TWO_DOMAINS),
    ],
)
def test_a_user_tells_of_an_organization_only_where_there_is_one(desk, organizations, keys):
    user = {"user.id": 17, "user.email": "ana@acme.example", "user.organizations": organizations}
    [record] = desk.zendesk("user_sidebar", user).records(1)
    assert (record["type"], record["id"]) == ("user", "17")
    assert record["keys"] == {"requester_email": "ana@acme.example"} | keys


def test_an_organization_tells_its_keys(desk):
    [record] = desk.zendesk("organization_sidebar", {"organization": ORGANIZATION}).records(1)
    assert record == {"type": "organization", "id": "9", "keys": ACME}
    assert {*ACME} == {*plugins.host("zendesk").keys_of("organization")}


def test_values_of_another_shape_are_no_keys(desk):
    odd = {
        "ticket.id": 4711,
        "ticket.requester.email": {"a": 1},
        "ticket.organization": "Acme",
        "ticket.requester.externalId": ["x"],
    }
    assert desk.zendesk(answers=odd).records(1) == [{"type": "ticket", "id": "4711", "keys": {}}]


def test_another_requester_is_another_record_and_the_same_one_is_not(desk):
    desk.zendesk().records(1)
    desk.page.evaluate("() => fire('app.activated')")
    desk.page.evaluate("() => { answers['ticket.requester.email'] = 'bo@other.example' }")
    desk.page.evaluate("() => fire('ticket.requester.id.changed', 18)")
    records = desk.records(2)
    assert [record["keys"]["requester_email"] for record in records] == [
        "ana@acme.example",
        "bo@other.example",
    ]


def test_a_new_ticket_that_was_saved_is_known_by_its_id(desk):
    desk.zendesk("new_ticket_sidebar", TICKET | {"ticket.id": None}).records(1)
    desk.page.evaluate("() => fire('context.updated', { location: 'ticket_sidebar', ticketId: 7 })")
    assert [record["id"] for record in desk.records(2)] == ["new", "7"]


def test_where_zendesk_does_not_answer_the_ids_of_its_greeting_are_told(desk):
    desk.page.clock.install()
    desk.zendesk(silent=1).heard("m.request === 'get' && m.params.includes('ticket.id')")
    desk.page.clock.fast_forward(5001)
    assert desk.records(1) == [{"type": "ticket", "id": "4711", "keys": {}}]


def test_zendesk_is_asked_for_the_cards_height_whenever_it_changes(desk):
    desk.zendesk().heard("m.params?.resize?.[0].height === '300px'")
    desk.frame.evaluate("() => { document.querySelector('#card').style.height = '450.2px' }")
    resize = desk.heard("m.params?.resize?.[0].height === '451px'")
    assert resize["params"] == {"resize": [{"width": "100%", "height": "451px"}]}
    assert resize["request"] == "invoke"


def test_a_card_that_nobody_sees_does_not_ask_for_a_height_of_nothing(desk):
    desk.zendesk().heard("m.params?.resize?.[0].height === '300px'")
    desk.frame.evaluate("() => { document.querySelector('#card').style.height = '0' }")
    desk.settle()
    assert desk.page.evaluate("() => heard.filter((m) => m.params?.resize).length") == 1


def test_zendesk_says_light_or_dark_at_first_and_when_it_changes(desk):
    desk.zendesk().records(1)
    for theme in ("light", "pink", {}, None, "dark"):
        desk.page.evaluate("theme => fire('colorScheme.changed', theme)", theme)
    desk.frame.wait_for_function("() => told.filter((one) => one.theme).length === 3")
    themes = [one["theme"]["theme"] for one in desk.frame.evaluate("() => told") if "theme" in one]
    assert themes == ["dark", "light", "dark"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/agent/tickets/12", ["ticket", "12"]),
        ("/agent/users/3", ["user", "3"]),
        ("/agent/organizations/9", ["organization", "9"]),
    ],
)
def test_a_link_into_the_same_zendesk_opens_there(desk, path, route):
    desk.zendesk().records(1)
    assert desk.frame.evaluate(f"() => follow('{desk.theirs}{path}')") == "opened by the host"
    assert desk.heard("m.params?.routeTo")["params"] == {"routeTo": route}


@pytest.mark.parametrize(
    "url", ["https://crm.example/1", "{theirs}/agent/tickets/12/x", "{ours}/agent/tickets/12"]
)
def test_any_other_link_opens_in_a_new_tab(desk, url):
    desk.zendesk().records(1)
    address = url.format(theirs=desk.theirs, ours=desk.ours)
    assert desk.frame.evaluate("url => follow(url)", address) == "new tab"


NOISE = [
    None,
    7,
    "",
    "{",
    "null",
    "[]",
    [],
    {},
    {"id": 1},
    {"id": "constructor", "result": 1},
    {"key": 5},
    {"key": "zaf.", "message": {}},
    '{"key": "zaf.app.registered", "message": null}',
    {"key": "zaf.app.registered", "message": {"context": {"location": "constructor"}}},
    {
        "key": "zaf.app.registered",
        "message": {"context": {"location": "user_sidebar", "userId": 6}},
    },
    {"id": 99, "result": {"ticket.id": 666}},
]


PLAUSIBLE = [
    {"key": "zaf.app.registered", "message": {"context": {"location": "ticket_sidebar"}}},
    {"key": "zaf.colorScheme.changed", "message": "light"},
    {"id": 1, "result": {"colorScheme": "light"}},
    {"id": 2, "result": {"ticket.id": 666}},
]


def test_s10_noise_from_zendesk_itself_changes_nothing(desk):
    desk.zendesk().records(1)
    desk.say(*NOISE)
    desk.settle()
    assert desk.records(1) == [TICKET_RECORD]


def test_s10_a_stranger_that_names_itself_hears_nothing_and_is_not_heard(desk):
    launch = urlencode({"origin": desk.ours, "app_guid": "1c3b8f6e"})
    desk.stranger(f"{desk.ours}/frame/zendesk?{launch}", on=desk.ours)
    desk.say(*PLAUSIBLE)
    desk.settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []


def test_s10_a_stranger_that_names_the_host_hears_nothing_and_is_not_heard(desk):
    launch = urlencode({"origin": desk.theirs, "app_guid": "1c3b8f6e"})
    desk.stranger(f"{desk.ours}/frame/zendesk?{launch}", on=desk.ours)
    desk.say(*PLAUSIBLE)
    desk.settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []
    # The browser says that it did not deliver the greeting, which is what we want of it.
    undelivered = "does not match the recipient window's origin"
    desk.complaints = [said for said in desk.complaints if undelivered not in said]


def test_s10_another_window_of_the_hosts_own_origin_is_not_heard(desk):
    desk.zendesk().records(1)
    desk.page.evaluate(
        """(messages) => {
            const other = document.body.appendChild(document.createElement("iframe"));
            const script = other.contentDocument.createElement("script");
            script.textContent = `for (const one of ${JSON.stringify(messages)})
                parent.frames[0].postMessage(one, "*")`;
            other.contentDocument.body.append(script);
        }""",
        [{"key": "zaf.colorScheme.changed", "message": "light"}],
    )
    desk.settle()
    assert desk.frame.evaluate("() => told.filter((one) => one.theme).length") == 1


@pytest.mark.parametrize("bridge", ["iframe", "link", "rt"])
def test_a_page_that_frames_the_card_hears_its_height(desk, bridge):
    desk.stranger(f"{desk.ours}/frame/{bridge}", on=desk.theirs)
    desk.heard("m.height === 300")
    desk.frame.evaluate("() => { document.querySelector('#card').style.height = '412.5px' }")
    assert desk.heard("m.height === 413") == {"type": "context-sidecar:resize", "height": 413}


def test_a_page_that_frames_the_card_can_say_light_or_dark(desk):
    desk.stranger(f"{desk.ours}/frame/iframe", on=desk.theirs)
    said = "context-sidecar:theme"
    desk.say(
        *NOISE, {"type": said}, {"type": said, "theme": "pink"}, {"type": said, "theme": "dark"}
    )
    desk.frame.wait_for_function("() => told.length > 0")
    assert desk.frame.evaluate("() => told") == [{"theme": {"theme": "dark"}}]


def test_a_page_that_frames_the_card_can_have_it_look_again(desk):
    desk.stranger(f"{desk.ours}/frame/iframe", on=desk.theirs)
    desk.say(*NOISE, {"type": "context-sidecar:refresh", "theme": "dark"})
    desk.frame.wait_for_function("() => told.length > 0")
    assert [list(one) for one in desk.frame.evaluate("() => told")] == [["refresh"]]


@pytest.mark.parametrize("bridge", ["iframe", "link", "rt"])
def test_s10_a_page_of_another_origin_hears_nothing_and_is_not_heard(desk, bridge):
    desk.stranger(f"{desk.ours}/frame/{bridge}", on=desk.ours)
    desk.say({"type": "context-sidecar:theme", "theme": "dark"})
    desk.say({"type": "context-sidecar:refresh"})
    desk.settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []
