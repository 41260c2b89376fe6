"""JSON Web Tokens (RFC 7519), read by the rules of RFC 8725."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.times import CLOCK_SKEW

_POINTS_AT_A_KEY = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})


def read_jwt(
    token: str,
    keys: Sequence[str | Secret] | Callable[[str], Sequence[str]],
    *,
    algorithm: Literal["RS256", "HS256"],
    now: datetime,
    longest: timedelta,
) -> Mapping[str, Any]:
    """Return the claims of a JSON Web Token (RFC 7519) that one of *keys* signed and that is valid
    *now*.

    The algorithm is the caller's choice and the keys are the caller's own: a token that names or
    brings a key of its own is refused, and its `kid` selects nothing but one of the keys that the
    caller knows by name (RFC 8725, sections 3.1 and 3.10). `exp` must be there, at most *longest*
    away, so that used tokens need not be remembered for ever; `nbf` and `iat` are kept to where
    they are given.

    Args:
        token: the compact form, as received.
        keys: public keys as PEM for RS256, secrets for HS256; or what gives the public keys that
            are known by a name, the token's `kid`.
        algorithm: the only one that is accepted.
        now: our clock.
        longest: the longest life that a token may still have.

    Raises:
        VisitRefused: any of that does not hold.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise VisitRefused(f"the token cannot be read: {error}") from error
    if pointers := _POINTS_AT_A_KEY & header.keys():
        raise VisitRefused(f"the token chooses how it is read: {', '.join(sorted(pointers))}")
    known = _named(keys, header) if callable(keys) else keys
    claims = _signed_by_one_of(known, token, algorithm)
    _check_times(claims, now, longest)
    return claims


def _named(keys: Callable[[str], Sequence[str]], header: Mapping[str, Any]) -> Sequence[str]:
    name = header.get("kid")
    if not isinstance(name, str) or not name:
        raise VisitRefused("the token does not say which key has signed it")
    if not (known := keys(name)):
        raise VisitRefused(
            f"the token's key, {name[:100]!r}, is not among those that are published"
        )
    return known


def _signed_by_one_of(keys: Sequence[str | Secret], token: str, algorithm: str) -> dict[str, Any]:
    # Times are checked against the clock we are handed, not against PyJWT's; who the token is for
    # is the host's own question.
    ours = dict.fromkeys(
        ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False
    )
    refusal: Exception | None = None
    for key in keys:
        # A secret never serves where a public key should, nor the other way round.
        if isinstance(key, Secret) is not (algorithm == "HS256"):
            raise TypeError(f"a key of another kind than {algorithm} takes")
        revealed = key.reveal() if isinstance(key, Secret) else key
        try:
            return jwt.decode(token, revealed, algorithms=[algorithm], options=ours)  # type: ignore[arg-type]  # PyJWT types its options by literal keys
        except jwt.InvalidTokenError as error:
            refusal = error
    raise VisitRefused(f"no key of ours signed the token: {refusal}") from refusal


def _check_times(claims: Mapping[str, Any], now: datetime, longest: timedelta) -> None:
    expires = _time(claims, "exp")
    if expires is None:
        raise VisitRefused("the token never expires")
    if expires + CLOCK_SKEW.total_seconds() <= now.timestamp():
        raise VisitRefused("the token has expired")
    if expires > (now + longest).timestamp():
        raise VisitRefused("the token lives too long")
    for name in ("nbf", "iat"):
        since = _time(claims, name)
        if since is not None and since - CLOCK_SKEW.total_seconds() > now.timestamp():
            raise VisitRefused(f"the token is from the future ({name})")


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise VisitRefused(f"the token's {name} is no time")
    return float(value)
