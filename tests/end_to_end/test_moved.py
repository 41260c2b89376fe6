"""What was one account's is another's, or nobody's, and the vendor's webhook does not say whose it
was: no card shows it any more where it is not. Each system and the deployment are apart, and speak
over HTTP."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from context_sidecar.app import open_sidecar
from context_sidecar.core.grant import Tokens, client_of
from context_sidecar.core.secrets import Secret
from context_sidecar.demo.servers import Server
from support import quickbooks as books
from support import stripe
from support import xero as ledgers
from support import zendesk as desks
from support.clock import AheadClock
from support.deliveries import SIGNERS
from support.granted import ACCESS, REFRESH
from support.samples import sample

PUBLIC, SECRET = "https://context.example.com", "user:a secret that both know"
LONG_AGO = 1_600_000_000
FIELD = {
    "label": "What is shown", "source": "system", "stale_after": "1d", "expire_after": "14d",
    "audience": ["support"], "decision": "Whether to call",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What a system tells of what `happens` there.

    Attributes:
        vendor: the system.
        keys: two accounts.
        reads: what the field reads; a list's number of items is shown.
        happens: changes it there.
        tells: what its webhooks say then, at a time; each is a delivery.
        before: what is shown of both, and `after` it was told.
    """

    vendor: str
    keys: tuple[str, str]
    reads: dict[str, Any]
    happens: Callable[[Any], object]
    tells: Callable[[Any, str], list[Any]]
    before: tuple[Any, Any]
    after: tuple[Any, Any]


TICKETS = {"type": "list", "query": "open_tickets"}
OVERDUE = {"type": "list", "query": "overdue_invoices"}


def now(rows: list[dict[str, Any]], **changes: Any) -> Callable[[Any], object]:
    return rows[0].update(changes)


def event(kind: str, record: Any, before: Any = None) -> Callable[[Any, str], list[Any]]:
    """Stripe's event of *kind*."""

    def told(_: Any, at: str) -> list[Any]:
        whole = {"object": record} | ({"previous_attributes": before} if before else {})
        seconds = int(AheadClock()().timestamp()) + 600
        return [{"id": "evt_1", "type": kind, "created": seconds, "livemode": True, "data": whole}]

    return told


def of_zendesk(kind: str, **detail: Any) -> Callable[[Any, str], list[Any]]:
    whole = {"type": f"zen:event-type:{kind}", "id": kind, "detail": detail, "event": {}}
    return lambda _, at: [whole | {"time": at}]


def of_zammad(api: Any, at: str) -> list[Any]:
    return [{"ticket": api.tickets[0] | {"updated_at": at}, "article": {}}]


def triggered(organization: str, **more: str) -> Callable[[Any, str], list[Any]]:
    """What a trigger of Zendesk's sends of the ticket 1."""
    return lambda *_: [{"organization_id": organization, **more}]


def of_freshdesk(company: str, **more: str) -> Callable[[Any, str], list[Any]]:
    return lambda *_: [{"company_id": company, **more}]


def of_twenty(api: Any, at: str) -> list[Any]:
    return [{"eventName": "opportunity.updated", "eventDate": at, "record": api.deals[0]}]


def of_rocketlane(api: Any, _: str) -> list[Any]:
    at = int(AheadClock()().timestamp() + 600) * 1000
    return [{"eventId": "e-1", "data": {"project": api.projects[0]}, "eventOccurredAt": at}]


def of_pipedrive(api: Any, at: str) -> list[Any]:
    gone = {"id": "m-1", "action": "delete", "entity": "organization", "entity_id": "11"}
    return [{"meta": gone | {"merged_to_id": "13", "timestamp": at}, "data": None, "previous": {}}]


def of_quickbooks(_: Any, at: str) -> list[Any]:
    sub = {"name": "Customer", "id": "60", "operation": "Update", "lastUpdated": at}
    company = {"realmId": books.REALM, "dataChangeEvent": {"entities": [sub]}}
    return [{"eventNotifications": [company]}]


def of_xero(_: Any, at: str) -> list[Any]:
    merged = {
        "resourceId": ledgers.ACME, "tenantId": ledgers.TENANT, "eventCategory": "CONTACT",
        "eventDateUtc": at.removesuffix("Z"), "eventType": "UPDATE",
    }  # fmt: skip
    sequence = {"firstEventSequence": 1, "lastEventSequence": 1, "entropy": "S0m3"}
    return [{"events": [merged], **sequence}]


