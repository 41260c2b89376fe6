"""JSON Web Key Sets (RFC 7517): the public keys that a host tool publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FEWEST_BITS = 2048


def read_key_set(document: object) -> Mapping[str, Sequence[str]]:
    """Return the RSA keys for signatures (RS256) in *document* by their names (`kid`), as PEM.

    What is no such key, or too short, is left out: the others may be the ones that are needed.
    """
    keys = document.get("keys") if isinstance(document, Mapping) else None
    found: dict[str, list[str]] = {}
    for name, pem in map(_read, keys if isinstance(keys, list) else ()):
        if name and pem:
            found.setdefault(name, []).append(pem)
    return found


def _read(key: object) -> tuple[str, str]:
    """Return a key's name and the key as PEM; both empty where it is of no use."""
    if not isinstance(key, Mapping) or not _is_for_signatures(key):
        return "", ""
    try:
        read = jwt.PyJWK(dict(key), algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        return "", ""
    if not isinstance(read, RSAPublicKey) or read.key_size < FEWEST_BITS:
        return "", ""
    pem = read.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(key["kid"]), pem.decode()


def _is_for_signatures(key: Mapping[str, Any]) -> bool:
    return (
        isinstance(key.get("kid"), str)
        and key.get("use", "sig") == "sig"
        and key.get("alg", "RS256") == "RS256"
    )
