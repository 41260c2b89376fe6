"""`installs`: which host tools may show cards, and how they prove that a request is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.places import Way
from context_sidecar.config.plugged import PluggedHost, plug_host
from context_sidecar.config.scalars import Several
from context_sidecar.config.texts import Origin, Reference, Text
from context_sidecar.core.configuration import Install
from context_sidecar.core.source import Source


class InstallSchema(Schema):
    """One host tool that shows our cards."""

    host = Text(required=True, metadata=about("The kind of tool.", "zendesk"))
    label = Text(metadata=about("What people call it.", "Support desk"))
    origin = Origin(metadata=about("The exact origin of its pages.", "https://acme.zendesk.com"))
    origins = Several(Origin(), metadata=about("Its origins, where it has several."))
    roles = Several(Text(), metadata=about("The roles of everybody who uses it.", ["support"]))
    source = Reference(
        metadata=about("The source that is asked for a record's keys where the visit has none.")
    )
    settings = fields.Dict(keys=fields.String(), metadata=about("The host's own settings."))


def check(draft: Draft) -> None:
    """Check names and origins, and give each host its settings."""
    for way, name, part in draft.section("installs"):
        plugged = plug_host(draft.findings, way, part["host"]) if "host" in part else None
        if plugged:
            draft.hosts[name] = plugged
        if plugged is None or plugged.kind.most_bytes is None:
            _check_origins(draft, way)
        if draft.refer((*way, "source"), "sources", "a source"):
            _check_source(draft, (*way, "source"), str(draft.document.at((*way, "source"))))


def _check_origins(draft: Draft, way: Way) -> None:
    given = [key for key in ("origin", "origins") if (*way, key) in draft.document.spots]
    if not given:
        draft.findings.mistake(
            (*way, "origin"), "this key is missing",
            "Give the origin of the tool's pages, such as https://rt.example.com.",
        )  # fmt: skip
    elif len(given) > 1:
        draft.findings.mistake(
            (*way, "origin"), "expected origin or origins, not both", found="", at_key=True
        )


def _check_source(draft: Draft, way: Way, id: str) -> None:
    if id in draft.adapters and not draft.adapters[id].knows_records:
        able = [name for name, adapter in draft.adapters.items() if adapter.knows_records]
        hint = f"These can: {', '.join(able)}." if able else ""
        draft.findings.mistake(way, "expected a source that can be asked for records", hint)


def build(
    data: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Source],
    hosts: Mapping[str, PluggedHost],
) -> dict[str, Install]:
    """Return the installs by name, their settings as the hosts loaded them."""
    return {
        name: Install(
            id=name,
            host=part["host"],
            origins=_origins(part),
            roles=frozenset(part.get("roles", ())),
            settings=hosts[name].settings,
            source=sources[part["source"]] if "source" in part else None,
            label=part.get("label", hosts[name].kind.label),
        )
        for name, part in data.items()
    }


def _origins(part: Mapping[str, Any]) -> tuple[str, ...]:
    if "origins" in part:
        return tuple(part["origins"])
    return (part["origin"],) if "origin" in part else ()
