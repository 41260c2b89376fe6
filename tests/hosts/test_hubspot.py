"""HubSpot's app card: the request that HubSpot signs, and the record that our card names."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from context_sidecar import Secret, VisitRefused, VisitUnclear
from context_sidecar.proof import mac
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.gallery import GALLERY
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

URL = "https://context.example.com/hosts/hubspot-support"
SAID = {
    "type": "company", "id": "512", "portal": "62515", "user": "77", "locale": "de",
    "zone": "Asia/Tokyo",
    "userId": "77", "portalId": "62515", "userEmail": "ana@acme.example", "appId": "9",
}  # fmt: skip
KEYS = {"company_domain": "acme.example", "company_name": "Acme GmbH"}
NOW = int(START.timestamp() * 1000)


def signed(
    said: dict[str, str] | str | None = None,
    body: bytes | None = None,
    *,
    method: str = "POST",
    at: int | str = NOW,
    secret: Secret = SECRET,
    signature: str = "",
):
    """A request as HubSpot's servers send it on."""
    query = said if isinstance(said, str) else urlencode(SAID if said is None else said)
    url = f"{URL}?{query}"
    content = b"" if method == "GET" else json.dumps(KEYS).encode() if body is None else body
    made = mac(f"{method}{url}".encode() + content + str(at).encode(), secret, encoding="base64")
    headers = {
        "x-hubspot-signature-v3": signature or made,
        "x-hubspot-request-timestamp": str(at),
        "x-hubspot-signature-version": "v2",
        "x-hubspot-signature": "0" * 64,
    }
    return inbound(url, method=method, body=content, headers=headers)


def proven(said: dict[str, str] | None = None, body: bytes | None = None, **changes: Any):
    return host("hubspot", **changes).prove(signed(said, body))


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in SAID.items() if name not in names}


def test_the_vector_of_hubspots_own_server_is_accepted_as_signed():
    """From a comment in HubSpot's api-client: what WebhookSignatureGeneratorTest.java expects."""
    request = inbound(
        "https://www.hubspot.com/webhook",
        method="POST",
        body=b"REQUEST_BODY",
        at=START.fromtimestamp(1632188626, START.tzinfo),
        headers={
            "x-hubspot-signature-v3": "jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU=",
            "x-hubspot-request-timestamp": "1632188626483",
        },
    )
    secret = Secret("f6e94c08-85d0-4608-bcc6-e1850176e7b8")
    # It gets past the signature, and no further: it is not one of our card's.
    with pytest.raises(VisitRefused, match="names no HubSpot account"):
        host("hubspot", settings={"client_secret": secret}).prove(request)


def test_a_signed_request_is_the_visit_of_a_user_to_a_record():
    visit = proven()
    assert (visit.visitor.id, visit.locale, visit.again) == ("77", "de", False)
    assert visit.time_zone == "Asia/Tokyo"
    assert (visit.record.place, visit.record.id) == ("hubspot/company", "512")
    assert visit.record.keys == KEYS | {"company_id": "512"}


@pytest.mark.parametrize("type", ["contact", "deal", "ticket"])
def test_other_records_say_whose_they_are_where_they_know(type):
    body = json.dumps({"company_id": "512", "requester_email": " ana@acme.example "}).encode()
    visit = proven(SAID | {"type": type}, body)
    assert visit.record.place == f"hubspot/{type}"
    assert visit.record.keys == {"company_id": "512", "requester_email": "ana@acme.example"}


def test_a_request_without_a_body_names_the_record_alone():
    visit = host("hubspot").prove(signed(method="GET"))
    assert visit.record.keys == {"company_id": "512"}


@pytest.mark.parametrize(
    "body", [{"requester_email": {"a": 1}}, {"requester_email": ["x"]}, {"other": "x"}, {"a": None}]
)
def test_keys_of_another_kind_or_name_are_none(body):
    visit = proven(SAID | {"type": "deal"}, json.dumps(body).encode())
    assert visit.record.keys == {}


def test_what_a_record_says_of_its_customer_is_taken_to_be_short():
    visit = proven(SAID, json.dumps({"company_name": "x" * 5000}).encode())
    assert len(visit.record.keys["company_name"]) == 200


def test_the_button_asks_again():
    assert proven(SAID | {"again": "1"}).again


def test_the_record_is_no_more_than_a_lookup_key():
    assert not host("hubspot").signs_record


def test_the_secret_before_is_accepted_too():
    both = {"client_secret": SECRET, "previous_client_secret": OLD_SECRET}
    assert host("hubspot", settings=both).prove(signed(secret=OLD_SECRET))
    assert host("hubspot", settings=both).prove(signed())


def test_before_there_is_a_secret_nothing_is_proven():
    without_secret = host("hubspot", settings={})
    with pytest.raises(VisitRefused):
        without_secret.prove(signed())
    assert "client_secret" in without_secret.needs(without_secret.install)[0]


def test_the_first_account_is_pinned_and_no_other_comes_in():
    memory = FakeMemory()
    host("hubspot", memory).prove(signed())
    other = SAID | {"portal": "1", "portalId": "1"}
    with pytest.raises(VisitRefused, match="of HubSpot account 1, not of 62515"):
        host("hubspot", memory).prove(signed(other))


def test_a_declared_account_is_the_only_one():
    settings = {"client_secret": SECRET, "portal_id": "1"}
    with pytest.raises(VisitRefused, match="not of 1"):
        proven(settings=settings)


def test_a_request_that_names_no_account_is_refused_and_pins_nothing():
    memory = FakeMemory()
    with pytest.raises(VisitRefused, match="names no HubSpot account"):
        host("hubspot", memory).prove(signed(without("portal", "portalId")))
    assert memory.pins == {}


