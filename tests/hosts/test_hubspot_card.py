"""The card as HubSpot's own libraries see it: rendered, signed, sent, and taken by the compiler."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from context_sidecar.web.parts import Allowance
from context_sidecar.wording import LANGUAGES, answer, words
from support import npm
from support.clock import FakeClock
from support.drawn import find, shown
from support.gallery import CRM, GALLERY
from support.hosts import OLD_SECRET, SECRET, host
from support.hubspot_app import PLACES, project, written
from support.web import CARD, Deployment, configuration, install
from werkzeug.serving import make_server

pytestmark = pytest.mark.real

HERE = Path(__file__).parent / "hubspot"
URL = "https://context.example.com/hosts/hubspot-support"


def seen(type_id: str = "0-2", locale: str = "en") -> dict[str, Any]:
    """What HubSpot tells a card of where it stands."""
    return {
        "crm": {"objectId": 512, "objectTypeId": type_id},
        "portal": {"id": 62515, "timezone": "Asia/Tokyo"},
        "user": {"id": 77, "email": "ana@acme.example", "locale": locale},
    }


def loaded(**properties: str | None) -> dict[str, Any]:
    return {"properties": properties, "error": None, "isLoading": False}


def associated(*results: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {
        "results": results, "error": None, "isLoading": False,
        "pagination": {"hasNextPage": more},
    }  # fmt: skip


def one(id: int, type_id: int = 279, **properties: str) -> dict[str, Any]:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": ""}
    return {"toObjectId": id, "associationTypes": [kind], "properties": properties}


NONE = associated()


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    """Bundles the card of an install with *changes*, once each."""
    made: dict[str, Path] = {}

    def bundle(public_url: str = "https://context.example.com", **changes: Any) -> Path:
        npm.need("@hubspot/ui-extensions")
        key = repr((public_url, sorted(changes)))
        if key not in made:
            folder = tmp_path_factory.mktemp("hubspot")
            cards = written(project(*PLACES, public_url=public_url, **changes), folder)
            made[key] = npm.bundle(HERE / "driver.tsx", folder / "driver.cjs", card=cards)
        return made[key]

    return bundle


@pytest.fixture(scope="module")
def run(bundled):
    def one_run(**asked: Any) -> dict[str, Any]:
        plain = {"context": seen(), "properties": loaded(domain="acme.example", name="Acme")}
        return json.loads(npm.run("node", bundled(), said=[plain | asked]))[0]

    return one_run


def told(situation: str, locale: str = "en") -> dict[str, Any]:
    return answer(GALLERY[situation](), words(locale, "Europe/Berlin"))


def rendered(said: dict[str, Any]) -> dict[str, Any]:
    return {"body": host("hubspot").render([said], None)}


@pytest.fixture(scope="module")
def gallery(bundled) -> dict[str, dict[str, Any]]:
    """What is on screen in every situation, rendered in one go."""
    asked = [
        {"context": seen(), "properties": loaded(), "answers": [rendered(told(situation))]}
        for situation in GALLERY
    ]
    found = json.loads(npm.run("node", bundled(), said=asked))
    return {situation: each["shown"][-1] for situation, each in zip(GALLERY, found, strict=True)}


@pytest.mark.parametrize("situation", GALLERY)
def test_every_value_is_on_screen_with_its_word_and_what_is_wrong_with_it(gallery, situation):
    said, screen = told(situation), shown(gallery[situation])
    own = [reading for reading in said["readings"] if not reading["explains"]]
    for reading in own:
        assert reading["label"] in screen
        assert reading["display"] in screen
        assert reading["note"] in screen
        assert reading["state"] == "fresh" or reading["word"] in screen
    for line in [*said["notices"], *said["attention"]]:
        assert line.get("told") or line["message"] in screen
        assert line.get("judged", True) or line["headline"] in screen
    account = said["account"]
    assert (account["name"] if account else said["match"]["headline"]) in screen
    assert account or said["match"]["message"] in screen
    for candidate in said["match"]["candidates"]:
        assert candidate["name"] in screen
    assert said["seen"] in screen
    assert said["again"] in screen


def test_no_two_situations_look_alike(gallery):
    assert len({json.dumps(each) for each in gallery.values()}) == len(gallery)


def test_a_state_stands_in_words_beside_its_colour(gallery):
    said = told("everything")
    words_of_tags = {shown(tag) for tag in find(gallery["everything"], "StatusTag")}
    assert words_of_tags == {each["word"] for each in said["readings"] if each["state"] != "fresh"}


def test_links_lead_to_the_web_and_nowhere_else(run, gallery):
    urls = [link["props"]["href"]["url"] for link in find(gallery["everything"], "Link")]
    assert urls
    assert all(url.startswith(("https://", "http://")) for url in urls)
    nasty = rendered(told("fresh"))
    nasty["body"]["sheet"]["rows"][0]["url"] = "javascript:alert(1)"
    nasty["body"]["sheet"]["url"] = "data:text/html,x"
    links = find(run(answers=[nasty])["shown"][-1], "Link")
    assert all(link["props"]["href"]["url"].startswith("http") for link in links)


def test_the_card_says_that_it_is_looking_before_it_knows(run):
    first = run(answers=[rendered(told("fresh"))])["shown"][0]
    assert next(find(first, "LoadingSpinner"))["props"]["showLabel"]
    assert "Looking up the customer" in shown(first)


def test_why_there_is_no_card_is_on_screen(run):
    notice = host("hubspot").say("Nothing is set up", "Ask your administrator.", None)
    screen = shown(run(answers=[{"body": notice}])["shown"][-1])
    assert "Nothing is set up" in screen
    assert "Ask your administrator." in screen
    assert "Check again" in screen


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [{"body": {"status": "error", "category": "BAD_GATEWAY"}, "status": 502}],
        [{"body": {"status": "error", "category": "BAD_GATEWAY"}}],
        [{"body": None}],
        [{"body": [1]}],
    ],
)
def test_where_there_is_no_answer_the_card_says_so(run, answers):
    [state] = find(run(answers=answers)["shown"][-1], "ErrorState")
    assert "could not be had" in state["props"]["title"]
    assert "Check again" in shown(state)


def test_the_card_has_words_of_its_own_in_the_users_language(bundled):
    asked = [{"context": seen(locale=each), "answers": []} for each in (*LANGUAGES, "xx", "de-at")]
    screens = [
        shown(each["shown"][-1]) for each in json.loads(npm.run("node", bundled(), said=asked))
    ]
    assert len(set(screens)) == len(LANGUAGES)
    for locale, screen in zip((*LANGUAGES, "en", "de"), screens, strict=True):
        assert words(locale, "UTC").text("Check again") in screen


def test_the_button_asks_again_and_shows_what_came(run):
    ran = run(answers=[rendered(told("failed")), rendered(told("fresh"))], presses=1)
    assert [("again=1" in each["url"]) for each in ran["requests"]] == [False, True]
    failed, fresh = ran["shown"][1:]
    assert list(find(failed, "StatusTag"))
    assert not list(find(fresh, "StatusTag"))


def test_where_asking_again_fails_the_card_stays_with_its_time_and_says_so(run):
    ran = run(answers=[rendered(told("fresh"))], presses=1)
    screen = shown(ran["shown"][-1])
    assert "could not be had" in screen
    assert told("fresh")["seen"] in screen


def test_what_is_late_appears_by_itself_and_the_sources_are_not_asked_again_for_it(run):
    late, whole = rendered(told("pending")), rendered(told("fresh"))
    ran = run(answers=[late, late, whole], hasty=True)
    assert len(ran["requests"]) == 3
    assert all("again=1" not in each["url"] for each in ran["requests"])
    assert list(find(ran["shown"][1], "StatusTag"))
    assert not list(find(ran["shown"][-1], "StatusTag"))


def test_what_never_comes_is_not_asked_for_without_end(run):
    ran = run(answers=[rendered(told("pending"))] * 9, hasty=True)
    assert len(ran["requests"]) == 4


def test_what_is_on_screen_in_hubspot_is_what_we_are_asked_for(run):
    ran = run(answers=[rendered(told("fresh"))])
    [request] = ran["requests"]
    assert (
        request["url"]
        == f"{URL}?type=company&id=512&portal=62515&user=77&locale=en&zone=Asia/Tokyo"
    )
    assert request["method"] == "POST"
    assert request["body"] == {"company_domain": "acme.example", "company_name": "Acme"}


ANA = {"email": "ana@acme.example", "firstname": "Ana", "lastname": "Lima"}
PERSON = {"requester_email": "ana@acme.example", "requester_name": "Ana Lima"}
ACME = one(9, domain="acme.example", name="Acme")
ITS = {"company_id": "9", "company_domain": "acme.example", "company_name": "Acme"}
BOTH = associated(one(8, name="Other"), ACME)


@pytest.mark.parametrize(
    ("type_id", "properties", "companies", "contacts", "type", "keys"),
    [
        ("0-1", loaded(**ANA), associated(ACME), NONE, "contact", PERSON | ITS),
        ("0-1", loaded(email=None), NONE, NONE, "contact", {}),
        ("0-1", loaded(**ANA), BOTH, NONE, "contact", PERSON),
        ("0-1", loaded(), associated(ACME, more=True), NONE, "contact", {}),
        ("0-1", loaded(), associated(one(8), one(9, 1)), NONE, "contact", {"company_id": "9"}),
        ("0-3", loaded(), associated(ACME), associated(one(5, **ANA)), "deal", PERSON | ITS),
        ("0-5", loaded(), NONE, associated(one(5, **ANA), one(6)), "ticket", {}),
        ("0-5", loaded(), associated(ACME), NONE, "ticket", ITS),
    ],
)  # fmt: skip
def test_a_record_says_whose_it_is_where_there_is_one(
    run, type_id, properties, companies, contacts, type, keys
):
    ran = run(
        context=seen(type_id),
        properties=properties,
        associations={"0-2": companies, "0-1": contacts},
        answers=[rendered(told("fresh"))],
    )
    [request] = ran["requests"]
    assert f"type={type}&" in request["url"]
    assert request["body"] == keys


def test_until_hubspot_has_said_whose_the_record_is_nothing_is_asked(run):
    waiting = {"properties": {}, "error": None, "isLoading": True}
    ran = run(properties=waiting, answers=[rendered(told("fresh"))], patient=False)
    assert ran["requests"] == []


def test_where_hubspot_is_a_source_of_ours_the_card_reads_nothing(bundled):
    asked = [{"context": seen(), "answers": [rendered(told("fresh"))]}]
    [ran] = json.loads(npm.run("node", bundled(source=CRM), said=asked))
    assert ran["requests"][0]["body"] == {}


def test_the_compiler_finds_nothing(tmp_path):
    npm.need("typescript", "@types/react", "@hubspot/ui-extensions")
    cards = written(project(*PLACES), tmp_path)
    (tmp_path / "node_modules").symlink_to(npm.TOOLS)
    how = "--noEmit --strict --noUnusedLocals --noUncheckedIndexedAccess --skipLibCheck --jsx react"
    more = "--module esnext --moduleResolution bundler --target es2022 --lib es2022,dom"
    npm.run(
        npm.TOOLS / ".bin" / "tsc", *how.split(), *more.split(),
        *sorted(cards.glob("*.ts*")),
    )  # fmt: skip


@pytest.fixture
def served(tmp_path):
    """Our real server, and HubSpot's own signer in front of it."""
    npm.need("@hubspot/ui-extensions-dev-server")
    deployed = []

    def application(environ, start):
        return deployed[0].application(environ, start)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    ours = f"http://localhost:{server.server_port}"
    declared = install(
        "hubspot-support", host="hubspot", origins=(), settings={"client_secret": SECRET}
    )
    (tmp_path / "data").mkdir()
    deployment = Deployment(
        configuration(
            tmp_path,
            declared,
            # The double signs the address that it maps the public one to.
            public_url=ours,
            cards={"company": replace(CARD, where=("hubspot/company",))},
        ),
        FakeClock(datetime.now(UTC)),
        Allowance(records=3),
    )
    deployed.append(deployment)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = subprocess.Popen(
        ["node", HERE / "proxy.mjs", npm.TOOLS, json.dumps({"https://context.example.com": ours})],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"CLIENT_SECRET": SECRET.reveal()},
    )
    port = proxy.stdout.readline().strip()
    assert port.isdigit()
    yield deployment, f"http://127.0.0.1:{port}/proxy"
    proxy.terminate()
    proxy.wait(10)
    proxy.stdout.close()
    server.shutdown()
    server.server_close()
    deployment.database.dispose()


