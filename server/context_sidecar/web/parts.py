"""What the endpoints are made of, within one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, g, request

from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.host import Host, Memory
from context_sidecar.core.record import Visit
from context_sidecar.engine.changes import Changes
from context_sidecar.engine.credentials import Credentials
from context_sidecar.engine.disputes import OpenDisputes
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.findings import Finding
from context_sidecar.engine.installs import Installs
from context_sidecar.engine.sources.health import Health
from context_sidecar.store.consents import Consents
from context_sidecar.store.packages import Packages
from context_sidecar.store.receipts import Receipts
from context_sidecar.store.sightings import Sightings
from context_sidecar.web.access import Access, Caller
from context_sidecar.web.answers import Answers
from context_sidecar.web.forwarded import address_of
from context_sidecar.web.headers import Headers
from context_sidecar.web.languages import first_known, first_spoken
from context_sidecar.web.limits import Breadth, Pace
from context_sidecar.web.metrics import Metrics
from context_sidecar.web.questions import Questions
from context_sidecar.web.tokens import Tokens
from context_sidecar.wording import Words, words

if TYPE_CHECKING:  # its pages use these parts
    from context_sidecar.web.admin.sessions import AdminSessions


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one caller may ask: requests in a minute, different records in ten minutes (as a
    visitor, as a program), failed proofs of one address in a minute, and, in a minute, what a
    visitor may do with a card beyond looking at it."""

    requests: int = 600
    records: int = 120
    program_records: int = 1_200
    refusals: int = 120
    sights: int = 30


class Limits:
    """The limits of one application, by an *allowance*."""

    def __init__(self, allowance: Allowance) -> None:
        ten_minutes = timedelta(minutes=10)
        self.pace = Pace(allowance.requests)
        self.records = Breadth(allowance.records, ten_minutes)
        self.program_records = Breadth(allowance.program_records, ten_minutes)
        self.refusals = Pace(allowance.refusals)
        self.sights = Pace(allowance.sights)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the endpoints use. `hosts` holds each install's host, made when it is first
    asked for; `ready` says by name what the deployment needs and whether it is there."""

    configuration: Configuration
    answers: Answers
    questions: Questions
    access: Access
    tokens: Tokens
    receipts: Receipts
    disputes: OpenDisputes
    memory: Memory
    changes: Changes
    installs: Installs
    sightings: Sightings
    packages: Packages
    credentials: Credentials
    health: Callable[[str], Health]
    changed: Callable[[str], list[Finding]]
    drifts: Drifts
    consents: Consents
    sessions: AdminSessions
    limits: Limits
    metrics: Metrics
    headers: Headers
    common: tuple[tuple[str, str], ...]
    clock: Clock
    host: Callable[[str], Host]
    ready: Mapping[str, Callable[[], bool]]

    @property
    def origins(self) -> frozenset[str]:
        """The origins of all installs' pages."""
        installs = self.configuration.installs.values()
        return frozenset(origin for install in installs for origin in install.origins)

    def words(self, visit: Visit | None = None, wanted: str = "") -> Words:
        """Return the words in the first locale that we speak: the *wanted* one, the visitor's,
        those that the request accepts, the deployment's own; and in the visitor's time zone, where
        the host tells it."""
        told = visit or Visit("", None)
        accepted = request.accept_languages.values()
        locale = first_spoken((wanted, told.locale, *accepted, self.configuration.locale))
        return words(locale, first_known((told.time_zone, self.configuration.time_zone)))

    def address(self) -> str:
        """Return the address that the request comes from."""
        return address_of(request.environ, self.configuration.trusted_proxies)


NAME = "context_sidecar"


def parts() -> Parts:
    """Return the parts of the application that answers this request."""
    found = current_app.extensions[NAME]
    assert isinstance(found, Parts)
    return found


def caller() -> Caller:
    """Return who asks, once the endpoint's guard has found out."""
    found = g.caller
    assert isinstance(found, Caller)
    return found
