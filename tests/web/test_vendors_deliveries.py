"""`/v1/push/…` in vendors' own forms: proven, answered at once, and never silently nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar import plugins
from context_sidecar.core.secrets import Secret
from context_sidecar.web.parts import Allowance
from support import gallery
from support.clock import START
from support.deliveries import SIGNERS, standard
from support.samples import sample
from support.web import PUBLIC

SECRET, OTHER = Secret("zendesk's signing secret"), Secret("billing's own")
CHANGED = {
    "type": "zen:event-type:organization.name_changed", "id": "e-1", "time": "2026-11-23T08:59:30Z",
    "detail": {"id": "17", "external_id": None},
}  # fmt: skip


def adapter(name):
    kind = plugins.adapter(name)
    return kind(kind.Settings().load(sample(name).settings("https://vendor.example.com")))


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch):
    """What comes is gone through at once, and not together with what comes within a second."""
    monkeypatch.setattr("context_sidecar.engine.changes.RESTS_FOR", 0.0)


@pytest.fixture
def deployment(deploy):
    crm = replace(gallery.CRM, push=(SECRET,))
    billing = replace(gallery.BILLING, push=(OTHER,))
    return deploy(
        sources={crm.id: crm, billing.id: billing, "helpdesk": gallery.HELPDESK},
        adapters={
            "crm": adapter("zendesk"),
            "billing": adapter("xero"),
            "helpdesk": adapter("jira"),
        },
    )


def send(
    deployment, said=CHANGED, source="crm", signer="zendesk", secret=SECRET,
    kind="application/json", **more,
):  # fmt: skip
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    url = f"{PUBLIC}/v1/push/{source}"
    headers = SIGNERS[signer](body, secret.reveal(), deployment.clock(), url) | more
    response = deployment.client.post(
        f"/v1/push/{source}", data=body, headers=headers, content_type=kind
    )
    deployment.changes.settle()
    return response


def told(deployment):
    return [(lookup, keys) for lookup, keys, _ in deployment.cache.told]


def test_a_change_is_taken_in_for_who_is_named_and_who_cannot_be_told(deployment):
    """`001A` is known by that id; of `001B` nobody knows by which."""
    response = send(deployment)

    assert (response.status_code, response.data) == (200, b"")
    assert told(deployment) == [("account", ("001A", "001B"))]
    assert deployment.cache.told[0][2] == START - timedelta(seconds=30)


def test_a_delivery_that_does_not_call_itself_json_is_a_text_which_may_say_anything(deployment):
    response = send(deployment, b"Ping test", kind="text/plain")

    assert (response.status_code, response.data) == (200, b"")
    assert deployment.cache.told


def test_a_change_of_somebody_else_marks_nobody_who_is_known_to_be_another(deployment):
    send(deployment, CHANGED | {"detail": {"id": "18", "external_id": None}})

    assert told(deployment) == [("account", ("001B",))]


def test_what_nobody_understands_marks_everything(deployment, logged):
    assert send(deployment, {"type": 7}).status_code == 200

    lookups = {each.lookup for each in gallery.FIELDS if each.source.id == "crm"}
    assert set(told(deployment)) == {(lookup, ("001A", "001B")) for lookup in lookups}
    assert "push_not_understood" in [each["event"] for each in logged]


def test_deliveries_that_come_too_fast_count_as_a_change_of_everything(deploy):
    """None is refused: a vendor may not send it again."""
    crm = replace(gallery.CRM, push=(SECRET,))
    allowance = Allowance(requests=1)
    hasty = deploy(sources={"crm": crm}, adapters={"crm": adapter("zendesk")}, allowance=allowance)

    for number in range(4):
        somebody = {"id": "18", "external_id": None}
        said = CHANGED | {"id": f"e-{number}", "detail": somebody}
        assert send(hasty, said).status_code == 200

    assert told(hasty)[0] == ("account", ("001B",))
    assert ("account", ("001A", "001B")) in told(hasty)


def test_s3_the_same_delivery_counts_once(deployment):
    for _ in range(2):
        assert send(deployment).status_code == 200
        deployment.clock.forward(minutes=1)

    assert len(deployment.cache.told) == 1


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[" * 10_000, b"\xff"])
def test_what_is_no_json_is_refused(deployment, body):
    assert send(deployment, body).status_code == 400
    assert deployment.cache.told == []


@pytest.mark.parametrize("source", ["helpdesk", "nowhere"])
def test_s2_a_source_without_a_secret_cannot_be_told_from_one_that_is_not_there(deployment, source):
    response = send(deployment, source=source)

    assert response.status_code == 401
    assert response.json["detail"].startswith("Sign it with the source's push secret")
    assert deployment.sightings.of(f"push/{source}").refused_at is None


def test_s2_an_unproven_delivery_learns_nothing_and_the_log_says_what_would_have_fitted(
    deployment, logged
):
    refused = send(deployment, secret=OTHER, signer="xero")

    assert refused.status_code == 401
    assert refused.json["detail"].startswith("Sign it with the source's push secret")
    assert deployment.cache.told == []
    [why] = [each["why"] for each in logged if each["event"] == "push_refused"]
    assert why == (
        "there is no signature in x-zendesk-webhook-signature; it is signed for the source billing"
    )
    assert deployment.sightings.of("push/crm").refusal == why


@pytest.mark.parametrize(("size", "status"), [(300_000, 200), (3_000_000, 413)])
def test_a_whole_conversation_is_taken_and_more_is_told_to_who_looks_after_it(
    deployment, logged, size, status
):
    response = send(deployment, CHANGED | {"comment": "x" * size})

    assert response.status_code == status
    assert bool(told(deployment)) is (status == 200)
    whys = [each["why"] for each in logged if each["event"] == "push_refused"]
    assert whys == ([] if status == 200 else ["what came was longer than 2,097,152 bytes"])
    assert deployment.sightings.of("push/crm").refusal == "".join(whys)


def test_xeros_intent_to_receive_is_answered_as_xero_wants_it(deployment):
    """developer.xero.com, Configuring your server: 200 without body or cookies, 401 for a wrong
    signature, and so several times."""
    asked = {"events": [], "firstEventSequence": 0, "lastEventSequence": 0, "entropy": "S0m3"}

    for number in range(3):
        said = asked | {"entropy": f"S0m3r4Nd0mt3xt{number}"}
        well = send(deployment, said, "billing", "xero", OTHER)
        assert (well.status_code, well.data) == (200, b"")
        assert "Set-Cookie" not in well.headers
        assert send(deployment, said, "billing", "xero", SECRET).status_code == 401
    assert deployment.cache.told == []


@pytest.mark.parametrize("source", ["crm", "helpdesk", "nowhere"])
def test_whoever_looks_whether_the_address_is_there_finds_it(deployment, source):
    """Intercom does, with HEAD, before it lets the address be entered."""
    response = deployment.client.head(f"/v1/push/{source}")

    assert (response.status_code, response.data) == (200, b"")


def test_standard_webhooks_still_go_to_a_source_that_has_a_form_of_its_own(deployment):
    data = {"keys": ["001A"], "lookups": ["account"]}
    said = {"type": "changed", "timestamp": "2026-11-23T08:59:30Z", "data": data}
    body = json.dumps(said).encode()
    headers = standard(body, SECRET.reveal(), deployment.clock(), "msg_1")

    response = deployment.client.post(
        "/v1/push/crm", data=body, headers=headers, content_type="application/json"
    )

    assert response.json == {"repeated": False}
    assert told(deployment) == [("account", ("001A",))]


def test_it_is_noted_when_one_came(deployment):
    assert deployment.sightings.of("push/crm").proven_at is None

    send(deployment)

    assert deployment.sightings.of("push/crm").proven_at == deployment.clock()


def test_s18_the_secret_is_shown_nowhere(deployment, logged):
    send(deployment)
    send(deployment, secret=OTHER)

    assert SECRET.reveal() not in repr(logged) + repr(deployment.configuration)