@pytest.mark.parametrize("name", ["portal", "portalId", "user", "userId"])
def test_s2_a_script_cannot_say_another_account_or_user_than_hubspot_does(name):
    with pytest.raises(VisitRefused, match="says different things"):
        proven(SAID | {name: "666"})
    twice = urlencode([*SAID.items(), (name, "666")])
    with pytest.raises(VisitRefused, match="says different things"):
        host("hubspot").prove(signed(twice))


@pytest.mark.parametrize("left", [("portal", "user"), ("portalId", "userId")])
def test_who_asks_is_known_from_either(left):
    assert proven(without(*left)).visitor.id == "77"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "quote"}, {"type": ""}, {"type": "Company"}, {"id": ""}, {"id": "x"},
        {"id": "-1"}, {"id": "1" * 21}, {"id": "٣"}, {"id": "1\n"},
    ],
)  # fmt: skip
def test_a_record_that_no_card_can_stand_beside_is_unclear_once_it_is_proven(changes):
    with pytest.raises(VisitUnclear, match="names no record") as caught:
        proven(SAID | changes)
    assert (caught.value.visit.record, caught.value.visit.visitor.id) == (None, "77")
    with pytest.raises(VisitRefused, match="not of 1"):
        proven(SAID | changes, settings={"client_secret": SECRET, "portal_id": "1"})


@pytest.mark.parametrize("body", [b"[]", b"x", b"\xff", b"7", b"null"])
def test_a_signed_body_that_is_no_object_is_unclear(body):
    with pytest.raises(VisitUnclear, match="JSON"):
        proven(SAID, body)


@pytest.mark.parametrize(
    ("ahead", "accepted"),
    [(0, True), (-299, True), (-301, False), (59, True), (61, False), (-86_400, False)],
)
def test_a_signature_is_good_for_five_minutes(ahead, accepted):
    request = signed(at=NOW + ahead * 1000)
    if accepted:
        assert host("hubspot").prove(request)
    else:
        with pytest.raises(VisitRefused, match="was signed"):
            host("hubspot").prove(request)


@pytest.mark.parametrize("at", ["", "now", "1e12", "9" * 30, "-1", str(NOW // 1000)])
def test_a_time_that_is_none_is_refused(at):
    with pytest.raises(VisitRefused):
        host("hubspot").prove(signed(at=at or " "))


def test_a_request_that_hubspot_sends_again_is_accepted_again():
    """After a failed connection HubSpot sends the same request a second time."""
    memory = FakeMemory()
    assert host("hubspot", memory).prove(signed())
    assert host("hubspot", memory).prove(signed())


@pytest.mark.parametrize("as_guide", [True, False])
def test_the_address_may_be_signed_as_it_stands_or_as_hubspots_guide_decodes_it(as_guide):
    query = urlencode(SAID)
    assert "%40" in query
    written = query.replace("%40", "@").replace("%2F", "/") if as_guide else query
    content = f"GET{URL}?{written}{NOW}".encode()
    right = mac(content, SECRET, encoding="base64")
    assert host("hubspot").prove(signed(query, method="GET", signature=right))


VALID = signed()


@settings(max_examples=400)
@given(st.data())
def test_s2_a_request_changed_anywhere_is_refused(data):
    part = data.draw(st.sampled_from(["method", "url", "body", "signature", "time"]))
    headers = dict(VALID.headers)
    now = {
        "method": VALID.method, "url": VALID.url, "body": VALID.body.decode(),
        "signature": headers["x-hubspot-signature-v3"],
        "time": headers["x-hubspot-request-timestamp"],
    }  # fmt: skip
    # The host name is ours whatever a request says; see `web.forwarded`.
    first = len("https://context.example.com/") if part == "url" else 0
    place = data.draw(st.integers(first, len(now[part]) - 1))
    put = data.draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=2))
    changed = now | {part: now[part][:place] + put + now[part][place + 1 :]}
    # Characters that HubSpot's guide decodes mean the same either way.
    if changed == now or "%" in put:
        return
    headers |= {
        "x-hubspot-signature-v3": changed["signature"],
        "x-hubspot-request-timestamp": changed["time"],
    }
    request = inbound(
        changed["url"], method=changed["method"], body=changed["body"].encode(), headers=headers
    )
    with pytest.raises(VisitRefused):
        host("hubspot").prove(request)


@pytest.mark.parametrize(
    ("signed_as", "what"),
    [
        (f"POST{URL.replace('https', 'http')}?{{query}}{{body}}{NOW}", "http:// in place of"),
        (f"POST{URL}{{body}}{NOW}", "the address without its query"),
        (f"POST{URL}?{{query}}{NOW}", "a request without a body"),
    ],
)
def test_what_was_changed_on_the_way_is_named(signed_as, what):
    content = signed_as.format(query=urlencode(SAID), body=json.dumps(KEYS))
    almost = mac(content.encode(), SECRET, encoding="base64")
    with pytest.raises(VisitRefused, match=what):
        host("hubspot").prove(signed(signature=almost))


def test_the_older_signatures_that_hubspot_sends_along_prove_nothing():
    request = signed()
    headers = {**request.headers, "x-hubspot-signature-v3": request.headers["x-hubspot-signature"]}
    with pytest.raises(VisitRefused):
        host("hubspot").prove(
            inbound(request.url, method="POST", body=request.body, headers=headers)
        )


def test_the_answer_has_every_part_that_the_card_shows():
    said = answer(GALLERY["everything"](), words("en", "Europe/Berlin"))
    told = host("hubspot").render([said], proven())["sheet"]
    assert told["seen"] == said["seen"]
    assert told["again"] == "Check again"
    assert {"label", "value", "state", "mark", "note", "url", "entries", "rest"} <= set(
        told["rows"][0]
    )
