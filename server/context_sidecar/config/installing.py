"""One install that does not stand in the file, by the same rules as those that do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from context_sidecar import plugins
from context_sidecar.config.document import given
from context_sidecar.config.draft import Draft
from context_sidecar.config.explain import explain, secret_ways
from context_sidecar.config.findings import Findings
from context_sidecar.config.parts import installs
from context_sidecar.config.places import Way
from context_sidecar.config.plugged import PluggedAdapter
from context_sidecar.config.texts import Name
from context_sidecar.core.configuration import Configuration, Install

_NAME = "(form)"
_IT = "it"


def install_of(id: str, declared: Mapping[str, Any], configuration: Configuration) -> Install:
    """Return the install *id* that *declared* describes, as `sidecar.yaml` would.

    Raises:
        ConfigurationError: it has mistakes; all of them. Their paths begin with `installs.it`.
    """
    way: Way = ("installs", _IT)
    document = given(
        _NAME, {"installs": {_IT: dict(declared)}, "sources": dict.fromkeys(configuration.sources)}
    )
    findings = Findings(document)
    if not re.fullmatch(Name.pattern, id):
        findings.mistake(way, f"expected {Name.expected}", at_key=True)
    valid = _shaped(findings, way)
    draft = Draft(document, findings, {"installs": {_IT: valid}}, _adapters(configuration))
    installs.check(draft)
    findings.close()
    return replace(installs.build({_IT: valid}, configuration.sources, draft.hosts)[_IT], id=id)


def _shaped(findings: Findings, way: Way) -> Mapping[str, Any]:
    schema, data = installs.InstallSchema(), findings.document.at(way)
    findings.secret_ways.update(secret_ways(schema, data, way))
    try:
        loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        explain(findings, schema, error.messages, way)
        return error.valid_data if isinstance(error.valid_data, Mapping) else {}
    return loaded


def _adapters(configuration: Configuration) -> dict[str, PluggedAdapter]:
    return {
        source.id: PluggedAdapter(plugins.adapter(source.adapter), source.settings)
        for source in configuration.sources.values()
    }
