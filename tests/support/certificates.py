"""Keys in PEM, and certificates that certify themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.hashes import SHA256

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def pem_of(key: Any) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def certificate_of(key: Any, *, until: datetime = datetime(2027, 3, 1, tzinfo=UTC)):
    """Return a certificate of *key* and its PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sidecar")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(MADE)
        .not_valid_after(until)
        .sign(key, SHA256())
    )
    return made, made.public_bytes(serialization.Encoding.PEM).decode()
