"""Mistakes in what `sidecar init` would write, told by the flag that said it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from context_sidecar import plugins

if TYPE_CHECKING:
    from context_sidecar.config.starting import Picks
    from context_sidecar.core.errors import Mistake

_WHOLE = {"public_url": "--public-url", "locale": "--locale", "time_zone": "--time-zone"}


def by_flags(mistakes: Iterable[Mistake], picks: Picks) -> list[str]:
    """Return those of *mistakes* that a flag can mend, each once, as sentences that name it."""
    flags = _flags(picks)
    told = {
        _said(flag, mistake): None
        for mistake in mistakes
        if (flag := _flag_of(mistake.path, flags))
    }
    return list(told)


def _flags(picks: Picks) -> Mapping[str, str]:
    """Return flags by the way to what they say."""
    team, *_ = picks.team
    flags = {
        **_WHOLE,
        f"teams.{team}": "--team",
        f"teams.{team}.name": "--team-name",
        f"teams.{team}.notify": "--notify",
    }
    for one in picks.sources:
        flags[f"sources.{one.id}"] = f"--source {one.id}={one.adapter}"
        flags[f"sources.{one.id}.owner"] = "--team"
        flags |= {f"sources.{one.id}.key": f"--key {one.id}"} if one.id in picks.keys else {}
        flags |= {
            f"sources.{one.id}.settings.{name}": f"--set {one.id}.{name}" for name in one.settings
        }
    declared = {one.id for one in picks.sources if _declares_lookups(one.adapter)}
    for name, found in picks.found.items():
        parts = ("source", "path") if found.source in declared else ("source", "path", "query")
        flags |= {f"fields.{name}.{part}": f"--field {name}" for part in parts}
    return flags


def _declares_lookups(adapter: str) -> bool:
    """Whether an admin declares lookups, in the file: those of flags may still be to come."""
    return "lookups" in plugins.adapter(adapter).Settings().load_fields


def _flag_of(way: str, flags: Mapping[str, str]) -> str:
    """Return the flag that says what is at *way*, or what that is a part of; nothing where none
    does."""
    if re.fullmatch(r"fields\.[^.]+\.currency", way):
        return "--currency"
    around = [
        known for known in flags if way == known or way.startswith((f"{known}.", f"{known}["))
    ]
    return flags[max(around, key=len)] if around else ""


def _said(flag: str, mistake: Mistake) -> str:
    found = f", found {mistake.found}" if mistake.found else ""
    return f"{flag}: {mistake.expected}{found}. {mistake.hint}".rstrip()
