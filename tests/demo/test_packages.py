"""The demo's configuration knows every host there is, so that all packages can be built from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from context_sidecar import plugins
from context_sidecar.cli import main
from context_sidecar.config import load
from context_sidecar.demo.keys import CONFIGURATION, Keys
from context_sidecar.hosting import packaging

HOSTS = sorted(plugins.names(plugins.HOSTS))


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """What the demo is told from outside, at an address where tools can reach it."""
    return {
        "DEMO_URL": "https://context.lumenworks.example",
        "DEMO_DATA": str(tmp_path_factory.mktemp("data") / "none-yet"),
        "DEMO_CRM": "https://crm.lumenworks.example",
        "DEMO_CRM_KEY": "crm-key",
        "DEMO_HELPDESK": "https://helpdesk.lumenworks.example",
        "DEMO_HELPDESK_KEY": "helpdesk-key",
        "DEMO_WORKSPACE": "https://desk.lumenworks.example",
        **Keys(datetime.now(UTC)).environment(),
    }


@pytest.fixture(scope="module")
def demo(environment):
    return load(CONFIGURATION, environment).configuration


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_is_installed_has_a_card_and_gives_its_package(demo, host):
    installs = [each for each in demo.installs.values() if each.host == host]
    assert installs, f"declare an install of {host} in demo/sidecar.yaml"
    places = {f"{host}/{place}" for place in plugins.host(host).places}
    shown = [card for card in demo.cards.values() if places & set(card.where)]
    for install in installs:
        assert any(card.audience & install.roles for card in shown)
        packaging.build(demo, install, datetime.now(UTC).date())


def test_all_packages_are_built_at_once(environment, monkeypatch, tmp_path, demo):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    arguments = ["--config", str(CONFIGURATION), "manifest", "--all", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    expected = {
        packaging.path_among_others(install)
        for install in demo.installs.values()
        if packaging.build(demo, install, datetime.now(UTC).date())
    }
    made = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}
    assert made == expected
    assert len(expected) >= 11


def test_no_secret_stands_in_the_file_and_no_two_starts_share_one():
    one, other = (Keys(datetime.now(UTC)).environment() for _ in range(2))
    assert one.keys() == other.keys()
    assert not {*one.values()} & {*other.values()} - {one["DEMO_UNTIL"]}
    text = CONFIGURATION.read_text()
    assert not [value for value in one.values() if value in text]
