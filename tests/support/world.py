"""A deployment of three sources, with what is behind them in a test's hands."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.configuration import Accounts, Configuration, Install
from context_sidecar.core.context import Context
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import FieldType
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Limits
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.context import Sidecar
from context_sidecar.engine.directory import Directory
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.shapes import Shapes

from support.build import REVOPS, card, field, source
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter

LIMITS = Limits(concurrency=4)
LONG = timedelta(seconds=20)
SUPPORT = frozenset({"support"})

CRM = source("crm", limits=LIMITS)
ERP = source("erp", key="erp_number", limits=LIMITS)
HELPDESK = source("helpdesk", limits=LIMITS)

TIER = field("tier", source=CRM)
HEALTH = field("health", source=CRM, type=FieldType.NUMBER)
RENEWAL = field("renewal", source=CRM, type=FieldType.DATE)
MARGIN = field("margin", source=CRM, audience=frozenset({"finance"}))
CONTRACT = field("contract", source=ERP, stale_after=timedelta(hours=6))
INVOICES = field("invoices", source=ERP, lookup="tickets", type=FieldType.NUMBER)
FIELDS = (TIER, HEALTH, RENEWAL, MARGIN, CONTRACT, INVOICES)

CRM_ROWS = [
    {"Id": "1", "Name": "Acme GmbH", "Website": "acme.example", "ERP": "K-1"},
    {"Id": "2", "Name": "Globex", "Website": "globex.example", "ERP": None},
    {"Id": "3", "Name": "Initech", "Website": "initech.example", "ERP": ["K-3", "K-4"]},
    {"Id": "4", "Name": "Twin GmbH", "Website": "twin.example", "ERP": "K-5"},
    {"Id": "5", "Name": "Twin AG", "Website": "twin.example", "ERP": "K-6"},
]


class Owner(ScriptedAdapter):
    """The source that owns accounts."""

    def accounts(self, names):
        for row in CRM_ROWS:
            yield AccountRow(row)


def answering(**data):
    def answer(keys, names):
        return {key: Found(data) for key in keys}

    return answer


def refusing(reason):
    def refuse(keys, names):
        raise SourceError(reason)

    return refuse


class Gate(dict):
    """A host system's records, none of which is handed out before `open` is set."""

    def __init__(self, records):
        super().__init__(records)
        self.open = Event()
        self.asked = 0

    def get(self, key):
        self.asked += 1
        assert self.open.wait(20), "nobody opened the gate"
        return super().get(key)


class Down(dict):
    """A host system's records, none of which can be reached."""

    def get(self, key):
        raise SourceError(Reason.UNREACHABLE)


class World:
    """Real directory, cache and sources; `crm` owns the accounts, `erp` knows them by their ERP
    number, `helpdesk` is also a host. A source is asked as hard as *limits* say by its name."""

    def __init__(self, folder: Path, **limits: Limits) -> None:
        self.clock = FakeClock()
        self.crm = Owner(answer=answering(tier="ENT", health=40, renewal="2026-12-24", margin="7"))
        self.erp = ScriptedAdapter(answer=answering(contract="Gold", invoices=2))
        self.helpdesk = ScriptedAdapter()
        self.card = card(TIER, HEALTH, MARGIN, CONTRACT, INVOICES, deadline=LONG)
        sources = {"crm": CRM, "erp": ERP, "helpdesk": HELPDESK}
        accounts = Accounts(
            source=CRM,
            keys={"id": "Id", "name": "Name", "domain": "Website", "erp_number": "ERP"},
            refresh=timedelta(days=1),
            match=(MatchRule("requester_email", "domain"),),
        )
        self.configuration = Configuration(
            file=Path("sidecar.yaml"), public_url="https://context.example", locale="en",
            time_zone="Pacific/Auckland", teams={"revops": REVOPS}, sources=sources,
            accounts=accounts, fields={one.id: one for one in FIELDS},
            cards={self.card.id: self.card}, data=folder,
            installs={
                "rt-support": Install("rt-support", "rt", (), SUPPORT, source=HELPDESK),
                "portal": Install("portal", "iframe", (), SUPPORT),
            },
        )  # fmt: skip
        self.engine = database_in(folder)
        adapters = {"crm": self.crm, "erp": self.erp, "helpdesk": self.helpdesk}
        self.runners = {
            name: SourceRunner(
                replace(sources[name], limits=limits.get(name, LIMITS)), adapter, self.clock,
                random=lambda: 0.5,
            )
            for name, adapter in adapters.items()
        }  # fmt: skip
        self.cache = Cache(self.runners, self.clock, random=lambda: 0.5)
        self.directory = Directory(self.engine, accounts, self.crm, self.clock)
        self.drifts = Drifts(Shapes(self.engine), FIELDS, self.clock)
        self.sidecar = Sidecar(
            self.configuration, self.directory, self.cache, self.clock, drifts=self.drifts.about
        )

    def about(self, email="ana@acme.example", shown=None, roles=SUPPORT, **manner) -> Context:
        record = Record("rt", "ticket", "1", {"requester_email": email})
        return self.sidecar.context(record, shown or self.card, roles, **manner)

    def close(self) -> None:
        for adapter in (self.crm, self.erp, self.helpdesk):
            adapter.open.set()
        with ExitStack() as closing:
            closing.callback(self.engine.dispose)
            closing.callback(self.cache.close)
            for runner in self.runners.values():
                closing.callback(runner.close)
