"""A gallery of cards: one of a healthy customer, and one for each thing that can be the matter.

Readings are made from observations by the real honesty rule, so that no card shows what cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from context_sidecar.core.account import Account, Ambiguous, Match, Matched, Unmatched
from context_sidecar.core.attention import (
    AttentionRule,
    Comparison,
    Condition,
    Join,
    Joined,
    Severity,
    attend,
)
from context_sidecar.core.card import Card
from context_sidecar.core.context import Context
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import AgeClock, Field, FieldType, OnFailure
from context_sidecar.core.freshness import read, unasked
from context_sidecar.core.observation import Fetch, Found, NoMatch, Observation, Several
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Source, Team, Trouble

from support.clock import START

NOW = START + timedelta(hours=1, minutes=52)
"""Where the gallery's cards are seen from: 23 November 2026, 10:52 UTC."""

REVOPS = Team("revops", "Revenue Operations")
FINANCE = Team("finance", "Finance Systems")

CRM = Source("crm", "salesforce", "Salesforce", REVOPS, runbook="https://wiki.example.com/crm")
BILLING = Source("billing", "files", "Billing", FINANCE, key="erp_number")
HELPDESK = Source("helpdesk", "rt", "Helpdesk", Team("support", "Support Tools"))

ACME = Account(
    "001A",
    "Acme GmbH",
    {"domain": ("acme.example",), "erp_number": ("4711",)},
    "https://acme.my.salesforce.com/001A",
)

RETAIL = Account(
    "001B",
    "Acme Retail Ltd",
    {"domain": ("acme.example",), "erp_number": ("4712",)},
    "https://acme.my.salesforce.com/001B",
)


def field(id: str, label: str, type: FieldType, source: Source = CRM, **changes: Any) -> Field:
    plain = Field(
        id=id,
        label=label,
        type=type,
        source=source,
        owner=changes.pop("owner", source.owner),
        path=changes.pop("path", id),
        stale_after=timedelta(hours=1),
        expire_after=timedelta(days=4),
        audience=frozenset({"support"}),
        decision="Which queue and response time the ticket gets",
    )
    return replace(plain, **changes)


TIER = field(
    "tier", "Account tier", FieldType.CHOICE, path="Tier__c",
    choices={"ENT": "Enterprise", "PRO": "Professional", "STD": "Standard"},
    definition="The contract tier as signed, not as used.",
)  # fmt: skip
STATUS = field("contract_status", "Contract", FieldType.TEXT)
HEALTH = field("health", "Health score", FieldType.NUMBER)
RENEWAL = field("renewal_date", "Renewal", FieldType.DATE)
REVENUE = field("arr", "Yearly revenue", FieldType.MONEY, BILLING)
TICKETS = field("open_tickets", "Open tickets", FieldType.LIST, HELPDESK, lookup="open_tickets")
OWNER = field("account_owner", "Account owner", FieldType.PERSON)

FIELDS = (TIER, STATUS, HEALTH, RENEWAL, REVENUE, TICKETS)

VALUES: dict[str, object] = {
    "Tier__c": "ENT",
    "contract_status": "Active",
    "health": 42,
    "renewal_date": "2027-01-12",
    "arr": {"amount": "48000.00", "currency": "EUR"},
    "account_owner": {"name": "Ana Lima", "email": "ana.lima@example.com"},
    "open_tickets": [
        {
            "id": "4711", "title": "Export fails for the whole team", "status": "open",
            "priority": "high", "created_at": "2026-11-11T08:00:00Z",
            "url": "https://help.example.com/4711",
        },
        {
            "id": "4720", "title": "Invoice shows the old address", "status": "waiting",
            "priority": "normal", "created_at": "2026-11-21T15:30:00Z",
            "url": "https://help.example.com/4720",
        },
        {
            "id": "4733", "title": "How do I add a colleague?", "status": "new", "priority": "low",
            "created_at": "2026-11-23T10:31:00Z", "url": "https://help.example.com/4733",
        },
    ],
}  # fmt: skip

