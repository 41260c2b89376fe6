"""What holds for every host that is installed, third parties' included."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from context_sidecar import Adapter, Host, Inbound, VisitRefused, plugins
from context_sidecar_adapters.rest import Rest
from marshmallow import Schema
from support import forms
from support.clock import START
from support.hosts import FakeMemory, host, install

NAMES = sorted(plugins.names(plugins.HOSTS))


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture
def kind(name) -> type[Host]:
    return plugins.host(name)


def folder(kind: type[Host]) -> Path:
    return Path(inspect.getfile(kind)).parent


def test_ours_are_among_them():
    assert {"iframe", "rt", "zendesk"} <= set(NAMES)


@pytest.mark.parametrize("heading", ["Proof", "Record", "Limits"])
def test_its_module_says_what_matters(kind, heading):
    assert re.search(rf"^{heading}: ", inspect.getmodule(kind).__doc__, re.MULTILINE)


def test_it_has_a_label_and_places_in_lower_case(kind):
    assert kind.label
    assert kind.places
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", place) for place in kind.places)


def test_it_says_which_keys_its_records_have(kind):
    assert kind.keys
    assert all(re.compile(key) for key in kind.keys)


def test_of_each_place_it_says_which_of_them_its_records_have(kind):
    by_place = kind.keys_by_place
    assert set(by_place) in ({}.keys(), {*kind.places})
    assert all({*keys} <= {*kind.keys} for keys in by_place.values())
    assert {key for place in kind.places for key in kind.keys_of(place)} == {*kind.keys}


def test_an_adapter_of_its_name_knows_its_records_by_the_same_keys(name, kind):
    """A recipe may know fewer of them, and others; some of them it knows."""
    if name not in plugins.names(plugins.ADAPTERS):
        return
    adapter = plugins.adapter(name)
    if not issubclass(adapter, Rest):
        assert set(kind.keys) <= set(adapter.record_keys)
    elif adapter.record is not Adapter.record:
        given = [re.sub(r"\\(.)", r"\1", key) for key in adapter.record_keys]
        assert any(re.fullmatch(key, one) for key in kind.keys for one in given)


def test_what_an_install_still_needs_is_said_in_sentences(name, kind):
    assert all(need.endswith(".") for need in kind.needs(install(name)))


def test_keys_that_its_tool_publishes_come_by_https(kind):
    assert not kind.keys_at or kind.keys_at.startswith("https://")


def test_its_settings_are_a_schema_with_every_setting_described(kind):
    assert issubclass(kind.Settings, Schema)
    for setting in kind.Settings().fields.values():
        assert setting.metadata["description"].endswith(".")


def test_of_a_setting_that_has_a_form_a_mistake_says_which_by_an_example(name, kind):
    for place, said in forms.told(kind.Settings(), name):
        assert re.search("expected .* such as ", said), place


def test_its_guide_says_how_to_install_it(kind):
    guide = (folder(kind) / "INSTALL.md").read_text()
    assert guide.startswith("# ")
    assert "\n## Prepare\n" in guide
    assert "\n## Install\n" in guide
    assert "origin: https://" in guide or kind.most_bytes


def test_it_brings_a_bridge_or_takes_json(kind):
    if kind.most_bytes:
        return
    script = (folder(kind) / "bridge.js").read_text()
    assert "data" in script


def test_s25_its_scripts_name_no_address_on_the_network(kind):
    for script in folder(kind).rglob("*.js"):
        assert not re.findall(r"https?://|import\(|importScripts", script.read_text())


def test_s10_its_scripts_speak_to_named_origins_only(kind):
    for script in folder(kind).rglob("*.js"):
        assert not re.findall(r"postMessage\([^;]*[\"']\*[\"']", script.read_text())


def test_it_knows_no_web_framework(kind):
    for module in folder(kind).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [alias.name for alias in getattr(node, "names", [])]
            found = {getattr(node, "module", None) or "", *names}
            assert not {one.partition(".")[0] for one in found} & {"flask", "werkzeug", "httpx"}


SENSELESS = {
    "nothing": Inbound("GET", "https://context.example.com/", {}, (), b"", START),
    "an empty form": Inbound("POST", "https://context.example.com/", {}, (), b"", START),
    "another method": Inbound("DELETE", "https://context.example.com/", {}, (), b"", START),
    "noise": Inbound(
        "POST",
        "https://context.example.com/?\udcff=\x00&a=1&a=2",
        {"content-type": "\udcff", "authorization": "Bearer x"},
        (("\udcff", "\x00"), ("a", "1"), ("a", "2"), ("signature", "é"), ("expires", "9")),
        b"\x00\xff token=\xff&token=",
        START,
    ),
}


@pytest.mark.parametrize("request_of", SENSELESS)
def test_s2_a_request_that_proves_nothing_is_refused_and_uses_nothing_up(name, request_of):
    memory = FakeMemory()
    with pytest.raises(VisitRefused) as caught:
        host(name, memory).prove(SENSELESS[request_of])
    assert str(caught.value)
    assert (memory.used, memory.pins) == ({}, {})
