"""`/v1/push/…`: what sources tell by themselves, signed, once, and no more than a hint to ask."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.push import Change
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.webhooks import check_webhook
from context_sidecar.store.memory import StoredMemory
from context_sidecar.store.told import Told
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from support import gallery
from support.clock import START
from support.deliveries import standard

SECRET, OLD = (
    Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    Secret("an older one, as plain text"),
)
CHANGED = {
    "type": "changed",
    "timestamp": "2026-11-23T08:59:30Z",
    "data": {"keys": ["001A"], "lookups": ["account"]},
}


def signed(body: bytes, at=START, name="msg_1", secret=SECRET):
    return standard(body, secret.reveal(), at, name)


@pytest.fixture
def deployment(deploy):
    crm = replace(gallery.CRM, push=(SECRET, OLD))
    return deploy(sources={crm.id: crm, gallery.BILLING.id: gallery.BILLING})


def send(deployment, said=CHANGED, source="crm", **how):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = signed(body, **{"at": deployment.clock()} | how) | {
        "Content-Type": "application/json"
    }
    return deployment.client.post(f"/v1/push/{source}", data=body, headers=headers)


def test_a_change_is_taken_in_for_the_lookup_and_the_accounts_that_it_names(deployment):
    response = send(deployment)

    assert (response.status_code, response.json) == (200, {"repeated": False})
    assert deployment.cache.told == [("account", ("001A",), START - timedelta(seconds=30))]


def test_without_a_lookup_all_that_fields_read_have_changed(deployment):
    send(deployment, CHANGED | {"data": {"keys": ["001A", "001B"]}})

    told = {(lookup, keys) for lookup, keys, _ in deployment.cache.told}
    assert ("account", ("001A", "001B")) in told
    assert {lookup for lookup, _ in told} == {
        field.lookup for field in gallery.FIELDS if field.source.id == "crm"
    }


def test_s3_the_same_webhook_counts_once_and_is_told_so(deployment):
    send(deployment)

    again = send(deployment)

    assert (again.status_code, again.json) == (200, {"repeated": True})
    assert len(deployment.cache.told) == 1
    assert send(deployment, name="msg_2").json == {"repeated": False}


def test_while_the_database_is_in_trouble_it_is_to_be_sent_again(deployment, logged):
    """Marked in memory alone, what only the database knows would stay fresh."""
    deployment.cache.trouble = OperationalError("SELECT", {}, Exception("canary"))

    refused = send(deployment)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert refused.json["type"].endswith(":not-now")
    assert deployment.cache.told == []
    assert "push_not_kept" in [each["event"] for each in logged]
    assert "canary" not in refused.text + str(logged)

    deployment.cache.trouble = None
    assert send(deployment).json == {"repeated": False}, "it has not counted"
    assert len(deployment.cache.told) == 1


def test_other_processes_are_told_the_same(deployment):
    other = Told(deployment.database, deployment.clock)
    send(deployment)

    at = START - timedelta(seconds=30)
    assert other.news().changes == (("crm", Change(("001A",), (), ("account",), at)),)


def test_what_other_processes_cannot_be_told_is_to_be_sent_again(deployment, monkeypatch):
    def add(*_):
        raise OperationalError("INSERT", {}, Exception("locked"))

    with monkeypatch.context() as trouble:
        trouble.setattr(Told, "add", add)
        assert send(deployment).status_code == 503
    assert deployment.cache.told == []
    assert send(deployment).json == {"repeated": False}, "it has not counted"


def test_what_cannot_be_known_to_be_new_is_to_be_sent_again(deployment, monkeypatch):
    def first_use(*_):
        raise OperationalError("INSERT", {}, Exception("locked"))

    monkeypatch.setattr(StoredMemory, "first_use", first_use)
    assert send(deployment).status_code == 503
    assert deployment.cache.told == []


def test_both_secrets_are_accepted_while_one_is_replaced(deployment):
    assert send(deployment, secret=OLD).status_code == 200
    assert send(deployment, secret=Secret("another"), name="msg_2").status_code == 401


@pytest.mark.parametrize("source", ["billing", "nowhere", "crm%2e", "CRM"])
def test_a_source_that_tells_nothing_cannot_be_told_from_one_that_is_not_there(deployment, source):
    response = send(deployment, source=source)

    assert response.status_code == 401
    assert response.json["detail"].startswith("Sign it with the source's push secret")


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_what_was_signed_long_ago_or_by_a_wrong_clock_is_refused(deployment, late, logged):
    assert send(deployment, at=deployment.clock() - late).status_code == 401
    assert deployment.cache.told == []
    assert "push_refused" in [each["event"] for each in logged]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"type": "deleted"}, "type: Must be one of: changed."),
        ({"timestamp": "yesterday"}, "timestamp: Expected a time with its zone"),
        ({"timestamp": "2026-11-23T08:59:30"}, "timestamp: Expected a time with its zone"),
        ({"data": []}, "data: Expected an object, in braces."),
        ({"dat": {}}, "dat: There is no such name here. Known: type, timestamp, data."),
        ({"data": {"keys": []}}, "data: keys: Expected 1 to 1,000 keys"),
        ({"data": {"keys": ["x"] * 1_001}}, "send more in further webhooks"),
        ({"data": {"keys": [""]}}, "keys"),
        ({"data": {}}, "keys"),
        ({"data": {"keys": ["001A"], "lookups": ["acount"]}}, "Did you mean `account`?"),
    ],
)
def test_what_cannot_be_understood_is_said_and_changes_nothing(deployment, wrong, said):
    response = send(deployment, CHANGED | wrong)

    assert response.status_code == 400
    assert said in response.json["detail"]
    assert deployment.cache.told == []
    assert send(deployment, CHANGED).json == {"repeated": False}, "mended, it still counts"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "timestamp: Missing data for required field."),
        (b'{"a": 1, "a": 2}', "one name twice in an object"),
        (b"nonsense", "The body is no JSON."),
        (b"[]", "Expected an object, in braces."),
        (b"[" * 10_000, "The body is no JSON."),
        (b"\xff", "The body is no JSON. Send it as that, in UTF-8."),
    ],
    ids=["nothing", "twice", "nonsense", "a list", "deep", "bytes"],
)
def test_what_is_no_webhook_is_refused(deployment, body, said):
    response = send(deployment, body)

    assert response.status_code == 400
    assert said in response.json["detail"]
    assert "_schema" not in response.text


def test_what_is_too_long_is_told_how_much_may_be_sent_at_once(deployment):
    response = send(deployment, CHANGED | {"data": {"keys": ["x" * 400] * 6000}})

    assert response.status_code == 413
    assert response.json["detail"] == (
        "Send at most 2,097,152 bytes at once, and the rest in further requests."
    )


@pytest.mark.parametrize("kind", ["text/plain", ""])
def test_what_is_not_said_to_be_json_is_told_so(deployment, kind):
    body = json.dumps(CHANGED).encode()
    headers = signed(body, deployment.clock()) | ({"Content-Type": kind} if kind else {})

    response = deployment.client.post("/v1/push/crm", data=body, headers=headers)

    assert response.status_code == 400
    assert response.json["detail"] == "Send the body with Content-Type: application/json."


def test_another_method_and_another_address_are_told_what_there_is(deployment):
    asked = deployment.client.get("/v1/push/crm")
    nowhere = deployment.client.post("/v1/push")

    assert asked.json["detail"] == "Ask this by POST."
    assert nowhere.json["detail"].endswith("The API is described at /openapi.json.")


def test_mistakes_that_are_many_are_cut_visibly(deployment):
    detail = send(deployment, CHANGED | {"data": {"keys": [5] * 100}}).json["detail"]

    assert (len(detail), detail[-1]) == (300, "…")


def test_the_specifications_own_example_is_accepted():
    """standard-webhooks/spec/standard-webhooks.md, "Signature scheme", and its libraries' tests."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    now = START.fromtimestamp(1614265330, START.tzinfo)

    name = check_webhook(headers, b'{"test": 2432232314}', [SECRET], now)

    assert name == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_of_several_signatures_is_enough():
    body, headers = b"{}", signed(b"{}")
    headers["webhook-signature"] = f"v1,wrong v2,other {headers['webhook-signature']}"

    assert check_webhook(headers, body, [SECRET], START) == "msg_1"


@settings(max_examples=400)
@given(
    part=st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "body"]),
    at=st.integers(0, 200),
    letter=st.characters(min_codepoint=33, max_codepoint=126),
)
def test_s2_every_part_changed_in_turn_is_refused(part, at, letter):
    body = json.dumps(CHANGED).encode()
    whole = signed(body) | {"body": body.decode()}
    text = whole[part]
    at %= len(text)
    changed = text[:at] + letter + text[at + 1 :]
    if changed == text:
        return
    headers = whole | {part: changed}

    with pytest.raises(VisitRefused):
        check_webhook(headers, headers["body"].encode(), [SECRET, OLD], START)


def test_s18_the_secret_is_shown_nowhere(deployment, logged):
    send(deployment, secret=OLD)
    send(deployment, secret=Secret("wrong"), name="x")

    assert SECRET.reveal() not in repr(deployment.configuration)
    assert OLD.reveal() not in repr(logged)
