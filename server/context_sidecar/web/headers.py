"""What every answer carries, whichever way it took: who may frame it, load it, keep it.

Sources: CSP Level 3 (W3C), Fetch (Cross-Origin-Resource-Policy), RFC 6797 (HSTS), and the Reporting
API (W3C).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of everything that is no page: it loads nothing and is framed by nobody."""

REPORTS = "/v1/policy-reports"
"""Where browsers report what a policy has stopped."""

_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a deployment at *public_url*."""

    public_url: str

    @property
    def common(self) -> tuple[tuple[str, str], ...]:
        """What an answer carries unless it says otherwise."""
        headers: tuple[tuple[str, str], ...] = (
            ("Content-Security-Policy", CLOSED),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        )
        # RFC 6797, 7.2: not over a plain connection. Ours may be plain behind a proxy, so the
        # public address decides.
        if self.public_url.startswith("https://"):
            headers += (("Strict-Transport-Security", f"max-age={_YEAR}"),)
        return headers

    def page(self, nonce: str, framed_by: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
        """What a page carries that runs our scripts by *nonce*, in frames of these origins."""
        endpoint = self.public_url + REPORTS
        ancestors = " ".join(framed_by) or "'none'"
        policy = (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
            f"report-uri {endpoint}",
            "report-to policy",
        )
        return (
            ("Content-Security-Policy", "; ".join(policy)),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("Reporting-Endpoints", f'policy="{endpoint}"'),
        )


def new_nonce() -> str:
    """Return a nonce for one response."""
    return secrets.token_urlsafe(16)
