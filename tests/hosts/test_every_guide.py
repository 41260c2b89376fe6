"""What every guide tells an admin to write is a configuration that loads."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from context_sidecar import plugins
from support.guides import declared, pieces

NAMES = sorted(plugins.names(plugins.HOSTS))


def guide(name: str) -> str:
    return Path(inspect.getfile(plugins.host(name))).with_name("INSTALL.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_what_its_guide_says_to_write_loads_and_is_an_install_of_it(name, tmp_path):
    installs = declared(guide(name).partition("\n## Install\n")[0], tmp_path)
    assert installs
    assert {install.host for install in installs.values()} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_the_addresses_in_its_guide_are_of_the_install_that_it_declares(name):
    installs = {one for piece in pieces(guide(name)) for one in piece.get("installs", {})}
    named = set(re.findall(r"https://context\.example\.com/hosts/([\w-]+)", guide(name)))
    assert named <= installs
