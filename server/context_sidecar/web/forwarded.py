"""What a request is, apart from what its sender claims: our public address is configured, and the
sender's address is what the nearest trusted proxy says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from flask import Request

from context_sidecar.core.host import Inbound


def address_of(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """Return the client's address: that of the connection, or, behind so many *trusted_proxies*,
    the one that the outermost of them has seen.

    Each proxy adds the address it was called from at the end of `X-Forwarded-For`, so what a client
    writes there itself stands before what our own proxies write, and is not read.
    """
    peer = str(environ.get("REMOTE_ADDR", ""))
    if not trusted_proxies:
        return peer
    hops = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if len(hops) < trusted_proxies:
        return peer
    try:
        return str(ip_address(hops[-trusted_proxies].strip()))
    except ValueError:
        return peer


def inbound(request: Request, public_url: str, body: bytes, now: datetime) -> Inbound:
    """Return *request* as a host proves it: at our public address, whatever `Host` says."""
    query = request.query_string.decode("latin-1")
    url = public_url + quote(request.path)
    return Inbound(
        method=request.method,
        url=f"{url}?{query}" if query else url,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=tuple(request.args.items(multi=True)),
        body=body,
        received_at=now,
    )
