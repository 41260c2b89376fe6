"""SECURITY.md promises nothing that no test holds, and the lock leaves nothing to chance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PAGE = (HOUSE / "SECURITY.md").read_text(encoding="utf-8")
PROMISED = re.findall(r"^\| S(\d+) \|", PAGE, re.MULTILINE)
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in HOUSE.glob("tests/**/test_*.py"))


@pytest.mark.parametrize("item", PROMISED)
def test_every_promise_is_held_by_a_test_that_names_it(item):
    assert re.search(rf"def test_s{item}_", TESTS)


def test_every_item_of_the_checklist_is_promised():
    expected = [*range(1, 19), 20, 22, 23, 24, 25, 26, 27, 31, 32]

    assert [int(item) for item in PROMISED] == expected


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_s26_every_dependency_is_pinned_by_hash(lock):
    text = (HOUSE / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert lines
    for line in lines:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!-]+", line), line
        assert "--hash=sha256:" in line, line


def test_s26_nothing_is_installed_that_is_not_in_the_lock():
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install .*", makefile)

    assert installs
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
