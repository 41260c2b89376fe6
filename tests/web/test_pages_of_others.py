"""S14 and S15: which pages may ask for data, by what browsers say of their requests."""

from __future__ import annotations

import pytest
from support.web import DESK, PUBLIC, install

TICKET = "/v1/context/iframe/ticket/4711"
EVIL = "https://evil.example"


def same_origin(**more):
    return {
        "Sec_Fetch_Site": "same-origin",
        "Sec_Fetch_Mode": "cors",
        "Sec_Fetch_Dest": "empty",
    } | more


def cross_site(origin, **more):
    return same_origin(Sec_Fetch_Site="cross-site", Origin=origin) | more


ADDRESSES = [
    ("get", TICKET),
    ("post", "/v1/visits"),
    ("post", "/v1/visits/renew"),
]


def ask(deployment, method, address, **headers):
    token = deployment.token(None) if address == "/v1/visits" else deployment.token()
    body = {"type": "ticket", "id": "4711"}
    if method == "get":
        return deployment.get(address, token, **headers)
    return deployment.post(address, token, body, **headers)


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [{}, same_origin(), same_origin(Origin=PUBLIC), cross_site(DESK)],
    ids=["a program", "our page", "our page, posting", "an install's page"],
)
def test_s14_our_own_pages_programs_and_the_installs_pages_may_ask(
    deployment, method, address, headers
):
    assert ask(deployment, method, address, **headers).status_code == 200


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [
        same_origin(Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="none"),
        same_origin(Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe"),
        same_origin(Sec_Fetch_Dest="script"),
        cross_site(EVIL),
        cross_site("null"),
        cross_site(DESK + ".evil.example"),
        cross_site(DESK, Sec_Fetch_Mode="no-cors"),
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
        {"Origin": EVIL},
        {"Origin": DESK.replace("https", "http")},
        {"Sec_Fetch_Mode": "websocket"},
    ],
    ids=str,
)
def test_s14_data_is_refused_to_navigations_embeddings_and_other_pages(
    deployment, method, address, headers
):
    response = ask(deployment, method, address, **headers)

    assert response.status_code == 403
    assert response.json["type"].endswith(":foreign-page")
    assert response.headers.get("Access-Control-Allow-Origin") != EVIL


def test_s15_a_tokens_own_install_decides_not_just_any_install(deploy):
    other = "https://other.example.com"
    deployment = deploy(install(), install("other", origins=(other,)))

    assert ask(deployment, "get", TICKET, **cross_site(DESK)).status_code == 200
    assert ask(deployment, "get", TICKET, **cross_site(other)).status_code == 403


def test_s15_an_api_key_is_not_for_browsers(deployment):
    key = deployment.key("ticket")

    assert deployment.get(TICKET, key).status_code == 200
    assert deployment.get(TICKET, key, **cross_site(DESK)).status_code == 403


@pytest.mark.parametrize("address", [address for _, address in ADDRESSES])
def test_s15_a_browser_is_told_which_pages_may_ask(deployment, address):
    def preflight(origin):
        headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        return deployment.client.options(address, headers=headers).headers

    allowed, refused = preflight(DESK), preflight(EVIL)

    assert allowed["Access-Control-Allow-Origin"] == DESK
    assert "Authorization" in allowed["Access-Control-Allow-Headers"]
    assert "If-None-Match" in allowed["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in allowed
    assert not any(name.startswith("Access-Control") for name, _ in refused)
    assert "Origin" in refused["Vary"]


def test_s15_nobody_else_is_allowed_by_any_answer(deployment):
    for address in (TICKET, "/healthz", "/openapi.json", "/nowhere", "/hosts/intranet"):
        response = deployment.get(address, Origin=EVIL)
        assert "Access-Control-Allow-Origin" not in response.headers


def test_the_page_that_asks_may_read_what_it_needs(deployment):
    headers = deployment.get(TICKET, deployment.token(), Origin=DESK).headers

    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert "Cache-Status" in headers["Access-Control-Expose-Headers"]
