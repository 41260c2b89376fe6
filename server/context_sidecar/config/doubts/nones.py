"""Nones that nothing proves: a credential that may not see, and an emptied table, read alike."""

from __future__ import annotations

from collections.abc import Iterator

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.config.places import Way
from context_sidecar.core.configuration import Configuration

_CANARY = "a key that must always be found"


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt the nones of what fields read."""
    read = {(field.source.id, field.lookup): None for field in configuration.fields.values()}
    for source, lookup in read:
        if lookup in draft.adapters[source].unproven:
            yield Doubt(
                _way(draft, source, lookup),
                f"where {lookup} has nothing, it may be that we are not shown it, and nothing "
                "tells the one from the other",
                _remedy(draft, source),
            )


def _way(draft: Draft, source: str, lookup: str) -> Way:
    settings = ("sources", source, "settings")
    own = (*settings, "lookups", lookup)
    return settings if draft.document.at(own) is None else own


def _remedy(draft: Draft, source: str) -> str:
    schema = draft.adapters[source].kind.Settings()
    names = [name for name in schema.fields if name.startswith("canary")]
    return f"Give {' or '.join(names) or 'it a canary'}: {_CANARY}."
