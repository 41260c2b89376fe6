"""An OAuth token of Zendesk that ends, of which its system tells: counted down wherever it is told,
and warned of 14 days ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from context_sidecar.app import open_sidecar
from support.clock import AheadClock
from support.zendesk import Zendesk

CONFIGURATION = """
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
sources:
  helpdesk:
    adapter: zendesk
    owner: revops
    allow_private: true
    settings: {{url: "{url}", token: "${{ZENDESK_TOKEN}}"}}
accounts:
  source: helpdesk
  keys: {{id: external_id, name: name}}
  refresh: 1h
  match: [{{record: organization_external_id, account: id}}]
fields:
  tier:
    label: Tier
    type: text
    source: helpdesk
    path: organization_fields.tier
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: [support]
    decision: Which queue
cards:
  ticket:
    title: Customer
    where: [zendesk/ticket]
    audience: support
    decision: How urgent this is
    fields: [tier]
"""


@pytest.fixture
def helpdesk(httpserver):
    return Zendesk(httpserver)


@pytest.fixture
def clock():
    return AheadClock()


@pytest.fixture
def running(tmp_path, helpdesk, clock):
    file = tmp_path / "sidecar.yaml"
    file.write_text(CONFIGURATION.format(url=helpdesk.url))
    with open_sidecar(file, {"ZENDESK_TOKEN": "canary-9b1d44"}, clock=clock) as running:
        running.sync()
        yield running


def ending(helpdesk, days):
    """Let our token end on that day; return it."""
    end = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    helpdesk.token["expires_at"] = f"{end:%Y-%m-%dT%H:%M:%SZ}"
    return f"{end:%Y-%m-%d}"


def doctor(running):
    """What doctor says of how we are signed in."""
    [helpdesk] = running.examination().of(["helpdesk"])
    return [(one.mark.value, one.said) for one in helpdesk.findings if one.about == "sign-in"]


def test_doctor_says_when_it_ends(running, helpdesk):
    assert doctor(running) == []

    day = ending(helpdesk, 20)
    assert doctor(running) == [("well", f"its credential ends on {day}, in 20 days")]

    day = ending(helpdesk, 5)
    assert doctor(running) == [("doubtful", f"its credential ends on {day}, in 5 days")]

    day = ending(helpdesk, -1)
    assert doctor(running) == [("wrong", f"its credential ended on {day}")]


def test_the_source_s_page_and_the_metric_count_down_and_warn(running, helpdesk, clock):
    day = ending(helpdesk, 20)
    running.application()
    running.examination().watch_ends().look()
    found = running.credentials.of("helpdesk")
    assert (found.validity.value, found.days) == ("good", 20)

    clock.forward(days=6)
    found = running.credentials.of("helpdesk")
    assert (found.validity.value, found.said) == (
        "soon", f"its credential ends on {day}, in 14 days",
    )  # fmt: skip
    assert "Renew it at the vendor" in found.remedy
    metric = 'sidecar_source_credential_days{source="helpdesk"} 14.0'
    assert metric in running.metrics.text().decode()


def test_a_server_that_begins_asks_by_itself(running, helpdesk, monkeypatch):
    asked, answer = Event(), helpdesk.answer

    def answering(request):
        if "oauth" in request.path:
            asked.set()
        return answer(request)

    monkeypatch.setattr(helpdesk, "answer", answering)
    running.application()

    assert asked.wait(10)
