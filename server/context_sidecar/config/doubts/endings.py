"""Credentials that end soon, or have ended: the file is in order, and something will fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.credential import Credential, Validity, start_of
from context_sidecar.credential_ends import told_end


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt credentials that end within 14 days, as far as the file or they themselves say so, or
    the deployment has been told."""
    now, zone = datetime.now(UTC), ZoneInfo(configuration.time_zone)
    kept = draft.kept(configuration.data)
    for name, source in configuration.sources.items():
        credential = partial(Credential, source, now, zone=zone)
        declared = start_of(source.expires, zone) if source.expires else None
        ends = {"expires": declared, "settings": draft.adapters[name].ends}
        found = [(way, credential(expires=end)) for way, end in ends.items()]
        found.append(("settings", credential(expires=told_end(kept.told, source))))
        grant = kept.grants.get(name)
        if grant and grant.client == draft.adapters[name].client and not grant.refused_at:
            found.append(("settings", credential(grant=grant, expires=grant.ends)))
        for way, one in found:
            if one.validity in {Validity.SOON, Validity.PAST}:
                yield Doubt(("sources", name, way), one.said, one.remedy)
