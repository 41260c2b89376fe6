"""`sources`: the systems that are read from, their owners and limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import tzinfo
from hashlib import scrypt, sha256
from typing import Any

from marshmallow import Schema, fields

from context_sidecar.config.contract import OWNER, about
from context_sidecar.config.draft import Draft
from context_sidecar.config.parts.limits import LimitsSchema, limits_of
from context_sidecar.config.places import SecretPlace, Way
from context_sidecar.config.plugged import PluggedAdapter, plug_adapter
from context_sidecar.config.scalars import Day, Several, Span, Switch
from context_sidecar.config.texts import Reference, Text, WebLink
from context_sidecar.core.secrets import Secret
from context_sidecar.core.source import Source, Team
from context_sidecar.settings import SecretText

_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*://)((?P<user>[^:/?#]*)(:[^/?#]*)?@)?(?P<rest>.*)", re.DOTALL
)
_PASSWORD = re.compile(r"[^?&=]*(pass|secret|token|key|sig)[^?&=]*=[^&]*", re.IGNORECASE)
"""A parameter of an address that lets in rather than leads somewhere, by its name."""


class PushSchema(Schema):
    """How a source proves what it tells us by itself."""

    secret = Several(
        SecretText(),
        required=True,
        metadata=about(
            "What it signs with: several where each of its webhooks has a secret of its own.",
            "${file:/run/secrets/crm-push}",
        ),
    )
    previous_secret = SecretText(metadata=about("The secret before this one, accepted too."))


class SourceSchema(Schema):
    """One system that is read from."""

    adapter = Text(required=True, metadata=about("The kind of system.", "salesforce"))
    label = Text(metadata=about("What people call it.", "Salesforce"))
    owner = Reference(
        required=True, error_messages=OWNER, metadata=about("The team that mends it.", "revops")
    )
    runbook = WebLink(metadata=about("Where the owner reads how to mend it."))
    settings = fields.Dict(keys=fields.String(), metadata=about("The adapter's own settings."))
    limits = fields.Nested(LimitsSchema, metadata=about("How hard it may be asked."))
    key = Reference(
        load_default="id",
        metadata=about("The account key by which it knows accounts.", "erp_number"),
    )
    refreshed = Span(metadata=about("How often its own data changes, if that is known.", "1d"))
    expires = Day(
        metadata=about("The day on which its credential ends, as its vendor told.", "2027-03-01")
    )
    push = fields.Nested(
        PushSchema, metadata=about("Lets it tell us at /v1/push/ what has changed.")
    )
    allow_private = Switch(
        load_default=False, metadata=about("Whether it may be at a private address.")
    )


def check(draft: Draft) -> None:
    """Check names, and give each adapter its settings."""
    keys = draft.account_keys()
    for way, name, part in draft.section("sources"):
        draft.refer((*way, "owner"), "teams", "a team")
        key = part.get("key", "id")
        if keys is not None and key not in keys:
            draft.findings.unknown((*way, "key"), "expected one of the keys in accounts.keys", keys)
        if "adapter" in part and (plugged := plug_adapter(draft.findings, way, part["adapter"])):
            draft.adapters[name] = plugged


def build(
    data: Mapping[str, Mapping[str, Any]],
    teams: Mapping[str, Team],
    adapters: Mapping[str, PluggedAdapter],
    secret_ways: Mapping[Way, SecretPlace],
) -> dict[str, Source]:
    """Return the sources by name, their settings as the adapters loaded them. Nothing that stands
    at *secret_ways* goes into their fingerprints, but for where it leads, and for a digest of what
    alone says whose data it opens."""
    return {
        name: Source(
            id=name,
            adapter=part["adapter"],
            label=part.get("label")
            or adapters[name].kind.label
            or name.replace("_", " ").capitalize(),
            owner=teams[part["owner"]],
            settings=adapters[name].settings,
            limits=limits_of(part.get("limits", {}), adapters[name].kind.limits),
            key=part["key"],
            runbook=part.get("runbook", ""),
            refreshed=part.get("refreshed"),
            expires=part.get("expires"),
            allow_private=part["allow_private"],
            push=_push_secrets(part.get("push", {})),
            zone=_zone(adapters[name].settings),
            system=_system(part, ("sources", name, "settings"), secret_ways),
        )
        for name, part in data.items()
    }


def _push_secrets(part: Mapping[str, Any]) -> tuple[Secret, ...]:
    previous = [part["previous_secret"]] if "previous_secret" in part else []
    return (*part.get("secret", ()), *previous)


def _system(part: Mapping[str, Any], way: Way, secret_ways: Mapping[Way, SecretPlace]) -> str:
    """A renewed credential is the same system; another address, query or key is another, and so
    is whatever else came from outside and is no secret, such as the name of a tenant."""
    settings = _open(part.get("settings", {}), way, secret_ways)
    text = json.dumps([part["adapter"], part["key"], settings], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def _open(value: Any, way: Way, secret_ways: Mapping[Way, SecretPlace]) -> Any:
    """Return what of a setting may be known: all of it, or where a secret leads."""
    if way in secret_ways:
        return _digest(str(value)) if secret_ways[way].alone else _where(str(value))
    if isinstance(value, Mapping):
        return {key: _open(one, (*way, key), secret_ways) for key, one in value.items()}
    if isinstance(value, list):
        return [_open(one, (*way, index), secret_ways) for index, one in enumerate(value)]
    return value


def _digest(secret: str) -> str:
    """A fingerprint is kept in the database: it must be hard to guess from it what is secret."""
    return scrypt(secret.encode(), salt=b"context-sidecar", n=2**12, r=8, p=1, dklen=16).hex()


def _where(secret: str) -> str:
    """Return the address that *secret* is, without what lets us in; nothing where it is none. Who
    signs in there decides what is seen."""
    found = _ADDRESS.fullmatch(secret)
    if found is None:
        return ""
    return f"{found['scheme']}{found['user'] or ''}@{_PASSWORD.sub('', found['rest'])}"


def _zone(settings: Mapping[str, Any]) -> tzinfo | None:
    """Return the zone of times that name none, which every adapter calls `time_zone` that has it
    among its settings."""
    found = settings.get("time_zone")
    return found if isinstance(found, tzinfo) else None
