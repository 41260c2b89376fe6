"""The context API: which card somebody is given about a record or an account, and in what form."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from support import gallery
from support.web import DESK, install, query

TICKET = "/v1/context/iframe/ticket/4711"


def states(response):
    return {each["field"]: each["state"] for each in response.json["readings"]}


def test_a_visit_is_given_the_card_of_its_record(deployment):
    response = deployment.get(TICKET, deployment.token())

    assert response.status_code == 200
    assert response.json["record"] == {"host": "iframe", "type": "ticket", "id": "4711"}
    assert response.json["account"]["name"] == "Acme GmbH"
    assert states(response)["tier"] == "fresh"


def test_json_is_given_unless_html_is_preferred(deployment):
    token = deployment.token()

    as_json = deployment.get(TICKET, token, Accept="*/*")
    as_html = deployment.get(TICKET, token, Accept="text/html, application/json;q=0.5")

    assert as_json.content_type == "application/json; charset=utf-8"
    assert as_html.content_type == "text/html; charset=utf-8"
    assert as_html.text.startswith('<section class="card"')
    assert "Enterprise" in as_html.text


def test_a_live_page_glances_and_a_program_waits_up_to_the_deadline(deployment):
    token = deployment.token()

    deployment.get(TICKET, token, Accept="text/html")
    deployment.get(TICKET, token, Accept="application/json")

    glance, wait = deployment.engine.asked
    assert glance["live"]
    assert glance["patience"].total_seconds() == 0.4
    assert not wait["live"]
    assert wait["patience"] is None


def test_no_cache_asks_the_sources_again_and_waits_for_them(deployment):
    token = deployment.token()
    deployment.get(TICKET, token, Accept="text/html")

    deployment.get(TICKET, token, Accept="text/html", Cache_Control="no-cache")

    first, again = deployment.engine.asked
    assert not first["force"]
    assert again["force"]
    assert again["patience"] is None


def test_a_browser_that_revalidates_does_not_ask_the_sources_again(deployment):
    """Chromium adds `max-age=0` by itself to a request that brings `If-None-Match`."""
    token = deployment.token()
    etag = deployment.get(TICKET, token).headers["ETag"]

    response = deployment.get(TICKET, token, If_None_Match=etag, Cache_Control="max-age=0")

    assert response.status_code == 304
    assert not any(asked["force"] for asked in deployment.engine.asked)


def test_the_first_card_that_the_visitor_may_see_is_theirs(deploy):
    deployment = deploy(install(roles=frozenset({"support", "finance"})))
    finance = deployment.token(roles=frozenset({"finance"}))

    assert deployment.get(TICKET, finance).json["card"] == "margin"
    assert deployment.get(TICKET, deployment.token()).json["card"] == "ticket"


def test_a_card_can_be_named(deployment):
    both = deployment.token(roles=frozenset({"support", "finance"}))

    assert deployment.get(TICKET + query(card="margin"), both).json["card"] == "margin"


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [("margin", 403, "not-allowed"), ("unheard-of", 404, "no-card")],
)
def test_a_card_for_others_or_for_nowhere_is_refused(deployment, asked, status, kind):
    response = deployment.get(TICKET + query(card=asked), deployment.token())

    assert response.status_code == status
    assert response.json["type"] == f"urn:context-sidecar:problem:{kind}"


def test_a_mistyped_parameter_is_not_passed_over(deployment):
    response = deployment.get(TICKET + query(crad="margin"), deployment.token())

    assert response.status_code == 400
    assert response.json["detail"] == (
        "crad: There is no such name here. Known: card, locale, install."
    )


@pytest.mark.parametrize(
    ("wishes", "visit", "language"),
    [
        ({}, "", "en-GB"),
        ({"Accept_Language": "xx, de;q=0.8"}, "", "de"),
        ({"Accept_Language": "de-AT"}, "", "de-AT"),
        ({"Accept_Language": "de"}, "fr", "fr"),
        ({"locale": "ja", "Accept_Language": "de"}, "fr", "ja"),
        ({"locale": "tlh", "Accept_Language": "de"}, "", "de"),
        ({"locale": "../../etc", "Accept_Language": "\x80"}, "", "en-GB"),
    ],
)
def test_the_language_is_the_askers_then_the_hosts_then_the_browsers(
    deployment, wishes, visit, language
):
    address = TICKET + (query(locale=wishes.pop("locale")) if "locale" in wishes else "")

    response = deployment.get(address, deployment.token(locale=visit), **wishes)

    assert response.headers["Content-Language"] == language


def test_a_key_is_given_the_cards_that_it_was_made_for(deployment):
    key = deployment.key("margin")

    assert deployment.get(TICKET, key).json["card"] == "margin"
    assert deployment.get(TICKET + query(card="ticket"), key).status_code == 403
    assert deployment.get(TICKET, deployment.key()).status_code == 403
    assert deployment.get(TICKET, deployment.key("*")).json["card"] == "ticket"


@pytest.mark.parametrize(
    ("cards", "named"), [(("*",), "ticket, margin"), (("margin",), "margin"), ((), None)]
)
def test_a_card_that_is_not_there_is_told_with_those_that_may_be_asked_for(
    deployment, cards, named
):
    there = f" You may ask for: {named}." if named else ""

    for address in (TICKET, "/v1/accounts/001A/context"):
        response = deployment.get(address + query(card="tickt"), deployment.key(*cards))
        assert response.status_code == 404
        assert response.json["detail"] == f"No card of this name is for this place.{there}"


def test_a_visitor_is_told_of_the_cards_of_their_audience_only(deployment):
    response = deployment.get(TICKET + query(card="tickt"), deployment.token())

    assert response.json["detail"].endswith("You may ask for: ticket.")


def test_a_place_without_a_card_is_told_so(deployment):
    response = deployment.get("/v1/context/iframe/planet/1", deployment.key("*"))

    assert response.json["detail"] == "Declare a card for this place in sidecar.yaml."


def test_a_key_sees_a_card_as_the_cards_audience_does(deployment):
    deployment.get(TICKET, deployment.key("ticket"))

    assert deployment.engine.asked[-1]["roles"] == {"support"}


def test_a_record_without_keys_is_looked_up_in_its_installs_source(deploy):
    deployment = deploy(install(source=gallery.HELPDESK))

    deployment.get(TICKET, deployment.key("ticket"))

    assert deployment.engine.asked[-1]["record"].keys == deployment.engine.keys


def test_a_key_says_which_install_where_there_are_several(deploy):
    deployment = deploy(install("one"), install("two", source=gallery.HELPDESK))
    key = deployment.key("ticket")

    unsaid = deployment.get(TICKET, key)
    said = deployment.get(TICKET + query(install="two"), key)
    wrong = deployment.get(TICKET + query(install="three"), key)

    assert (unsaid.status_code, said.status_code, wrong.status_code) == (400, 200, 404)
    assert "one, two" in unsaid.json["detail"]
    assert deployment.engine.asked[-1]["record"].host == "two"


def test_an_account_is_asked_for_by_its_id_with_a_key(deployment):
    response = deployment.get(
        "/v1/accounts/001A/context" + query(card="ticket"), deployment.key("ticket")
    )

    assert response.status_code == 200
    assert deployment.engine.asked[-1]["record"].id == "001A"


def test_for_an_account_the_card_is_named_where_there_are_several(deployment):
    response = deployment.get("/v1/accounts/001A/context", deployment.key("*"))

    assert response.status_code == 400
    assert "ticket, margin" in response.json["detail"]


def test_a_visit_cannot_ask_for_an_account(deployment):
    response = deployment.get(
        "/v1/accounts/001A/context" + query(card="ticket"), deployment.token()
    )

    assert response.status_code == 403


@pytest.mark.parametrize("id", ["a/b", "a//b", "ü", "a b", "..", "%25", "4711?x"])
def test_an_id_may_hold_anything(deployment, id):
    record = replace(gallery.context().record, id=id, keys={"name": "Acme"})

    response = deployment.get(
        f"/v1/context/iframe/ticket/{quote(id, safe='')}", deployment.token(record)
    )

    assert response.status_code == 200, response.text
    assert response.json["record"]["id"] == id


def test_what_is_on_its_way_is_said_to_be(deployment):
    deployment.engine.changes = {"complete": False}

    response = deployment.get(TICKET, deployment.token())

    assert response.json["complete"] is False
    assert response.status_code == 200


def test_an_installs_page_may_read_the_answer_and_its_problems(deployment):
    good = deployment.get(TICKET, deployment.token(), Origin=DESK)
    bad = deployment.get(TICKET, Origin=DESK)

    assert (good.status_code, bad.status_code) == (200, 401)
    assert good.headers["Access-Control-Allow-Origin"] == DESK
    assert bad.headers["Access-Control-Allow-Origin"] == DESK
