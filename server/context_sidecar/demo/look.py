"""What a look is: the workspace's pages as another tool would show the card beside them.

The workspace plays the tool's server, which signs, and the tool's page, which frames the card or
draws its answer. The sidecar is the real one and knows no difference.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, ClassVar
from urllib.parse import urlsplit

from context_sidecar.core.clock import Clock
from context_sidecar.demo.company import Customer, Ticket
from context_sidecar.demo.keys import Keys

PATIENCE = 10.0
"""Seconds that a tool waits for an answer."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a look is played: the addresses of the sidecar and of the workspace, what the tools
    sign by, and the time."""

    sidecar: str
    workspace: str
    keys: Keys
    clock: Clock


class Look(ABC):
    """One tool. The module's name is the tool's, its install's, and that of the template beside it,
    which draws what `page` gives.

    Attributes:
        label: what people call it.
        beside: what it can show the card beside: tickets, companies.
        news: when it shows what has changed, and what to do for it.
    """

    label: ClassVar[str]
    beside: ClassVar[frozenset[str]] = frozenset({"tickets", "companies"})
    news: ClassVar[str]

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.name = type(self).__module__.rpartition(".")[2]
        self.address = f"{stage.sidecar}/hosts/{self.name}"

    @abstractmethod
    def page(self, shown: Ticket | Customer, *, again: bool) -> Mapping[str, Any]:
        """Return what the template draws, for the record that is *shown*; *again* where somebody
        asks for what is newer than what is there."""


def ask(address: str, body: bytes, headers: Mapping[str, str]) -> Any:
    """Post to *address* as a tool's server does, and return the JSON that it answers."""
    url = urlsplit(address)
    connection = HTTPConnection(url.netloc, timeout=PATIENCE)
    try:
        path = url._replace(scheme="", netloc="").geturl()
        known = {"Content-Type": "application/json"}
        connection.request("POST", path, body, {**known, **headers})
        return json.load(connection.getresponse())
    finally:
        connection.close()
