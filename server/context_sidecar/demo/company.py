"""Lumen Works, a made-up company, and its customers. All that the demo makes up stands here.

Dates are given in days from today, so that the story is the same whenever it is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Europe/Berlin")
"""Where it is: in this zone a day is today."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, as its four systems know it.

    `renews_in` is in days. `health` is the warehouse's score from 0 to 100; None where it has none
    yet. `overdue` is the open amount in EUR; `in_billing` is false for a customer that billing
    does not know.
    """

    id: str
    name: str
    domain: str
    tier: str
    owner: str
    renews_in: int
    health: int | None
    reasons: str
    arr: Decimal
    overdue: Decimal = Decimal(0)
    in_billing: bool = True

    @property
    def number(self) -> str:
        """Its number, as HubSpot and Zendesk have it."""
        return self.id.removeprefix("C-")

    @property
    def salesforce_id(self) -> str:
        """Its id in Salesforce, which has 15 characters and begins with 001 for an account."""
        return f"001Lw000000{self.number}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket of the helpdesk. `opened` is in hours before the demo was started."""

    id: int
    subject: str
    body: str
    requester: str
    email: str
    status: str
    priority: str
    opened: int

    @property
    def age(self) -> timedelta:
        """How long before the demo was started it was opened: not to the hour, so that its age in
        hours stays the same for as long as somebody looks."""
        return timedelta(hours=self.opened, minutes=7)

    @property
    def salesforce_id(self) -> str:
        """Its id in Salesforce, which begins with 500 for a case."""
        return f"500Lw000000{self.id}"

    @property
    def domain(self) -> str:
        """The domain of the requester's address."""
        return self.email.rpartition("@")[2]


AGENT = "Robin Meyer"

CUSTOMERS = (
    Customer(
        "C-1001", "Acme GmbH", "acme.example", "ENT", "Ana Sommer", 41, 42,
        "Logins down by a third, two escalations this month", Decimal(184000), Decimal("12400.00"),
    ),
    Customer(
        "C-1002", "Borealis Freight", "borealis.example", "PRO", "Jonas Lind", 203, 88,
        "Every site active", Decimal(56000),
    ),
    Customer(
        "C-1003", "Cobalt Insurance", "cobalt.example", "ENT", "Ana Sommer", 112, 71,
        "Rollout at 60 %", Decimal(240000),
    ),
    Customer(
        "C-1004", "Delta Clinics", "delta-clinics.example", "STD", "Mira Haddad", 18, 64,
        "Steady use, few administrators", Decimal(18000), Decimal("4500.00"),
    ),
    Customer(
        "C-1005", "Evergreen Foods", "evergreen.example", "PRO", "Jonas Lind", 320, 93,
        "New sites every week", Decimal(72000),
    ),
    Customer(
        "C-1006", "Fjord Robotics", "fjord.example", "STD", "Mira Haddad", 351, None,
        "", Decimal(9600),
    ),
    Customer(
        "C-1007", "Gable & Sons", "gable.example", "STD", "Jonas Lind", 95, 77,
        "Steady use", Decimal(12000), in_billing=False,
    ),
)  # fmt: skip

TWIN = Customer(
    "C-1099", "Acme Holding AG", "acme.example", "STD", "Mira Haddad", 290, 80,
    "Steady use", Decimal(15000),
)  # fmt: skip
"""A second customer with Acme's domain, for the fault of that name."""

TICKETS = (
    Ticket(
        4711, "Nobody can sign in since this morning",
        "Since about eight o'clock our people in Hamburg get an empty page after signing in. "
        "We have a board meeting at two and need the dashboards for it.",
        "Petra Vogel", "petra.vogel@acme.example", "new", "urgent", 2,
    ),
    Ticket(
        4712, "Invoice 2291 shows the wrong address",
        "We moved in September. Could you send the invoice again with the new address?",
        "Tom Aldous", "accounts@delta-clinics.example", "open", "normal", 26,
    ),
    Ticket(
        4713, "How do we add a site?",
        "We open a warehouse in Malmö next month and would like to add it ourselves.",
        "Ingrid Dahl", "ingrid.dahl@borealis.example", "open", "low", 5,
    ),
    Ticket(
        4714, "Export to spreadsheet stops at 10,000 rows",
        "The export used to hold everything. Since the update it stops at 10,000 rows.",
        "Marc Oliver", "m.oliver@cobalt.example", "open", "high", 49,
    ),
    Ticket(
        4715, "Question about your product",
        "Hello, a friend recommended you. Do you also work for small shops?",
        "Lea Brandt", "lea.brandt@gmail.com", "new", "low", 1,
    ),
    Ticket(
        4716, "Sensors in hall 3 report twice",
        "Every reading from hall 3 comes twice, a few seconds apart.",
        "Sven Nygaard", "sven@fjord.example", "open", "normal", 71,
    ),
    Ticket(
        4717, "Password mails arrive late",
        "Reset mails take up to half an hour to arrive.",
        "Petra Vogel", "petra.vogel@acme.example", "open", "normal", 97,
    ),
    Ticket(
        4718, "Need a quote for five more sites",
        "Please send us a quote for five more sites from January on.",
        "Will Gable", "will@gable.example", "open", "normal", 12,
    ),
)  # fmt: skip


def customer_of(ticket: Ticket) -> Customer | None:
    """Return the customer whose domain the requester writes from."""
    return next((one for one in CUSTOMERS if one.domain == ticket.domain), None)


def ticket(id: int) -> Ticket | None:
    """Return the ticket numbered *id*."""
    return next((one for one in TICKETS if one.id == id), None)


def company(id: str) -> Customer | None:
    """Return the customer whose number is *id*."""
    return next((one for one in CUSTOMERS if one.id == id), None)


def in_salesforce(id: str) -> Ticket | Customer | None:
    """Return the ticket or the customer that has this *id* in Salesforce."""
    return next((one for one in (*TICKETS, *CUSTOMERS) if one.salesforce_id == id), None)
