"""QuickBooks Online: customers with what they owe, and their overdue invoices.

Auth    OAuth 2 authorization code: an admin of the company connects it once, on its page among the
        sources at /admin or with `sidecar connect`. The app of developer.intuit.com needs the
        redirect URI that stands there. Tokens live an hour; what renews them is replaced about
        daily, ends after 100 days unused, and after five years in any case.
Scope   com.intuit.quickbooks.accounting: Intuit has none that reads only. This adapter does nothing
        but read, and whoever connects it had best be somebody who may do no more.
Limits  For each company 500 calls a minute, 10 a second and 10 at once; past them 429
        ThrottleExceeded. The Builder tier has 500,000 calls a month. 30 customers are read in one
        call, 1,000 rows make a page.
Quirks  From Intuit's pages on data queries, customers, invoices, error codes, minor versions (75,
        the oldest still served) and OAuth:
        a fault may come with 200, and in two spellings;
        what is empty is left out; inactive customers are left out unless they are asked for;
        there is no OR; apostrophes are escaped by a backslash;
        a sub-customer or project is a customer of its own, with invoices of its own, whoever is
        billed for them (`BillWithParent`): `Balance` is what the customer itself owes,
        `BalanceWithJobs` that and what its sub-customers owe, whose invoices count with its own;
        of more sub-customers than a page has, those that have overdue invoices are asked whose
        they are, where no more than a thousand have some: then 20,000 take from four calls on,
        else one for each page of sub-customers and of overdue invoices;
        what is overdue is before unapplied credits, which are payments and credit memos that are
        not applied to an invoice yet; what a customer owes is less them;
        an invoice names its currency where the company has switched several on; where none is
        named it is that of `currency`, or else of the field;
        all of a company's money is a JSON number; what a customer owes is in its own currency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    AuthorizationCode,
    Connection,
    Family,
    Found,
    Limits,
    Push,
    Row,
    Scope,
    belonging,
    listing,
    lookup,
)
from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate

from context_sidecar_adapters.quickbooks import invoices, webhooks
from context_sidecar_adapters.quickbooks.customers import BATCH, Customers
from context_sidecar_adapters.quickbooks.queries import Queries
from context_sidecar_adapters.quickbooks.refusals import explain

UNUSED = timedelta(days=100)
SCOPE = "com.intuit.quickbooks.accounting"


class QuickBooks(Adapter):
    """A company in QuickBooks Online."""

    family = Family.BILLING
    label = "QuickBooks"
    account_keys = MappingProxyType({"quickbooks_id": "Id", "name": "DisplayName"})
    asked_by = MappingProxyType({"name": {"by": "DisplayName"}})
    ready = MappingProxyType(
        {
            "overdue": {
                "label": "Overdue, before credits",
                "query": "overdue_invoices",
                "path": "amount",
            },
            "overdue_reasons": {"query": "overdue_invoices", "path": "reasons"},
            "overdue_invoices": {"query": "overdue_invoices"},
        }
    )
    limits = Limits(timeout=timedelta(seconds=5), rate=400, per=timedelta(minutes=1))

    class Settings(Schema):
        """How to reach the company, and by what it knows an account."""

        realm_id = fields.String(
            required=True,
            validate=validate.Regexp(
                r"^\d{5,25}$", error="expected the company's id, digits only, such as 4620816365"
            ),
            metadata={"description": "Id of the company: in QuickBooks, Additional info."},
        )
        client_id = fields.String(
            required=True, metadata={"description": "Client id of the app at Intuit."}
        )
        client_secret = SecretText(
            required=True, metadata={"description": "Client secret of the app at Intuit."}
        )
        by = fields.String(
            load_default="Id",
            validate=validate.OneOf(["Id", "DisplayName"]),
            metadata={"description": "What of a customer is the account's key."},
        )
        currency = fields.String(
            validate=validate.Regexp(r"^[A-Z]{3}$", error="expected a currency such as USD"),
            metadata={"description": "Currency of customers and invoices that name none."},
        )
        time_zone = TimeZone(
            load_default=ZoneInfo("UTC"),
            metadata={"description": "Time zone of the company: in it an invoice is overdue."},
        )
        url = Address(
            load_default="https://quickbooks.api.intuit.com",
            metadata={
                "description": "Address of the API; of a sandbox "
                "https://sandbox-quickbooks.api.intuit.com."
            },
        )
        authorize_url = Address(
            load_default="https://appcenter.intuit.com/connect/oauth2",
            metadata={"description": "Intuit's page where somebody lets us in."},
        )
        token_url = Address(
            load_default="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
            metadata={"description": "Where Intuit gives out tokens."},
        )
        app_url = Address(
            load_default="https://qbo.intuit.com",
            metadata={"description": "Address of QuickBooks' pages, for links."},
        )

    def connection(self) -> Connection:
        """Version 3 of the Accounting API."""
        given = self.settings
        return Connection(
            f"{str(given['url']).rstrip('/')}/v3/company/{given['realm_id']}",
            AuthorizationCode(
                given["authorize_url"], given["token_url"],
                given["client_id"], given["client_secret"],
                scope=SCOPE,
                headers={"x-include-refresh-token-hard-expires-in": "true"},
                expects={"realmId": given["realm_id"]},
                unused=UNUSED,
            ),
            explain=explain,
            max_bytes=20_000_000,
        )  # fmt: skip

    def scope(self) -> Scope:
        """Intuit has one scope for all of accounting."""
        return Scope(unavoidable=(f"{SCOPE}, which may write whatever its user may",))

    def check(self) -> str:
        """See which company it is, and that it has customers."""
        name = self._queries.company()["CompanyName"]
        return f"{name}, a company with {self._customers.prove()} customers"

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A customer as QuickBooks has it, with its `Balance` and `BalanceWithJobs` as money in its
        own currency (without one where the company has one only)."""
        return self._customers.answers(keys, names, self._link)[0]

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """The invoices of a customer and of all its sub-customers, projects among them, that are
        past due: `items`, the oldest first, and `total`; `amount`, what is due of them, null where
        nothing is (a text for several currencies; without a currency where the company has one
        only); `oldest_due`, a day; `reasons`, what is owed in all, in words."""
        customers, now = self._customers.answers(keys, (), self._link)
        zone = self.settings["time_zone"]
        found = [one.data for one in customers.values() if isinstance(one, Found)]
        rows = {str(row["Id"]): row for row in found if isinstance(row, dict)}

        def owed(_: Collection[str]) -> dict[str, tuple[Row, list[Row]]]:
            late = invoices.owed(self._queries, rows.values(), now, zone)
            return {one: (rows[one], mine) for one, mine in late.items()}

        return belonging(
            customers,
            lambda customer: str(customer["Id"]),
            owed,
            lambda one: {**self._told(one[1]), "reasons": invoices.reasons(one[0])},
        )

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All active customers, sub-customers among them, as `account` gives them."""
        for row in self._customers.every(names):
            yield AccountRow(row, self._link(row))

    def push(self) -> Push:
        """Webhooks of the app's, of this company."""
        return webhooks.push(self.settings["realm_id"])

    @property
    def _queries(self) -> Queries:
        return Queries(self.http, self.settings["realm_id"])

    @property
    def _customers(self) -> Customers:
        return Customers(self._queries, self.settings["by"], self.settings.get("currency", ""))

    def _told(self, rows: Sequence[Row]) -> dict[str, object]:
        currency = self.settings.get("currency", "")
        told = listing(
            rows, lambda row: {**invoices.item(row, currency), "url": self._page_of(row)}
        )
        return {**told, **invoices.summary(rows, currency)}

    def _link(self, customer: Row) -> str:
        return f"{self._app}/customerdetail?nameId={customer['Id']}"

    def _page_of(self, invoice: Row) -> str:
        return f"{self._app}/invoice?txnId={invoice['Id']}"

    @property
    def _app(self) -> str:
        return f"{str(self.settings['app_url']).rstrip('/')}/app"
