"""Requests, written out before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpcore
import httpx

from context_sidecar.core.errors import SourceError, Unasked
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door.exchange import Sent


def written(
    method: str, url: httpx.URL, headers: Mapping[str, str], where: str, **body: Any
) -> Sent:
    """Write a request out.

    Raises:
        SourceError: it cannot be written, which is said without quoting it.
    """
    fault: SourceError
    try:
        encoded = httpx.Headers(dict(headers))
    except UnicodeEncodeError:
        fault = SourceError(Reason.NOT_CONFIGURED, f"{where}: a header with odd characters")
    else:
        try:
            request = httpx.Request(method, url, headers=encoded, **body)
            return Sent(method, _core(request.url), request.headers.raw, request.read(), where)
        except (httpx.InvalidURL, ValueError):
            fault = Unasked(Reason.BAD_RESPONSE, f"{where}: a key that cannot be sent")
    raise fault


def _core(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def parsed(text: str) -> httpx.URL:
    """Return *text* as an address.

    Raises:
        SourceError: BAD_RESPONSE, it cannot be one.
    """
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        pass
    raise Unasked(Reason.BAD_RESPONSE, "an address that cannot be one")


def path_below(base_url: str, sent: Sent) -> str:
    """Return the path that *sent* calls, below *base_url*."""
    base = parsed(base_url).path.rstrip("/")
    return sent.url.target.decode("ascii").partition("?")[0].removeprefix(base)


def merged(*several: Mapping[str, str]) -> dict[str, str]:
    """Return all headers, a later one in the place of an earlier one of its name, however that is
    written."""
    return {name.lower(): value for headers in several for name, value in headers.items()}
