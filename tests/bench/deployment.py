"""A deployment as an admin would declare it, served by a real `sidecar serve`."""

from __future__ import annotations

import http.client
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from bench.upstream import FIELDS
from context_sidecar.app import Running, open_sidecar, utc_now
from context_sidecar.config import load
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.web.seal import Seal
from context_sidecar.web.tokens import Tokens
from support.ports import free_port, wait_for

SIDECAR = str(Path(sys.executable).with_name("sidecar"))
DEADLINE = 2.0
"""Seconds within which a card is answered."""


def account_id(number: int) -> str:
    """Return the id of an account."""
    return f"C-{number:06}"


@dataclass(frozen=True)
class Deployment:
    """A deployment in a folder, with its directory filled."""

    file: Path

    @cached_property
    def _tokens(self) -> Tokens:
        declared = load(self.file, {}).configuration
        return Tokens(Seal(declared.data / "token-keys", utc_now), declared.installs, utc_now)

    def token(self, number: int, visitor: str = "ana") -> str:
        """Return a visit's token for the ticket of account *number*."""
        keys = {"requester_email": f"someone@customer{number}.example"}
        record = Record("iframe", "ticket", str(number), keys)
        return self._tokens.issue(
            Visit("desk", record, Visitor(visitor), frozenset({"support"}))
        ).text

    def open(self) -> Running:
        """Open it in this process."""
        return open_sidecar(self.file, {}, log_level=logging.CRITICAL)

    @contextmanager
    def served(self, *prefix: str) -> Iterator[Server]:
        """Serve it; *prefix* stands before the command, such as `taskset -c 0`."""
        port = free_port()
        command = (*prefix, SIDECAR, "--config", str(self.file), "serve", "--port", str(port))
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            yield Server(process.pid, port)
        finally:
            process.terminate()
            process.wait(20)


@dataclass(frozen=True)
class Server:
    """A running `sidecar serve`."""

    pid: int
    port: int

    def ready(self) -> Server:
        """Wait until it listens."""
        wait_for(self.port)
        return self

    def client(self) -> http.client.HTTPConnection:
        """Return a connection to it that stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)


def path_of(number: int) -> str:
    """Return where the context of account *number*'s ticket is."""
    return f"/v1/context/iframe/ticket/{number}"


def headers(token: str, accept: str = "application/json") -> dict[str, str]:
    """Return what a page sends with its question."""
    return {"Authorization": f"Bearer {token}", "Accept": accept}


def get(client: http.client.HTTPConnection, path: str, sent: dict[str, str]) -> bytes:
    """Ask, and return the body of an answer that is one."""
    client.request("GET", path, headers=sent)
    answer = client.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body)
    return body


def set_up(
    folder: Path,
    upstream: str,
    *,
    accounts: int,
    sources: int = 8,
    shown: int = len(FIELDS),
    batch: int = 1,
) -> Deployment:
    """Declare a deployment in *folder* with so many sources at *upstream* and fill its directory.

    Args:
        folder: an empty one.
        upstream: where the systems behind its sources are.
        accounts: how many there are.
        sources: how many there are; twelve fields are read from them in turn.
        shown: how many of the fields the card shows.
        batch: how many keys one call asks for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "accounts.csv").open("w") as rows:
        rows.write("id,name,domain\n")
        for number in range(accounts):
            rows.write(f"{account_id(number)},Customer {number},customer{number}.example\n")
    file = folder / "sidecar.yaml"
    names = [f"s{number}" for number in range(1, sources + 1)]
    file.write_text(yaml.safe_dump(_declared(names, upstream, FIELDS[:shown], batch)))
    deployment = Deployment(file)
    with deployment.open() as running:
        assert running.sync().listing.accounts == accounts
    return deployment


def _declared(
    names: Sequence[str], upstream: str, shown: Sequence[str], batch: int
) -> dict[str, Any]:
    return {
        "version": 1,
        "public_url": "http://127.0.0.1:8710",
        "locale": "en",
        "time_zone": "UTC",
        "expose": ["metrics"],
        "teams": {"data": {"name": "Data Team", "notify": ["mailto://data@example.com"]}},
        "sources": {
            "crm": {
                "adapter": "files",
                "label": "CRM",
                "owner": "data",
                "settings": {"path": "accounts.csv", "key": "id", "settle": "0s"},
            },
            **{name: _source(name, upstream, batch) for name in names},
        },
        "accounts": {
            "source": "crm",
            "keys": {"id": "id", "name": "name", "domain": "domain"},
            "refresh": "1d",
            "match": [{"record": "requester_email", "account": "domain"}],
        },
        "fields": {
            name: {
                "label": f"Field {number}",
                "type": "text",
                "source": names[number % len(names)],
                "path": name,
                "stale_after": "1d",
                "expire_after": "14d",
                "on_failure": "show_stale",
                "audience": ["support"],
                "decision": "How the ticket is answered",
            }
            for number, name in enumerate(FIELDS)
        },
        "cards": {
            "ticket": {
                "title": "Customer",
                "where": ["iframe/ticket"],
                "audience": "support",
                "decision": "How urgent the ticket is",
                "fields": list(shown),
                "deadline": f"{DEADLINE:.0f}s",
            }
        },
        "installs": {
            "desk": {
                "host": "iframe",
                "label": "Desk",
                "origin": "https://desk.example.com",
                "roles": ["support"],
                "settings": {"secret": "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6"},
            }
        },
    }


def _source(name: str, upstream: str, batch: int) -> dict[str, Any]:
    return {
        "adapter": "rest",
        "label": name.upper(),
        "owner": "data",
        "allow_private": True,
        "settings": {
            "base_url": upstream,
            "sign_in": {"type": "none"},
            "check": {"get": f"/{name}"},
            "lookups": {
                "account": {
                    "get": f"/{name}",
                    "params": {"keys": "{keys}" if batch > 1 else "{key}"},
                    "key": "id",
                    "batch": batch,
                }
            },
        },
    }