def of_chatwoot(api: Any, _: str) -> list[Any]:
    return [{"event": "conversation_updated", **api.of[13][0]}]


def moved_in_chatwoot(api: Any) -> None:
    moved = api.of[11].pop(0)
    moved["meta"] = {"sender": moved["meta"]["sender"] | {"id": 13}}
    api.of[13].append(moved)


def merged_in_chatwoot(api: Any) -> None:
    [theirs, *_] = api.of[12]
    api.of[13].append(theirs | {"meta": {"sender": theirs["meta"]["sender"] | {"id": 13}}})


def merged_in_xero(api: Any) -> None:
    api.contacts[0] |= {"ContactStatus": "ARCHIVED", "MergedToContactID": ledgers.BOLT}
    for row in api.invoices:
        row["Contact"] = {"ContactID": ledgers.BOLT, "Name": "Bolt"}


def sub_customer_moves(api: Any) -> None:
    _, bolt, kitchen = api.customers
    name = f"{bolt['FullyQualifiedName']}:Kitchen"
    kitchen |= {"ParentRef": {"value": books.BOLT}, "FullyQualifiedName": name}


def with_kitchen(api: Any) -> None:
    api.customers.append(books.sub_customer("60", "Kitchen", api.customers[0]))
    api.invoices[:] = [books.invoice(1, "60", "2026-11-08")]


def paid(api: Any) -> None:
    api.invoices[0] |= {"status": "paid", "amount_remaining": 0}


