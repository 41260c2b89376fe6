"""Visits whose page learns the record in the browser, and visits that last."""

from __future__ import annotations

import pytest
from context_sidecar.web.parts import Allowance
from support import gallery
from support.web import PUBLIC, install


def name(deployment, id="5", proof=None, **more):
    body = {"type": "ticket", "id": id, "keys": {"requester_email": "bob@acme.example"}, **more}
    return deployment.post("/v1/visits", proof or deployment.token(None), body)


def test_a_page_names_its_record_and_is_given_a_token_for_it(deployment):
    response = name(deployment)

    assert response.status_code == 200
    assert response.json["context_url"] == f"{PUBLIC}/v1/context/iframe/ticket/5"
    assert response.json["expires_at"] == "2026-11-23T09:10:00Z"
    address = response.json["context_url"].removeprefix(PUBLIC)
    card = deployment.get(address, response.json["token"])
    assert card.status_code == 200
    assert deployment.engine.asked[-1]["record"].keys == {"requester_email": "bob@acme.example"}


def test_of_what_a_page_says_only_that_is_kept_which_accounts_are_matched_by(deployment):
    said = {f"attribute_{n}": "x" * 500 for n in range(99)}
    token = name(deployment, keys={**said, "requester_email": "bob@acme.example"}).json["token"]
    deployment.get("/v1/context/iframe/ticket/5", token)

    assert deployment.engine.asked[-1]["record"].keys == {"requester_email": "bob@acme.example"}


def test_a_page_tells_how_its_visitor_reads(deployment):
    granted = name(deployment, locale="de", time_zone="Asia/Tokyo").json

    address = granted["context_url"].removeprefix(PUBLIC)
    renewed = deployment.post("/v1/visits/renew", granted["token"]).json["token"]
    for token in (granted["token"], renewed):
        card = deployment.get(address, token, Accept="text/html")
        assert 'data-zone="Asia/Tokyo"' in card.text
        assert 'lang="de"' in card.text


def test_an_id_is_escaped_in_the_address_that_is_given(deployment):
    assert name(deployment, id="a/ü?#").json["context_url"].endswith("/ticket/a%2F%C3%BC%3F%23")


def test_what_the_page_says_of_the_customer_is_not_believed_where_a_source_knows_it(deploy):
    deployment = deploy(install(source=gallery.HELPDESK))

    token = name(deployment, keys={"organization_external_id": "somebody else"}).json["token"]
    deployment.get("/v1/context/iframe/ticket/5", token)

    assert deployment.engine.asked[-1]["record"].keys == deployment.engine.keys


def test_a_token_for_one_record_cannot_name_another(deployment):
    assert name(deployment, proof=deployment.token()).status_code == 403


def test_a_key_is_no_visit(deployment):
    key = deployment.key("*")

    assert name(deployment, proof=key).status_code == 403
    assert deployment.post("/v1/visits/renew", key).status_code == 403


def test_only_what_the_host_tool_shows_can_be_named(deployment):
    response = name(deployment, type="planet")

    assert response.status_code == 404
    assert "ticket, conversation" in response.json["detail"]


def test_nothing_is_given_where_no_card_is_for_the_visitor(deployment):
    assert name(deployment, proof=deployment.token(None, roles=frozenset())).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "ticket",
        {},
        {"type": "ticket"},
        {"type": "ticket", "id": ""},
        {"type": "ticket", "id": 5},
        {"type": "ticket", "id": "5" * 501},
        {"type": "ticket", "id": "5", "keys": {"a": 1}},
        {"type": "ticket", "id": "5", "keys": {str(n): "x" for n in range(101)}},
        {"type": "ticket", "id": "5", "keys": {"a": "x" * 501}},
        {"type": "ticket", "id": "5", "roles": ["finance"]},
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_record_is_named_exactly(deployment, body):
    response = deployment.post("/v1/visits", deployment.token(None), body)

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


def test_a_visit_is_renewed(deployment):
    deployment.clock.forward(minutes=1)
    response = deployment.post("/v1/visits/renew", deployment.token())

    assert response.json["expires_at"] == "2026-11-23T09:11:00Z"
    address = "/v1/context/iframe/ticket/4711"
    assert deployment.get(address, response.json["token"]).status_code == 200


def test_s22_a_visitor_cannot_walk_through_records(deploy):
    deployment = deploy(allowance=Allowance(records=3))
    launch = deployment.token(None)

    statuses = [name(deployment, id=str(n), proof=launch).status_code for n in range(5)]
    known = name(deployment, id="0", proof=launch)
    refused = name(deployment, id="9", proof=launch)

    assert statuses == [200, 200, 200, 429, 429]
    assert known.status_code == 200, "what was seen already can be seen again"
    assert refused.json["type"].endswith(":too-many-records")
    assert int(refused.headers["Retry-After"]) == 600
    deployment.clock.forward(minutes=10)
    assert name(deployment, id="9").status_code == 200


def test_s22_a_new_token_does_not_start_the_count_anew(deploy):
    deployment = deploy(allowance=Allowance(records=1))

    assert name(deployment, id="1").status_code == 200
    assert name(deployment, id="2", proof=deployment.token(None)).status_code == 429


def test_s22_a_program_cannot_walk_through_records_without_end(deploy):
    deployment = deploy(allowance=Allowance(program_records=2))
    key = deployment.key("ticket")

    statuses = [deployment.get(f"/v1/context/iframe/ticket/{n}", key).status_code for n in range(3)]
    by_account = deployment.get("/v1/accounts/3/context?card=ticket", key)

    assert statuses == [200, 200, 429]
    assert by_account.status_code == 429
