"""An OAuth token of Zendesk that ends, of which its system tells: counted down wherever it is told,
and warned of 14 days ahead."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from click.testing import CliRunner
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from sqlalchemy import text
from support.clock import AheadClock
from support.vendor import reply
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
def file(tmp_path, helpdesk):
    file = tmp_path / "sidecar.yaml"
    file.write_text(CONFIGURATION.format(url=helpdesk.url))
    return file


@contextmanager
def opened(file, token="canary-9b1d44", clock=None):
    environment = {"ZENDESK_TOKEN": token}
    with open_sidecar(file, environment, clock=clock or AheadClock()) as running:
        yield running


@pytest.fixture
def running(file, clock):
    with opened(file, clock=clock) as running:
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


def checked(file, token="canary-9b1d44", status=0):
    """What `sidecar check` warns of."""
    done = CliRunner().invoke(
        main, ["--config", str(file), "check", "--format", "json"],
        env={"ZENDESK_TOKEN": token}, catch_exceptions=False,
    )  # fmt: skip
    assert done.exit_code == status
    found = json.loads(done.stdout)["findings"]
    return [(one["path"], one["expected"]) for one in found if "credential" in one["expected"]]


def test_check_warns_of_what_was_told_until_there_is_another_token(file, helpdesk):
    assert checked(file) == []
    with opened(file) as running:
        ending(helpdesk, 20)
        doctor(running)
    assert checked(file) == []

    day = ending(helpdesk, 5)
    with opened(file) as running:
        doctor(running)
    assert [path for path, _ in checked(file)] == ["sources.helpdesk.settings"]
    assert day in checked(file)[0][1]
    assert checked(file, "canary-the-next") == []


def test_what_was_told_is_known_after_a_restart_and_in_every_process(file, helpdesk, monkeypatch):
    with opened(file) as one, opened(file) as other:
        day = ending(helpdesk, 5)
        doctor(one)
        other.credentials.look()
        assert day in other.credentials.of("helpdesk").said

    monkeypatch.setattr(helpdesk, "answer", lambda _: reply("", 503))
    with opened(file) as running:
        assert day in running.credentials.of("helpdesk").said
    with opened(file, "canary-the-next") as running:
        assert "not known" in running.credentials.of("helpdesk").said


def test_a_database_of_another_version_is_no_mistake_of_the_file(file):
    with opened(file) as running, running.database.begin() as connection:
        connection.execute(text("DROP TABLE told_ends"))
    assert checked(file) == []
