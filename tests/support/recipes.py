"""Recipes: how the card comes into one tool, in pages beside the guide of the host that serves it.

A recipe's code stands in blocks, each with the file's name in the line above it. What runs them is
a driver, `tests/hosts/recipes/<tool>.py`: it plays the tool around the files, opens a record, and
gives what the tool's page would show or its server was told.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from support.real import lacking
from support.sites import listening

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"

_BLOCK = re.compile(r"`([^`\n]+)`[^`\n]*:\n\n```(\w+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^ *```(\w*)$", re.MULTILINE)
_NO_CODE = {"", "yaml", "sh"}


@dataclass
class Recipe:
    """A recipe: its files by name, and which of them a test has used."""

    path: Path
    used: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """The page."""
        return self.path.read_text()

    @property
    def host(self) -> str:
        """The host that serves it."""
        return self.path.parent.parent.name

    @property
    def files(self) -> dict[str, str]:
        """The code in it, by the file's name."""
        found = _BLOCK.findall(self.text)
        return {name: f"{code}\n" for name, language, code in found if language not in _NO_CODE}

    @property
    def blocks(self) -> int:
        """How many blocks of code there are, named or not."""
        return sum(language not in _NO_CODE for language in _FENCE.findall(self.text))

    def file(self, name: str) -> str:
        """Return what is in the file *name*, for a test to run."""
        self.used.add(name)
        return self.files[name]

    def write(self, folder: Path, *names: str) -> None:
        """Write the files of these *names* into *folder*, for a test to run each of them."""
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(self.file(name))


@dataclass(frozen=True)
class Site:
    """Where a driver's tool finds us: the install's address, the secret that the tool signs with,
    the link that a tool is given which cannot sign, and a folder to work in."""

    address: str
    secret: str
    link: str
    folder: Path

    def copy(self, *files: Path) -> None:
        """Copy *files*, which play the tool, into the folder."""
        for file in files:
            shutil.copy(file, self.folder)

    def run(self, *command: str, said: Any = None, **outside: str) -> str:
        """Run a program in the folder, with *said* as JSON on its standard input and *outside* in
        its environment; return what it prints. Skip the test where the program is not installed."""
        if not shutil.which(command[0]):
            lacking(f"{command[0]} is not installed")
        done = subprocess.run(
            command,
            cwd=self.folder,
            input=json.dumps(said),
            env=os.environ | outside,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert not done.stderr, done.stderr
        return done.stdout

    @property
    def public(self) -> str:
        """Our own address."""
        return self.address.partition("/hosts/")[0]


class Api:
    """A vendor's API, played: keeps what it is asked, and answers with *answer* to everything."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.get_data(parse_form_data=True)
        self.asked.append(request)
        told = Response(json.dumps(self.answer), content_type="application/json")
        return told(environ, start)


NUMBER = "Ä 1/&?"
"""The number of an account, as awkward as numbers come."""


def write_links(recipe: Recipe, site: Site, answer: Any, **outside: str) -> list[Request]:
    """Run a recipe's `links.py` for two accounts against a vendor's API that gives *answer*; `URL`
    in a variable from *outside* is where the API is. Return what the API was asked."""
    recipe.write(site.folder, "links.py")
    (site.folder / "link.txt").write_text(f"{site.link}\n")
    accounts = f"number,gsid\n{NUMBER},1P02\nC-2,1P03\n"
    (site.folder / "accounts.csv").write_text(accounts, encoding="utf-8")
    api = Api(answer)
    with listening(api, "127.0.0.1") as url:
        filled = {name: value.replace("URL", url) for name, value in outside.items()}
        site.run(sys.executable, "links.py", **filled)
    return api.asked


def sample(host: str, language: str) -> str:
    """Return the sample of a host's guide in a language, which recipes tell to copy."""
    samples = (HOSTS / host / "INSTALL.md").read_text().partition("## Samples")[2]
    found = re.search(rf"```{language}\n(.*?)```", samples, re.DOTALL)
    assert found
    return found[1]


def all_recipes() -> list[Recipe]:
    """Return every recipe that is there."""
    return [Recipe(path) for path in sorted(HOSTS.glob("*/recipes/*.md"))]
