"""Who may look at the admin pages: signing in and out, and what stands before every page."""

from __future__ import annotations

import re
from typing import Any

import structlog
from flask import Response, g, redirect, render_template, request

from context_sidecar.engine.credentials import BACK
from context_sidecar.store.keys import ApiKey
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.admin.sessions import LIFE
from context_sidecar.web.bodies import read_body
from context_sidecar.web.guard import keep_pace, refuse_slowly
from context_sidecar.web.headers import new_nonce
from context_sidecar.web.origins import origin_of
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

HOME = "/admin"
SIGN_IN = f"{HOME}/sign-in"
ICON = f"{HOME}/icon.svg"

log = structlog.get_logger(__name__)


def guard() -> Response | None:
    """Let a signed-in admin through, and ask everybody else to sign in.

    Raises:
        RequestMistake: a form was sent from another page than ours, or too often.
    """
    if request.method == "POST":
        _check_form()
    if request.path in {SIGN_IN, ICON} or (request.path == BACK and request.method == "GET"):
        return None
    who = parts().sessions.read(session())
    if who is None:
        asked = request.full_path.rstrip("?") if request.method == "GET" else HOME
        return page("sign_in.html", 401, asked=asked, wrong=False)
    g.admin = who
    if request.method == "POST":  # another process may have changed what is about to be
        parts().installs.look()
    request.environ[CALLER] = f"admin {who.id}"
    keep_pace(f"admin {who.id}")
    return None


def who() -> ApiKey:
    """Return the key of the admin who asks."""
    found = g.admin
    assert isinstance(found, ApiKey)
    return found


def session() -> str:
    """Return the session that the request brings, read or not."""
    return request.cookies.get(_cookie(), "")


def sign_in() -> Response:
    """Begin a session for whoever shows an admin's key."""
    asked = request.form.get("asked", HOME)
    begun = parts().sessions.begin(request.form.get("key", "").strip())
    if begun is None:
        log.warning("admin_refused", address=parts().address())
        refuse_slowly()
        return page("sign_in.html", 401, asked=_ours(asked), wrong=True)
    response = _to(_ours(asked))
    _set_cookie(response, begun, int(LIFE.total_seconds()))
    return response


def sign_out() -> Response:
    """End the session in this browser."""
    response = _to(HOME)
    _set_cookie(response, "", 0)
    return response


def icon() -> Response:
    """Give the pages' icon."""
    return Response(render_template("admin/icon.svg"), content_type="image/svg+xml")


def page(template: str, status: int = 200, **given: Any) -> Response:
    """Return an admin page."""
    nonce = new_nonce()
    admin = g.get("admin")
    shown = render_template(f"admin/{template}", nonce=nonce, admin=admin, **given)
    return Response(shown, status, parts().headers.page(nonce))


def _to(path: str) -> Response:
    response = redirect(path, 303)
    assert isinstance(response, Response)
    return response


def _check_form() -> None:
    """Believe only forms of our own pages: a browser says where they come from, and cannot be made
    to say otherwise (Fetch Metadata, W3C). `Origin` says it only where there is no such header:
    our pages tell no referrer, so browsers leave it null in their forms (Fetch, 3.2)."""
    own = origin_of(parts().configuration.public_url)
    site = request.headers.get("Sec-Fetch-Site")
    if site != "same-origin" if site else request.headers.get("Origin") != own:
        raise mistake("foreign-page", f"Use the form on the admin page, at {own}.")
    read_body()


def _ours(path: str) -> str:
    """Return *path* if it leads to an admin page, and nowhere else."""
    return path if re.fullmatch(rf"{HOME}(/(?!\.\.?(/|$))[\w.~-]+)*", path, re.ASCII) else HOME


def _is_https() -> bool:
    return parts().configuration.public_url.startswith("https://")


def _cookie() -> str:
    """The cookie's name. The prefix makes browsers keep it to this host and to https (RFC 6265bis,
    4.1.3)."""
    return "__Host-sidecar_admin" if _is_https() else "sidecar_admin"


def _set_cookie(response: Response, session: str, seconds: int) -> None:
    response.set_cookie(
        _cookie(), session, max_age=seconds, path="/",
        secure=_is_https(), httponly=True, samesite="Strict",
    )  # fmt: skip
