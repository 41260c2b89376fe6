"""The file after its shape was checked, for the checks that look across its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from context_sidecar.config.document import Document
from context_sidecar.config.findings import Findings
from context_sidecar.config.places import Way
from context_sidecar.config.plugged import PluggedAdapter, PluggedHost
from context_sidecar.core.kept_ends import KeptEnds

Kept = Callable[[Path], KeptEnds]
"""Reads what a deployment has kept of when its credentials end, from its data folder."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a file that may still have mistakes.

    `valid` is what marshmallow could load, so a part may lack keys that were wrong or absent.
    `adapters` are the adapters of sources, `hosts` those of installs, as far as they could be had.
    `kept` is what `load` was given.
    """

    document: Document
    findings: Findings
    valid: Mapping[str, Any] = field(repr=False)
    adapters: dict[str, PluggedAdapter] = field(default_factory=dict)
    hosts: dict[str, PluggedHost] = field(default_factory=dict)
    kept: Kept = lambda _: KeptEnds()

    def section(self, name: str) -> Iterator[tuple[Way, str, Mapping[str, Any]]]:
        """Give the parts of the section *name*: the way to each, its name and what is valid."""
        parts = self.valid.get(name)
        if isinstance(parts, Mapping):
            for own, part in parts.items():
                if isinstance(part, Mapping):
                    yield (name, own), own, part

    def names(self, section: str) -> list[str]:
        """Return the names declared in a section, those of mistaken parts included."""
        parts = self.document.at((section,))
        return list(parts) if isinstance(parts, dict) else []

    def account_keys(self) -> list[str] | None:
        """Return the keys by which accounts are known; None where the file does not say."""
        keys = self.document.at(("accounts", "keys"))
        return list(dict.fromkeys(["id", *keys])) if isinstance(keys, dict) else None

    def texts(self, way: Way) -> Iterator[tuple[Way, str]]:
        """Give the texts of the list at *way*, each with its own way; a single text is a list."""
        found = self.document.at(way)
        if isinstance(found, str):
            yield way, found
        elif isinstance(found, list):
            for index, entry in enumerate(found):
                if isinstance(entry, str):
                    yield (*way, index), entry

    def refer(self, way: Way, section: str, kind: str) -> bool:
        """Check that the text at *way*, if there is one, names a part of a section; say whether it
        does."""
        name = self.document.at(way)
        if not isinstance(name, str):
            return False
        if name in self.names(section):
            return True
        self.findings.unknown(way, f"expected the name of {kind}", self.names(section))
        return False
