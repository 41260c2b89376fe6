"""What adapters give, read as the fields of a card are read: each path finds its value, and the
value is of its type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from context_sidecar.core.field import FieldType
from context_sidecar.core.parsing import parse
from context_sidecar.core.values import Items, Money, Person
from context_sidecar.engine.extraction import extract
from support import (
    dynamics,
    gainsight,
    intercom,
    jira_site,
    netsuite,
    odoo,
    quickbooks,
    servicenow,
    stripe,
    xero,
)
from support.adapters import ask, plugged
from support.build import field
from support.samples import sample

JIRA = {"user": "a@acme.example", "api_token": "t", "projects": ["SUP"]}
XERO = {"client_id": "a", "client_secret": "s"}
OVERDUE = Money(Decimal("120.5"), "EUR")
OPEN = Money(Decimal("241.0"), "EUR")
OWED, IN_DOLLARS = Money(Decimal("362.07"), "USD"), Money(Decimal("120.5"), "USD")
LATE = date(2026, 11, 8)
APP = {"tenant_id": "t", "client_id": "a", "client_secret": "s"}
YEARLY = Money(Decimal("12000.5"), "EUR")
ESTIMATED = Money(Decimal("1000.5"), "EUR")
LOGIN = {"user": "sidecar", "password": "s"}
NUMBER, UPDATED = "ACCT0000001", datetime(2019, 1, 3, 19, 37, 55, tzinfo=UTC)

READ = [
    ("jira", "1", "account", "name", FieldType.TEXT, "Acme"),
    (
        "jira",
        "1",
        "account",
        "created.iso8601",
        FieldType.DATETIME,
        datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
    ),
    ("jira", "1", "open_tickets", "@", FieldType.LIST, 2),
    ("intercom", "C-1", "account", "custom_attributes.tier", FieldType.TEXT, "ENT"),
    ("intercom", "C-1", "account", "website", FieldType.TEXT, None),
    ("intercom", "C-1", "open_tickets", "@", FieldType.LIST, 2),
    ("intercom", "C-1", "open_tickets", "total", FieldType.NUMBER, Decimal(2)),
    ("intercom", "C-1", "contacts", "@", FieldType.LIST, 2),
    ("dataverse", "A-1", "account", "industrycode", FieldType.TEXT, "7"),
    ("dataverse", "A-1", "account", "display._ownerid_value", FieldType.PERSON, Person("Olga", "")),
    ("dataverse", "A-1", "account", "revenue", FieldType.MONEY, None),
    ("dataverse", "A-1", "open_tickets", "@", FieldType.LIST, 2),
    ("dataverse", "A-1", "open_opportunities", "amount", FieldType.MONEY, ESTIMATED),
    ("dataverse", "A-1", "entitlements", "first_end", FieldType.DATE, date(2026, 12, 31)),
    ("gainsight", gainsight.ACME, "account", "Csm__gr.Name", FieldType.PERSON, Person("Olga", "")),
    ("gainsight", gainsight.ACME, "account", "Arr", FieldType.MONEY, YEARLY),
    ("gainsight", gainsight.ACME, "account", "Note__gc", FieldType.TEXT, None),
    ("netsuite", "C-1", "account", "day.startdate", FieldType.DATE, date(2026, 12, 31)),
    ("netsuite", "C-1", "account", "display.salesrep", FieldType.PERSON, Person("Olga", "")),
    ("netsuite", "C-1", "account", "phone", FieldType.TEXT, None),
    ("netsuite", "C-1", "overdue_invoices", "@", FieldType.LIST, 1),
    ("netsuite", "C-1", "overdue_invoices", "amount", FieldType.MONEY, OVERDUE),
    ("odoo", "C-1", "account", "user_id", FieldType.PERSON, Person("Olga", "")),
    ("odoo", "C-1", "account", "phone", FieldType.TEXT, None),
    ("odoo", "C-1", "account", "is_company", FieldType.BOOLEAN, True),
    ("odoo", "C-1", "account", "credit", FieldType.MONEY, Money(Decimal("0.0"), "EUR")),
    ("odoo", "C-1", "overdue_invoices", "@", FieldType.LIST, 1),
    ("odoo", "C-1", "overdue_invoices", "amount", FieldType.MONEY, OVERDUE),
    ("odoo", "C-1", "subscriptions", "first_end", FieldType.DATE, date(2027, 6, 30)),
    ("odoo", "C-1", "projects", "statuses.at_risk", FieldType.NUMBER, Decimal(1)),
    ("odoo", "C-1", "open_tickets", "@", FieldType.LIST, 2),
    ("servicenow", NUMBER, "account", "u_tier", FieldType.TEXT, "ENT"),
    ("servicenow", NUMBER, "account", "sys_updated_on", FieldType.DATETIME, UPDATED),
    ("servicenow", NUMBER, "account", "primary_contact.email", FieldType.TEXT, "ana@acme.example"),
    ("servicenow", NUMBER, "account", "website", FieldType.TEXT, None),
    ("servicenow", NUMBER, "open_tickets", "@", FieldType.LIST, 2),
    ("servicenow", NUMBER, "ticket_counts", 'by_priority."1"', FieldType.NUMBER, Decimal(1)),
    ("servicenow", NUMBER, "contracts", "last_end", FieldType.DATE, date(2027, 1, 31)),
    ("stripe", stripe.ACME, "account", "balance", FieldType.MONEY, Money(Decimal("-10.50"), "EUR")),
    ("stripe", stripe.ACME, "account", "delinquent", FieldType.BOOLEAN, False),
    ("stripe", stripe.ACME, "subscriptions", "@", FieldType.LIST, 1),
    ("stripe", stripe.ACME, "subscriptions", "renewal_date", FieldType.DATE, date(2096, 10, 2)),
    ("stripe", stripe.ACME, "subscriptions", "ends_at", FieldType.DATETIME, None),
    (
        "stripe",
        stripe.ACME,
        "subscriptions",
        "yearly",
        FieldType.MONEY,
        Money(Decimal("240.00"), "EUR"),
    ),
    ("stripe", stripe.ACME, "overdue_invoices", "@", FieldType.LIST, 1),
    (
        "stripe",
        stripe.ACME,
        "overdue_invoices",
        "amount",
        FieldType.MONEY,
        Money(Decimal("120.00"), "EUR"),
    ),
    ("stripe", stripe.ACME, "overdue_invoices", "oldest_due", FieldType.DATE, date(2020, 9, 13)),
    ("xero", xero.ACME, "open_invoices", "amount", FieldType.MONEY, OPEN),
    ("xero", xero.ACME, "account", "Website", FieldType.TEXT, None),
    ("quickbooks", quickbooks.ACME, "account", "Balance", FieldType.MONEY, OWED),
    ("quickbooks", quickbooks.ACME, "account", "WebAddr.URI", FieldType.TEXT, None),
    ("quickbooks", quickbooks.ACME, "overdue_invoices", "@", FieldType.LIST, 1),
    ("quickbooks", quickbooks.ACME, "overdue_invoices", "amount", FieldType.MONEY, IN_DOLLARS),
    ("quickbooks", quickbooks.ACME, "overdue_invoices", "oldest_due", FieldType.DATE, LATE),
    ("xero", xero.ACME, "overdue_invoices", "@", FieldType.LIST, 1),
    ("xero", xero.ACME, "overdue_invoices", "amount", FieldType.MONEY, OVERDUE),
    ("xero", xero.ACME, "overdue_invoices", "oldest_due", FieldType.DATE, date(2026, 11, 8)),
]

VENDORS = {
    "dataverse": lambda server: APP | with_login(dynamics.Dynamics(server).url),
    "gainsight": lambda server: sample("gainsight").settings(gainsight.Gainsight(server).url),
    "intercom": lambda server: {"token": "t", "url": intercom.Intercom(server).url},
    "jira": lambda server: JIRA | {"url": jira_site.JiraSite(server).url},
    "netsuite": lambda server: sample("netsuite").settings(netsuite.NetSuite(server).url),
    "odoo": lambda server: {"api_key": "k", "url": odoo.Odoo(server).url},
    "quickbooks": lambda server: quickbooks.QuickBooks(server).settings,
    "servicenow": lambda server: LOGIN | {"url": servicenow.ServiceNow(server).url},
    "stripe": lambda server: {"key": "k", "url": stripe.Stripe(server).url},
    "xero": lambda server: XERO | at_both(xero.Xero(server).url),
}
"""Starts the stand-in of a vendor; gives the settings to reach it."""


def at_both(url):
    return {"url": url, "token_url": f"{url}/connect/token"}


def with_login(url):
    return {"url": url, "login_url": url}


@pytest.mark.parametrize(("name", "key", "lookup", "path", "type", "expected"), READ)
def test_each_path_finds_a_value_of_its_type(httpserver, name, key, lookup, path, type, expected):
    declared = field(path=path, type=type, lookup=lookup, currency="EUR")

    with plugged(name, VENDORS[name](httpserver)) as adapter:
        found = ask(adapter, key, lookup=lookup, names=(path,))
    raw, currency, _ = extract(declared, found.data)
    value = parse(declared, raw, currency)

    if isinstance(value, Items):
        assert value.total == len(value.items) == expected
        assert all(item.created_at and item.url.startswith("http") for item in value.items)
    else:
        assert value == expected
