"""The house keeps its own rules: what a newcomer relies on is checked, not hoped for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import context_sidecar
import pytest
from context_sidecar import plugins

HOUSE = Path(__file__).parents[1]
ROOTS = ("server", "adapters", "manifest", "widgets")
MODULES = sorted(file for root in ROOTS for file in (HOUSE / root).rglob("*.py"))
LONGEST = 260


def name(module: Path) -> str:
    return str(module.relative_to(HOUSE))


DRIVERS = ("adapters/context_sidecar_adapters/files/", "adapters/context_sidecar_adapters/sql/")
"""What speaks through drivers of others: it is the door itself, and reads the errors of theirs."""

ADAPTERS = [one for one in MODULES if name(one).startswith("adapters/")]
BEHIND_THE_DOOR = [one for one in ADAPTERS if not name(one).startswith(DRIVERS)]
KEPT_AT_THE_DOOR = {
    "asyncio", "backoff", "cachetools", "contextlib", "httpx", "logging", "requests", "sched",
    "stamina", "structlog", "tenacity", "threading", "time",
}  # fmt: skip
"""Modules that retry, wait, log, cache or tell the time: who asks for an adapter does that."""

CLOCKS = {"now", "today", "utcnow"}


def test_public_names_are_sorted_and_exist():
    names = context_sidecar.__all__

    assert names == sorted(names)
    assert all(hasattr(context_sidecar, one) for one in names)


def test_every_public_name_says_what_it_is():
    undocumented = [
        one
        for one in context_sidecar.__all__
        if callable(getattr(context_sidecar, one)) and not getattr(context_sidecar, one).__doc__
    ]

    assert undocumented == []


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_has_one_subject(module):
    lines = module.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LONGEST, "past this length a file has two subjects: split it"
    assert ast.get_docstring(ast.parse("\n".join(lines))), "says what it is for"


@pytest.mark.parametrize("module", BEHIND_THE_DOOR, ids=name)
def test_an_adapter_is_straight_line(module):
    """What goes wrong is a reason before an adapter sees it, and who asks it is patient for it."""
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]

    assert {
        "tries": [] if reads_what_an_admin_wrote(module) else lines_of(nodes, ast.Try),
        "imports": sorted(set(imported(nodes)) & KEPT_AT_THE_DOOR),
        "clocks": [f.attr for f in called if isinstance(f, ast.Attribute) and f.attr in CLOCKS],
    } == {"tries": [], "imports": [], "clocks": []}


def reads_what_an_admin_wrote(module):
    """Whether it checks settings: what fails there is named at its line, before anything runs."""
    return module.stem.endswith("settings")


def lines_of(nodes, kind):
    return [node.lineno for node in nodes if isinstance(node, kind)]


def imported(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]


def test_the_top_level_holds_what_it_is_meant_to_hold():
    folders = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name[0] != "."}

    assert folders - {"__pycache__", "data"} == {
        "server",
        "adapters",
        "widgets",
        "tests",
        "manifest",
    }


def test_every_plug_in_is_found_by_its_name_alone():
    assert {
        "dataverse",
        "files",
        "gainsight",
        "hubspot",
        "intercom",
        "jira",
        "netsuite",
        "odoo",
        "rest",
        "rt",
        "salesforce",
        "servicenow",
        "sql",
        "stripe",
        "xero",
        "zendesk",
    } <= set(plugins.names(plugins.ADAPTERS))
    assert {"iframe", "rt", "zendesk"} <= set(plugins.names(plugins.HOSTS))


def test_the_readme_names_commands_that_exist():
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", readme))

    assert {"demo", "test"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_no_file_speaks_of_work_to_be_done():
    """Open work stands where the team plans it, not in the code."""
    marks = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    marked = [
        name(module) for module in MODULES if marks.search(module.read_text(encoding="utf-8"))
    ]

    assert marked == []
