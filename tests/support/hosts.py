"""Requests as hosts send them, and what a host is handed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from context_sidecar import Host, Inbound, Install, Secret, plugins

from support.clock import START
from support.keys import published

SECRET = Secret("aGVyZSBpcyBhIHNlY3JldCBmb3IgdGVzdHMgb25seQ")
OLD_SECRET = Secret("b2xkZXIgdGhhbiB0aGUgb3RoZXIgYnV0IHN0aWxsIHZhbGlk")


FORGE_APP = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107"

_SECRETS = ("secret", "client_secret", "signing_key", "auth_secret")


class FakeMemory:
    """Remembers for as long as the test runs."""

    def __init__(self) -> None:
        self.used: dict[str, datetime] = {}
        self.pins: dict[str, str] = {}

    def first_use(self, token: str, until: datetime) -> bool:
        first = token not in self.used
        self.used.setdefault(token, until)
        return first

    def pin(self, name: str, value: str) -> str:
        return self.pins.setdefault(name, value)


def inbound(
    url: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    at: datetime = START,
) -> Inbound:
    """Return what the web layer makes of a request for *url*."""
    query = tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return Inbound(method, url, headers or {}, query, body, at)


def install(host: str, **changes: Any) -> Install:
    """Return an install of *host*, set up as its settings need."""
    needed = dict.fromkeys(_SECRETS, SECRET) | {"app_id": FORGE_APP}
    has = plugins.host(host).Settings().fields
    settings = {name: value for name, value in needed.items() if name in has}
    values: dict[str, Any] = {
        "id": f"{host}-support",
        "host": host,
        "origins": ("https://desk.example.com",),
        "roles": frozenset({"support", "finance"}),
        "settings": settings,
    }
    return Install(**values | changes)


def host(name: str, memory: FakeMemory | None = None, **changes: Any) -> Host:
    """Return the host plug-in called *name*, for an install with *changes*."""
    return plugins.host(name)(install(name, **changes), memory or FakeMemory(), published=published)
