"""Who comes through a host tool: proven by the host, and held to a pace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import structlog
from flask import g, request

from context_sidecar.core.errors import VisitRefused, VisitUnclear
from context_sidecar.core.host import Forgetful, Host, Inbound
from context_sidecar.core.record import Visit
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.guard import keep_pace, refuse_breadth, refuse_slowly
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

log = structlog.get_logger(__name__)

PROVEN = "context_sidecar_proven"
"""Where a request's visit stands, once it is proven."""


def prove(host: Host, shown: Inbound) -> Visit:
    """Return the visit that *shown* proves to *host*.

    Raises:
        RequestMistake: it proves none, names no record, or comes too often. The log has the reason.
    """
    the, install, unclear = parts(), host.install.id, ""
    try:
        visit = host.prove(shown)
    except VisitUnclear as proven:
        visit, unclear = proven.visit, str(proven)
    except VisitRefused as refusal:
        the.metrics.refused(install)
        why = str(refusal) + "".join(_of_others(host, shown))
        the.sightings.refused(install, why)
        log.warning("visit_refused", install=install, why=why, address=the.address())
        refuse_slowly()
        raise mistake("not-proven", "Open the page anew in the host tool.") from None
    who = f"{install}/{visit.visitor.id or the.address()}"
    request.environ[CALLER] = who
    setattr(g, PROVEN, visit)
    if unclear:
        the.sightings.unclear(install, unclear)
        log.warning("visit_unclear", install=install, why=unclear, address=the.address())
    else:
        the.sightings.proven(install)
    keep_pace(who)
    if host.install.suspended:
        raise mistake("suspended", "An administrator has suspended this install.")
    if unclear:
        raise mistake("bad-request", "The request names no record that a card can stand beside.")
    return visit if host.signs_record else _doubted(visit, host, who)


def _doubted(visit: Visit, host: Host, who: str) -> Visit:
    """Return a visit whose record is only what some script says, believed no further than that.

    Raises:
        RequestMistake: the visitor walks through too many records.
    """
    if visit.record is None:
        return visit
    refuse_breadth(parts().limits.records, who, visit.record)
    keys = {} if host.install.source else visit.record.keys
    return replace(visit, record=replace(visit.record, keys=keys))


def _of_others(host: Host, shown: Inbound) -> Iterator[str]:
    """Say which other install of the same tool the request would have proven itself to: whoever
    copied the wrong secret is told."""
    for other in parts().configuration.installs.values():
        if other.host == host.install.host and other.id != host.install.id:
            with suppress(VisitRefused):
                with suppress(VisitUnclear):
                    type(host)(other, Forgetful(), published=host.published).prove(shown)
                yield f"; it is signed for the install {other.id}"
