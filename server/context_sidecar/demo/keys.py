"""The keys by which the demo's tools prove themselves: made anew at every start, kept nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from context_sidecar.core.secrets import Secret

CONFIGURATION = Path(__file__).parent / "sidecar.yaml"

_SECRETS = "DEMO_SECRET_"
_BYTES = 20
"""In hexadecimal 40 characters, the most that one of the tools takes."""

_BITS = 2048
_GOOD_FOR = timedelta(days=30)


class Keys:
    """A secret for each `${DEMO_SECRET_…}` of the configuration, and a pair of keys for a tool that
    signs by its own. What ends, ends a month after *now*.

    Attributes:
        own: what such a tool signs by.
    """

    def __init__(self, now: datetime) -> None:
        self._until = (now + _GOOD_FOR).date()
        names = re.findall(rf"\$\{{({_SECRETS}\w+)\}}", CONFIGURATION.read_text(encoding="utf-8"))
        self._secrets = {name: token_hex(_BYTES) for name in names}
        self.own = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)

    def secret(self, install: str) -> Secret:
        """Return what *install* and the sidecar share."""
        return Secret(self._secrets[_SECRETS + install.upper()])

    def environment(self) -> Mapping[str, str]:
        """Return what the sidecar is told: every secret, of the pair the public key, and the last
        day of links."""
        public = self.own.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        told = {"DEMO_PUBLIC_KEY": pem.decode(), "DEMO_UNTIL": self._until.isoformat()}
        return self._secrets | told
