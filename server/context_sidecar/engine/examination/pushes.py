"""Whether a source tells by itself what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from context_sidecar.core.push import Push, address_of
from context_sidecar.core.source import Source
from context_sidecar.engine.examination.findings import Finding, doubtful, well
from context_sidecar.store.sightings import Sighting

PUSH = "push"


def examine_push(
    source: Source, form: Push | None, heard: Sighting, public_url: str
) -> Iterator[Finding]:
    """Tell where it sends what it tells, where that was declared, and when the last came."""
    if not source.push:
        return
    place = address_of(public_url, source.id)
    guide = form.guide if form else "Let it send Standard Webhooks, signed with `push.secret`."
    if heard.refused_at and (heard.proven_at is None or heard.refused_at > heard.proven_at):
        said = f"the last that came to {place} proved nothing: {heard.refusal}"
        yield doubtful(PUSH, said, "Compare `push.secret` with the secret at the vendor.")
    elif heard.proven_at is None:
        yield doubtful(PUSH, f"nothing has come to {place} yet", guide)
    else:
        last = f"{heard.proven_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield well(PUSH, f"tells at {place} what has changed, last on {last}")
