"""A running deployment has Atlassian's keys before the first visit, where it needs them."""

from __future__ import annotations

import json
import logging
import time

import pytest
from context_sidecar import plugins
from context_sidecar.app import open_sidecar
from context_sidecar.engine.published import PublishedKeys
from context_sidecar.proof.key_sets import read_key_set
from support.deployment import CONFIGURATION, SECRET, write_deployment
from support.hosts import FORGE_APP
from support.jira import CLAIMS, SAID, token
from support.keys import key_set
from werkzeug.test import Client, TestResponse

INSTALL = f"""\
  jira:
    host: jira
    roles: [support]
    settings: {{app_id: "{FORGE_APP}"}}
"""

NOT_SET_UP = "  jira: {host: jira, roles: [support]}\n"


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Which addresses were asked for keys."""
    found: list[str] = []

    def read(_, url):
        found.append(url)
        return read_key_set(key_set("one"))

    monkeypatch.setattr(PublishedKeys, "_read", read)
    return found


def opened(folder, installs=""):
    write_deployment(folder)
    text = CONFIGURATION.replace("[iframe/ticket]", "[iframe/ticket, jira/issue]") + installs
    (folder / "sidecar.yaml").write_text(text)
    outside = {"DESK_SECRET": SECRET}
    return open_sidecar(folder / "sidecar.yaml", outside, log_level=logging.CRITICAL)


def test_the_first_visit_finds_the_keys_there(tmp_path, asked):
    with opened(tmp_path, INSTALL) as sidecar:
        sidecar.sync()
        client = Client(sidecar.application(), TestResponse)
        keys = sidecar.published._sets[plugins.host("jira").keys_at]
        until = time.monotonic() + 30
        while keys._known is None and time.monotonic() < until:
            time.sleep(0.01)
        now = int(time.time())
        signed = token(CLAIMS | {"iat": now, "nbf": now, "exp": now + 25})
        headers = {"Authorization": f"Bearer {signed}", "Content-Type": "application/json"}
        response = client.post("/hosts/jira", data=json.dumps(SAID), headers=headers)
    assert response.status_code == 200
    assert "Enterprise" in response.text or "Acme" in response.text
    assert asked == [plugins.host("jira").keys_at]


@pytest.mark.parametrize("installs", ["", NOT_SET_UP])
def test_where_nothing_is_proven_by_published_keys_nobody_is_asked_for_any(
    tmp_path, asked, installs
):
    with opened(tmp_path, installs) as sidecar:
        sidecar.application()
        time.sleep(0.2)
    assert asked == []
