"""Where host tools come in: S2 and S3, and what a page is given."""

from __future__ import annotations

import re

import pytest
from context_sidecar.web.parts import Allowance
from support import gallery
from support.web import DESK, PUBLIC, install
from werkzeug.datastructures import Headers


def policy(response):
    """The Content-Security-Policy, by directive."""
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: values.split() for name, _, values in (part.partition(" ") for part in parts)}


def test_a_signed_address_opens_the_page_with_the_card_in_it(deployment):
    response = deployment.get(deployment.signed())

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "Acme GmbH" in response.text
    assert deployment.engine.asked[-1]["live"]


def test_the_pages_token_opens_the_record_of_the_page(deployment):
    page = deployment.get(deployment.signed(locale="fr")).text
    token = re.search('data-token="([^"]+)"', page)[1]
    address = re.search('data-context-url="https://context.example.com([^"]+)"', page)[1]

    response = deployment.get(address, token, Accept="text/html")

    assert response.status_code == 200
    assert response.headers["Content-Language"] == "fr"


def test_keys_that_the_visit_does_not_bring_come_from_the_installs_source(deploy):
    deployment = deploy(install(source=gallery.HELPDESK))

    deployment.get(deployment.signed())
    deployment.get(deployment.signed(**{"key.requester_email": "bob@other.example"}))

    asked, brought = (each["record"].keys for each in deployment.engine.asked)
    assert asked == deployment.engine.keys
    assert brought == {"requester_email": "bob@other.example"}


def test_the_same_address_gives_the_token_alone_to_whoever_asks_for_json(deployment):
    """For `<context-card>`: the page's own server asks, and hands the token on."""
    granted = deployment.get(deployment.signed(), Accept="application/json")
    card = deployment.get("/v1/context/iframe/ticket/4711", granted.json["token"])

    assert set(granted.json) == {"token", "expires_at", "context_url"}
    assert granted.json["context_url"] == f"{PUBLIC}/v1/context/iframe/ticket/4711"
    assert granted.headers["Cache-Control"] == "no-store"
    assert card.json["account"]["name"] == "Acme GmbH"
    assert "Accept" in granted.headers["Vary"]


def test_s15_the_token_can_be_read_by_the_installs_pages_only(deployment):
    def readable(origin):
        response = deployment.get(deployment.signed(), Accept="application/json", Origin=origin)
        return response.headers.get("Access-Control-Allow-Origin") == origin

    assert readable(DESK)
    assert not readable("https://evil.example")


def test_s7_no_token_is_given_where_no_card_is_for_the_visitor(deploy):
    deployment = deploy(install(roles=frozenset({"marketing"})))

    assert deployment.get(deployment.signed(), Accept="application/json").status_code == 403


@pytest.mark.parametrize(
    "broken",
    [
        lambda address: address.partition("?")[0],
        lambda address: address.partition("&signature")[0],
        lambda address: address[:-1] + ("0" if address[-1] != "0" else "1"),
        lambda address: address.replace("4711", "4712"),
        lambda address: address + "&user=root",
    ],
    ids=["unsigned", "no signature", "wrong signature", "another record", "one more parameter"],
)
def test_s2_a_request_that_is_not_the_hosts_own_is_refused_without_detail(deployment, broken):
    response = deployment.get(broken(deployment.signed()))
    address = deployment.signed()
    deployment.clock.forward(minutes=11)
    expired = deployment.get(address)

    assert response.status_code == expired.status_code == 401
    first, second = (re.sub(' nonce="[^"]+"', "", each.text) for each in (response, expired))
    assert first == second, "all refusals look alike"
    for word in ("signature", "nonce", "expire", "hmac", "secret", "4711"):
        assert word not in first.lower()
    assert deployment.engine.asked == []


def test_s2_a_refused_page_is_kind_and_can_be_seen_in_its_frame(deployment):
    response = deployment.get("/hosts/intranet", Accept_Language="de")

    assert "<h1>" in response.text
    assert policy(response)["frame-ancestors"] == [DESK]
    assert response.headers["Content-Language"] == "de"


def test_s3_the_same_request_works_once(deployment):
    address = deployment.signed()

    assert deployment.get(address).status_code == 200
    assert deployment.get(address).status_code == 401


def test_s3_a_replay_after_a_restart_is_a_replay_still(deploy):
    deployment = deploy()
    address = deployment.signed()
    deployment.get(address)

    assert deploy().get(address).status_code == 401


def test_s5_no_page_sets_or_needs_a_cookie(deployment):
    address = deployment.signed()
    responses = [
        deployment.get(address),
        deployment.get("/hosts/intranet"),
        deployment.get("/v1/context/iframe/ticket/4711", deployment.token()),
        deployment.post("/v1/visits/renew", deployment.token()),
    ]

    assert not any("Set-Cookie" in response.headers for response in responses)


