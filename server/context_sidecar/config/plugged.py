"""The adapters and hosts that a file uses, with the settings it gives them and what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError

from context_sidecar import plugins
from context_sidecar.config.explain import explain, secret_ways
from context_sidecar.config.findings import Findings
from context_sidecar.config.places import Way
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import client_of
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.host import Host
from context_sidecar.core.sign_in import AuthorizationCode
from context_sidecar.credential_ends import end_of
from context_sidecar.settings import relative_to

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PluggedAdapter:
    """What a source's adapter makes of its settings. `lookups` is None, and `base_url` empty, where
    the adapter could not be asked. `dated` are the lookups whose answers carry the source's own
    time, `delivered` those that read a delivered copy, `unproven` those whose nones nothing proves.
    `ends` is when its credential does, where that says so itself. `lacks` is what it needs that is
    not installed. `client` tells the client that people grant something to, where they do."""

    kind: type[Adapter]
    settings: Mapping[str, Any] = field(repr=False)
    lookups: frozenset[str] | None = None
    dated: frozenset[str] = frozenset()
    delivered: frozenset[str] = frozenset()
    base_url: str = ""
    ends: datetime | None = None
    lacks: str = ""
    unproven: frozenset[str] = frozenset()
    client: str = ""

    @property
    def lists_accounts(self) -> bool:
        """Whether its system can own accounts."""
        return self.kind.accounts is not Adapter.accounts

    @property
    def knows_records(self) -> bool:
        """Whether it can be asked for the keys of a host's record."""
        return self.kind.record is not Adapter.record


@dataclass(frozen=True, slots=True)
class PluggedHost:
    """What an install's host makes of its settings."""

    kind: type[Host]
    settings: Mapping[str, Any] = field(repr=False)


def plug_adapter(findings: Findings, way: Way, name: str) -> PluggedAdapter | None:
    """Give the adapter called *name* the settings of the source at *way*."""
    kind = find(findings, (*way, "adapter"), name, plugins.ADAPTERS, plugins.adapter)
    if kind is None:
        return None
    settings = _settings(findings, kind.Settings, (*way, "settings"))
    if settings is None:
        return None
    try:
        adapter = kind(settings)
        try:
            connection = adapter.connection()
            base_url = connection.base_url if connection else ""
            how = connection.sign_in if connection else None
            ends = end_of(how, adapter.certificate)
            client = client_of(how) if isinstance(how, AuthorizationCode) else ""
            lookups = adapter.lookups
            dated = frozenset(name for name, lookup in lookups.items() if lookup.dated)
            delivered = frozenset(name for name, lookup in lookups.items() if lookup.delivered)
            unproven = frozenset(name for name, one in lookups.items() if not one.proves_none)
            return PluggedAdapter(
                kind, settings, frozenset(lookups), dated, delivered, base_url, ends,
                adapter.lacks(), unproven, client,
            )  # fmt: skip
        finally:
            adapter.close()
    except Exception as error:  # noqa: BLE001  an adapter may be anybody's code
        _refused(findings, "adapter", error, kind.Settings, (*way, "settings"))
        return PluggedAdapter(kind, settings)


def plug_host(findings: Findings, way: Way, name: str) -> PluggedHost | None:
    """Give the host called *name* the settings of the install at *way*."""
    kind = find(findings, (*way, "host"), name, plugins.HOSTS, plugins.host)
    if kind is None:
        return None
    settings = _settings(findings, kind.Settings, (*way, "settings"))
    return None if settings is None else PluggedHost(kind, settings)


def find(findings: Findings, way: Way, name: str, group: str, load: Callable[[str], T]) -> T | None:
    """Load the plug-in called *name*, or note at *way* why it cannot be had."""
    kind = {plugins.ADAPTERS: "adapter", plugins.HOSTS: "host"}[group]
    if name not in plugins.names(group):
        findings.unknown(way, f"expected the name of an installed {kind}", plugins.names(group))
        return None
    try:
        return load(name)
    except Exception as error:  # noqa: BLE001  a plug-in may be anybody's code
        findings.mistake(
            way, f"the {kind} {name} cannot be loaded ({type(error).__name__}: {error})",
            "Install what it needs.",
        )  # fmt: skip
        return None


def _settings(findings: Findings, kind: type, way: Way) -> Mapping[str, Any] | None:
    """Load the settings at *way* by a plug-in's own schema."""
    schema: Schema = kind()
    data = findings.document.at(way)
    if data is None and way in findings.document.spots:
        return None  # that there is nothing is told already
    data = {} if data is None else data
    findings.secret_ways.update(secret_ways(schema, data, way))
    try:
        with relative_to(Path(findings.document.file).parent):
            loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        explain(findings, schema, error.messages, way)
        if not findings.any:  # it named nothing that could be pointed at
            findings.mistake(way, "expected other settings")
        return None
    except Exception as error:  # noqa: BLE001  a schema may be anybody's code
        _refused(findings, "schema", error, kind, way)
        return None
    broken = any(at[: len(way)] == way for at in findings.document.broken)
    return None if broken else loaded


def _refused(findings: Findings, who: str, error: Exception, schema: type, way: Way) -> None:
    """Say why these settings were refused, in the plug-in's words if they can quote no secret."""
    if isinstance(error, ValidationError):
        explain(findings, schema(), error.messages, way)
        return
    secret = any(
        at[: len(way)] == way for at in (*findings.document.origins, *findings.secret_ways)
    )
    told = error.detail if isinstance(error, SourceError) else "" if secret else str(error)
    words = f"{type(error).__name__}: {told}" if told else type(error).__name__
    findings.mistake(way, f"the {who} refuses these settings ({words})", found="")


def check_place(findings: Findings, way: Way, place: str) -> None:
    """Check that *place* is one that an installed host offers."""
    name, _, record = place.partition("/")
    hosts = plugins.names(plugins.HOSTS)
    if name not in hosts:
        findings.mistake(way, "expected a place in an installed host", did_you_mean(name, hosts))
        return
    host = find(findings, way, name, plugins.HOSTS, plugins.host)
    if host and record not in host.places:
        known = [f"{name}/{record}" for record in host.places]
        findings.unknown(way, f"expected a place that {name} offers", known)
