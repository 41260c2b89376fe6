"""What every guide tells an admin to write is a configuration that loads."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from context_sidecar import plugins
from context_sidecar.hosting import guides
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


@pytest.mark.parametrize("name", NAMES)
def test_told_for_an_install_its_commands_and_files_are_of_that_install(name, tmp_path):
    told = guides.guide(plugins.host(name), public_url="https://sidecar.example", install="our-own")
    assert {one for piece in pieces(told) for one in piece.get("installs", {})} == {"our-own"}
    for what in (r"sidecar manifest ([\w-]+)", r"([\w-]+)\.zip", r"(?:--out|-d|\bcd) ([\w-]+)"):
        assert set(re.findall(what, told)) <= {"our-own"}
    installs = declared(told.partition("\n## Install\n")[0], tmp_path)
    assert {install.host for install in installs.values()} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_told_for_the_install_of_its_example_it_stays_as_it_is(name):
    (example,) = {one for piece in pieces(guide(name)) for one in piece.get("installs", {})}
    host, public = plugins.host(name), "https://sidecar.example"
    assert guides.guide(host, public_url=public, install=example) == guides.guide(
        host, public_url=public
    )
