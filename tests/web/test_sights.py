"""What somebody does with a card beyond looking at it leaves a trace, within what they may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.reading import State
from context_sidecar.core.receipt import digest
from context_sidecar.web.parts import Allowance
from sqlalchemy import text

ACTS = {"summary": {}, "dispute": {"field": "tier"}, "reveal": {"field": "tier"}}
URL = "/v1/context/iframe/ticket/4711"


def act(deployment, name, proof=None, **said):
    proof = deployment.token() if proof is None else proof
    return deployment.post(f"/v1/visits/{name}", proof, said)


def reading(deployment, field="tier", **how):
    answer = deployment.get(URL, deployment.token(), **how).json
    return next(one for one in answer["readings"] if one["field"] == field)


def test_the_summary_says_each_value_with_its_trust_when_it_was_seen_and_a_code(deployment):
    given = act(deployment, "summary").json
    lines = given["text"].splitlines()
    assert lines[0] == "Acme GmbH, as seen on 23 Nov 2026 at 09:00 (UTC)"
    assert lines[1] == "Found by domain “acme.example”."
    assert "Account tier: Enterprise" in lines
    assert "- Export fails for the whole team · high · open · 12 days ago" in lines
    assert lines[-1] == f"Receipt {given['code']}"


def test_it_is_in_the_language_of_the_card(deployment):
    given = act(deployment, "summary", locale="de").json
    assert given["text"].startswith("Acme GmbH, Stand 23.11.2026, 09:00 Uhr (UTC)")


def test_the_receipt_keeps_who_saw_what_how_far_to_trust_it_and_no_value(deployment):
    given = act(deployment, "summary").json
    kept = deployment.receipts.find(given["code"])
    assert (kept.install, kept.place, kept.record_id) == ("intranet", "iframe/ticket", "4711")
    assert (kept.visitor, kept.account_id, kept.card) == ("ana", "001A", "ticket")
    assert kept.made_at == deployment.clock()
    assert kept.added(given["text"]) == ()
    assert kept.lacking(given["text"]) == ()
    tier = next(line for line in kept.lines if line.field == "tier")
    assert tier.state is State.FRESH
    assert tier.confirmed_at == deployment.clock() - timedelta(minutes=5)
    assert tier.digest == digest(kept.salt, "Account tier: Enterprise")
    with deployment.database.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM receipts")).all())
    assert "Enterprise" not in stored
    assert "Export fails" not in stored


def test_a_disputed_value_is_shown_as_such_to_everybody_until_somebody_closes_it(deployment):
    assert reading(deployment)["disputed"] is None
    said = act(deployment, "dispute", field="tier", note=" It is Professional now. ").json
    assert said["said"] == f"Noted for Revenue Operations. Receipt {said['code']}"
    deployment.clock.forward(hours=2)
    assert reading(deployment)["disputed"] == {
        "since": "2026-11-23T09:00:00Z",
        "times": 1,
        "note": "Reported as wrong 2 hours ago. Revenue Operations has it.",
        "ago": {"text": "2 hours ago", "from": "2026-11-23T09:00:00Z"},
    }
    assert reading(deployment, "health")["disputed"] is None
    assert deployment.disputes.close(said["code"], "rev", "The contract was entered late.")
    deployment.open_disputes.look()
    assert reading(deployment)["disputed"] is None


def test_what_was_said_to_be_wrong_stands_with_who_said_it_and_what_they_saw(deployment):
    code = act(deployment, "dispute", field="tier", note="It is Professional now.").json["code"]
    [one] = deployment.disputes.open()
    assert (one.account_id, one.field, one.team) == ("001A", "tier", "revops")
    assert (one.install, one.visitor, one.note) == ("intranet", "ana", "It is Professional now.")
    assert deployment.receipts.find(code).account_id == "001A"
    assert not deployment.disputes.close("0000-0000", "rev", "Nothing to it.")


def test_several_who_say_so_count_as_several(deployment):
    for visitor in range(3):
        deployment.clock.forward(minutes=10)
        assert act(deployment, "dispute", field="tier", note=str(visitor)).status_code == 200
    assert reading(deployment)["disputed"]["note"] == (
        "Reported as wrong 3 times, first 20 minutes ago. Revenue Operations has it."
    )


def test_the_hot_path_does_not_go_on_with_what_was_before_the_dispute(deployment):
    token = deployment.token()
    for _ in range(3):
        before = deployment.get(URL, token)
    act(deployment, "dispute", token, field="tier")
    after = deployment.get(URL, token)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert b"Reported as wrong" in after.data


def test_a_look_at_a_value_too_old_to_use_is_in_the_log_and_counted(deployment, logged):
    assert act(deployment, "reveal", field="renewal_date").json == {"field": "renewal_date"}
    [entry] = [one for one in logged if one["event"] == "expired_value_shown"]
    assert entry["field"] == "renewal_date"
    assert entry["caller"] == "intranet/ana"
    assert entry["record"] == "iframe/ticket/4711"
    assert b'sidecar_expired_values_shown_total{field="renewal_date"} 1.0' in (
        deployment.metrics.text()
    )


def test_a_dispute_is_in_the_log_without_what_was_said(deployment, logged):
    act(deployment, "dispute", field="tier", note="Mrs Lima said so")
    [entry] = [one for one in logged if one["event"] == "value_disputed"]
    assert entry["team"] == "revops"
    assert "Lima" not in str(logged)


@pytest.mark.parametrize("name", ACTS)
def test_s6_only_the_visit_of_a_record_does_anything_with_its_card(deployment, name):
    assert act(deployment, name, "", **ACTS[name]).status_code == 401
    assert act(deployment, name, deployment.key("ticket"), **ACTS[name]).status_code == 403
    unnamed = deployment.token(None)
    assert act(deployment, name, unnamed, **ACTS[name]).status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_s7_nobody_does_anything_with_a_card_or_a_field_that_they_may_not_see(deployment, name):
    foreign = deployment.token(roles=frozenset({"finance"}))
    assert act(deployment, name, foreign, card="ticket", **ACTS[name]).status_code == 403
    if "field" in ACTS[name]:
        assert act(deployment, name, field="margin").status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_s22_nobody_does_it_without_end(deploy, name):
    deployment = deploy(allowance=Allowance(sights=3))
    for _ in range(3):
        assert act(deployment, name, **ACTS[name]).status_code == 200
    refused = act(deployment, name, **ACTS[name])
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_note_is_no_longer_than_a_note(deployment):
    assert act(deployment, "dispute", field="tier", note="x" * 501).status_code == 400


def test_a_card_of_no_account_has_a_summary_too(deployment):
    deployment.engine.changes = {"readings": ()}
    assert "Found by domain" in act(deployment, "summary").json["text"]


def test_receipts_and_closed_disputes_are_forgotten_and_open_ones_never(deployment):
    for _ in range(2):
        code = act(deployment, "dispute", field="tier").json["code"]
    deployment.disputes.close(code, "rev", "Mended.")
    deployment.clock.forward(days=500)
    before = deployment.clock() - timedelta(days=400)
    deployment.receipts.forget(before)
    deployment.disputes.forget(before)
    assert deployment.receipts.find(code) is None
    assert len(deployment.disputes.all()) == 1
