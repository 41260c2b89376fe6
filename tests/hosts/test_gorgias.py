"""Gorgias: the request that shows a secret, the lines that a widget shows, and how it is set up."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from context_sidecar import VisitRefused, VisitUnclear, plugins
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import ValidationError
from support.gallery import FIELDS, GALLERY, context
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound, install
from support.web import configuration

URL = "https://context.example.com/hosts/gorgias-support"
SAID = {"ticket": "4711", "email": "ana@acme.example", "external_id": "C-1001"}
GUIDE = Path(__file__).parents[2] / "manifest/context_sidecar_hosts/gorgias/INSTALL.md"


def asked(said: dict[str, str] | str = SAID, shown: str = SECRET.reveal()):
    query = said if isinstance(said, str) else urlencode(said)
    return inbound(f"{URL}?{query}", headers={"x-context-sidecar": shown})


def test_a_request_that_shows_the_secret_is_a_visit_to_a_ticket():
    visit = host("gorgias").prove(asked())
    assert (visit.record.place, visit.record.id) == ("gorgias/ticket", "4711")
    assert visit.record.keys == {
        "requester_email": "ana@acme.example", "requester_external_id": "C-1001",
    }  # fmt: skip
    assert visit.roles == {"support", "finance"}


@pytest.mark.parametrize("filled", ["ana+vip@acme.example", "ana%2Bvip%40acme.example"])
def test_an_address_with_a_plus_is_read_however_it_was_filled_in(filled):
    record = host("gorgias").prove(asked(f"ticket=1&email={filled}")).record
    assert record.keys == {"requester_email": "ana+vip@acme.example"}


def test_what_gorgias_did_not_fill_in_is_no_key():
    said = {"ticket": "1", "email": "", "external_id": "{{ticket.customer.external_id}}"}
    assert host("gorgias").prove(asked(said)).record.keys == {}
    with pytest.raises(VisitUnclear, match="names no ticket"):
        host("gorgias").prove(asked({"ticket": "{{ticket.id}}"}))


def test_the_secret_before_is_accepted_too():
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("gorgias", settings=both).prove(asked(shown=secret.reveal()))
    with pytest.raises(VisitRefused):
        host("gorgias").prove(asked(shown=OLD_SECRET.reveal()))


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_secret_changed_anywhere_is_refused(data):
    right = SECRET.reveal()
    place = data.draw(st.integers(0, len(right)))
    cut = data.draw(st.integers(0, 2))
    shown = right[:place] + data.draw(st.text(max_size=2)) + right[place + cut :]
    if shown != right:
        with pytest.raises(VisitRefused):
            host("gorgias").prove(asked(shown=shown))


@pytest.mark.parametrize("name", ["gorgias", "helpscout", "helpscout_legacy"])
def test_s2_a_secret_that_could_be_guessed_is_no_setting(name):
    settings = plugins.host(name).Settings()
    assert settings.load({"secret": "0123456789abcdef" * 2})
    for weak in ("1", "x" * 40, "0123456789abcdef0123456789abcde"):
        with pytest.raises(ValidationError, match="secret"):
            settings.load({"secret": weak})


def test_s2_a_secret_in_the_address_proves_nothing():
    query = urlencode({**SAID, "X-Context-Sidecar": SECRET.reveal()})
    with pytest.raises(VisitRefused, match="not there"):
        host("gorgias").prove(inbound(f"{URL}?{query}"))


def declared(tmp_path, *where: str):
    card = replace(context().card, where=where)
    return configuration(tmp_path, cards={"ticket": card})


def package(tmp_path, *where: str, **changes: Any) -> dict[str, Any]:
    files = plugins.host("gorgias").package(
        declared(tmp_path, *where), install("gorgias", **changes)
    )
    return {file.path: json.loads(file.content) for file in files}


def test_the_integration_asks_us_with_what_we_read(tmp_path):
    http = package(tmp_path, "gorgias/ticket")["integration.json"]["http"]
    ours = urlsplit(http["url"])
    assert f"{ours.scheme}://{ours.netloc}{ours.path}" == URL
    filled = (
        ours.query.replace("{{ticket.id}}", "4711")
        .replace("{{ticket.customer.email}}", "ana@acme.example")
        .replace("{{ticket.customer.external_id}}", "C-1001")
    )
    assert host("gorgias").prove(asked(filled)).record.keys.keys() == {
        "requester_email", "requester_external_id",
    }  # fmt: skip
    assert (http["method"], list(http["headers"])) == ("GET", ["X-Context-Sidecar"])


def test_s18_the_secret_is_in_no_file_of_the_package(tmp_path):
    assert SECRET.reveal() not in json.dumps(package(tmp_path, "gorgias/ticket"))


TEXT = {
    "type": "object", "required": ["type", "title", "path"], "additionalProperties": False,
    "properties": {
        "type": {"const": "text"}, "title": {"type": "string"}, "path": {"type": "string"},
    },
}  # fmt: skip
WIDGET = {
    "type": "object", "required": ["type", "context", "integration_id", "template"],
    "properties": {
        "type": {"const": "http"}, "context": {"enum": ["ticket", "customer"]},
        "order": {"type": "integer"},
        "template": {
            "type": "object", "properties": {
                "type": {"const": "wrapper"},
                "widgets": {"type": "array", "minItems": 1, "items": {
                    "type": "object", "required": ["type", "title", "path", "widgets"],
                    "properties": {
                        "type": {"const": "card"}, "widgets": {"type": "array", "items": TEXT},
                    },
                }},
            },
        },
    },
}  # fmt: skip
"""What developers.gorgias.com says of a widget."""


@pytest.mark.parametrize("situation", GALLERY)
def test_the_widget_shows_every_line_that_a_card_has(tmp_path, situation):
    widget = package(tmp_path, "gorgias/ticket")["widget.json"]
    assert not list(Draft202012Validator(WIDGET).iter_errors(widget))
    [card] = widget["template"]["widgets"]
    said = answer(GALLERY[situation](), words("en", "Europe/Berlin"))
    gorgias = plugins.host("gorgias")(install("gorgias"), FakeMemory(), [one.id for one in FIELDS])
    told = gorgias.render([said], gorgias.prove(asked()))[card["path"]]
    paths = [text["path"] for text in card["widgets"]]
    assert {"context_customer", "context_attention", "context_seen"} <= set(paths)
    ours = {reading["field"] for reading in said["readings"]} & {field.id for field in FIELDS}
    assert all(told[name] for name in ours)
    assert ours <= set(paths) <= set(told)


def test_s7_the_widget_names_no_field_that_the_install_may_not_see(tmp_path):
    widget = package(tmp_path, "gorgias/ticket", roles=frozenset({"support"}))["widget.json"]
    assert "Account tier" in json.dumps(widget)
    with pytest.raises(ValueError, match="may see"):
        package(tmp_path, "gorgias/ticket", roles=frozenset({"finance"}))


def test_without_a_card_for_gorgias_there_is_no_package(tmp_path):
    with pytest.raises(ValueError, match="no card is declared"):
        package(tmp_path, "iframe/ticket")


CURL = """#!/bin/sh
cat > "$SENT"
"""


def test_the_guides_commands_send_both_bodies_filled_in(tmp_path):
    files = plugins.host("gorgias").package(
        declared(tmp_path, "gorgias/ticket"), install("gorgias")
    )
    (tmp_path / "gorgias").mkdir()
    for file in files:
        (tmp_path / "gorgias" / file.path).write_bytes(file.content)
    (tmp_path / "curl").write_text(CURL)
    (tmp_path / "curl").chmod(0o755)
    first, second = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    path = f"{tmp_path}:{os.environ['PATH']}"
    sent = [tmp_path / "first", tmp_path / "second"]
    for script, folder, body in zip((first, second), (".", "gorgias"), sent, strict=True):
        given = {"PATH": path, "SENT": str(body), "GORGIAS_SECRET": SECRET.reveal()}
        subprocess.run(["sh", "-ec", script], cwd=tmp_path / folder, env=given, check=True)
    integration, widget = (json.loads(body.read_text()) for body in sent)
    shown = integration["http"]["headers"]["X-Context-Sidecar"]
    assert host("gorgias").prove(asked(shown=shown))
    assert widget["integration_id"] == 123
