"""A deployment in one process: the whole web application, with an engine that says what it is
told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from context_sidecar.config import install_of
from context_sidecar.core.account import Matched
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Accounts, Configuration, Install
from context_sidecar.core.context import Context
from context_sidecar.core.dispute import Disputed
from context_sidecar.core.host import Published, nothing_published
from context_sidecar.core.http import Connection
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.observation import Found, NoMatch, Observation
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.core.secrets import Secret
from context_sidecar.engine.changes import Changes
from context_sidecar.engine.credentials import BACK, Credentials
from context_sidecar.engine.disputes import OpenDisputes
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.findings import Finding
from context_sidecar.engine.installs import Installs
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.health import Health
from context_sidecar.proof import signed_url
from context_sidecar.store.consents import Consents
from context_sidecar.store.disputes import Disputes
from context_sidecar.store.grants import Grants
from context_sidecar.store.installs import StoredInstalls
from context_sidecar.store.keys import ApiKeys
from context_sidecar.store.memory import StoredMemory
from context_sidecar.store.packages import Packages
from context_sidecar.store.receipts import Receipts
from context_sidecar.store.shapes import Shapes
from context_sidecar.store.sightings import Sightings
from context_sidecar.store.told import Told
from context_sidecar.store.told_ends import ToldEnds
from context_sidecar.store.vault import open_vault
from context_sidecar.web.application import create_application
from context_sidecar.web.metrics import Metrics
from context_sidecar.web.parts import Allowance
from context_sidecar.web.renderings import Renderings
from context_sidecar.web.seal import Seal
from context_sidecar.web.tokens import Tokens
from sqlalchemy import Engine
from werkzeug.test import Client, TestResponse

from support import gallery
from support.clock import FakeClock
from support.database import database_in

PUBLIC = "https://context.example.com"
DESK = "https://desk.example.com"
SECRET = Secret("x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6")
TICKET = Record("iframe", "ticket", "4711", {"requester_email": "ana@acme.example"})

CARD = Card(
    "ticket",
    "Customer",
    ("iframe/ticket", "rt/ticket"),
    frozenset({"support"}),
    "How urgent this ticket is",
    gallery.FIELDS,
)
MARGIN = Card(
    "margin",
    "Margin",
    ("iframe/ticket",),
    frozenset({"finance"}),
    "Whether a discount is possible",
    (replace(gallery.REVENUE, audience=frozenset({"finance"})),),
)


class FakeEngine:
    """Knows one account, and shows of it what the card declares and the roles may see.

    `changes` are made to every context it gives; what it was asked stands in `asked`.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked: list[dict[str, Any]] = []
        self.values: dict[str, object] = {}
        self.changes: dict[str, Any] = {}
        self.broken: Exception | None = None
        self.disputed: Callable[[str], Mapping[str, Disputed]] = lambda _: {}
        self.keys: dict[str, str] = {"requester_email": "ana@acme.example"}

    def context(self, record: Record, card: Card, roles: Collection[str], **how: Any) -> Context:
        self.asked.append({"record": record, "card": card.id, "roles": roles, **how})
        if self.broken:
            raise self.broken
        now = self.clock()
        shown = tuple(
            gallery.reading(each, now=now, **self.values) for each in card.fields_for(roles)
        )
        match = Matched(gallery.ACME, "domain", "acme.example")
        context = gallery.context(
            *shown, match=match, now=now, record=record, disputed=self.disputed(gallery.ACME.id)
        )
        return replace(context, card=card, **self.changes)

    def account_context(
        self, account_id: str, card: Card, roles: Collection[str], **how: Any
    ) -> Context:
        return self.context(Record("account", "account", account_id), card, roles, **how)

    def keys_of(self, install: str, type: str, id: str, **how: Any) -> Record:
        return Record(install, type, id, self.keys)


def install(id: str = "intranet", **changes: Any) -> Install:
    plain = Install(
        id, "iframe", (DESK,), frozenset({"support"}), settings={"secret": SECRET}, label="Intranet"
    )
    return replace(plain, **changes)


RULES = (MatchRule("requester_email", "id"),)


def configuration(folder: Path, *installs: Install, **changes: Any) -> Configuration:
    plain = Configuration(
        file=folder / "sidecar.yaml",
        public_url=PUBLIC,
        locale="en",
        time_zone="UTC",
        teams={},
        sources={each.id: each for each in (gallery.CRM, gallery.BILLING, gallery.HELPDESK)},
        accounts=Accounts(gallery.CRM, {"id": "Id", "name": "Name"}, timedelta(hours=1), RULES),
        fields={each.id: each for each in gallery.FIELDS},
        cards={"ticket": CARD, "margin": MARGIN},
        installs={each.id: each for each in installs or (install(),)},
        data=folder / "data",
    )
    return replace(plain, **changes)


