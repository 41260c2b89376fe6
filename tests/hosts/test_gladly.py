"""Gladly's lookup adaptor: the request that it signs, and the results that it takes."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from context_sidecar import Inbound, Secret, VisitRefused, plugins
from context_sidecar.core.card import Card
from context_sidecar.proof.canonical import canonical, sign
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.clock import START
from support.gallery import FIELDS, GALLERY, OWNER, context
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound, install
from support.web import configuration

URL = "https://context.example.com/hosts/gladly-support"
NAMES = "accept;content-type;gladly-correlation-id;gladly-time"

DETAILED: dict[str, Any] = {
    "lookupLevel": "DETAILED",
    "query": {
        "emails": ["martha.williams@acme.example"],
        "externalCustomerId": "001A",
        "favoriteFood": "Apple Pie",
        "id": "o2sg-TMTSD2rTwMuxzewbA",
        "name": "Martha Williams",
        "phones": ["+15013299800"],
    },
    "uniqueMatchRequired": True,
}
UNLINKED = {name: value for name, value in DETAILED["query"].items() if name[:8] != "external"}
AUTO_LINK: dict[str, Any] = {
    "lookupLevel": "BASIC", "query": UNLINKED, "uniqueMatchRequired": False,
}  # fmt: skip
SEARCH: dict[str, Any] = {**AUTO_LINK, "query": {"emails": ["martha@acme.example"]}}

RESPONSE = {
    "type": "object", "required": ["results"], "additionalProperties": False,
    "properties": {"results": {"type": "array", "items": {
        "type": "object", "required": ["externalCustomerId"], "additionalProperties": False,
        "properties": {
            "externalCustomerId": {"type": "string", "minLength": 1},
            "name": {"type": "string", "minLength": 1},
            "emails": {"type": "array", "items": {
                "type": "object", "required": ["original"], "additionalProperties": False,
                "properties": {"original": {"type": "string", "pattern": "@"}},
            }},
            "customAttributes": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }}},
}  # fmt: skip
"""What connect.gladly.com says of a response, "Auto-Linking, Basic Search and Detailed Lookup"."""

TAKES = Draft202012Validator(RESPONSE)


def signed(
    body: dict[str, Any] | bytes, secret: Secret = SECRET, at: datetime = START, **headers: str
) -> Inbound:
    """What Gladly sends: *body*, signed at that time."""
    time = f"{at:%Y%m%dT%H%M%SZ}"
    request = inbound(
        URL,
        method="POST",
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={
            "accept": "application/json", "content-type": "application/json",
            "gladly-correlation-id": "vXmSEPjVSWCaCMzvjufxZg", "gladly-time": time, **headers,
        },
    )  # fmt: skip
    return with_signature(request, sign(canonical(request, NAMES), time, secret))


def with_signature(request: Inbound, signature: str) -> Inbound:
    given = f"SigningAlgorithm=hmac-sha256, SignedHeaders={NAMES}, Signature={signature}"
    return replace(request, headers={**request.headers, "gladly-authorization": given})


def proven(body: dict[str, Any], **changes: Any):
    return host("gladly", **changes).prove(signed(body))


def said(situation: str = "fresh") -> dict[str, Any]:
    return answer(GALLERY[situation](), words("en", "Europe/Berlin"))


def results(body: dict[str, Any], situation: str = "fresh", fields=()) -> list[dict[str, Any]]:
    gladly = plugins.host("gladly")(install("gladly"), FakeMemory(), fields)
    shown = gladly.render([said(situation)], gladly.prove(signed(body)))
    assert [error.message for error in TAKES.iter_errors(shown)] == []
    return shown["results"]


def attributes(situation: str = "fresh", fields=()) -> dict[str, str]:
    [profile] = results(DETAILED, situation, fields)
    return profile["customAttributes"]


def test_gladlys_own_example_is_a_visit_to_a_linked_customer():
    request = Inbound(
        "POST",
        "https://example.organization.com/api/v2/customer/lookup",
        {
            "accept": "application/json",
            "content-type": "application/json",
            "gladly-correlation-id": "vXmSEPjVSWCaCMzvjufxZg",
            "gladly-time": "20190213T214016Z",
            "x-b3-traceid": "bd799210f8d549609a08ccef8ee7f166",
            "gladly-authorization": "SigningAlgorithm=hmac-sha256, SignedHeaders=accept;"
            "content-type;gladly-correlation-id;gladly-time;x-b3-traceid, "
            "Signature=4c633fca4914f51df04c9ec40f4545d66d653e771c6634e33eed52a242bc278c",
        },
        (),
        b'{"lookupLevel":"DETAILED","query":{"emails":["martha.williams@gmail.com"],'
        b'"externalCustomerId":"abc","favoriteDate":"2018-08-19T07:00:00.000Z",'
        b'"favoriteFood":"Apple Pie","id":"o2sg-TMTSD2rTwMuxzewbA","name":"Martha Williams",'
        b'"phones":["+15013299800"]},"uniqueMatchRequired":true}',
        datetime(2019, 2, 13, 21, 41, tzinfo=UTC),
    )
    gladly = host("gladly", settings={"signing_key": Secret("test-apikey-1")})
    visit = gladly.prove(request)
    assert (visit.record.place, visit.record.id) == ("gladly/customer", "o2sg-TMTSD2rTwMuxzewbA")
    assert visit.record.keys == {"external_customer_id": "abc"}


def test_a_linked_customer_is_looked_up_by_the_link_alone():
    """By the e-mail address it might be another account than the one that it is linked to."""
    assert proven(DETAILED).record.keys == {"external_customer_id": "001A"}


def test_one_that_is_not_linked_is_looked_up_by_all_that_gladly_says():
    assert proven(AUTO_LINK).record.keys == {
        "requester_email": "martha.williams@acme.example",
        "requester_phone": "+15013299800",
        "requester_name": "Martha Williams",
        "attribute_favoriteFood": "Apple Pie",
    }
    assert proven(SEARCH).record.id == "search"


def test_somebody_of_several_addresses_has_none_that_could_be_told():
    several = {**UNLINKED, "emails": ["a@acme.example", "b@other.example"], "phones": []}
    keys = proven({**AUTO_LINK, "query": several}).record.keys
    assert not {"requester_email", "requester_phone"} & keys.keys()


def test_both_keys_are_good_while_they_change():
    both = {"signing_key": SECRET, "previous_signing_key": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("gladly", settings=both).prove(signed(DETAILED, secret))
    with pytest.raises(VisitRefused):
        host("gladly").prove(signed(DETAILED, OLD_SECRET))


@pytest.mark.parametrize(
    ("seconds", "good"), [(300, True), (301, False), (-60, True), (-61, False)]
)
def test_s2_a_request_is_good_for_five_minutes(seconds, good):
    request = signed(DETAILED, at=START - timedelta(seconds=seconds))
    if good:
        assert host("gladly").prove(request)
    else:
        with pytest.raises(VisitRefused, match=r"ago|ahead"):
            host("gladly").prove(request)


def test_s3_a_request_is_good_once():
    memory = FakeMemory()
    host("gladly", memory).prove(signed(DETAILED))
    with pytest.raises(VisitRefused, match="used before"):
        host("gladly", memory).prove(signed(DETAILED))
    assert host("gladly", memory).prove(signed(DETAILED, **{"gladly-correlation-id": "another"}))


@pytest.mark.parametrize(
    "written",
    [
        "Signature={}, SigningAlgorithm=hmac-sha256, SignedHeaders=" + NAMES,
        "SigningAlgorithm=hmac-sha256,  SignedHeaders=" + NAMES + " , Signature={} ",
        "X=Signature=0, SigningAlgorithm=hmac-sha256, SignedHeaders=" + NAMES + ", Signature={}",
    ],
)
def test_s3_writing_the_header_in_another_way_does_not_make_it_good_again(written):
    memory, request = FakeMemory(), signed(DETAILED)
    host("gladly", memory).prove(request)
    signature = request.headers["gladly-authorization"].rpartition("=")[2]
    headers = {**request.headers, "gladly-authorization": written.format(signature)}
    assert host("gladly").prove(replace(request, headers=headers))
    with pytest.raises(VisitRefused, match="used before"):
        host("gladly", memory).prove(replace(request, headers=headers))


def test_s3_a_refused_request_uses_nothing_up():
    memory = FakeMemory()
    with pytest.raises(VisitRefused):
        host("gladly", memory).prove(with_signature(signed(DETAILED), "0" * 64))
    with pytest.raises(VisitRefused):
        host("gladly", memory).prove(signed(b"no JSON"))
    assert memory.used == {}


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_request_with_any_part_changed_is_refused(data):
    original = signed(DETAILED)
    part = data.draw(st.sampled_from(["method", "url", "body", *NAMES.split(";")]))
    held = original.headers[part] if part in original.headers else getattr(original, part)
    start = len("https://context.example.com") if part == "url" else 0
    place = data.draw(st.integers(start, len(held) - 1))
    noise = st.binary(max_size=3) if isinstance(held, bytes) else st.text("abcZ019/", max_size=3)
    changed = held[:place] + data.draw(noise) + held[place + 1 :]
    if part in original.headers:
        request = replace(original, headers={**original.headers, part: changed})
    else:
        request = replace(original, **{part: changed})
    if canonical(request, NAMES) != canonical(original, NAMES):
        with pytest.raises(VisitRefused):
            host("gladly").prove(request)


@settings(max_examples=500)
@given(st.data())
def test_s2_a_signature_changed_anywhere_is_refused(data):
    request = signed(DETAILED)
    given_text = request.headers["gladly-authorization"]
    place = data.draw(st.integers(0, len(given_text) - 1))
    letter = data.draw(st.characters(exclude_characters=given_text[place] + " "))
    changed = given_text[:place] + letter + given_text[place + 1 :]
    headers = {**request.headers, "gladly-authorization": changed}
    if changed.split() != given_text.split():
        with pytest.raises(VisitRefused):
            host("gladly").prove(replace(request, headers=headers))


def test_a_search_that_finds_one_account_gives_it_with_the_profiles_own_address():
    """Only then does Gladly link by itself."""
    address = "martha.williams@acme.example"
    assert results(AUTO_LINK) == [
        {"externalCustomerId": "001A", "name": "Acme GmbH", "emails": [{"original": address}]}
    ]


def test_a_search_that_may_mean_several_gives_all_and_guesses_none():
    assert results(SEARCH, "several-customers") == [
        {"externalCustomerId": "001A", "name": "Acme GmbH"},
        {"externalCustomerId": "001B", "name": "Acme Retail Ltd"},
    ]


def test_where_gladly_insists_on_one_several_are_none():
    one = {**SEARCH, "uniqueMatchRequired": True}
    assert results(one, "several-customers") == []
    assert len(results(one)) == 1


@pytest.mark.parametrize("situation", ["no-customer", "customer-pending", "customer-unknown"])
def test_a_search_that_finds_nobody_gives_nothing(situation):
    assert results(SEARCH, situation) == []


@pytest.mark.parametrize("situation", GALLERY)
def test_a_linked_profile_is_always_given_one_result_under_its_own_link(situation):
    [profile] = results(DETAILED, situation)
    assert profile["externalCustomerId"] == "001A"
    assert "name" not in profile


def test_a_lookup_that_names_no_link_is_answered_as_a_search():
    assert results({**DETAILED, "query": UNLINKED})[0]["name"] == "Acme GmbH"


def test_a_value_carries_its_state_and_age_in_words():
    values, stale = attributes("stale"), said("stale")["readings"][0]
    assert values["tier"] == f"Enterprise ({stale['word']} · {stale['note']})"
    assert values["contract_status"] == "Active"
    assert values["context_attention"] == ""
    assert values["context_seen"].startswith("Seen at ")


def test_what_to_notice_first_is_an_attribute_of_its_own():
    assert "Renewal at risk." in attributes("attention")["context_attention"]


@pytest.mark.parametrize("situation", GALLERY)
def test_s9_every_field_of_a_card_that_is_not_said_is_taken_back(situation):
    """Gladly keeps what it was told until it is told something else, if only an empty text."""
    known = {each.field.id for each in GALLERY[situation]().readings}
    values = attributes(situation, [*(field.id for field in FIELDS), "lost"])
    assert values["lost"] == ""
    for field in FIELDS:
        assert bool(values[field.id]) == (field.id in known)


def test_s9_where_there_is_no_card_everything_is_taken_back_but_the_reason():
    gladly = plugins.host("gladly")(install("gladly"), FakeMemory(), ["tier"])
    linked, searched = (gladly.prove(signed(body)) for body in (DETAILED, SEARCH))
    [profile] = gladly.say("Nothing is set up", "Ask.", linked)["results"]
    assert profile["customAttributes"] == {
        "tier": "", "context_customer": "", "context_seen": "",
        "context_attention": "⚠️ Nothing is set up. Ask.",
    }  # fmt: skip
    assert gladly.say("Nothing is set up", "Ask.", searched) == {"results": []}


def declared(tmp_path, *where: str):
    card = replace(context().card, where=where, fields=(*FIELDS, OWNER))
    other = Card("other", "Other", ("iframe/ticket",), frozenset({"support"}), "Nothing", (OWNER,))
    return configuration(tmp_path, cards={"ticket": card, "other": other})


def test_the_package_lists_the_attributes_for_gladlys_support(tmp_path):
    package = plugins.host("gladly").package
    [file] = package(declared(tmp_path, "iframe/ticket", "gladly/customer"), install("gladly"))
    rows = list(csv.reader(file.content.decode().splitlines()))
    assert file.path == "attributes.csv"
    assert rows[1] == ["context_customer", "Account"]
    assert ["tier", "Account tier"] in rows
    assert {row[0] for row in rows[1:]} == {*attributes(), "account_owner"}


def test_without_a_card_for_gladly_there_is_no_package(tmp_path):
    with pytest.raises(ValueError, match="no card is declared"):
        plugins.host("gladly").package(declared(tmp_path, "iframe/ticket"), install("gladly"))
