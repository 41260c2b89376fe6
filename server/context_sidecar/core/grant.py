"""What a person has granted us at a vendor's own page: tokens, and what is to be done with them.

Many vendors replace the token that renews at each renewal, and take a second use of the old one for
theft: they end the whole grant. So one renewal is under way at a time, whoever shares the store,
and what it brought is stored before it is used. What comes next is a pure function of what is
stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import AuthorizationCode

CONNECT = "Connect it: on its page among the sources at /admin, or with `sidecar connect`."
CONNECT_AGAIN = CONNECT.replace("Connect it", "Connect it again")
BRING_BACK = (
    "Bring the key back that it was sealed with (SIDECAR_INSTALLS_KEY, or installs-key in the data "
    "folder), or connect it again: on its page among the sources at /admin, or with "
    "`sidecar connect`."
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token endpoint gave.

    Attributes:
        access: the token that is sent with each call, and `scheme` the word before it.
        until: when it is to be renewed, shortly before it expires.
        refresh: the token that renews; None where there is none.
        refresh_until: when that one expires if it is not used, where that is known.
        ends: when all of it ends, however often it is renewed, where that is known.
    """

    access: Secret
    until: datetime
    scheme: str = "Bearer"
    refresh: Secret | None = None
    refresh_until: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as it is kept.

    Attributes:
        client: tells the client that it was granted to.
        version: another one after each change of the tokens.
        tokens: None where they are sealed with another key than those in use.
        expires: when it ends unless it is renewed, where that is known.
        ends: when it ends in any case, where that is known.
        renewed_at: when it was granted or renewed last.
        granted_at: when it was granted, and `granted_by` whom that was done by.
        held_until: until when somebody is renewing it.
        refused_at: when the vendor refused to renew it, which it does for good.
    """

    client: str
    version: str
    tokens: Tokens | None
    expires: datetime | None
    renewed_at: datetime
    granted_at: datetime
    granted_by: str
    held_until: datetime | None = None
    refused_at: datetime | None = None
    ends: datetime | None = None

    def renewed(self, tokens: Tokens, now: datetime) -> Tokens:
        """Return *tokens*, which have just renewed it, with the end that no renewal moves, where
        one shows: time has passed, and they live no longer than those before. Keycloak says in one
        number (`refresh_expires_in`) how long they live unused and how long the session lasts,
        whichever is less; where nothing is said anew, what was said first holds. A vendor that says
        apart when it ends is believed: Intuit gives out the same token for a day."""
        if self.expires is None or tokens.refresh_until is None or tokens.ends:
            return tokens
        passed, moved = now - self.renewed_at, tokens.refresh_until - self.expires
        stays = passed > timedelta(0) and moved < passed / 2
        return replace(tokens, ends=tokens.refresh_until) if stays else tokens


class Step(Enum):
    """What is to be done before there is a token."""

    RENEW = "renew"
    WAIT = "wait"
    """Somebody else is renewing it."""


def next_step(grant: Grant | None, client: str, spent: str, now: datetime) -> Tokens | Step:
    """Return the tokens to use, or what is to be done first.

    Args:
        grant: what is kept.
        client: tells the client that we are.
        spent: the access token that was refused, if one was.
        now: the present.

    Raises:
        SourceError: somebody has to do something first.
    """
    tokens = _usable(grant, client)
    assert grant is not None
    if now < tokens.until and tokens.access.reveal() != spent:
        return tokens
    if grant.refused_at:
        raise refused()
    if tokens.refresh is None:
        raise SourceError(
            Reason.CREDENTIAL_EXPIRED,
            "the token has ended, and the vendor gave none that renews it",
            remedy=f"See whether its scope lacks offline access. {CONNECT_AGAIN}",
        )
    return Step.WAIT if grant.held_until and now < grant.held_until else Step.RENEW


def client_of(how: AuthorizationCode) -> str:
    """Return what tells the client of *how* from others: what was granted to it is granted to no
    other."""
    return sha256(f"{how.token_url}\n{how.client_id}".encode()).hexdigest()[:16]


def refused(detail: str = "the vendor no longer renews what was granted to us") -> SourceError:
    """Return the error that a grant has ended for good."""
    return SourceError(
        Reason.CREDENTIAL_EXPIRED, detail, code="invalid_grant", remedy=CONNECT_AGAIN
    )


def _usable(grant: Grant | None, client: str) -> Tokens:
    if grant is None:
        raise SourceError(Reason.NOT_CONFIGURED, "nobody has connected it yet", remedy=CONNECT)
    if grant.client != client:
        raise SourceError(
            Reason.NOT_CONFIGURED,
            "it was connected with another client id or token address than those in sidecar.yaml",
            remedy=CONNECT_AGAIN,
        )
    if grant.tokens is None:
        raise SourceError(
            Reason.NOT_CONFIGURED,
            "its tokens are sealed with another key than the one in use",
            remedy=BRING_BACK,
        )
    return grant.tokens