class NotedChanges:
    """Notes what a source says to have changed: the lookup, the keys, the time. `trouble` is what
    keeps the database from telling what is known."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[str, ...], datetime]] = []
        self.trouble: Exception | None = None

    def peek(
        self, question: Question, keys: Collection[str], *, strictly: bool
    ) -> dict[str, Observation]:
        if strictly and self.trouble:
            raise self.trouble
        return {}

    def changed(self, question: Question, keys: Collection[str], at: datetime) -> None:
        self.told.append((question.lookup, tuple(keys), at))

    def survey(self, question: Question) -> Iterator[tuple[str, Observation]]:
        """Two accounts, and by which id the system knows one of them."""
        yield "001A", Observation(Found({"id": 17}))
        yield "001B", Observation(NoMatch())


@dataclass
class Deployment:
    """A running deployment, and what a test needs to come in."""

    configuration: Configuration
    clock: Any = field(default_factory=FakeClock)
    allowance: Allowance = field(default_factory=Allowance)
    published: Published = nothing_published
    connections: Mapping[str, Connection] = field(default_factory=dict)
    adapters: Mapping[str, Adapter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        declared = self.configuration
        self.database: Engine = database_in(self.configuration.data)
        self.engine = FakeEngine(self.clock)
        self.cache = NotedChanges()
        self.keys = ApiKeys(self.database, self.clock)
        self.renderings, self.metrics = Renderings(), Metrics()
        self.ready = {"configuration": True, "database": True, "directory": True}
        self.receipts = Receipts(self.database)
        self.disputes = Disputes(self.database, self.clock)
        self.open_disputes = OpenDisputes(self.disputes, self.renderings.everything_changed)
        self.engine.disputed = self.open_disputes.about
        self.sightings = Sightings(self.database, self.clock)
        vault = open_vault(declared.data, {})
        self.installs = Installs(
            declared.installs,
            StoredInstalls(self.database, vault, self.clock),
            lambda name, part: install_of(name, part, declared),
            self.renderings.everything_changed,
        )
        self.installs.look()
        self.configuration = replace(declared, installs=self.installs)
        seal = Seal(self.configuration.data / "token-keys", self.clock)
        self.tokens = Tokens(seal, self.configuration.installs, self.clock)
        self.grants = Grants(self.database, vault, self.clock)
        self.connected: list[str] = []
        self.health: dict[str, Health] = {}
        self.changed_at: dict[str, list[Finding]] = {}
        self.credentials = Credentials(
            declared.sources, self.connections, self.grants, self.clock,
            ends=ToldEnds(self.database), back_to=f"{declared.public_url}{BACK}",
            on_connect=lambda name, _: self.connected.append(name),
            zone=ZoneInfo(declared.time_zone),
        )  # fmt: skip
        self.drifts = Drifts(Shapes(self.database), declared.fields.values(), self.clock)
        told = Told(self.database, self.clock)
        self.changes = Changes(declared.fields.values(), self.cache, told, self.adapters)  # type: ignore[arg-type]  # takes note
        self.application = create_application(
            self.configuration,
            self.engine,
            keys=self.keys,
            memory=StoredMemory(self.database, self.clock),
            receipts=self.receipts,
            disputes=self.open_disputes,
            changes=self.changes,
            installs=self.installs,
            sightings=self.sightings,
            packages=Packages(self.database, vault, self.clock),
            credentials=self.credentials,
            health=lambda name: self.health.get(
                name, Health(declared.sources[name], Circuit.CLOSED, None, 0, 0)
            ),
            changed=lambda name: self.changed_at.get(name, []),
            drifts=self.drifts,
            consents=Consents(self.database, vault, self.clock),
            clock=self.clock,
            ready={name: lambda name=name: self.ready[name] for name in self.ready},
            renderings=self.renderings,
            metrics=self.metrics,
            published=lambda _: self.published,
            allowance=self.allowance,
        )
        self.client = Client(self.application, TestResponse)

    def token(self, record: Record | None = TICKET, **changes: Any) -> str:
        """A visit's token, as the page of the install is given it."""
        visit = Visit("intranet", record, Visitor("ana"), frozenset({"support"}))
        return self.tokens.issue(replace(visit, **changes)).text

    def key(self, *cards: str) -> str:
        """A new API key for these cards."""
        return self.keys.create("a test", cards)[1].reveal()

    def signed(self, install: str = "intranet", record: str = "ticket/4711", **more: str) -> str:
        """A signed address, without what stands before `/hosts/`."""
        parameters = {"record": record, "user": "ana", **more}
        address = signed_url.sign(PUBLIC, install, SECRET, parameters, now=self.clock())
        return address.removeprefix(PUBLIC)

    def get(self, path: str, proof: str = "", **headers: str) -> TestResponse:
        """Ask for *path*; `If_None_Match` is how a header is written."""
        return self.client.get(path, headers=_headers(proof, headers))

    def post(self, path: str, proof: str = "", json: Any = None, **headers: str) -> TestResponse:
        """Send *json* to *path*."""
        return self.client.post(path, json=json, headers=_headers(proof, headers))


def _headers(proof: str, headers: dict[str, str]) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return named | ({"Authorization": f"Bearer {proof}"} if proof else {})


def query(**parameters: str) -> str:
    """A query string."""
    return "?" + urlencode(parameters)