def send(proxy: str, **asked: Any) -> dict[str, Any]:
    """Ask the double to send a request on; return the envelope that a card is given."""
    said = {"requestUri": f"{URL}?{QUERY}", "method": "POST", "requestTimeoutMillis": 15000}
    return httpx.post(proxy, json=said | asked).json()


QUERY = (
    "type=company&id=512&portal=62515&user=77&locale=en"
    "&userId=77&portalId=62515&userEmail=ana%40acme.example&appId=9"
)


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"method": "GET"}, {}),
        ({}, {}),
        ({"requestBody": {}}, {}),
        (
            {"requestBody": {"company_name": "Ümlaut & Söhne"}},
            {"company_name": "Ümlaut & Söhne"},
        ),
    ],
)
def test_hubspots_own_signer_is_believed_by_our_real_server(served, asked, keys):
    deployment, proxy = served
    envelope = send(proxy, **asked)
    assert envelope["status"] == "success"
    assert envelope["responseBody"]["sheet"]["name"] == "Acme GmbH"
    record = deployment.engine.asked[-1]["record"]
    assert record.keys == {"company_id": "512"} | keys


def test_without_the_secret_hubspots_signer_is_not_believed(served):
    deployment, proxy = served
    deployment.configuration.installs["hubspot-support"].settings["client_secret"] = OLD_SECRET
    envelope = send(proxy)
    assert (envelope["status"], envelope["category"]) == ("error", "BAD_GATEWAY")
    assert deployment.engine.asked == []


def test_once_proven_everything_is_a_success_to_hubspot(served):
    _, proxy = served
    envelope = send(proxy, requestUri=f"{URL}?{QUERY.replace('company', 'deal')}")
    assert envelope["status"] == "success"
    assert envelope["responseBody"]["notice"]["title"] == "Nothing is set up for this place yet"


def test_s22_a_script_in_hubspot_cannot_walk_through_records(served):
    _, proxy = served
    answers = [
        send(proxy, requestUri=f"{URL}?{QUERY.replace('512', str(n))}")["responseBody"]
        for n in range(4)
    ]
    assert ["sheet" in one for one in answers] == [True, True, True, False]


def test_the_card_that_we_build_shows_what_our_server_says_through_hubspots_signer(served, run):
    _, proxy = served
    screen = shown(run(proxy=proxy)["shown"][-1])
    assert "Acme GmbH" in screen
    assert "Enterprise" in screen
