"""OAuth 2: what is asked of a vendor's page and of token endpoints.

Authlib writes the requests (RFC 6749, 7523, 7636). It does not send them: that is the door's, so
that its byte cap, its guard of addresses and its scrubbing hold here too. What is ours is the Basic
pair, which RFC 6749, 2.3.1 has form-encoded before it is one, and Authlib has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2 import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7523.auth import ASSERTION_TYPE
from authlib.oauth2.rfc7523.jwt_bearer import JWT_BEARER_GRANT_TYPE
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from context_sidecar.core.grant import Tokens
from context_sidecar.core.http import Response
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    AuthorizationCode,
    ClientCredentials,
    ClientKey,
    JwtBearer,
)
from context_sidecar.engine.door.assertions import Assertion
from context_sidecar.engine.door.token_answers import PostForm, read
from context_sidecar.engine.door.tokens import basic

FORM = {"content-type": "application/x-www-form-urlencoded"}

Prepared = tuple[str, dict[str, str], str]
"""Address, headers and body of a request, as Authlib hands them about."""


def token_for_client(how: ClientCredentials, post: PostForm, now: datetime) -> Tokens:
    """Get a token by a client's credentials (RFC 6749, 4.4).

    Raises:
        SourceError: there is none, and why.
    """
    body = prepare_token_request("client_credentials", scope=how.scope)
    return read(_post(how, body, post, now), now)


def token_by_jwt(how: JwtBearer, post: PostForm, now: datetime) -> Tokens:
    """Get a token by a JWT that we sign (RFC 7523, 2.1).

    Raises:
        SourceError: there is none, and why.
    """
    assertion = Assertion.of_user(how).signed(now)
    body = prepare_token_request(JWT_BEARER_GRANT_TYPE, assertion=assertion)
    return read(post(how.token_url, body, FORM), now)


def page_to_ask_at(how: AuthorizationCode, back_to: str, state: str, verifier: str) -> str:
    """Return the address of the vendor's page where a person lets us in, which sends them *back_to*
    an address of ours (RFC 6749, 4.1.1; RFC 7636, 4.3)."""
    return str(
        prepare_grant_uri(
            how.authorize_url, how.client_id, "code", back_to, how.scope, state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **how.parameters,
        )
    )  # fmt: skip


def tokens_for_code(
    how: AuthorizationCode, code: str, verifier: str, back_to: str, post: PostForm, now: datetime
) -> Tokens:
    """Trade a *code* that the vendor sent a person back with for tokens (RFC 6749, 4.1.3).

    Raises:
        SourceError: there are none, and why.
    """
    body = prepare_token_request(
        "authorization_code", redirect_uri=back_to, code=code, code_verifier=verifier
    )
    return read(_post(how, body, post, now), now, how.unused)


def renewed(how: AuthorizationCode, tokens: Tokens, post: PostForm, now: datetime) -> Tokens:
    """Renew *tokens*, which have one to be renewed by (RFC 6749, 6).

    Raises:
        SourceError: they are not renewed, and why.
    """
    assert tokens.refresh
    body = prepare_token_request("refresh_token", refresh_token=tokens.refresh.reveal())
    return read(_post(how, body, post, now), now, how.unused, before=tokens)


def _post(
    how: ClientCredentials | AuthorizationCode, body: str, post: PostForm, now: datetime
) -> Response:
    """Prove who the client is, and send what it asks."""
    client = ClientAuth(how.client_id, _shown(how.client_secret), _method(how, now))
    own = how.headers if isinstance(how, AuthorizationCode) else {}
    url, headers, body = client.prepare("POST", how.token_url, dict(own), body)
    return post(url, body, {**FORM, **headers})


def _method(how: ClientCredentials | AuthorizationCode, now: datetime) -> Any:
    if how.client_secret is None:
        return "none"
    if isinstance(how.client_secret, ClientKey):
        return partial(_sign, how.client_id, how.client_secret, now)
    return "client_secret_post" if how.in_body else _as_basic


def _shown(secret: Secret | ClientKey | None) -> str:
    return secret.reveal() if isinstance(secret, Secret) else ""


def _as_basic(
    client: ClientAuth, method: str, url: str, headers: Mapping[str, str], body: str
) -> Prepared:
    pair = basic(quote_plus(client.client_id), quote_plus(client.client_secret))
    return url, {**headers, "Authorization": f"Basic {pair}"}, body


def _sign(
    id: str, key: ClientKey, now: datetime,
    client: ClientAuth, method: str, url: str, headers: Mapping[str, str], body: str,
) -> Prepared:  # fmt: skip
    assertion = Assertion.of_client(id, key, url).signed(now)
    proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    return url, dict(headers), f"{body}&{urlencode(proof)}"
