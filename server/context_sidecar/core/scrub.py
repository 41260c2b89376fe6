"""Keeps secrets out of what is said about a call."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection
from urllib.parse import quote, quote_plus

from context_sidecar.core.errors import SourceError

MASK = "••••"
SHORTEST = 4
"""Shorter ones would mask half of every text, and are no secrets anyway."""

MOST = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def scrub(text: str, secrets: Collection[str]) -> str:
    """Return *text* on one line, not too long, with every one of *secrets* masked: as it is,
    quoted for an address, and in base64."""
    for secret in sorted(filter(_long_enough, secrets), key=len, reverse=True):
        for form in _forms(secret):
            text = text.replace(form, MASK)
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def scrubbed(error: SourceError, secrets: Collection[str]) -> SourceError:
    """Return *error*, of the same kind, with all its texts scrubbed and nothing hanging on it."""
    # An adapter's own kind of error may be made in another way, so its constructor is left out.
    clean = type(error).__new__(type(error))
    SourceError.__init__(
        clean,
        error.reason,
        scrub(error.detail, secrets),
        retry_after=error.retry_after,
        code=scrub(error.code, secrets),
        request_id=scrub(error.request_id, secrets),
        certain=error.certain,
        endpoint=error.endpoint,
        remedy=scrub(error.remedy, secrets),
        possible_causes=error.possible_causes,
    )
    return clean


def _long_enough(secret: str) -> bool:
    return len(secret) >= SHORTEST


def _forms(secret: str) -> set[str]:
    inner = b64encode(secret.encode()).decode().rstrip("=")
    return {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1], inner}
