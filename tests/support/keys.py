"""Keys of a host tool that publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """The private key of this *name*."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(private: rsa.RSAPrivateKey) -> str:
    """The public half of a key, as PEM."""
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode()


def published_key(name: str) -> dict[str, Any]:
    """The public half of the key of this *name*, as it is published."""
    made = jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True)
    return made | {"kid": name, "use": "sig", "alg": "RS256"}


def key_set(*names: str) -> dict[str, Any]:
    """A key set (RFC 7517) with the keys of these *names*."""
    return {"keys": [published_key(name) for name in names]}


def published(name: str) -> Sequence[str]:
    """What is known of the keys "one" and "two", which are published."""
    return [public(key(name))] if name in {"one", "two"} else ()
