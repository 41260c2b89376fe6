"""A whole deployment behind a host's page in the browser: one list of two customers, one card, one
install, each at its public address."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from context_sidecar.app import open_sidecar
from context_sidecar.demo.servers import Server
from playwright.sync_api import Page, Route

from support.hosts import SECRET

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OURS = "https://context.example.com"
HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"
PAGES = Path(__file__).parents[1] / "hosts" / "pages"

ENVIRONMENT = {"SECRET": SECRET.reveal()}
ACCOUNTS = (
    "Id,Name,Website,Tier,Link\n"
    "C-1,Acme GmbH,acme.example,Gold,https://crm.example.com/1\n"
    "C-2,Other AG,other.example,Basic,https://crm.example.com/2\n"
)
_CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "locale": "en",
    "time_zone": "UTC",
    "teams": {"revops": {"name": "Revenue Operations"}},
    "sources": {
        "crm": {
            "adapter": "files",
            "owner": "revops",
            "settings": {"path": "accounts.csv", "key": "Id"},
        }
    },
    "fields": {
        "tier": {
            "label": "Tier",
            "type": "text",
            "source": "crm",
            "path": "Tier",
            "stale_after": "1d",
            "expire_after": "14d",
            "on_failure": "show_stale",
            "audience": "support",
            "decision": "Which queue the conversation gets",
        },
        "page": {
            "label": "CRM page",
            "type": "link",
            "source": "crm",
            "path": "Link",
            "stale_after": "1d",
            "expire_after": "14d",
            "on_failure": "show_stale",
            "audience": "support",
            "decision": "Whether to look there first",
        },
    },
}


def configure(
    folder: Path,
    place: str,
    origin: str,
    settings: Mapping[str, Any],
    match: Mapping[str, str],
    public_url: str = OURS,
) -> None:
    """Write a deployment into *folder* that has one install, `desk`, of *place*'s host, framed by
    *origin*; `${SECRET}` in its *settings* is the secret of all tests. *match* says by which keys
    of records accounts are found."""
    host = place.partition("/")[0]
    card = {
        "title": "Customer",
        "where": [place],
        "audience": "support",
        "decision": "How urgent this is",
        "fields": ["tier", "page"],
    }
    install = {"host": host, "origin": origin, "roles": ["support"], "settings": dict(settings)}
    accounts = {
        "source": "crm",
        "keys": {"crm_id": "Id", "name": "Name", "domain": "Website"},
        "refresh": "1h",
        "match": [{"record": key, "account": account} for key, account in match.items()],
    }
    said = {
        **_CONFIGURATION,
        "public_url": public_url,
        "accounts": accounts,
        "cards": {"customer": card},
        "installs": {"desk": install},
    }
    (folder / "sidecar.yaml").write_text(yaml.safe_dump(said, sort_keys=False))
    (folder / "accounts.csv").write_text(ACCOUNTS)
    os.utime(folder / "accounts.csv", (1_700_000_000, 1_700_000_000))  # as whole as a file can be


class Proxy:
    """What stands before a deployment, such as a proxy: while `down` is set, it says 503."""

    def __init__(self, application: WSGIApplication) -> None:
        self.down = False
        self._application = application

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if not self.down:
            return self._application(environ, start_response)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"down"]


@contextmanager
def running(folder: Path, server: Server) -> Iterator[Proxy]:
    """Let the deployment in *folder* answer on *server*."""
    file = folder / "sidecar.yaml"
    with open_sidecar(file, ENVIRONMENT, log_level=logging.CRITICAL) as sidecar:
        sidecar.sync()
        proxy = Proxy(sidecar.application())
        server.start(proxy)
        yield proxy
        server.stop()


def at_its_address(page: Page, server: str) -> None:
    """Let *page* reach the deployment on *server* at its public address."""

    def pass_on(route: Route) -> None:
        url = urlsplit(route.request.url)
        route.fulfill(response=route.fetch(url=f"{server}{url.path}?{url.query}"))

    page.route(f"{OURS}/**", pass_on)


def answer(page: Page, url: str, content: str, kind: str = "text/html") -> None:
    """Let *page* find *content* at *url* and below."""
    page.route(
        f"{url}*",
        lambda route: route.fulfill(body=content, content_type=f"{kind}; charset=utf-8"),
    )
