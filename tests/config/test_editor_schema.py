"""The JSON Schema for editors: made from the definitions that check the file, and of one mind with
them as far as a schema can say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from context_sidecar import config, plugins
from context_sidecar.core.errors import ConfigurationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.canary import CANARY
from support.mutation import mutations


@pytest.fixture(scope="module")
def schema(third_party):
    return config.json_schema()


@pytest.fixture(scope="module")
def validator(schema):
    return Draft202012Validator(schema)


@pytest.fixture
def refused_by_editor(validator, data_in):
    def refused(text: str) -> list[str]:
        return [error.json_path for error in validator.iter_errors(data_in(text))]

    return refused


def test_it_is_a_json_schema_and_nothing_but_json(schema):
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


def test_a_good_file_is_good_in_an_editor_too(good, refused_by_editor):
    assert refused_by_editor(good) == []


def test_a_placeholder_may_stand_for_any_single_value(good, refused_by_editor):
    text = (
        good.replace("trusted_proxies: 1", "trusted_proxies: ${HOPS}")
        .replace("concurrency: 8", 'concurrency: "${CALLS}"')
        .replace("stale_after: 1h", "stale_after: ${AGE}")
        .replace("type: number", "type: ${TYPE}")
        .replace("origin: https://notebook.example.com", "origin: https://${HOST}")
    )
    assert refused_by_editor(text) == []


SHAPES = [
    ("version: 1", "version: 2"),
    ("version: 1", "version: 1\nversoin: 1"),
    ("public_url: https", "public_url: http"),
    ("memory: 8MB", "memory: 8 megabytes"),
    ("expose: [docs]", "expose: [doc]"),
    ("name: IT Leads", "title: IT Leads"),
    ("  it-leads:\n", "  IT Leads:\n"),
    ("escalate_after: 2h", "escalate_after: two hours"),
    ("adapter: ledger", "adapter: leger"),
    ("region: eu", "region: ue"),
    ("region: eu", "regoin: eu"),
    ("pages: 10", "pages: ten"),
    ("      token: ${LEDGER_TOKEN}\n", ""),
    ("rate: 100/min", "rate: 100"),
    ("concurrency: 8", "concurrency: 0"),
    ("keys: {crm_id: Id,", "keys: {CRM ID: Id,"),
    ("name: Name, domain", "title: Name, domain"),
    ("{record: requester_email, account: domain}", "{record: requester_email}"),
    ("type: number", "type: numbre"),
    ("on_failure: withhold", "on_failure: hide"),
    ("items: {title: Subject", "items: {heading: Subject"),
    ("choices: {ENT: Enterprise, PRO: Professional, NO: None yet}", "choices: [ENT]"),
    ("stale_after: 1h", "stale_after: 1 h"),
    ("    decision: Whether to call the customer\n", ""),
    ("decision: Whether to call the customer", "decision: TBD"),
    ("where: [notebook/ticket, notebook/page]", "where: []"),
    ("where: [notebook/ticket, notebook/page]", "where: notebook"),
    ("fields: [tier, health,", "fields: [tier, tier, health,"),
    ("{field: health, below: 50}", "{field: health, below: 50, above: 20}"),
    ("{field: health, below: 50}", "{field: health}"),
    ("{field: health, below: 50}", "{below: 50}"),
    ("{field: health, below: 50}", "{field: health, bellow: 50}"),
    ("severity: high", "severity: urgent"),
    ("host: notebook", "host: notebok"),
    ("origin: https://notebook.example.com", "origin: https://notebook.example.com/app"),
    ("    settings: {secret:", "    settings: {secrets:"),
]


@pytest.mark.parametrize(("old", "new"), SHAPES, ids=lambda text: text.strip()[:40])
def test_a_wrong_shape_is_seen_by_the_editor_as_by_us(
    good, mistakes_in, refused_by_editor, old, new
):
    assert good.count(old) == 1
    assert mistakes_in(good.replace(old, new))
    assert refused_by_editor(good.replace(old, new))


def test_every_key_of_the_file_is_described(schema):
    for name in ("File", "Team", "Source", "Limits", "Accounts", "Match", "Field", "Card", "Rule",
                 "When", "Install", "Cache"):  # fmt: skip
        for key, value in schema["$defs"][name]["properties"].items():
            assert value.get("description"), f"{name}.{key}"


def test_examples_fit_what_they_are_examples_of(schema):
    def described(part: Any) -> Iterator[Any]:
        if isinstance(part, dict):
            if "examples" in part:
                yield part
            for inner in part.values():
                yield from described(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from described(inner)

    installed = set(plugins.names(plugins.ADAPTERS)) | set(plugins.names(plugins.HOSTS))
    for part in described(schema["$defs"]):
        checked = Draft202012Validator(part | {"$defs": schema["$defs"]})
        for example in part["examples"]:
            if example in ("salesforce", "zendesk") and example not in installed:
                continue
            assert not list(checked.iter_errors(example)), example


def test_every_adapter_and_host_that_can_be_loaded_brings_its_settings(schema):
    for part, key, group in (
        ("Source", "adapter", plugins.ADAPTERS),
        ("Install", "host", plugins.HOSTS),
    ):
        rules = schema["$defs"][part]["allOf"]
        known = {rule["if"]["properties"][key]["const"] for rule in rules}
        assert known == set(plugins.names(group)) - {"heavy"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_an_editor_never_complains_of_what_is_accepted(
    data, good, data_in, environment, write, validator
):
    """The editor may know less than we do, never something else."""
    changed = data.draw(mutations(data_in(good)))
    path = write(json.dumps(changed, ensure_ascii=False))
    with suppress(ConfigurationError):
        config.load(path, environment | {"CANARY": CANARY})
        assert list(validator.iter_errors(changed)) == []
