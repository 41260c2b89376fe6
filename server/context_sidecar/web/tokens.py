"""The token of a visit: what a page holds instead of a cookie.

It is sealed (Fernet: AES-CBC with HMAC-SHA256), not only signed, because it carries what the record
says about its customer. It lives ten minutes, is renewed while the page is open, and ends with the
visit's twelfth hour, or as soon as the install's declaration changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.fernet import InvalidToken

from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Install
from context_sidecar.core.errors import SidecarError
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.web.seal import Seal

LIFE = timedelta(minutes=10)
VISIT = timedelta(hours=12)
_LONGEST = 16_384


class TokenRefused(SidecarError):
    """A token that is none of ours, has expired, or belongs to an install that has changed."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token to hand out, and when it stops working."""

    text: str
    expires_at: datetime

    @property
    def expires_text(self) -> str:
        """When it stops working, as JSON and pages write times (RFC 3339)."""
        return f"{self.expires_at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Session:
    """What a token says: the visit, when it began, and when the token stops working. `stamp` is
    what its install was like."""

    visit: Visit
    began: datetime
    expires_at: datetime
    stamp: str


class Tokens:
    """Gives tokens and reads them back."""

    def __init__(self, seal: Seal, installs: Mapping[str, Install], clock: Clock) -> None:
        self._seal = seal
        self._installs = installs
        self._clock = clock

    def issue(self, visit: Visit, began: datetime | None = None) -> Token:
        """Return a token for *visit*, which *began* now unless said otherwise."""
        now = self._clock()
        began = began or now
        expires_at = min(now + LIFE, began + VISIT)
        claims = {
            **_claims(visit),
            "stamp": stamp(self._installs[visit.install]),
            "began": began.timestamp(),
            "until": expires_at.timestamp(),
        }
        return Token(self._seal.close(json.dumps(claims).encode()), expires_at)

    def read(self, text: str) -> Session:
        """Return what the token *text* says.

        Raises:
            TokenRefused: it says nothing that we believe.
        """
        if len(text) > _LONGEST:
            raise TokenRefused("the token is too long")
        try:
            claims = json.loads(self._seal.open(text))
        except InvalidToken as error:
            raise TokenRefused("the token is not ours") from error
        expires_at = datetime.fromtimestamp(claims["until"], UTC)
        if self._clock() >= expires_at:
            raise TokenRefused("the token has expired")
        began = datetime.fromtimestamp(claims["began"], UTC)
        session = Session(_visit(claims), began, expires_at, claims["stamp"])
        if not self.stands(session):
            raise TokenRefused("the install has changed since the token was given")
        return session

    def stands(self, session: Session) -> bool:
        """Whether the session's install is as it was, and shows anything to anybody."""
        install = self._installs.get(session.visit.install)
        return install is not None and not install.suspended and stamp(install) == session.stamp

    def renew(self, session: Session) -> Token:
        """Return a token for the same visit, good for longer.

        Raises:
            TokenRefused: the visit has lasted long enough; the host tool has to prove it again.
        """
        if self._clock() + LIFE / 2 >= session.began + VISIT:
            raise TokenRefused("the visit has lasted long enough")
        return self.issue(session.visit, session.began)


def stamp(install: Install) -> str:
    """Return what changes when the install's host, origins, roles or source change, or when it is
    another of the same name."""
    source = install.source.id if install.source else ""
    declared = [
        install.host, sorted(install.origins), sorted(install.roles), source, install.made,
    ]  # fmt: skip
    return sha256(json.dumps(declared).encode()).hexdigest()[:16]


def _claims(visit: Visit) -> dict[str, object]:
    record = visit.record
    return {
        "install": visit.install,
        "record": record and [record.host, record.type, record.id, dict(record.keys)],
        "visitor": [visit.visitor.id, visit.visitor.name],
        "roles": sorted(visit.roles),
        "locale": visit.locale,
        "theme": visit.theme,
        "time_zone": visit.time_zone,
    }


def _visit(claims: Mapping[str, object]) -> Visit:
    record, visitor, roles = claims["record"], claims["visitor"], claims["roles"]
    assert isinstance(visitor, list)
    assert isinstance(roles, list)
    return Visit(
        install=str(claims["install"]),
        record=Record(*record) if isinstance(record, list) else None,
        visitor=Visitor(*visitor),
        roles=frozenset(roles),
        locale=str(claims["locale"]),
        theme=str(claims["theme"]),
        time_zone=str(claims.get("time_zone", "")),  # a token from before an upgrade has none
    )
