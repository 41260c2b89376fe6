"""What holds for every host that takes the card as JSON, from the request that it proves to the
answer that its tool is given: forged in and 401 out, and 200 for everything else.

What cannot be known of a host, a request that proves itself, stands in a sample beside this file,
`samples/<host>.py`: `request(url)` to the install that `support.hosts` makes.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from context_sidecar import Inbound, plugins
from context_sidecar.core.configuration import Install
from context_sidecar.core.host import nothing_published
from support.hosts import OLD_SECRET, SECRET, host, install
from support.keys import published
from support.web import CARD, PUBLIC, Deployment, configuration

HERE = Path(__file__).parent
NAMES = [name for name in plugins.names(plugins.HOSTS) if plugins.host(name).most_bytes]


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture
def asked(name) -> Inbound:
    """The sample's request."""
    file = HERE / "samples" / f"{name}.py"
    if not file.exists():
        pytest.skip(f"no sample of {name}: write {file.relative_to(HERE.parent)}")
    spec = importlib.util.spec_from_file_location(f"samples.{name}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.request(f"{PUBLIC}/hosts/{name}-support")


def other_secrets(declared: Install) -> Install:
    settings = declared.settings.items()
    others = {key: OLD_SECRET if value is SECRET else value for key, value in settings}
    return replace(declared, settings=others)


def deployed(
    tmp_path, asked: Inbound, name: str, *, of: Install | None = None, keys=published, **card: Any
) -> Deployment:
    """A deployment with one card for the place of the record that *asked* is about."""
    place = host(name).prove(asked).record.place
    shown = {"ticket": replace(CARD, where=(place,), **card)}
    declared = configuration(tmp_path, of or install(name), cards=shown)
    return Deployment(declared, published=keys)


def send(deployment: Deployment, asked: Inbound):
    url = urlsplit(asked.url)
    return deployment.client.open(
        f"{url.path}?{url.query}", method=asked.method, data=asked.body, headers=asked.headers
    )


def everything(response) -> str:
    return json.dumps(response.json, ensure_ascii=False)


def test_who_proves_itself_is_given_the_card(tmp_path, name, asked):
    response = send(deployed(tmp_path, asked, name), asked)

    assert (response.status_code, response.content_type) == (200, "application/json")
    assert "Acme GmbH" in everything(response)
    assert "Enterprise" in everything(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_s2_who_does_not_is_given_nothing(tmp_path, name, asked):
    deployment = deployed(
        tmp_path, asked, name, of=other_secrets(install(name)), keys=nothing_published
    )

    response = send(deployment, asked)

    assert (response.status_code, response.content_type) == (401, "application/problem+json")
    assert "Acme" not in response.text
    assert not deployment.engine.asked


@pytest.mark.parametrize(
    ("audience", "broken", "why"),
    [
        ("support", RuntimeError("inside"), "Something went wrong here"),
        ("nobody", None, "This card is not for your role"),
    ],
)
def test_where_there_is_no_card_the_tool_is_told_why_and_never_an_error(
    tmp_path, name, asked, audience, broken, why
):
    deployment = deployed(tmp_path, asked, name, audience=frozenset({audience}))
    deployment.engine.broken = broken

    response = send(deployment, asked)

    assert (response.status_code, response.content_type) == (200, "application/json")
    assert why in everything(response)
    assert "inside" not in response.text
    assert "Acme" not in response.text
