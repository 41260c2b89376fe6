from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from context_sidecar.core.attention import (
    AttentionRule,
    Comparison,
    Condition,
    Join,
    Joined,
    Severity,
)
from context_sidecar.core.configuration import Accounts, Configuration
from context_sidecar.core.field import AgeClock, FieldType, OnFailure
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.source import Team
from context_sidecar.preview.stage import Stage
from context_sidecar.wording import words
from support.build import card, field, source
from support.gallery import NOW

CRM = source("crm", label="CRM")
BILLING = source("billing", label="Billing", key="erp_number", owner=Team("money", "Finance"))

FIELDS = (
    *(
        field(str(kind), type=kind, source=CRM, dialect="odd", currency="CHF",
              choices={"ENT": "Enterprise", "STD": "Standard"} if kind == "choice" else {})
        for kind in FieldType
    ),
    field("strict", source=CRM, on_failure=OnFailure.WITHHOLD),
    field("dated", source=BILLING, clock=AgeClock.SOURCE, definition="As the ledger has it"),
)  # fmt: skip

RULES = (
    AttentionRule(
        Joined(Join.ALL, (Condition("date", Comparison.WITHIN, timedelta(days=60)),
                          Condition("number", Comparison.BELOW, Decimal(50)))),
        Severity.HIGH, "Renewal at risk",
    ),
    AttentionRule(
        Joined(Join.ANY, (Condition("list", Comparison.AT_LEAST, Decimal(7)),
                          Condition("choice", Comparison.IS, "STD"))),
        Severity.MEDIUM, "Many tickets",
    ),
    AttentionRule(
        Joined(Join.NONE, (Condition("boolean", Comparison.IS, operand=True),
                           Condition("money", Comparison.ABOVE, Decimal(1)))),
        Severity.LOW, "Not signed",
    ),
)  # fmt: skip


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    """A field of each type, one that is held back, one whose age the source gives; a line of each
    severity."""
    shown = card(*FIELDS, attention=RULES)
    return Configuration(
        file=Path("sidecar.yaml"), public_url="https://context.example", locale="en",
        time_zone="Europe/Berlin", teams={}, sources={"crm": CRM, "billing": BILLING},
        accounts=Accounts(
            CRM, {"id": "Id", "name": "Name", "domain": "Website", "erp_number": "ERP"},
            timedelta(hours=1), (MatchRule("requester_email", "domain"),),
        ),
        fields={one.id: one for one in FIELDS}, cards={"ticket": shown}, installs={},
        data=Path("data"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def small(configuration) -> Configuration:
    """The same with three fields, for tests that look at every page."""
    few = tuple(one for one in FIELDS if one.id in {"choice", "list", "dated"})
    shown = card(*few, attention=RULES[1:2])
    return replace(configuration, cards={"ticket": shown})


@pytest.fixture(scope="session")
def stage(configuration) -> Stage:
    return Stage(configuration, words("en", "Europe/Berlin"), NOW)
