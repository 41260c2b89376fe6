"""What guides tell an admin to write into `sidecar.yaml`."""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from context_sidecar.config import load
from context_sidecar.core.configuration import Install

from support.deployment import CONFIGURATION, write_deployment
from support.hosts import SECRET


def pieces(text: str) -> list[Any]:
    """Return the pieces of YAML in *text*."""
    found = re.findall(r"^ *```yaml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [yaml.safe_load(textwrap.dedent(block)) for block in found]


def declared(text: str, folder: Path) -> Mapping[str, Install]:
    """Return the installs that *text* declares, once they are written into a whole file in
    *folder* and found valid."""
    write_deployment(folder)
    whole = yaml.safe_load(CONFIGURATION)
    found = pieces(text)
    for piece in found:
        for card in piece.get("cards", {}):
            whole["cards"].setdefault(card, copy.deepcopy(whole["cards"]["ticket"]))
        _write_into(whole, piece)
    for install in whole["installs"].values():
        install.pop("source", None)  # one of the admin's own
    filled = re.sub(r"\$\{file:[^}]*\}", "${DESK_SECRET}", yaml.safe_dump(whole, sort_keys=False))
    (folder / "sidecar.yaml").write_text(filled)
    outside = dict.fromkeys(re.findall(r"\$\{(\w+)\}", filled), SECRET.reveal())
    configuration = load(folder / "sidecar.yaml", outside).configuration
    named = {install for piece in found for install in piece.get("installs", {})}
    return {install: configuration.installs[install] for install in named}


def _write_into(whole: dict[str, Any], piece: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in piece.items():
        inside = whole.get(key)
        both = isinstance(value, dict) and isinstance(inside, dict)
        whole[key] = _write_into(inside, value) if both else value
    return whole
