"""Credentials that end soon, or have ended: the file is in order, and something will fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.credential import Credential, Validity


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt credentials that end within 14 days, as far as the file or they themselves say so."""
    now = datetime.now(UTC)
    for name, source in configuration.sources.items():
        declared = datetime.combine(source.expires, time(), UTC) if source.expires else None
        for end, way in ((declared, "expires"), (draft.adapters[name].ends, "settings")):
            credential = Credential(source, now, expires=end)
            if credential.validity in {Validity.SOON, Validity.PAST}:
                yield Doubt(("sources", name, way), credential.said, credential.remedy)
