"""Whether an install works: what came for it last, and whether it was proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from context_sidecar import plugins
from context_sidecar.core.configuration import Install
from context_sidecar.web.parts import parts
from context_sidecar.wording import words
from context_sidecar.wording.times import ago

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Check:
    """`state` is `works`, `refused`, `waiting`, `incomplete` or `suspended`; `text` says it in a
    sentence, and `detail` what to do, or why."""

    state: str
    text: str
    detail: str = ""


def check_of(install: Install) -> Check:
    """Return whether *install* works."""
    the = parts()
    if install.suspended:
        return Check("suspended", "Suspended: it shows nothing to anybody.")
    needs = plugins.host(install.host).needs(install)
    if needs:
        return Check("incomplete", "Something is missing yet.", " ".join(needs))
    seen, row = the.sightings.of(install.id), the.installs.row(install.id)
    changed_at = row.changed_at if row else _LONG_AGO
    proven_at = seen.proven_at if seen.proven_at and seen.proven_at >= changed_at else None
    refused_at = seen.refused_at if seen.refused_at and seen.refused_at >= changed_at else None
    if refused_at and (proven_at is None or refused_at >= proven_at):
        text = _refused(refused_at, proven_at)
        return Check("refused", text, f"{seen.refusal[:1].upper()}{seen.refusal[1:]}.")
    if proven_at:
        return Check("works", f"It works: proven {ago_of(proven_at)}.")
    if seen.proven_at:
        return Check("waiting", "Nothing has come since its last change.")
    return Check("waiting", "Nothing has come from the tool yet.")


def _refused(refused_at: datetime, proven_at: datetime | None) -> str:
    if refused_at == proven_at:
        return f"Proven {ago_of(proven_at)}, but the request names no record for a card."
    text = f"Refused {ago_of(refused_at)}: what came proved nothing."
    return f"{text} The last that was proven came {ago_of(proven_at)}." if proven_at else text


def ago_of(moment: datetime) -> str:
    """Return how long ago *moment* was, in words."""
    the = parts()
    return ago(words("en", the.configuration.time_zone), moment, the.clock())
