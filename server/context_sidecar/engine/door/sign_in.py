"""Proves to a source who we are: carries out what `context_sidecar.core.sign_in` declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from context_sidecar.core.clock import Clock
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    Basic,
    Bearer,
    ClientCredentials,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.engine.door.oauth import PostForm, basic, token_by_jwt, token_for_client
from context_sidecar.engine.door.tokens import SharedToken


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


def sign_in(how: SignIn | None, post: PostForm, clock: Clock) -> SignedIn:
    """Make *how* ready to use."""
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
        case ClientCredentials():
            return SharedToken(
                lambda: token_for_client(how, post, clock()), {how.client_secret.reveal()}, clock
            )
        case JwtBearer():
            return SharedToken(
                lambda: token_by_jwt(how, post, clock()), {how.private_key.reveal()}, clock
            )


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
