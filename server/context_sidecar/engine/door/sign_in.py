"""Proves to a source who we are: carries out what `context_sidecar.core.sign_in` declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Tokens, client_of
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.engine.door.kept import KeptToken
from context_sidecar.engine.door.token_answers import PostForm
from context_sidecar.engine.door.tokens import SharedToken, basic
from context_sidecar.store.grants import KeptGrant


class SignedIn(Protocol):
    """A way of signing in, ready to use."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers that prove who we are.

        Raises:
            SourceError: there is no token to be had.
        """

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether there are other headers to try after the source refused these.

        Raises:
            SourceError: there is no other token to be had.
        """

    def secrets(self) -> frozenset[str]:
        """Return all that must not be seen."""


def sign_in(
    how: SignIn | None, post: PostForm, clock: Clock, kept: KeptGrant | None = None
) -> SignedIn:
    """Make *how* ready to use; *kept* is what a person has granted us, where that is needed."""
    match how:
        case None:
            return _Fixed({}, frozenset())
        case Bearer(token, scheme):
            return _Fixed({"Authorization": f"{scheme} {token.reveal()}"}, {token.reveal()})
        case Basic(user, password):
            name = user.reveal() if isinstance(user, Secret) else user
            pair = basic(name, password.reveal())
            hidden = {name} if isinstance(user, Secret) else {password.reveal()}
            return _Fixed({"Authorization": f"Basic {pair}"}, hidden | {pair})
        case HeaderKey(header, key):
            return _Fixed({header: key.reveal()}, {key.reveal()})
        case _:
            return _by_token(how, post, clock, kept)


def secrets_of(how: ClientCredentials | JwtBearer | AuthorizationCode) -> frozenset[str]:
    """Return what proves who the client is."""
    secret = how.private_key if isinstance(how, JwtBearer) else how.client_secret
    key = secret.private_key if isinstance(secret, ClientKey) else secret
    return frozenset({key.reveal()} if key else ())


def _by_token(
    how: ClientCredentials | JwtBearer | AuthorizationCode,
    post: PostForm,
    clock: Clock,
    kept: KeptGrant | None,
) -> SignedIn:
    from context_sidecar.engine.door import oauth  # noqa: PLC0415  it takes long to load

    own = secrets_of(how)
    match how:
        case ClientCredentials():
            return SharedToken(
                lambda _: oauth.token_for_client(how, post, clock()), lambda: own, clock
            )
        case JwtBearer():
            return SharedToken(lambda _: oauth.token_by_jwt(how, post, clock()), lambda: own, clock)
    if kept is None:
        return SharedToken(_nothing_kept, lambda: own, clock)
    token = KeptToken(
        kept, client_of(how), lambda old: oauth.renewed(how, old, post, clock()), clock
    )
    return SharedToken(token, lambda: own | token.secrets(), clock)


def _nothing_kept(refused: Tokens | None) -> Tokens:
    raise SourceError(Reason.NOT_CONFIGURED, "nothing is kept here of what was granted to us")


class _Fixed:
    """The same headers every time."""

    def __init__(self, headers: Mapping[str, str], secrets: set[str] | frozenset[str]) -> None:
        self._headers, self._secrets = headers, frozenset(secrets)

    def headers(self) -> Mapping[str, str]:
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        return False

    def secrets(self) -> frozenset[str]:
        return self._secrets
