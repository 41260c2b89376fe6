"""Whatever is done to a good file: it is accepted or refused, never crashed on, and no secret that
came from outside is told."""

from __future__ import annotations

import copy
import json

import pytest
from context_sidecar import plugins
from context_sidecar.config import load
from context_sidecar.core.errors import ConfigurationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.canary import CANARY
from support.mutation import mutations

SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def told(write, environment):
    """Gives all that is said about a text."""

    def told(text: str) -> str:
        try:
            return repr(load(write(text), environment | {"CANARY": CANARY}).warnings)
        except ConfigurationError as error:
            return f"{error} {error.mistakes!r}"

    return told


@settings(suppress_health_check=SHARED, deadline=None)
@given(data=st.data())
def test_changed_data_is_accepted_or_refused(data, good, data_in, told):
    changed = data.draw(mutations(data.draw(mutations(data_in(good)))))
    assert CANARY not in told(json.dumps(changed, ensure_ascii=False))


@settings(suppress_health_check=SHARED, deadline=None)
@given(data=st.data())
def test_a_changed_text_is_accepted_or_refused(data, good, told):
    start = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 40))
    typed = data.draw(st.text(st.sampled_from(" \n\t:-[]{}\"'#&*!|>%@`,?~a0$"), max_size=6))
    assert CANARY not in told(good[:start] + typed + good[start + length :])


def test_a_secret_in_the_place_of_any_single_value_is_not_told(good, data_in, told):
    data = data_in(good)
    for way in list(scalars(data)):
        changed = copy.deepcopy(data)
        part = changed
        for step in way[:-1]:
            part = part[step]
        part[way[-1]] = "${CANARY}"
        assert CANARY not in told(json.dumps(changed)), way


def scalars(part, way=()):
    for step, inner in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(inner, dict | list):
            yield from scalars(inner, (*way, step))
        else:
            yield (*way, step)


@pytest.mark.parametrize(
    ("section", "kind", "group"),
    [("sources", "adapter", plugins.ADAPTERS), ("installs", "host", plugins.HOSTS)],
)
def test_no_installed_adapter_or_host_tells_a_secret_that_is_wrong(
    good, data_in, told, section, kind, group
):
    """Whatever setting it stands in, alone or in a text; third parties' plug-ins included."""
    around = {"fields", "cards", "installs"} - {section}
    least = {name: part for name, part in data_in(good).items() if name not in around}
    first = next(iter(least[section]))
    for name in plugins.names(group):
        if name == "heavy":
            continue
        schema = (plugins.adapter(name) if kind == "adapter" else plugins.host(name)).Settings()
        for value in ("${CANARY}", "https://${CANARY}/x", ["${CANARY}"], {"type": "${CANARY}"}):
            settings = dict.fromkeys(schema.load_fields, value)
            part = least[section][first] | {kind: name, "settings": settings}
            said = told(json.dumps(least | {section: {first: part}}))
            assert kind == "host" or not settings or f"{section}.{first}.settings" in said
            assert CANARY not in said
