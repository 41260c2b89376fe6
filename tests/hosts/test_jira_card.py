"""The card as Atlassian's own libraries draw it: rendered, sent on with a token, and believed."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from context_sidecar.web.parts import Allowance
from context_sidecar.wording import LANGUAGES, answer, words
from support import npm
from support.clock import FakeClock
from support.drawn import find, shown
from support.gallery import CRM, GALLERY
from support.hosts import FORGE_APP, host
from support.jira import CLAIMS, project, token, written
from support.keys import published
from support.web import CARD, Deployment, configuration, install
from werkzeug import Request, Response
from werkzeug.serving import make_server

pytestmark = pytest.mark.real

HERE = Path(__file__).parent / "jira"
ORGANIZATIONS = "com.atlassian.servicedesk:sd-customer-organizations"


def seen(locale: str = "en_US", key: str = "SUP-12") -> dict[str, Any]:
    """What Jira tells a card of where it stands."""
    issue = {"key": key, "id": "10042", "type": "Support", "typeId": "10001"}
    project = {"id": "10000", "key": "SUP", "type": "service_desk"}
    extension = {"type": "jira:issueContext", "issue": issue, "project": project}
    return {"locale": locale, "timezone": "Asia/Tokyo", "extension": extension}


def issue(reporter: Any = None, organizations: Any = None) -> dict[str, Any]:
    """What Jira's API says of an issue."""
    fields = {"summary": "Printer", "reporter": reporter, "customfield_10002": organizations}
    schema = {
        "summary": {"type": "string", "system": "summary"},
        "customfield_10002": {"type": "array", "custom": ORGANIZATIONS, "customId": 10002},
    }
    return {"body": {"id": "10042", "key": "SUP-12", "fields": fields, "schema": schema}}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    """Bundles the card of an install with *changes*, once each."""
    made: dict[str, Path] = {}

    def bundle(**changes: Any) -> Path:
        npm.need("@forge/react", "@forge/bridge")
        key = repr(sorted(changes))
        if key not in made:
            folder = tmp_path_factory.mktemp("jira")
            cards = written(project(**changes), folder)
            made[key] = npm.bundle(HERE / "driver.jsx", folder / "driver.cjs", card=cards)
        return made[key]

    return bundle


@pytest.fixture(scope="module")
def run(bundled):
    def one_run(**asked: Any) -> dict[str, Any]:
        return json.loads(npm.run("node", bundled(), said=[{"context": seen()} | asked]))[0]

    return one_run


def told(situation: str, locale: str = "en") -> dict[str, Any]:
    return answer(GALLERY[situation](), words(locale, "Europe/Berlin"))


def rendered(said: dict[str, Any]) -> dict[str, Any]:
    return {"body": host("jira").render([said], None)}


@pytest.fixture(scope="module")
def gallery(bundled) -> dict[str, dict[str, Any]]:
    """What is on screen in every situation, rendered in one go."""
    asked = [{"context": seen(), "answers": [rendered(told(each))]} for each in GALLERY]
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
    marks = {shown(one) for one in find(gallery["everything"], "Lozenge")}
    assert marks == {each["word"] for each in said["readings"] if each["state"] != "fresh"}


def test_links_lead_to_the_web_in_a_new_tab_and_nowhere_else(run, gallery):
    links = [link["props"] for link in find(gallery["everything"], "Link")]
    assert links
    assert all(link["href"].startswith(("https://", "http://")) for link in links)
    assert all(link["openNewTab"] for link in links)
    nasty = rendered(told("fresh"))
    nasty["body"]["sheet"]["rows"][0]["url"] = "javascript:alert(1)"
    nasty["body"]["sheet"]["url"] = "data:text/html,x"
    links = find(run(answers=[nasty])["shown"][-1], "Link")
    assert all(link["props"]["href"].startswith("http") for link in links)


def test_the_card_says_that_it_is_looking_before_it_knows(run):
    first = run(answers=[rendered(told("fresh"))])["shown"][0]
    assert "Looking up the customer" in shown(first)


def test_why_there_is_no_card_is_on_screen(run):
    notice = host("jira").say("Nothing is set up", "Ask your administrator.", None)
    screen = shown(run(answers=[{"body": notice}])["shown"][-1])
    assert "Nothing is set up" in screen
    assert "Ask your administrator." in screen
    assert "Check again" in screen


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [{"status": 401}],
        [{"status": 502, "body": {"sheet": {}}}],
        [{"body": {"status": "error"}}],
        [{"body": None}],
        [{"body": [1]}],
    ],
)
def test_where_there_is_no_answer_the_card_says_so(run, answers):
    [message] = find(run(answers=answers)["shown"][-1], "SectionMessage")
    assert message["props"]["appearance"] == "warning"
    assert "could not be had" in message["props"]["title"]


