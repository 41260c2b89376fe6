"""What Zendesk tells of our OAuth token: its reference, "OAuth Tokens"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from context_sidecar import Http

PATH = "/oauth/tokens/current"
HIDDEN = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


def told(http: Http) -> Mapping[str, Any] | None:
    """Return all of it; None where it does not let us see."""
    answer = http.get(PATH, accept=HIDDEN)
    if answer.status in HIDDEN:
        return None
    token: Mapping[str, Any] = answer.json()["token"]
    return token


def end(http: Http) -> datetime | None:
    """Return when it ends; None where it does not, or Zendesk does not let us see."""
    found = told(http)
    text = found.get("expires_at") if found else None
    return datetime.fromisoformat(text) if text else None
