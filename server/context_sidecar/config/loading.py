"""From a file to a configuration: read, shaped, checked across, built, and looked over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from context_sidecar.config.document import Document, read
from context_sidecar.config.doubts import (
    audiences,
    endings,
    languages,
    leftovers,
    matching,
    nones,
    promises,
    safety,
)
from context_sidecar.config.draft import Draft, Kept
from context_sidecar.config.explain import explain, secret_ways
from context_sidecar.config.findings import Findings, telling
from context_sidecar.config.parts import (
    accounts,
    brand,
    cards,
    deployment,
    fields,
    installs,
    records,
    sources,
    teams,
)
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.errors import Mistake
from context_sidecar.core.kept_ends import KeptEnds

_SHOWN = ("fields", "cards", "installs")
_ADDRESS = re.compile(r"^https?://[^\s/@?#]+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration without mistakes.

    `warnings` are what is possible and probably not meant. `secrets` are the texts that no log and
    no error may show: what sources' and installs' settings and teams' notify took from outside, and
    what the settings' schemas call secret. Of a plain web address it is the path; that we speak to
    a host is no secret, and an owner must be able to read it.
    """

    configuration: Configuration
    warnings: tuple[Mistake, ...]
    secrets: frozenset[str] = field(repr=False)


def load(path: Path, environment: Mapping[str, str], kept: Kept = lambda _: KeptEnds()) -> Loaded:
    """Read the configuration at *path*, with `${NAME}` taken from *environment*. *kept* reads what
    the deployment has kept of when its credentials end, from its data folder.

    Raises:
        ConfigurationError: it has mistakes; all of them.
    """
    return _loaded(read(path, environment), path, kept)


def load_sources(path: Path, environment: Mapping[str, str]) -> Loaded:
    """Do the same, but leave out what is shown of the sources and where: a source can be looked at
    before that is whole."""
    document = read(path, environment)
    if not isinstance(document.data, dict):
        return _loaded(document, path)
    return _loaded(document.without(_SHOWN), path)


def _loaded(document: Document, path: Path, kept: Kept = lambda _: KeptEnds()) -> Loaded:
    findings = Findings(document)
    draft = Draft(document, findings, _shaped(findings), kept=kept)
    for part in (deployment, brand, teams, sources, accounts, fields, cards, installs, records):
        part.check(draft)
    if findings.any:
        findings.close()
    configuration = _build(draft, path)
    for subject in (
        promises,
        audiences,
        leftovers,
        matching,
        safety,
        nones,
        languages,
        endings,
    ):
        findings.doubt(subject.doubts(configuration, draft))
    return Loaded(configuration, findings.close(), _secrets(findings))


def _shaped(findings: Findings) -> Mapping[str, Any]:
    """Load the document as far as its shape is right, and note where it is not."""
    schema = deployment.FileSchema()
    data = findings.document.data
    findings.secret_ways.update(secret_ways(schema, data, ()))
    try:
        loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        explain(findings, schema, error.messages, ())
        return error.valid_data if isinstance(error.valid_data, Mapping) else {}
    return loaded


def _build(draft: Draft, path: Path) -> Configuration:
    valid = draft.valid
    known_teams = teams.build(valid["teams"])
    known_sources = sources.build(
        valid["sources"], known_teams, draft.adapters, draft.findings.secret_ways
    )
    known_fields = fields.build(valid["fields"], known_teams, known_sources)
    return Configuration(
        file=path,
        public_url=valid["public_url"],
        locale=valid["locale"],
        time_zone=valid["time_zone"],
        teams=known_teams,
        sources=known_sources,
        accounts=accounts.build(valid["accounts"], known_sources),
        fields=known_fields,
        cards=cards.build(draft, known_fields),
        installs=installs.build(valid.get("installs", {}), known_sources, draft.hosts),
        data=deployment.folder(valid, path),
        cache=deployment.cache_limits(valid),
        brand=brand.build(valid, path),
        trusted_proxies=valid["trusted_proxies"],
        expose=frozenset(valid.get("expose", ())),
    )


def _secrets(findings: Findings) -> frozenset[str]:
    document = findings.document
    outside = {
        _ADDRESS.sub("", value)
        for way, values in document.values.items()
        if {"settings", "notify", "push"} & set(way[2:3])
        for value in values
    }
    return telling(outside | findings.written_secrets())
