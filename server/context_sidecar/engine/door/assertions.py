"""JWTs that we sign to prove who we are. Authlib makes the claims; joserfc signs."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from authlib.oauth2.rfc7523.assertion import sign_jwt_bearer_assertion
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import ClientKey, JwtBearer
from context_sidecar.credential_ends import certificate_in

_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----.*?-----END (?P=kind)-----", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A JWT to be signed: who says it of whom, for whom, and with which key."""

    issuer: str
    subject: str
    audience: str
    private_key: Secret
    algorithm: str
    key_id: str
    lifetime: timedelta
    claims: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of_client(cls, id: str, key: ClientKey, token_url: str) -> Assertion:
        """Return the one by which a client proves itself (RFC 7523, 2.2 and 3)."""
        audience = key.audience or token_url
        return cls(
            id, id, audience, key.private_key, key.algorithm, key.key_id, key.lifetime, key.claims
        )

    @classmethod
    def of_user(cls, how: JwtBearer) -> Assertion:
        """Return the one that is itself the grant (RFC 7523, 2.1)."""
        return cls(
            how.issuer, how.subject, how.audience, how.private_key, how.algorithm, how.key_id,
            how.lifetime,
        )  # fmt: skip

    def signed(self, now: datetime) -> str:
        """Return the JWT.

        Raises:
            SourceError: NOT_CONFIGURED, the key cannot sign it.
        """
        pem = self.private_key.reveal()
        try:
            return str(
                sign_jwt_bearer_assertion(
                    _key(pem, self.algorithm), self.issuer, self.audience, self.subject,
                    issued_at=int(now.timestamp()),
                    expires_at=int((now + self.lifetime).timestamp()),
                    claims=dict(self.claims),
                    header={"alg": self.algorithm, **_named(self.key_id, pem)},
                )
            )  # fmt: skip
        except (JoseError, ValueError, TypeError):
            pass
        kind = _kind(self.algorithm)
        # Out here, so that nothing that quotes the key hangs on it.
        detail = f"the private key is no {kind} key in PEM that signs with {self.algorithm}"
        raise SourceError(Reason.NOT_CONFIGURED, detail)


def _key(pem: str, algorithm: str) -> ECKey | RSAKey:
    found = _KEY.search(pem)
    text = found[0] if found else pem
    kind: type[ECKey | RSAKey] = ECKey if _kind(algorithm) == "EC" else RSAKey
    return kind.import_key(text)


def _kind(algorithm: str) -> str:
    return "EC" if algorithm.startswith("ES") else "RSA"


def _named(key_id: str, pem: str) -> dict[str, str]:
    """Name the key by its vendor's id, and by the thumbprint of its certificate (RFC 7515,
    4.1.8)."""
    named = {"kid": key_id} if key_id else {}
    if certificate := certificate_in(pem):
        print_ = urlsafe_b64encode(certificate.fingerprint(SHA256()))
        named["x5t#S256"] = print_.decode().rstrip("=")
    return named
