"""A vendor changes a value and sends its own webhook: the card shows the new value at once, long
before the old one's time is over. Zendesk and the deployment are apart, and speak over HTTP."""

from __future__ import annotations

import json
import logging
import time
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from context_sidecar import looking
from context_sidecar.app import open_sidecar
from context_sidecar.demo.servers import Server
from context_sidecar.engine.examination import Mark
from support.clock import AheadClock
from support.deliveries import SIGNERS
from support.zendesk import ACME, Zendesk

SECRET = "zendesk's signing secret"
CONFIGURATION = """\
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations}}
sources:
  desk:
    adapter: zendesk
    owner: revops
    allow_private: true
    settings: {{url: "{url}", user: sidecar@example.com, api_token: t0ken}}
    push: {{secret: "${{PUSH_SECRET}}"}}
accounts:
  source: desk
  keys: {{id: external_id, name: name}}
  refresh: 1h
  match: [{{record: external_id, account: id}}]
fields:
  tier: &field
    label: Account tier
    type: choice
    source: desk
    path: organization_fields.tier
    choices: {{ENT: Enterprise, STD: Standard}}
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Which queue the ticket gets
  open_tickets:
    label: Open tickets
    type: list
    source: desk
    query: open_tickets
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Whether to call
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier, open_tickets]
    deadline: 10s
"""


@pytest.fixture
def zendesk(httpserver):
    return Zendesk(httpserver)


@pytest.fixture
def clock():
    return AheadClock()


@contextmanager
def serving(folder, clock):
    """One process that serves what is declared in *folder*."""
    server = Server()
    environment, file = {"PUSH_SECRET": SECRET}, folder / "sidecar.yaml"
    with open_sidecar(file, environment, clock=clock, log_level=logging.CRITICAL) as opened:
        opened.sync()
        server.start(opened.application())
        opened.url = server.url
        yield opened
        server.stop()


@pytest.fixture
def deployment(zendesk, tmp_path, clock):
    (tmp_path / "sidecar.yaml").write_text(CONFIGURATION.format(url=zendesk.url))
    with serving(tmp_path, clock) as opened:
        yield opened


def card(deployment):
    """What the card shows of Acme: the tier, the number of tickets, and their states."""
    key = deployment.keys.create("a test", ["ticket"])[1].reveal()
    answer = httpx.get(
        f"{deployment.url}/v1/accounts/C-1/context",
        params={"card": "ticket"},
        headers={"Authorization": f"Bearer {key}"},
    )
    tier, tickets = answer.raise_for_status().json()["readings"]
    return tier["value"], tickets["value"]["total"], {tier["state"], tickets["state"]}


def send(deployment, clock, kind, secret=SECRET, **detail):
    said = {
        "type": f"zen:event-type:{kind}", "id": f"{kind} {secret}",
        "time": clock().strftime("%Y-%m-%dT%H:%M:%SZ"), "account_id": 1,
        "subject": "zen:organization:1", "zendesk_event_version": "2022-06-20", "event": {},
        "detail": detail,
    }  # fmt: skip
    body = json.dumps(said).encode()
    headers = SIGNERS["zendesk"](body, secret, clock(), "")
    return httpx.post(f"{deployment.url}/v1/push/desk", content=body, headers=headers)


def test_a_card_shows_what_a_vendor_has_changed_without_waiting_for_its_age(
    zendesk, deployment, clock
):
    assert card(deployment) == ("ENT", 2, {"fresh"})
    zendesk.organizations[0]["organization_fields"]["tier"] = "STD"
    zendesk.tickets[0]["status"] = "solved"
    clock.forward(minutes=10)
    assert card(deployment) == ("ENT", 2, {"fresh"}), "nobody has told"

    event = "organization.custom_field_changed"
    refused = send(deployment, clock, event, "wrong", id=str(ACME), external_id="C-1")
    assert refused.status_code == 401
    assert card(deployment)[:2] == ("ENT", 2)

    told = send(deployment, clock, event, id=str(ACME), external_id="C-1")
    assert (told.status_code, told.content) == (200, b"")
    deployment.changes.settle()
    assert card(deployment) == ("STD", 2, {"fresh"})

    told = send(deployment, clock, "ticket.status_changed", organization_id=str(ACME))
    assert told.status_code == 200
    deployment.changes.settle()
    assert card(deployment) == ("STD", 1, {"fresh"})


def test_what_one_process_is_told_soon_shows_in_the_other_too(
    zendesk, deployment, clock, tmp_path, monkeypatch
):
    monkeypatch.setitem(looking._EVERY, "changes", timedelta(seconds=0.1))
    with serving(tmp_path, clock) as other:
        assert card(deployment) == card(other) == ("ENT", 2, {"fresh"})
        zendesk.organizations[0]["organization_fields"]["tier"] = "STD"
        clock.forward(minutes=10)
        assert card(other) == ("ENT", 2, {"fresh"}), "nobody has told"

        send(deployment, clock, "organization.name_changed", id=str(ACME), external_id="C-1")

        end = time.monotonic() + 20
        while card(other)[0] == "ENT":
            assert time.monotonic() < end
        assert card(other) == card(deployment) == ("STD", 2, {"fresh"})


def test_while_the_vendor_does_not_answer_the_value_says_that_it_has_changed(
    zendesk, deployment, clock
):
    assert card(deployment)[0] == "ENT"
    zendesk.organizations[0]["organization_fields"]["tier"] = "STD"
    zendesk.refuse(500)
    clock.forward(minutes=10)

    send(deployment, clock, "organization.name_changed", id=str(ACME), external_id=None)
    deployment.changes.settle()

    assert card(deployment)[0] == "ENT"
    assert "stale" in card(deployment)[2]
    zendesk.mend()
    clock.forward(minutes=10)
    assert card(deployment) == ("STD", 2, {"fresh"})


def test_the_doctor_says_where_it_is_told_and_when_the_last_came(deployment, clock):
    place = "https://context.example.com/v1/push/desk"

    def told():
        [desk] = deployment.examination().of(["desk"])
        return next(finding for finding in desk.findings if finding.about == "push")

    assert (told().mark, told().said) == (Mark.DOUBTFUL, f"nothing has come to {place} yet")
    assert "In Admin Center" in told().remedy
    assert "with our address" in told().remedy  # which stands above it

    send(deployment, clock, "user.created")
    day = f"{clock():%Y-%m-%d}"
    assert told().mark is Mark.WELL
    assert told().said.startswith(f"tells at {place} what has changed, last on {day}")

    clock.forward(minutes=1)
    send(deployment, clock, "user.created", "wrong")
    assert told().mark is Mark.DOUBTFUL
    assert "proved nothing: the signature does not fit" in told().said