AT_RISK = AttentionRule(
    Joined(
        Join.ALL,
        (
            Condition("renewal_date", Comparison.WITHIN, timedelta(days=60)),
            Condition("health", Comparison.BELOW, Decimal(50)),
        ),
    ),
    Severity.HIGH,
    "Renewal at risk. Tell the account owner before you close this ticket.",
)


def take(field: Field, data: object, unread: object) -> tuple[object, object, object]:
    """Read a field out of an answer, as the engine does for a plain name."""
    assert isinstance(data, dict)
    return data.get(field.path), None, data.get("as_of")


def observed(
    answer: object = None,
    *,
    ago: timedelta = timedelta(minutes=5),
    reason: Reason | None = None,
    fetch: Fetch | None = None,
    now: datetime = NOW,
) -> Observation:
    """What is known after *answer* came in some time *ago*, and has failed since for *reason*."""
    blocked = reason is not None and reason.needs_person
    return Observation(
        answer=answer,  # type: ignore[arg-type]  # an answer of the adapter, or nothing
        confirmed_at=now - ago if answer else None,
        attempted_at=now - (timedelta(minutes=2) if reason else ago) if answer or reason else None,
        fetch=fetch or (Fetch.BLOCKED if blocked else Fetch.FAILING if reason else Fetch.OK),
        reason=reason,
        since=now - timedelta(minutes=10) if reason else None,
        next_try_at=now + timedelta(minutes=3) if reason else None,
    )


def reading(
    field: Field,
    observation: Observation | None = None,
    *,
    under_way: bool = False,
    now: datetime = NOW,
    **values: object,
) -> Reading:
    """Return what *field* may show; without an observation, its value of five minutes ago."""
    seen = observation or observed(Found({**VALUES, **values}, link=ACME.link), now=now)
    return read(field, seen, now, take, under_way=under_way)


_ACME_FOUND = Matched(ACME, "domain", "acme.example")


def context(
    *readings: Reading,
    match: Match | None = None,
    rules: tuple[AttentionRule, ...] = (),
    now: datetime = NOW,
    headline: tuple[str, ...] = ("tier",),
    **changes: Any,
) -> Context:
    """Return a card with *readings* about ticket 4711; by default of the healthy customer."""
    known_whose = isinstance(match or _ACME_FOUND, Matched)
    shown = readings or tuple(reading(each, now=now) for each in FIELDS if known_whose)
    known = {each.field.id: each for each in shown}
    turning = [each.stale_at for each in shown if each.stale_at and each.stale_at > now]
    plain = Context(
        record=Record("iframe", "ticket", "4711"),
        match=match or _ACME_FOUND,
        card=Card(
            "ticket", "Customer", ("iframe/ticket",), frozenset({"support"}),
            "How urgent this ticket is, and who should answer it",
            FIELDS, attention=rules, headline=headline,
        ),
        readings=shown,
        attention=attend(rules, known, now),
        generated_at=now,
        complete=not any(each.settling or each.state is State.PENDING for each in shown),
        check_again_at=min(turning, default=None),
        accounts=CRM,
        language="en",
    )  # fmt: skip
    return replace(plain, **changes)


def _read(trouble: Trouble) -> Record:
    """Ticket 4711, whose keys were read three hours ago in the helpdesk."""
    keys = {"requester_email": "ana@acme.example"}
    read_at = NOW - timedelta(hours=3)
    return Record("iframe", "ticket", "4711", keys, read_at=read_at, trouble=trouble)


def asked(context: Context, at: datetime) -> Context:
    """Return *context* after its sources have been asked once more, with the same outcome."""
    readings = tuple(replace(each, attempted_at=at) for each in context.readings)
    return replace(context, readings=readings)


def only(field: Field, observation: Observation, *, under_way: bool = False) -> Context:
    """Return the healthy customer's card, but for one field."""
    special = reading(field, observation, under_way=under_way)
    return context(*(special if each.id == field.id else reading(each) for each in FIELDS))