def test_s11_a_page_runs_only_what_carries_its_nonce(deployment):
    first, second = (deployment.get(deployment.signed()) for _ in range(2))
    rules = policy(first)
    nonce = rules["script-src"][0].strip("'").removeprefix("nonce-")

    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == [f"'nonce-{nonce}'"]
    assert rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert rules["report-to"] == ["policy"]
    assert "/v1/policy-reports" in first.headers["Reporting-Endpoints"]
    assert nonce not in second.headers["Content-Security-Policy"], "one response, one nonce"
    tags = re.findall(
        r"<(?:script(?! type=\"application/json\")|link(?! rel=\"alternate\")|style)\b[^>]*>",
        first.text,
    )
    assert tags
    assert all(f'nonce="{nonce}"' in tag for tag in tags)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", first.text)


def test_s25_a_page_loads_nothing_from_anybody_else(deployment):
    page = deployment.get(deployment.signed()).text
    loaded = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page)

    assert loaded
    assert all(address.startswith("https://context.example.com/") for address in loaded)


def test_s1_each_installs_page_is_framed_by_its_own_origins_only(deploy):
    shop, wiki = "https://shop.example.com", "https://wiki.example.com"
    deployment = deploy(install("shop", origins=(shop,)), install("wiki", origins=(wiki, DESK)))

    def framed_by(name):
        return policy(deployment.get(deployment.signed(name)))["frame-ancestors"]

    assert framed_by("shop") == [shop]
    assert framed_by("wiki") == [wiki, DESK]


def test_s6_one_installs_proof_opens_no_other_install(deploy):
    deployment = deploy(install("shop"), install("wiki"))
    address = deployment.signed("shop").replace("/hosts/shop", "/hosts/wiki")

    assert deployment.get(address).status_code == 401


def test_an_unknown_install_is_not_found(deployment):
    assert deployment.get("/hosts/unheard-of?a=b").status_code == 404


@pytest.mark.parametrize(
    ("told", "zone"),
    [("America/New_York", "America/New_York"), ("../../etc/passwd", None), ("", None)],
)
def test_times_are_the_visitors_where_the_host_tells_their_zone(deployment, told, zone):
    page = deployment.get(deployment.signed(time_zone=told)).text

    assert f'data-zone="{zone or deployment.configuration.time_zone}"' in page


def test_a_place_without_a_card_says_so(deploy):
    deployment = deploy(cards={})

    response = deployment.get(deployment.signed())

    assert response.status_code == 404
    assert "Nothing is set up" in response.text


def test_a_visitor_whose_role_sees_no_card_is_told_kindly(deploy):
    deployment = deploy(install(roles=frozenset({"marketing"})))

    response = deployment.get(deployment.signed())

    assert response.status_code == 403
    assert "not for your role" in response.text


@pytest.mark.parametrize("kind", ["image", "script", "style", "object", "embed"])
def test_s14_a_page_is_for_frames_and_not_to_be_embedded_otherwise(deployment, kind):
    address = deployment.signed()

    assert deployment.get(address, Sec_Fetch_Dest=kind).status_code == 403
    assert deployment.get(address, Sec_Fetch_Dest="iframe").status_code == 200


def test_s22_a_visitor_who_comes_too_often_waits(deploy):
    deployment = deploy(allowance=Allowance(requests=2))

    statuses = [deployment.get(deployment.signed()).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert deployment.get(deployment.signed(user="bob")).status_code == 200


def test_s22_who_proves_nothing_again_and_again_waits(deploy):
    deployment = deploy(allowance=Allowance(refusals=2))

    statuses = [deployment.get("/hosts/intranet").status_code for _ in range(3)]

    assert statuses == [401, 401, 429]


def test_s22_who_tries_out_names_of_installs_waits(deploy, logged):
    deployment = deploy(allowance=Allowance(refusals=2))

    responses = [deployment.get(f"/hosts/guess-{n}{'x' * 200}") for n in range(3)]

    assert [each.status_code for each in responses] == [404, 404, 429]
    assert "Retry-After" in responses[-1].headers
    entries = [each for each in logged if each["event"] == "install_unknown"]
    assert [each["log_level"] for each in entries] == ["warning"] * 3
    assert [each["install"][:7] for each in entries] == ["guess-0", "guess-1", "guess-2"]
    assert {len(each["install"]) for each in entries} == {100}
    assert deployment.get("/hosts/intranet").status_code == 429, "both are counted as one"


def test_a_form_that_is_too_long_is_not_read(deployment):
    response = deployment.client.post("/hosts/intranet", data=b"x" * 70_000)

    assert response.status_code == 413


def test_the_host_sees_the_request_as_it_was_sent(deployment):
    """Order, repetition and encoding are the host's to judge."""
    response = deployment.client.get(
        "/hosts/intranet?a=1&a=2&b=%C3%BC", headers=Headers([("X-Twice", "1"), ("X-Twice", "2")])
    )

    assert response.status_code == 401