@pytest.mark.parametrize("found", [{"status": 403, "body": {}}, {"body": {"key": "SUP-12"}}])
def test_an_issue_that_jira_does_not_tell_of_is_not_taken_for_one_without_a_customer(run, found):
    ran = run(issue=found, answers=[rendered(told("fresh"))])
    assert ran["requests"] == []
    assert "Jira has not said whose issue this is" in shown(ran["shown"][-1])


@pytest.mark.parametrize("context", [None, {"locale": "en_US", "extension": {"type": "x"}}])
def test_where_jira_does_not_say_where_the_card_stands_it_says_so(run, context):
    ran = run(context=context, hasty=True, steps=["press"])
    assert "Jira has not said whose issue this is" in shown(ran["shown"][-1])
    assert ran["requests"] == []


def test_the_card_has_words_of_its_own_in_the_users_language(bundled):
    asked = [{"context": seen(each), "answers": []} for each in (*LANGUAGES, "xx_XX", "de_DE")]
    screens = [
        shown(each["shown"][-1]) for each in json.loads(npm.run("node", bundled(), said=asked))
    ]
    assert len(set(screens)) == len(LANGUAGES)
    for locale, screen in zip((*LANGUAGES, "en", "de"), screens, strict=True):
        assert words(locale, "UTC").text("Check again") in screen


def test_the_button_asks_again_and_shows_what_came(run):
    ran = run(answers=[rendered(told("failed")), rendered(told("fresh"))], steps=["press"])
    assert [each["body"]["again"] for each in ran["requests"]] == [False, True]
    failed, fresh = ran["shown"][1:]
    assert list(find(failed, "Lozenge"))
    assert not list(find(fresh, "Lozenge"))


def test_where_asking_again_fails_the_card_stays_with_its_time_and_says_so(run):
    screen = shown(run(answers=[rendered(told("fresh"))], steps=["press"])["shown"][-1])
    assert "could not be had" in screen
    assert told("fresh")["seen"] in screen


def test_what_is_late_appears_by_itself_and_the_sources_are_not_asked_again_for_it(run):
    late, whole = rendered(told("pending")), rendered(told("fresh"))
    ran = run(answers=[late, late, whole], hasty=True)
    assert [each["body"]["again"] for each in ran["requests"]] == [False] * 3
    assert list(find(ran["shown"][1], "Lozenge"))
    assert not list(find(ran["shown"][-1], "Lozenge"))


def test_an_answer_that_did_not_come_is_asked_for_again_by_itself(run):
    """Such as before our server knows Atlassian's keys."""
    ran = run(answers=[{"status": 401}, rendered(told("fresh"))], hasty=True)
    assert "could not be had" not in shown(ran["shown"][-1])
    assert told("fresh")["seen"] in shown(ran["shown"][-1])


def test_what_never_comes_is_not_asked_for_without_end(run):
    for answers in ([rendered(told("pending"))] * 9, []):
        assert len(run(answers=answers, hasty=True)["requests"]) == 4


CHANGED = {"issueId": "10042", "projectId": "10000", "changes": [{"changeType": "updated"}]}


def test_an_issue_that_has_changed_is_read_anew_and_another_is_not(run):
    answers = [rendered(told("fresh")), rendered(told("failed"))]
    ran = run(answers=answers, steps=[CHANGED | {"issueId": "7"}, CHANGED])
    assert ran["heard"] == ["JIRA_ISSUE_CHANGED"]
    assert len(ran["read"]) == len(ran["requests"]) == 2
    assert list(find(ran["shown"][-1], "Lozenge"))


def test_what_is_on_screen_in_jira_is_what_we_are_asked_for(run):
    [request] = run(answers=[rendered(told("fresh"))])["requests"]
    assert request["path"] == "/hosts/jira-support"
    assert request["method"] == "POST"
    assert request["invokeType"] == "ui-remote-fetch"
    assert request["body"] == {
        "issue": {"key": "SUP-12"},
        "keys": {},
        "locale": "en-US",
        "zone": "Asia/Tokyo",
        "again": False,
    }