def source_down(
    reason: Reason, *, ago: timedelta, rules: tuple[AttentionRule, ...] = ()
) -> Context:
    """Return the card while Salesforce cannot be read, after it last answered some time *ago*."""
    down = observed(Found(VALUES, link=ACME.link), ago=ago, reason=reason)
    readings = (reading(each, down if each.source is CRM else None) for each in FIELDS)
    return context(*readings, rules=rules)


def _not_asked(*numbers: str) -> Context:
    """Return the card of a customer with these erp numbers, of which there is not exactly one."""
    keys = {"domain": ("acme.example",)} | ({"erp_number": numbers} if numbers else {})
    missing = unasked(REVENUE, several=bool(numbers))
    return context(
        *(missing if each is REVENUE else reading(each) for each in FIELDS),
        match=Matched(replace(ACME, keys=keys), "domain", "acme.example"),
    )


HOURS = timedelta(hours=2)
DAYS = timedelta(days=5)


def _known(**values: object) -> Found:
    return Found({**VALUES, **values}, link=ACME.link)


def _behind() -> Context:
    revenue = replace(REVENUE, clock=AgeClock.SOURCE, stale_after=timedelta(days=1))
    as_of = (NOW - timedelta(days=3)).isoformat()
    return context(
        *(reading(each) for each in FIELDS[:4]), reading(revenue, as_of=as_of), reading(TICKETS)
    )


def _denied_and_failing() -> Observation:
    denied = observed(_known()).answered(NoMatch(), NOW - timedelta(minutes=2))
    again = NOW + timedelta(minutes=3)
    return denied.failed(SourceError(Reason.TIMEOUT), NOW - timedelta(minutes=1), again)


def _withheld() -> Context:
    strict = replace(HEALTH, on_failure=OnFailure.WITHHOLD)
    failing = observed(_known(), ago=HOURS, reason=Reason.TIMEOUT)
    return context(reading(TIER), reading(strict, failing), reading(RENEWAL))


EXPLAINED = replace(
    HEALTH,
    words={Decimal(0): "Poor", Decimal(50): "Fair", Decimal(80): "Good"},
    because="health_reasons",
)
REASONS = field("health_reasons", "Reasons", FieldType.TEXT)


def explained(reasons: Observation | None = None, health: Observation | None = None) -> Context:
    """Return the healthy customer's card with a word for the health score, and its reasons."""
    told = reading(EXPLAINED, health)
    because = reading(REASONS, reasons, health_reasons="Logins down by a third")
    readings = (told if each is HEALTH else reading(each) for each in FIELDS)
    return context(*readings, because, headline=("tier", "health"))


def _everything() -> Context:
    """One field of each state, and more fields than are shown at once."""
    link = field("handbook", "Handbook", FieldType.LINK, BILLING)
    signed = field("signed", "Signed", FieldType.BOOLEAN, BILLING)
    margin = field("margin", "Margin", FieldType.PERCENT, BILLING)
    seen = field("last_seen", "Last seen", FieldType.DATETIME, BILLING)
    return context(
        reading(TIER, observed(_known(Tier__c="Platinum+"))),
        reading(STATUS, observed(_known(), ago=HOURS, reason=Reason.TIMEOUT)),
        reading(HEALTH, observed(reason=Reason.SCHEMA_CHANGED)),
        reading(RENEWAL, observed(_known(renewal_date=None))),
        reading(REVENUE, observed(NoMatch())),
        reading(TICKETS),
        reading(OWNER, observed(Several(("Ana Lima", "Anna Lima")))),
        reading(link, handbook={"url": "https://docs.example.com/acme", "label": "Handbook"}),
        reading(signed, signed=True),
        reading(margin, margin=12.5),
        reading(seen, observed(), under_way=True),
        rules=(AT_RISK,),
    )


def _long_words() -> Context:
    long = field(
        "long", "Vertragsverlängerungsdatumsbestätigung", FieldType.TEXT,
        source=replace(CRM, label="Kundenbeziehungsverwaltungssystem"),
    )  # fmt: skip
    german = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
    failing = observed(Found({"long": german}), ago=HOURS, reason=Reason.BAD_RESPONSE)
    account = replace(ACME, name="Rindfleischetikettierungsüberwachungsaufgabengesellschaft mbH")
    return context(
        reading(long, failing),
        reading(TICKETS),
        match=Matched(account, "domain", "rindfleischetikettierung.example"),
    )


