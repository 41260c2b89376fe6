"""What every guide tells an admin to write is a configuration that loads."""

from __future__ import annotations

import copy
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from context_sidecar import plugins
from context_sidecar.config import load
from support.deployment import CONFIGURATION, write_deployment
from support.hosts import SECRET

NAMES = sorted(plugins.names(plugins.HOSTS))


def guide(name: str) -> str:
    return Path(inspect.getfile(plugins.host(name))).with_name("INSTALL.md").read_text()


def blocks(text: str) -> list[Any]:
    """The pieces of YAML in *text*."""
    found = re.findall(r"^ *```yaml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [yaml.safe_load(textwrap.dedent(block)) for block in found]


def written_into(whole: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    for key, value in piece.items():
        inside = whole.get(key)
        both = isinstance(value, dict) and isinstance(inside, dict)
        whole[key] = written_into(inside, value) if both else value
    return whole


@pytest.mark.parametrize("name", NAMES)
def test_what_its_guide_says_to_write_loads_and_is_an_install_of_it(name, tmp_path):
    write_deployment(tmp_path)
    whole = yaml.safe_load(CONFIGURATION)
    pieces = blocks(guide(name).partition("\n## Install\n")[0])
    for piece in pieces:
        for card in piece.get("cards", {}):
            whole["cards"].setdefault(card, copy.deepcopy(whole["cards"]["ticket"]))
        written_into(whole, piece)
    for install in whole["installs"].values():
        install.pop("source", None)  # one of the admin's own
    text = re.sub(r"\$\{file:[^}]*\}", "${DESK_SECRET}", yaml.safe_dump(whole, sort_keys=False))
    (tmp_path / "sidecar.yaml").write_text(text)
    outside = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), SECRET.reveal())
    loaded = load(tmp_path / "sidecar.yaml", outside).configuration
    installs = {install for piece in pieces for install in piece.get("installs", {})}
    assert installs
    assert {loaded.installs[install].host for install in installs} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_the_addresses_in_its_guide_are_of_the_install_that_it_declares(name):
    declared = {one for piece in blocks(guide(name)) for one in piece.get("installs", {})}
    named = set(re.findall(r"https://context\.example\.com/hosts/([\w-]+)", guide(name)))
    assert named <= declared
