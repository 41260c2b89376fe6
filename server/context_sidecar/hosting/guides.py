"""A host's guide, `INSTALL.md`, and the recipes beside it, with our own address in them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

from context_sidecar.core.host import Host

GUIDE = "INSTALL.md"
RECIPES = "recipes/"

_SOMEWHERE = "https://context.example.com"
"""What stands in guides for our public address."""

_EXAMPLE = re.compile(r"^ *installs:\n +([\w-]+):", re.MULTILINE)
"""Where a guide declares the install of its example."""

_BEFORE = rf"installs:\n +|{re.escape(_SOMEWHERE)}/hosts/|\bsidecar manifest |--out |-d |\bcd "
"""What stands in guides before the id of the example's install, where an install's own belongs."""

_BESIDE = re.compile(r"(?<=\]\()[\w./-]+(?:\.md|/)(?=[)#])")
"""The address of another page beside the guide, in a link."""


def guide(host: type[Host], *parts: str, public_url: str, install: str = "") -> str:
    """Return those *parts* of the guide (its second-level headings) that it has, as Markdown; all
    of it if it has none of them. Its links to pages beside it lead to the admin pages.

    Args:
        host: the kind of tool.
        parts: such as `Prepare`.
        public_url: where we are reached.
        install: the install's id; where there is none yet, the guide keeps its example's.
    """
    text = (_folder(host) / GUIDE).read_text("utf-8")
    wanted = "|".join(map(re.escape, parts))
    found = re.findall(rf"^## (?:{wanted})\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    here = f"{_SOMEWHERE}/admin/guides/{_folder(host).name}/"
    said = _BESIDE.sub(lambda link: urljoin(here, link[0]), "".join(found) or text)
    example = _EXAMPLE.search(text)
    if install and example:
        ours = rf"({_BEFORE}|(?<![\w-])(?={example[1]}\.zip)){example[1]}(?![\w-])"
        said = re.sub(ours, rf"\g<1>{install}", said)
    return said.replace(_SOMEWHERE, public_url)


def recipes(host: type[Host]) -> Mapping[str, str]:
    """Return the titles of a host's recipes by their addresses beside the guide."""
    files = sorted(_folder(host).glob(f"{RECIPES}*.md"))
    return {f"{RECIPES}{file.name}": _title(file.read_text("utf-8")) for file in files}


def whole(host: type[Host], address: str, *, public_url: str) -> str:
    """Return the page at an *address* beside the guide, whole, as Markdown: the guide itself, a
    recipe, or the list of them. Links from one to another stay as they are.

    Raises:
        KeyError: there is no such page.
    """
    listed = recipes(host)
    if listed and address == RECIPES:
        lines = (f"- [{title}]({at.removeprefix(RECIPES)})\n" for at, title in listed.items())
        return f"# {host.label}: recipes\n\n{''.join(lines)}"
    if address != GUIDE and address not in listed:
        raise KeyError(address)
    return (_folder(host) / address).read_text("utf-8").replace(_SOMEWHERE, public_url)


def _title(page: str) -> str:
    return page.partition("\n")[0].removeprefix("# ")


def _folder(host: type[Host]) -> Path:
    return Path(inspect.getfile(host)).parent