GALLERY: dict[str, Callable[[], Context]] = {
    "fresh": context,
    "explained": explained,
    "attention": lambda: context(rules=(AT_RISK,)),
    "stale": lambda: only(TIER, observed(_known(), ago=HOURS)),
    "stale-checking": lambda: only(TIER, observed(_known(), ago=HOURS), under_way=True),
    "stale-failing": lambda: only(
        REVENUE, observed(_known(), ago=HOURS, reason=Reason.UNREACHABLE)
    ),
    "stale-blocked": lambda: only(
        REVENUE, observed(_known(), ago=HOURS, reason=Reason.CREDENTIAL_EXPIRED)
    ),
    "source-down": lambda: source_down(Reason.TIMEOUT, ago=HOURS),
    "source-down-long": lambda: source_down(Reason.CREDENTIAL_EXPIRED, ago=DAYS),
    "expired": lambda: only(REVENUE, observed(_known(), ago=DAYS, reason=Reason.SERVER_ERROR)),
    "source-behind": _behind,
    "failed": lambda: only(HEALTH, observed(reason=Reason.PERMISSION_DENIED)),
    "withheld": _withheld,
    "missing": lambda: only(RENEWAL, observed(_known(renewal_date=None))),
    "unmatched": lambda: only(REVENUE, observed(NoMatch())),
    "ambiguous": lambda: only(REVENUE, observed(Several(("Acme GmbH (4711)", "Acme AG (4712)")))),
    "not-asked": _not_asked,
    "not-asked-of-several": lambda: _not_asked("4711", "4712"),
    "archived": lambda: context(*(
        reading(each, observed(Found(VALUES, link=ACME.link, archived=each.source is CRM)))
        for each in FIELDS
    )),
    "merged": lambda: only(REVENUE, observed(NoMatch(merged_into="Acme Holding AG (4790)"))),
    "invalid": lambda: only(TIER, observed(_known(Tier__c="Platinum+"))),
    "pending": lambda: only(TICKETS, observed(), under_way=True),
    "all-pending": lambda: context(
        *(reading(each, observed(), under_way=True) for each in FIELDS), rules=(AT_RISK,)
    ),
    "denied": lambda: only(REVENUE, observed(_known()).answered(NoMatch(), NOW)),
    "denied-and-failing": lambda: only(REVENUE, _denied_and_failing()),
    "denied-once": lambda: only(REVENUE, observed()),
    "paused": lambda: only(TIER, observed(_known(), ago=HOURS, fetch=Fetch.PAUSED)),
    "everything": _everything,
    "cannot-judge": lambda: source_down(Reason.TIMEOUT, ago=HOURS, rules=(AT_RISK,)),
    "no-customer": lambda: context(match=Unmatched((("requester_email", "new.example"),))),
    "free-mail": lambda: context(
        match=Unmatched(nobodys=(("requester_email", "ana@gmail.com"),))
    ),
    "no-keys": lambda: context(match=Unmatched()),
    "several-customers": lambda: context(match=Ambiguous((ACME, RETAIL), "domain", "acme.example")),
    "customer-pending": lambda: context(
        match=Unmatched(trouble=Trouble(HELPDESK)), complete=False
    ),
    "customer-unknown": lambda: context(
        match=Unmatched(trouble=Trouble(HELPDESK, Reason.UNREACHABLE, NOW - timedelta(minutes=10)))
    ),
    "directory-overdue": lambda: context(
        overdue=Trouble(CRM, Reason.CREDENTIAL_EXPIRED, NOW - timedelta(hours=20))
    ),
    "customer-not-confirmed": lambda: context(
        record=_read(Trouble(HELPDESK, Reason.UNREACHABLE, NOW - timedelta(hours=2)))
    ),
    "customer-being-confirmed": lambda: context(record=_read(Trouble(HELPDESK)), complete=False),
    "long-words": _long_words,
}  # fmt: skip
