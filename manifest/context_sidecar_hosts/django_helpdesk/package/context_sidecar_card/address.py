"""Signs the address of a card."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from urllib.parse import quote

LASTS = 300
"""For how many seconds an address is good, once."""


def sign(address: str, secret: str, parameters: Mapping[str, str | None]) -> str:
    """Return *address* with those of the *parameters* that have a value, an expiry, a fresh nonce
    and the signature."""
    fresh = {"expires": str(int(time.time()) + LASTS), "nonce": secrets.token_hex(16)}
    given = {name: value for name, value in parameters.items() if value}
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in {**fresh, **given}.items())
    server, _, install = address.rpartition("/hosts/")
    text = f"/hosts/{install}?" + "&".join(f"{name}={value}" for name, value in pairs)
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{server}{text}&signature={signature}"


def _encoded(text: str) -> str:
    return quote(text, safe="")
