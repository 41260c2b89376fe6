"""The hot path gives what Flask gives: the same status, the same headers, the same checks."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from weakref import ref

import pytest
from context_sidecar.core.observation import Found
from context_sidecar.web.parts import Allowance
from context_sidecar.web.renderings import BYTES, Rendering
from support import gallery
from support.web import DESK, Deployment, query
from support.web import TICKET as RECORD
from werkzeug.test import Client, TestResponse

TICKET = "/v1/context/iframe/ticket/4711"


def hits(deployment: Deployment) -> int:
    return deployment.application.hits


def cold(deployment: Deployment) -> Client:
    """The application behind the hot path."""
    return Client(deployment.application._application, TestResponse)


WISHES = [
    {},
    {"Accept": "text/html"},
    {"Accept": "application/json", "Accept-Language": "de-AT"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"another"'},
    {"Accept-Encoding": "gzip, deflate, br"},
    {"Accept-Encoding": "gzip", "If-None-Match": "*"},
    {"Cache-Control": "max-age=0"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
]


@pytest.mark.parametrize("wish", WISHES, ids=str)
@pytest.mark.parametrize("address", [TICKET, TICKET + query(card="ticket", locale="fr")])
@pytest.mark.parametrize("proof", ["token", "key"])
def test_both_ways_give_the_same_answer_header_by_header(deployment, wish, address, proof):
    bearer = deployment.token() if proof == "token" else deployment.key("ticket")
    headers = wish | {"Authorization": f"Bearer {bearer}"}
    deployment.client.get(address, headers=headers)
    deployment.clock.forward(seconds=3)
    before = hits(deployment)

    hot = deployment.client.get(address, headers=headers)
    assert hits(deployment) == before + 1, "it was the hot path that answered"
    plain = cold(deployment).get(address, headers=headers)

    assert hot.status == plain.status
    assert sorted(hot.headers) == sorted(plain.headers)
    assert hot.data == plain.data


def test_a_repeated_question_never_reaches_flask_or_the_engine(deployment):
    token = deployment.token()

    for _ in range(10):
        assert deployment.get(TICKET, token).status_code == 200

    assert hits(deployment) == 9
    assert len(deployment.engine.asked) == 1


def test_another_visitor_of_the_same_record_shares_the_answer_but_not_the_proof(deployment):
    deployment.get(TICKET, deployment.token())

    other = deployment.get(TICKET, deployment.token())
    nobody = deployment.get(TICKET, "made up")

    assert other.status_code == 200
    assert nobody.status_code == 401
    assert len(deployment.engine.asked) == 1


@pytest.mark.parametrize(
    "unusual",
    [
        {"Cache-Control": "no-cache"},
        {"Origin": DESK},
        {"Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Dest": "image"},
    ],
    ids=str,
)
def test_what_is_unusual_about_a_request_goes_to_flask_every_time(deployment, unusual):
    headers = unusual | {"Authorization": f"Bearer {deployment.token()}"}
    deployment.get(TICKET, deployment.token())

    for _ in range(3):
        deployment.client.get(TICKET, headers=headers)

    assert hits(deployment) == 0


def test_other_methods_go_to_flask(deployment):
    token = deployment.token()
    deployment.get(TICKET, token)
    headers = {"Authorization": f"Bearer {token}"}

    assert deployment.client.head(TICKET, headers=headers).status_code == 200
    assert deployment.client.post(TICKET, headers=headers).status_code == 405
    assert hits(deployment) == 0


def test_a_change_of_anything_on_the_card_is_seen_at_once(deployment):
    token = deployment.token()
    deployment.get(TICKET, token)
    deployment.engine.values = {"Tier__c": "PRO"}

    unrelated = deployment.get(TICKET, token)
    deployment.renderings.changed("crm", "account", "001A")
    related = deployment.get(TICKET, token)

    assert "Enterprise" in unrelated.text
    assert "Professional" in related.text


def test_a_change_of_another_account_changes_nothing_here(deployment):
    token = deployment.token()
    deployment.get(TICKET, token)

    deployment.renderings.changed("crm", "account", "001B")
    deployment.get(TICKET, token)

    assert hits(deployment) == 1


def test_a_change_while_the_answer_is_being_made_is_not_missed(deployment):
    token = deployment.token()
    made = deployment.engine.context

    def overtaken(*args, **how):
        context = made(*args, **how)
        deployment.renderings.changed("crm", "account", "001A")
        return context

    deployment.engine.context = overtaken
    deployment.get(TICKET, token)
    deployment.engine.context = made
    deployment.engine.values = {"Tier__c": "PRO"}

    assert "Professional" in deployment.get(TICKET, token).text


def test_a_directory_that_changes_may_change_every_answer(deployment):
    token = deployment.token()
    deployment.get(TICKET, token)

    deployment.renderings.everything_changed()
    deployment.get(TICKET, token)

    assert len(deployment.engine.asked) == 2


def test_time_that_changes_the_card_ends_the_answer(deployment):
    token = deployment.token()
    soon = deployment.clock() + timedelta(seconds=5)
    deployment.engine.changes = {"check_again_at": soon}
    deployment.get(TICKET, token)

    deployment.clock.forward(seconds=4.9)
    deployment.get(TICKET, token)
    assert hits(deployment) == 1
    deployment.clock.forward(seconds=0.1)
    deployment.get(TICKET, token)

    assert hits(deployment) == 1


def test_who_looks_for_long_is_noticed_by_the_engine(deployment):
    """What people look at is refreshed ahead, so the engine has to hear that they look."""
    token = deployment.token()
    for _ in range(9):
        deployment.get(TICKET, token)
        deployment.clock.forward(seconds=10)

    assert len(deployment.engine.asked) == 3


def test_an_incomplete_answer_is_given_to_nobody_else(deployment):
    token = deployment.token()
    deployment.engine.changes = {"complete": False}

    deployment.get(TICKET, token)
    deployment.get(TICKET, token)

    assert hits(deployment) == 0
    assert len(deployment.engine.asked) == 2


def test_an_expired_token_opens_nothing(deployment):
    token = deployment.token()
    deployment.clock.forward(minutes=9, seconds=50)
    deployment.get(TICKET, token)
    deployment.get(TICKET, token)
    assert hits(deployment) == 1

    deployment.clock.forward(seconds=10)

    assert deployment.get(TICKET, token).status_code == 401


def test_a_revoked_key_opens_nothing_within_half_a_minute(deployment):
    key, text = deployment.keys.create("a test", ["ticket"])
    deployment.get(TICKET, text.reveal())
    deployment.keys.revoke(key.id)

    deployment.clock.forward(seconds=30)

    assert deployment.get(TICKET, text.reveal()).status_code == 401


def test_the_pace_counts_on_both_ways(deploy):
    deployment = deploy(allowance=Allowance(requests=5))
    token = deployment.token()

    statuses = [deployment.get(TICKET, token).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_many_threads_get_one_and_the_same_answer(deployment):
    tokens = [deployment.token() for _ in range(4)]
    start = threading.Barrier(8, timeout=10)
    bodies: set[bytes] = set()

    def ask(token):
        start.wait()
        for _ in range(50):
            response = deployment.get(TICKET, token)
            bodies.add(response.data if response.status_code == 200 else response.status.encode())

    threads = [threading.Thread(target=ask, args=(tokens[i % 4],)) for i in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)

    assert len(bodies) == 1


def test_two_visitors_share_an_answer_and_each_is_told_whether_it_is_new_to_them(deployment):
    new, old = deployment.token(), deployment.token()
    etag = deployment.get(TICKET, new).headers["ETag"]
    headers = {"Authorization": f"Bearer {old}", "If-None-Match": etag}
    deployment.client.get(TICKET, headers=headers)

    statuses = [
        response.status_code
        for _ in range(3)
        for response in (
            deployment.get(TICKET, new), deployment.client.get(TICKET, headers=headers)
        )
    ]  # fmt: skip

    assert statuses == [200, 304] * 3
    assert hits(deployment) == 6


def test_an_answer_that_was_put_out_is_given_no_more_and_takes_no_memory(deployment):
    token = deployment.token()
    deployment.get(TICKET, token)
    [kept] = deployment.renderings._kept.values()
    gone = ref(kept)
    del kept

    for number in range(2):
        large = Rendering(
            b"x" * (BYTES * 3 // 4), "text/html", "", "en", '"1"', b"", True, 1e12, mark=number
        )
        deployment.renderings.keep(number, large)

    assert gone() is None
    assert deployment.get(TICKET, token).status_code == 200
    assert hits(deployment) == 0


def test_two_records_that_differ_only_in_their_keys_are_two_questions(deployment):
    other = replace(RECORD, keys={"requester_email": "bob@other.example"})

    deployment.get(TICKET, deployment.token())
    deployment.get(TICKET, deployment.token(other))

    assert len(deployment.engine.asked) == 2


def test_how_an_answer_was_come_by_is_told_with_the_answer_and_not_with_its_repeats(deployment):
    """What was fetched for the first who asked is there already for the next."""
    token, now = deployment.token(), deployment.clock()
    seen = gallery.observed(Found(gallery.VALUES), ago=timedelta(0), now=now)
    deployment.engine.changes = {"readings": (gallery.reading(gallery.TIER, seen, now=now),)}

    said = [deployment.get(TICKET, token).headers["Cache-Status"] for _ in range(4)]

    assert said == ["crm; fwd=miss; stored; ttl=3600", *["crm; hit; ttl=3600"] * 3]
    assert hits(deployment) == 2
