"""A host's guide, `INSTALL.md`, for one install: with its own address and name in it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from context_sidecar.core.host import Host

_SOMEWHERE = "https://context.example.com"
"""What stands in guides for our public address."""


def guide(host: type[Host], *parts: str, public_url: str, install: str = "") -> str:
    """Return those *parts* of the guide (its second-level headings) that it has, as Markdown; all
    of it if it has none of them.

    Args:
        host: the kind of tool.
        parts: such as `Prepare`.
        public_url: where we are reached.
        install: the install's id; where there is none yet, the guide keeps its example's.
    """
    text = Path(inspect.getfile(host)).with_name("INSTALL.md").read_text("utf-8")
    wanted = "|".join(map(re.escape, parts))
    found = re.findall(rf"^## (?:{wanted})\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    said = "".join(found) or text
    if install:
        said = re.sub(
            rf"{re.escape(_SOMEWHERE)}/hosts/[\w-]+", f"{_SOMEWHERE}/hosts/{install}", said
        )
    return said.replace(_SOMEWHERE, public_url)
