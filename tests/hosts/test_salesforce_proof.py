"""Salesforce Canvas: the envelope that Salesforce signs, and the record that a script names."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from context_sidecar import Secret, VisitRefused
from context_sidecar.proof import mac
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

URL = "https://context.example.com/hosts/salesforce-support"
ACCOUNT = "001A000001LbTzaIAF"
ORGANIZATION = "00DA0000000ABCDMA2"
TOKEN = "00DA0000000ABCD!AQ4AQFaketokenthatmustneverbelogged"
NOW = int(START.timestamp() * 1000)
NONCE = "7f0d6f3e-2d1c-4a67-9d8a-0b6f5a1c2d3e"


def said(**changes: Any) -> dict[str, Any]:
    """What a CanvasRequest says, as the Canvas Developer Guide has it."""
    parameters = {"recordId": ACCOUNT, "objectApiName": "Account", "at": str(NOW), "nonce": NONCE}
    parameters |= changes.pop("parameters", {})
    environment = {
        "displayLocation": "Aura", "locationUrl": "https://acme.lightning.force.com/x",
        "uiTheme": "Theme4d", "dimensions": {"height": "480px", "width": "100%"},
        "version": {"api": "66.0", "season": "SPRING"},
        "parameters": {name: value for name, value in parameters.items() if value is not None},
    } | changes.pop("environment", {})  # fmt: skip
    organization = changes.pop("organization", ORGANIZATION)
    return {
        "algorithm": "HMACSHA256", "issuedAt": None, "userId": "005A0000000ABCDIA4",
        "client": {
            "oauthToken": TOKEN, "refreshToken": None, "instanceId": "06PA:ContextSidecar",
            "instanceUrl": "https://acme.my.salesforce.com",
            "targetOrigin": "https://acme.my.salesforce.com",
        },
        "context": {
            "user": {
                "userId": "005A0000000ABCDIA4", "fullName": "Ana Lima", "language": "de",
                "locale": "de_DE", "timeZone": "Europe/Berlin", "email": "ana@acme.example",
            },
            "organization": {"organizationId": organization, "name": "Acme"},
            "environment": environment,
            "application": {"developerName": "ContextSidecar", "name": "Context Sidecar"},
            "links": {},
        },
    } | changes  # fmt: skip


def envelope(content: dict[str, Any] | bytes, secret: Secret = SECRET) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    text = base64.b64encode(raw)
    return f"{mac(text, secret, encoding='base64')}.{text.decode()}"


def posted(text: str, at=START, **more: str):
    body = urlencode({"signed_request": text} | more).encode()
    return inbound(URL, method="POST", body=body, at=at)


def proven(memory: FakeMemory | None = None, *, of: dict[str, Any] | None = None, **changes: Any):
    return host("salesforce", memory, **(of or {})).prove(posted(envelope(said(**changes))))


def test_an_envelope_is_the_visit_of_a_user_to_a_record():
    visit = proven()
    assert (visit.visitor.id, visit.visitor.name) == ("005A0000000ABCDIA4", "Ana Lima")
    assert (visit.locale, visit.time_zone, visit.theme) == ("de", "Europe/Berlin", "light")
    assert (visit.record.place, visit.record.id) == ("salesforce/account", ACCOUNT)
    assert visit.record.keys == {"account_id": ACCOUNT}


@pytest.mark.parametrize("name", ["Contact", "Case", "Opportunity"])
def test_other_records_say_no_more_than_their_id(name):
    number = "500A00000000001IAA"
    visit = proven(parameters={"objectApiName": name, "recordId": number})
    assert visit.record.place == f"salesforce/{name.lower()}"
    assert visit.record.id == number
    assert visit.record.keys == {}


def test_what_salesforce_itself_says_of_the_record_goes_before_what_a_script_says():
    own = {"attributes": {"type": "Case", "url": "/x"}, "Id": "500A00000000001IAA"}
    visit = proven(
        environment={"record": own, "parameters": said()["context"]["environment"]["parameters"]}
    )
    assert (visit.record.place, visit.record.id) == ("salesforce/case", "500A00000000001IAA")


def test_the_record_is_no_more_than_a_lookup_key():
    assert not host("salesforce").signs_record


@pytest.mark.parametrize(
    "parameters",
    [
        {"objectApiName": "Lead"}, {"objectApiName": None}, {"objectApiName": {"a": 1}},
        {"recordId": None}, {"recordId": "x"}, {"recordId": ["x"]}, {"recordId": "1" * 16},
    ],
)  # fmt: skip
def test_a_record_that_no_card_can_stand_beside_is_refused(parameters):
    with pytest.raises(VisitRefused, match="names no record"):
        proven(parameters=parameters)


def test_an_envelope_is_good_once():
    memory = FakeMemory()
    proven(memory)
    with pytest.raises(VisitRefused, match="used before"):
        proven(memory)
    assert proven(memory, parameters={"nonce": NONCE.replace("7", "8")})


def test_a_used_envelope_is_remembered_for_as_long_as_it_could_be_used():
    memory = FakeMemory()
    proven(memory)
    [until] = memory.used.values()
    assert until == START + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [(0, True), (-599, True), (-601, False), (59, True), (61, False), (86_400, False)],
)
def test_an_envelope_is_good_for_ten_minutes(seconds, accepted):
    changed = {"at": str(NOW + seconds * 1000)}
    if accepted:
        assert proven(parameters=changed)
    else:
        with pytest.raises(VisitRefused, match="was signed"):
            proven(parameters=changed)


@pytest.mark.parametrize(
    "parameters",
    [
        {"at": None},
        {"at": "soon"},
        {"at": {}},
        {"nonce": None},
        {"nonce": "x"},
        {"nonce": "a b" * 9},
    ],
)
def test_an_envelope_that_is_not_of_our_component_is_refused_and_uses_nothing_up(parameters):
    memory = FakeMemory()
    with pytest.raises(VisitRefused):
        proven(memory, parameters=parameters)
    assert (memory.used, memory.pins) == ({}, {})


def test_the_first_organization_is_pinned_and_no_other_comes_in():
    memory = FakeMemory()
    proven(memory)
    with pytest.raises(
        VisitRefused, match="of organization 00DB0000000ABCD, not of 00DA0000000ABCD"
    ):
        proven(memory, organization="00DB0000000ABCDMA2", parameters={"nonce": "x" * 20})


@pytest.mark.parametrize("written", [ORGANIZATION, ORGANIZATION[:15]])
def test_a_declared_organization_is_the_only_one_in_either_spelling(written):
    of = {"settings": {"client_secret": SECRET, "organization_id": written}}
    assert proven(of=of)
    assert proven(of=of, organization=ORGANIZATION[:15])
    with pytest.raises(VisitRefused, match="of organization"):
        proven(of=of, organization="00DB0000000ABCDMA2")


@pytest.mark.parametrize("organization", ["", None, 7, "x", {"a": 1}])
def test_an_envelope_of_no_organization_is_refused(organization):
    with pytest.raises(VisitRefused, match="no organization"):
        proven(organization=organization)


def test_the_secret_before_is_accepted_too():
    both = {"client_secret": SECRET, "previous_client_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("salesforce", settings=both).prove(posted(envelope(said(), secret)))


def test_before_there_is_a_secret_nothing_is_proven():
    without_secret = host("salesforce", settings={})
    with pytest.raises(VisitRefused):
        without_secret.prove(posted(envelope(said())))
    assert "client_secret" in without_secret.needs(without_secret.install)[0]


@pytest.mark.parametrize("name", ["none", "HMACSHA1", "RS256", "hmacsha512"])
def test_an_algorithm_that_the_envelope_names_selects_nothing(name):
    with pytest.raises(VisitRefused, match="another algorithm"):
        proven(algorithm=name)


@pytest.mark.parametrize("name", [None, "HMACSHA256", "hmacSHA256"])
def test_the_one_algorithm_may_go_without_saying(name):
    assert proven(algorithm=name)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"{}", b'{"context": 7}', b"\xff", b"null"])
def test_a_signed_envelope_that_says_nothing_useful_is_refused(content):
    with pytest.raises(VisitRefused):
        host("salesforce").prove(posted(envelope(content)))


VALID = envelope(said())


@settings(max_examples=400)
@given(st.data())
def test_s2_an_envelope_changed_anywhere_is_refused(data):
    place = data.draw(st.integers(0, len(VALID) - 1))
    put = data.draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=2))
    changed = VALID[:place] + put + VALID[place + 1 :]
    if changed != VALID:
        with pytest.raises(VisitRefused):
            host("salesforce").prove(posted(changed))


def test_a_form_whose_plus_signs_became_spaces_is_named_as_such():
    text = next(
        made for n in range(200)
        if "+" in (made := envelope(said(padding="~?>" * (n % 7) + str(n)))).partition(".")[2]
    )  # fmt: skip
    body = f"signed_request={text}".encode()
    with pytest.raises(VisitRefused):
        host("salesforce").prove(inbound(URL, method="POST", body=body))


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_salesforce_signs_the_post_alone(method):
    body = urlencode({"signed_request": VALID}).encode()
    with pytest.raises(VisitRefused, match="only the POST"):
        host("salesforce").prove(inbound(URL, method=method, body=body))


@pytest.mark.parametrize("body", [b"", b"signed_request=", b"signed_request=a&signed_request=b"])
def test_a_form_without_one_envelope_is_refused(body):
    with pytest.raises(VisitRefused):
        host("salesforce").prove(inbound(URL, method="POST", body=body))


def test_s5_the_token_for_salesforces_api_is_in_no_visit_and_no_memory():
    memory = FakeMemory()
    visit = proven(memory)
    assert TOKEN not in repr((visit, memory.used, memory.pins))


@pytest.mark.parametrize("wrong", [{"parameters": {"at": "1"}}, {"organization": "x"}, {}])
def test_s5_the_token_for_salesforces_api_is_in_no_refusal(wrong):
    memory = FakeMemory()
    proven(memory)
    with pytest.raises(VisitRefused) as caught:
        proven(memory, **wrong)
    assert TOKEN not in repr(caught.value)
    assert envelope(said())[:40] not in str(caught.value)
