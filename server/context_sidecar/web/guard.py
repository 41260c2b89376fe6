"""What stands before every endpoint that gives data: who asks, from which page, how often."""

from __future__ import annotations

from flask import Response, g, request

from context_sidecar.core.errors import RequestMistake
from context_sidecar.core.record import Record
from context_sidecar.web.access import Caller
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.limits import Breadth, Pace
from context_sidecar.web.origins import allow, check_page, origin_of, preflight
from context_sidecar.web.parts import caller, parts
from context_sidecar.web.problems import Slower


def guard() -> Response | None:
    """Let a request through to an endpoint that gives data.

    Raises:
        RequestMistake: it proves nobody, comes from a page that may not ask, or comes too soon.
    """
    the = parts()
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), the.origins, "GET, POST")
    who = g.caller = prove_caller()
    request.environ[CALLER] = who.name
    install = the.configuration.installs.get(who.visit.install) if who.visit else None
    own = origin_of(the.configuration.public_url)
    check_page(request.headers.get, own, install.origins if install else ())
    keep_pace(who.name)
    return None


def prove_caller(authorization: str | None = None) -> Caller:
    """Return whom the request's token or key proves; *authorization* where that is not in its
    header.

    Raises:
        RequestMistake: it proves nobody, or too many from its address have failed to.
    """
    the = parts()
    try:
        return the.access.caller(authorization or request.headers.get("Authorization", ""))
    except RequestMistake:
        refuse_slowly()
        raise


def refuse_slowly() -> None:
    """Count a failed proof of the request's address.

    Raises:
        RequestMistake: there were too many.
    """
    the = parts()
    wait = the.limits.refusals.meter(the.address()).wait(the.clock().timestamp())
    if wait:
        raise Slower(
            "too-many-requests",
            wait,
            "Too many requests from here have proven nothing. Prove the next, after Retry-After.",
        )


def keep_pace(name: str) -> None:
    """Count a request of the caller of this *name*.

    Raises:
        RequestMistake: they ask too often.
    """
    refuse_haste(parts().limits.pace, name)


def refuse_haste(pace: Pace, name: str) -> None:
    """Count an act of the caller of this *name* that is held to a *pace*.

    Raises:
        RequestMistake: they act too often.
    """
    wait = pace.meter(name).wait(parts().clock().timestamp())
    if wait:
        raise Slower(
            "too-many-requests", wait, "Ask less often; Retry-After says in how many seconds again."
        )


def keep_within(record: Record) -> None:
    """Count *record* among those that the caller has looked up without the host's proof.

    Raises:
        RequestMistake: they walk through too many.
    """
    the, who = parts(), caller()
    refuse_breadth(the.limits.program_records if who.key else the.limits.records, who.name, record)


def refuse_breadth(breadth: Breadth, name: str, record: Record) -> None:
    """Count *record* among those that the caller of this *name* has looked up.

    Raises:
        RequestMistake: they walk through more than *breadth* allows.
    """
    wait = breadth.wait(name, f"{record.place}/{record.id}", parts().clock().timestamp())
    if wait:
        raise Slower(
            "too-many-records",
            wait,
            "Look up fewer different records; Retry-After says in how many seconds more may be.",
        )


def open_to_pages(response: Response) -> Response:
    """Let the installs' pages read the response, problems too."""
    allow(response, request.headers.get("Origin"), parts().origins)
    return response
