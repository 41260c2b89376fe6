"""Stripe Billing: customers, what they are subscribed to, when it renews and for how much, and
invoices that are overdue.

Auth    A restricted key (Bearer) of the account's live mode, with Read for Customers, Subscriptions
        and Invoices, for Prices and for PaymentIntents; Stripe calls these rak_customer_read and so
        on. Such a key may be bound to addresses, so this server's must be among them.
Scope   Those five permissions of a restricted key. Stripe tells which are missing when something is
        read, and never which a key has beyond them; a secret key (sk_) may do everything.
Limits  100 calls a second in live mode, 25 in test mode, and 25 for each endpoint; 20 searches a
        second; we keep to four fifths of each. Nothing is read for several customers at once but a
        search for their metadata: ten in one call. Of many, everybody's customers, subscriptions
        and open invoices are read instead, 100 in one call. Of each that has overdue invoices the
        payments under way are read, in one call more.
Quirks  From Stripe's API reference (version 2025-03-31.basil, which is pinned), its changelog, and
        its pages on search, currencies, keys and errors:
        a key of test mode answers 200, with made-up customers: each row says its mode;
        search lags behind by a minute, in outages by an hour, and is not to be had in India: it is
        asked for ids only, and each customer is then read by itself; what it does not find is
        believed when it says so twice; lists do not lag;
        amounts count the smallest unit: none in yen, and hundredths in ISK and UGX, which have no
        such unit any more; they are given here in whole units, with their currency;
        the end of a period stands at a subscription's items, which may differ;
        metadata has no schema: a key that a customer does not have counts as missing, not as none;
        an invoice that is charged automatically has no due date: it is late once a charge was tried
        and it is still open, as it also is while a bank debit is under way;
        a deleted customer answers 200, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Bearer,
    Bulk,
    Connection,
    Family,
    Push,
    Row,
    Scope,
    belonging,
    listing,
    lookup,
)
from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate

from context_sidecar_adapters.stripe import invoices, subscriptions, webhooks
from context_sidecar_adapters.stripe.customers import BATCH, Customers, balances_of, discounted
from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.stripe.quotas import quotas
from context_sidecar_adapters.stripe.refusals import explain

READ = ("customer", "subscription", "invoice", "price", "payment_intent")
VERSION = "2025-03-31.basil"
MANY = Bulk(100, 1_000)
"""From so many customers on everybody's are read: Stripe lists those of all where no `customer` is
asked for (docs.stripe.com/api/subscriptions/list, /invoices/list)."""


class Stripe(Adapter):
    """A Stripe account."""

    family = Family.BILLING
    label = "Stripe"
    account_keys = MappingProxyType({"stripe_id": "id", "name": "name"})
    asked_by = MappingProxyType({"email": {"by": "email"}})
    rights = MappingProxyType(
        {
            "rak_subscription_read": ("subscriptions",),
            "rak_price_read": ("subscriptions",),
            "rak_invoice_read": ("overdue_invoices",),
            "rak_payment_intent_read": ("overdue_invoices",),
        }
    )
    ready = MappingProxyType(
        {
            "renewal_date": {"query": "subscriptions", "path": "renewal_date"},
            "arr": {"query": "subscriptions", "path": "yearly"},
            "overdue": {
                "label": "Overdue, before credits",
                "query": "overdue_invoices",
                "path": "amount",
            },
            "overdue_reasons": {"query": "overdue_invoices", "path": "reasons"},
            "overdue_invoices": {"query": "overdue_invoices"},
        }
    )

    class Settings(Schema):
        """How to reach Stripe, and by what it knows an account."""

        key = SecretText(
            required=True, alone=True, metadata={"description": "Restricted key, rk_live_…."}
        )
        mode = fields.String(
            load_default="live",
            validate=validate.OneOf(["live", "test"]),
            metadata={"description": "Whose data count: those of live mode, or of test mode."},
        )
        by = fields.String(
            load_default="id",
            validate=validate.Regexp(
                r"^(id|email|metadata\.[A-Za-z0-9_ -]{1,40})$",
                error="expected id, email, or a key of the metadata, such as metadata.account_id",
            ),
            metadata={
                "description": "What of a customer is the account's key: id, email, or a key of "
                "its metadata, such as metadata.account_id."
            },
        )
        time_zone = TimeZone(
            load_default=ZoneInfo("UTC"),
            metadata={"description": "Time zone of the account: days are days there."},
        )
        url = Address(
            load_default="https://api.stripe.com",
            metadata={"description": "Address of Stripe's API."},
        )
        dashboard_url = Address(
            load_default="https://dashboard.stripe.com",
            metadata={"description": "Address of the Dashboard, for links."},
        )

    def connection(self) -> Connection:
        """Version 1 of the API, as it was in the version of its objects that is pinned."""
        return Connection(
            f"{str(self.settings['url']).rstrip('/')}/v1",
            Bearer(self.settings["key"]),
            headers={"Stripe-Version": VERSION},
            explain=explain,
            max_bytes=10_000_000,
            quotas=quotas(self.settings["mode"]),
        )

    def check(self) -> str:
        """See at least one customer, of the right mode."""
        self._ledger.prove()
        return f"Stripe, {self.settings['mode']} mode"

    def scope(self) -> Scope:
        """Which readings are refused to the key, and whether it is one that may do everything."""
        may = {f"rak_{kind}_read": self._ledger.may_read(f"/{kind}s") for kind in READ}
        whole = str(self.settings["key"].reveal()).startswith("sk_")
        excess = ("a secret key, where a restricted one (rk_) is enough",) if whole else None
        missing = tuple(right for right, given in may.items() if not given)
        held = () if whole else tuple(right for right, given in may.items() if given)
        return Scope(missing, excess, held=held)

    @lookup(batch=BATCH, bulk=MANY)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A customer as Stripe has it, with its `balance` as money."""
        return self._customers.answers(keys, self._link)

    @lookup(batch=BATCH, bulk=MANY)
    def subscriptions(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """What a customer is subscribed to, as `items` and `total`; `renewal_date` and `renews_at`
        of what renews next, `ends_at` of what was cancelled and ends next, each null where nothing
        does; `yearly`, what all that renews costs in a year, without taxes. That is a text where it
        is no one amount: for prices by usage or in tiers, discounts, several currencies, periods of
        days or weeks, and what is unpaid or paused: that renews, and nobody is charged for it."""
        customers = self._customers.answers(keys, self._link)
        zone, reduced = self.settings["time_zone"], discounted(customers)
        return belonging(
            customers,
            lambda customer: str(customer["id"]),
            lambda ids: subscriptions.of(self._ledger, sorted(ids)),
            lambda rows: {
                **listing(
                    rows, lambda row: subscriptions.item(row, self._link("subscriptions", row))
                ),
                **subscriptions.summary(rows, zone=zone, discounted=reduced),
            },
        )

    @lookup(batch=BATCH, bulk=MANY)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A customer's open invoices that are past due by Stripe's own clock, or whose charge was
        tried and did not pay them yet: `items`, the oldest first, and `total`; `amount`, what
        remains to be paid of them, null where nothing does (a text for several currencies);
        `oldest_due`; `under_way`, how much of it is being paid by debits under way, null where
        nothing is, or we are not shown; `reasons`, that and the customer's credit in words."""
        customers, zone = self._customers.answers(keys, self._link), self.settings["time_zone"]
        balances = balances_of(customers)
        return belonging(
            customers,
            lambda customer: str(customer["id"]),
            lambda ids: invoices.overdue(self._ledger, sorted(ids), balances),
            lambda owed: {
                **listing(
                    owed.invoices,
                    lambda row: invoices.item(row, owed.processing, self._link("invoices", row)),
                ),
                **invoices.summary(owed, zone=zone),
            },
        )

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All customers, as `account` gives them."""
        for row in self._customers.every():
            yield AccountRow(row, self._link("customers", row))

    def push(self) -> Push:
        """Webhooks of events of its mode."""
        return webhooks.push(self.settings["by"], self.settings["mode"])

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self.http, live=self.settings["mode"] == "live")

    @property
    def _customers(self) -> Customers:
        return Customers(self._ledger, self.settings["by"])

    def _link(self, kind: str, row: Row) -> str:
        dashboard = str(self.settings["dashboard_url"]).rstrip("/")
        mode = "" if self.settings["mode"] == "live" else "/test"
        return f"{dashboard}{mode}/{kind}/{row['id']}"
