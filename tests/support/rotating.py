"""A vendor that replaces the token that renews at each renewal, and ends the grant of whoever shows
an old one, as RFC 6749, 10.4 and RFC 9700, 4.14 would have it."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from werkzeug import Request, Response


class Rotation:
    """The grants of the vendor, without its web server.

    Attributes:
        lives: says how many seconds what renews lives, each time that there is a new one.
    """

    def __init__(self) -> None:
        self.serial = 0
        self.current = ""
        self.access: set[str] = set()
        self.ended = False
        self.reused = 0
        self.issued: set[str] = set()
        self.former: set[str] = set()
        self.shown: list[str] = []
        self.lives: Callable[[], dict[str, int]] = lambda: {"x_refresh_token_expires_in": 8_640_000}

    def grant(self) -> dict[str, object]:
        """Begin a grant: a person has let us in. What is left of the one before is refused."""
        self.ended = False
        self.former |= self.issued
        self.issued = set()
        return self._issue()

    def renew(self, refresh: str) -> dict[str, object] | None:
        """Renew; None is a refusal for good."""
        self.shown.append(refresh)
        if self.ended or refresh in self.former:
            return None
        if refresh != self.current:
            self.reused += 1
            self.end()
            return None
        return self._issue()

    def end(self) -> None:
        """Take back what was granted."""
        self.ended = True
        self.access.clear()

    def _issue(self) -> dict[str, object]:
        self.serial += 1
        self.current = f"refresh-{self.serial}-canary"
        self.issued.add(self.current)
        self.access = {f"access-{self.serial}-canary"}
        return {
            "access_token": f"access-{self.serial}-canary",
            "refresh_token": self.current,
            "token_type": "bearer",
            "expires_in": 3600,
            **self.lives(),
        }


class RotatingVendor(Rotation):
    """The same behind `/token`, with an API at `/api` and a page at `/authorize`.

    Attributes:
        gate: closed, the token endpoint keeps everybody waiting.
        more: what it says besides with each token.
    """

    def __init__(self, server) -> None:
        super().__init__()
        self.server, self.lock = server, threading.Lock()
        self.asked: list[Request] = []
        self.codes: dict[str, tuple[str, str]] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)
        self.refusal: Callable[[], Response] | None = None
        server.expect_request("/token", method="POST").respond_with_handler(self.token)
        server.expect_request("/api").respond_with_handler(self.api)

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def consent(self, address_asked: dict[str, str]) -> str:
        """Let a person agree at the page that was asked for with these parameters: a code."""
        code = f"code-{len(self.codes) + 1}-canary"
        self.codes[code] = address_asked["code_challenge"], address_asked["redirect_uri"]
        return code

    def token(self, request: Request) -> Response:
        request.get_data()
        self.arrived.release()
        self.gate.wait(10)
        with self.lock:
            self.asked.append(request)
            if self.refusal:
                return self.refusal()
            if b64decode(request.headers["Authorization"].removeprefix("Basic ")) != b"app:s3cret":
                return Response('{"error": "invalid_client"}', 401)
            said = self._answer(request.form)
        return Response(json.dumps(said), 200 if "access_token" in said else 400)

    def _answer(self, form) -> dict[str, object]:
        refused = {"error": "invalid_grant", "error_description": "Token invalid"}
        if form["grant_type"] == "refresh_token":
            return self.renew(form["refresh_token"]) or refused
        challenge, back_to = self.codes.pop(form["code"], ("", ""))
        proven = create_s256_code_challenge(form["code_verifier"]) == challenge
        return self.grant() if proven and form["redirect_uri"] == back_to else refused

    def api(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        good = token in self.access
        return Response("{}", 200 if good else 401, content_type="application/json")