ANA = {"accountId": "5", "emailAddress": "ana@acme.example", "displayName": "Ana Lima"}
PERSON = {"requester_email": "ana@acme.example", "requester_name": "Ana Lima"}
ACME = {"id": "3", "name": "Acme", "_links": {"self": "https://acme.atlassian.net/x"}}
ITS = {"organization_id": "3", "organization_name": "Acme"}


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        (issue(ANA, [ACME]), PERSON | ITS),
        (issue({"accountId": "5", "displayName": "Ana Lima"}, []), {"requester_name": "Ana Lima"}),
        (issue(None, [ACME, {"id": "4", "name": "Bolt"}]), {}),
        (issue(), {}),
        ({"body": {"fields": {"reporter": ANA}, "schema": {}}}, PERSON),
    ],
)
def test_an_issue_says_whose_it_is_where_there_is_one(run, found, keys):
    ran = run(issue=found, answers=[rendered(told("fresh"))])
    assert ran["read"] == ["/rest/api/3/issue/SUP-12?fields=*navigable&expand=schema"]
    assert ran["requests"][0]["body"]["keys"] == keys


@pytest.mark.parametrize(
    ("then", "stays"),
    [(issue(ANA, [ACME]), True), (issue(ANA, [{"id": "4"}]), False), ({"status": 403}, False)],
)
def test_what_was_said_of_one_customer_stays_only_while_the_issue_is_theirs(run, then, stays):
    ran = run(issues=[issue(ANA, [ACME]), then], answers=[rendered(told("fresh"))], steps=[CHANGED])
    screen = shown(ran["shown"][-1])
    assert list(find(ran["shown"][-1], "SectionMessage"))
    assert ("Acme GmbH" in screen) is stays


def test_where_jira_is_a_source_of_ours_the_card_reads_nothing(bundled):
    asked = [{"context": seen(), "answers": [rendered(told("fresh"))]}]
    [ran] = json.loads(npm.run("node", bundled(source=CRM), said=asked))
    assert ran["read"] == []
    assert ran["requests"][0]["body"]["keys"] == {}


@pytest.fixture
def served(tmp_path):
    """Our real application, and what sends a card's requests on to it as Atlassian does."""
    (tmp_path / "data").mkdir()
    declared = install("jira-support", host="jira", origins=(), settings={"app_id": FORGE_APP})
    deployment = Deployment(
        configuration(tmp_path, declared, cards={"issue": replace(CARD, where=("jira/issue",))}),
        FakeClock(datetime.now(UTC)),
        Allowance(records=3),
        published=published,
    )
    claims = dict(CLAIMS)

    @Request.application
    def atlassian(request: Request) -> Response:
        said = json.loads(request.get_data())
        now = int(deployment.clock().timestamp())
        signed = token(claims | {"iat": now, "nbf": now, "exp": now + 25})
        headers = said["headers"] | {"Authorization": f"Bearer {signed}"}
        answered = deployment.client.open(
            said["path"], method=said["method"], data=json.dumps(said["body"]), headers=headers
        )
        body = json.loads(answered.data)
        return Response(json.dumps({"status": answered.status_code, "body": body}))

    server = make_server("127.0.0.1", 0, atlassian, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield deployment, f"http://127.0.0.1:{server.server_port}", claims
    server.shutdown()
    server.server_close()
    deployment.database.dispose()


def test_from_the_issue_on_screen_to_the_card_through_our_real_server(served, run):
    deployment, proxy, _ = served
    ran = run(proxy=proxy, issue=issue(ANA, [ACME]), steps=["press"])
    screen = shown(ran["shown"][-1])
    assert "Acme GmbH" in screen
    assert "Enterprise" in screen
    [first, again] = deployment.engine.asked
    assert (first["record"].place, first["record"].id) == ("jira/issue", "SUP-12")
    assert first["record"].keys == PERSON | ITS
    assert (first["force"], again["force"]) == (False, True)


def test_a_token_for_another_app_gives_the_card_nothing(served, run):
    deployment, proxy, claims = served
    claims["aud"] = FORGE_APP.replace("8db3", "77aa")
    ran = run(proxy=proxy)
    assert "could not be had" in shown(ran["shown"][-1])
    assert deployment.engine.asked == []


def test_s2_a_visitor_cannot_walk_through_many_issues(served, run):
    deployment, proxy, claims = served
    claims["context"] = CLAIMS["context"] | {"extension": {}}
    screens = [shown(run(proxy=proxy, context=seen(key=f"SUP-{n}"))["shown"][-1]) for n in range(5)]
    assert ["Acme GmbH" in screen for screen in screens] == [True] * 3 + [False] * 2
    assert len(deployment.engine.asked) == 3