BEGINS: dict[str, Callable[[Any], None]] = {
    "quickbooks": with_kitchen,
    "stripe": lambda api: api.payments.update(in_1=[stripe.payment("pi_1")]),
}
SETTINGS = {"zendesk": {"by": "id"}}
ZENDESKS = (str(desks.ACME), str(desks.BOLT))
TWENTY = tuple(f"20202020-0713-40a5-8216-0000000000{n}" for n in (11, 13))
CUSTOMERS = (stripe.ACME, stripe.BOLT)
COUPON = {"id": "di_1", "object": "discount", "customer": stripe.ACME}
YEARLY = {"type": "text", "query": "subscriptions", "path": "to_string(yearly)"}
A_YEAR = '{"amount":"240.00","currency":"EUR"}'
NOT_PLAIN = "no fixed amount: by usage, in tiers, discounted, or by days or weeks"
CREDIT = "none of it is being paid; before unapplied credits ({})".format
CASES = {
    "zammad: moved": Case(
        "zammad", ("11", "13"), TICKETS,
        lambda api: now(api.tickets, organization_id=13), of_zammad, (2, 0), (1, 1),
    ),
    "zammad: nobody's": Case(
        "zammad", ("11", "13"), TICKETS,
        lambda api: now(api.tickets, organization_id=None), of_zammad, (2, 0), (1, 0),
    ),
    "freshdesk: moved": Case(
        "freshdesk", ("11", "13"), TICKETS, lambda api: now(api.tickets, company_id=13),
        of_freshdesk("13", ticket_id="1"), (2, 0), (1, 1),
    ),
    "freshdesk: nobody's": Case(
        "freshdesk", ("11", "13"), TICKETS, lambda api: now(api.tickets, company_id=None),
        of_freshdesk("", ticket_id="1"), (2, 0), (1, 0),
    ),
    "freshdesk: moved, by a rule without the ticket": Case(
        "freshdesk", ("11", "13"), TICKETS, lambda api: now(api.tickets, company_id=13),
        of_freshdesk("13"), (2, 0), (1, 1),
    ),
    "zendesk: moved, by a trigger": Case(
        "zendesk", ZENDESKS, TICKETS,
        lambda api: now(api.tickets, organization_id=desks.BOLT),
        triggered(ZENDESKS[1], ticket_id="1"), (2, 1), (1, 2),
    ),
    "zendesk: nobody's, by a trigger": Case(
        "zendesk", ZENDESKS, TICKETS, lambda api: now(api.tickets, organization_id=None),
        triggered("", ticket_id="1"), (2, 1), (1, 1),
    ),
    "zendesk: nobody's, by a trigger without the ticket": Case(
        "zendesk", ZENDESKS, TICKETS, lambda api: now(api.tickets, organization_id=None),
        triggered(""), (2, 1), (1, 1),
    ),
    "zendesk: merged organizations": Case(
        "zendesk", ZENDESKS, TICKETS,
        lambda api: now(api.tickets, organization_id=desks.BOLT),
        of_zendesk("organization.deleted", id=ZENDESKS[0], external_id="C-1"), (2, 1), (1, 2),
    ),
    "twenty: moved, by one that does not name what changed": Case(
        "twenty", TWENTY, {"type": "list", "query": "open_opportunities"},
        lambda api: now(api.deals, companyId=TWENTY[1]), of_twenty, (1, 0), (0, 1),
    ),
    "rocketlane: moved, by one that does not name what changed": Case(
        "rocketlane", ("11", "13"), {"type": "list", "query": "active_projects"},
        lambda api: now(api.projects, customer={"companyId": 13}), of_rocketlane, (3, 1), (2, 2),
    ),
    "pipedrive: merged organizations": Case(
        "pipedrive", ("11", "13"), {"type": "list", "query": "open_deals"},
        lambda api: now(api.deals, org_id=13), of_pipedrive, (1, 0), (0, 1),
    ),
    "chatwoot: moved": Case(
        "chatwoot", ("11", "13"), {"type": "list", "query": "open_conversations"},
        moved_in_chatwoot, of_chatwoot, (2, 0), (1, 1),
    ),
    "chatwoot: what was a contact's who was merged into this one": Case(
        "chatwoot", ("13", "11"), {"type": "list", "query": "open_conversations"},
        merged_in_chatwoot, lambda *_: [{"event": "contact_updated", "id": 13}], (0, 2), (1, 2),
    ),
    "quickbooks: a sub-customer moved": Case(
        "quickbooks", (books.ACME, books.BOLT), OVERDUE, sub_customer_moves, of_quickbooks,
        (1, 0), (0, 1),
    ),
    "xero: merged contacts": Case(
        "xero", (ledgers.ACME, ledgers.BOLT), OVERDUE, merged_in_xero, of_xero, (1, 1), (None, 2),
    ),
    "stripe: a coupon of the customer's": Case(
        "stripe", CUSTOMERS, YEARLY, lambda api: now(api.customers, discount=COUPON),
        event("customer.discount.created", COUPON), (A_YEAR, "null"), (NOT_PLAIN, "null"),
    ),
    "stripe: a coupon, told as an update": Case(
        "stripe", CUSTOMERS, YEARLY, lambda api: now(api.customers, discount=COUPON),
        event("customer.updated", stripe.customer(stripe.ACME, "C-1"), {"discount": None}),
        (A_YEAR, "null"), (NOT_PLAIN, "null"),
    ),
    "stripe: the customer's balance": Case(
        "stripe", CUSTOMERS, {"type": "text", "query": "overdue_invoices", "path": "reasons"},
        lambda api: now(api.customers, balance=0),
        event("customer.updated", stripe.customer(stripe.ACME, "C-1"), {"balance": -1050}),
        (CREDIT("10.50 EUR"), CREDIT("10.50 EUR")), (CREDIT("none"), CREDIT("10.50 EUR")),
    ),
    "stripe: the name of a price": Case(
        "stripe", CUSTOMERS,
        {"type": "text", "query": "subscriptions", "path": "items[0].title"},
        lambda api: now([api.subscriptions[0]["items"]["data"][0]["price"]], nickname="Crew"),
        event("price.updated", {"object": "price", "id": "price_1"}, {"nickname": "Team"}),
        ("Team", None), ("Crew", None),
    ),
    "stripe: a payment, which names its invoice alone": Case(
        "stripe", CUSTOMERS, OVERDUE, paid,
        event("invoice_payment.paid", {"object": "invoice_payment", "invoice": "in_1"}),
        (1, 0), (0, 0),
    ),
    "stripe: a credit note": Case(
        "stripe", CUSTOMERS, OVERDUE, paid,
        event("credit_note.created", {"object": "credit_note", "customer": stripe.ACME}),
        (1, 0), (0, 0),
    ),
}  # fmt: skip


