"""Credentials that end soon, or have ended: the file is in order, and something will fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.credential import Credential, Validity, start_of


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt credentials that end within 14 days, as far as the file or they themselves say so."""
    now, zone = datetime.now(UTC), ZoneInfo(configuration.time_zone)
    for name, source in configuration.sources.items():
        declared = start_of(source.expires, zone) if source.expires else None
        for end, way in ((declared, "expires"), (draft.adapters[name].ends, "settings")):
            credential = Credential(source, now, expires=end, zone=zone)
            if credential.validity in {Validity.SOON, Validity.PAST}:
                yield Doubt(("sources", name, way), credential.said, credential.remedy)