def configuration(case: Case, settings: Any) -> str:
    source = {"owner": "ops", "key": "system", "push": {"secret": SECRET}, "allow_private": True}
    accounts = {"path": "accounts.csv", "key": "id"}
    card = {
        "title": "Customer", "where": ["iframe/ticket"], "audience": "support",
        "decision": "Whether to call", "fields": ["shown"], "deadline": "10s",
    }  # fmt: skip
    whole = {
        "version": 1, "public_url": PUBLIC, "locale": "en", "time_zone": "UTC",
        "teams": {"ops": {"name": "Operations"}},
        "sources": {
            "list": {"adapter": "files", "owner": "ops", "settings": accounts},
            "system": source | {"adapter": case.vendor, "settings": settings},
        },
        "accounts": {
            "source": "list", "keys": {"id": "id", "name": "name", "system": "system"},
            "refresh": "1h", "match": [{"record": "external_id", "account": "id"}],
        },
        "fields": {"shown": FIELD | case.reads},
        "cards": {"ticket": card},
    }  # fmt: skip
    return json.dumps(whole)


@pytest.fixture
def clock():
    return AheadClock()


@pytest.fixture
def begin(httpserver, tmp_path, clock):
    """Open a deployment whose only system is that of a case; the system comes with it."""
    server, opened = Server(), []

    def begin(case):
        facts = sample(case.vendor)
        system = facts.play(httpserver)
        BEGINS.get(case.vendor, lambda _: None)(system)
        rows = (f"{n},Customer {n},{key}" for n, key in enumerate(case.keys, 1))
        listed = tmp_path / "accounts.csv"
        listed.write_text("\n".join(["id,name,system", *rows, ""]))
        os.utime(listed, (LONG_AGO, LONG_AGO))  # nobody writes it any more
        file = tmp_path / "sidecar.yaml"
        settings = getattr(system, "settings", None) or facts.settings(system.url)
        settings = {**settings, **SETTINGS.get(case.vendor, {})}
        file.write_text(configuration(case, settings))
        deployment = open_sidecar(file, {}, clock=clock, log_level=logging.CRITICAL)
        opened.append(deployment.__enter__())
        if case.vendor == "quickbooks":
            how = deployment.adapters["system"].connection().sign_in
            tokens = Tokens(Secret(ACCESS), clock() + timedelta(days=1), refresh=Secret(REFRESH))
            deployment._grants.of("system").give(client_of(how), tokens, "Ana")
        deployment.sync()
        server.start(deployment.application())
        deployment.url = server.url
        return deployment, system

    yield begin
    server.stop()
    for deployment in opened:
        deployment.__exit__(None, None, None)


def shown(deployment):
    """What the card shows of both accounts, and the states."""
    key = deployment.keys.create("a test", ["ticket"])[1].reveal()
    found, states = [], set()
    for number in (1, 2):
        answer = httpx.get(
            f"{deployment.url}/v1/accounts/{number}/context",
            params={"card": "ticket"},
            headers={"Authorization": f"Bearer {key}"},
        )
        [reading] = answer.raise_for_status().json()["readings"]
        value = reading["value"]
        found.append(value["total"] if isinstance(value, dict) else value)
        states.add(reading["state"])
    return tuple(found), states


def send(deployment, clock, case, said):
    body = json.dumps(said).encode()
    headers = SIGNERS[case.vendor](body, SECRET, clock(), f"{PUBLIC}/v1/push/system")
    headers["Content-Type"] = "application/json"
    response = httpx.post(f"{deployment.url}/v1/push/system", content=body, headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    deployment.changes.settle()


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_shown_as_fresh_where_it_is_not_any_more(name, begin, clock):
    case = CASES[name]
    deployment, system = begin(case)
    assert shown(deployment)[0] == case.before

    case.happens(system)
    clock.forward(minutes=10)
    assert shown(deployment)[0] == case.before, "nobody has told"

    for said in case.tells(system, clock().strftime("%Y-%m-%dT%H:%M:%SZ")):
        send(deployment, clock, case, said)
    values, states = shown(deployment)
    assert values == case.after
    assert states <= {"fresh", "missing", "unmatched"}
