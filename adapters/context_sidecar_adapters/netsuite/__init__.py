"""NetSuite by SuiteQL: customers with any of their fields, and the overdue invoices of them, of
their sub-customers and of their projects.

Auth    OAuth 2 client credentials, signed with the key of a certificate that is mapped to an
        integration record, a user and a role (OAuth 2.0 Client Credentials Setup).
Scope   `rest_webservices`, and a role of its own with REST Web Services, Log in using OAuth 2.0
        Access Tokens, SuiteAnalytics Workbook, and View on Customers, Projects, Find Transaction,
        Invoice and Currency, for all subsidiaries that count. No call tells what a role may.
Limits  Requests under way at once, of the whole account: 15, and 10 more for each SuiteCloud Plus
        license; past them 429. 1,000 rows make a page, 100,000 a result. 200 customers are read in
        one call.
Quirks  From Oracle's NetSuite help (Executing SuiteQL Queries Through REST Web Services; The
        Request Token Structure; Error Handling in REST Web Services; Working with Resource
        Metadata):
        a record that the role may not see looks as if it did not exist, and rows of a subsidiary
        that it may not see are left out without a word;
        a column that does not exist, or may not be read, fails the whole query with 400, and one is
        named; it is left out, the rest asked again;
        a column that is null is left out of a row, and names come back in lower case;
        every value is text, booleans are T and F, and dates are written as the user prefers: `day`
        gives them as YYYY-MM-DD, and `display` what people see of a reference;
        without an order rows may come twice on two pages;
        an invoice may be made out to a customer's project, which is another entity, and counts as
        the customer's; a sub-customer is a customer of its own, whose invoices count with those
        of the customers above it, too (`parent`; a query for each level);
        what is overdue is before unapplied credits: credit memos, payments and deposits that are
        not applied to an invoice yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    ClientCredentials,
    ClientKey,
    Connection,
    Family,
    Row,
    Shape,
    belonging,
    listing,
    lookup,
)

from context_sidecar_adapters.netsuite import described, invoices
from context_sidecar_adapters.netsuite.customers import BATCH, Customers
from context_sidecar_adapters.netsuite.families import families
from context_sidecar_adapters.netsuite.refusals import explain
from context_sidecar_adapters.netsuite.settings import Settings as SettingsSchema
from context_sidecar_adapters.netsuite.suiteql import SuiteQL


class NetSuite(Adapter):
    """A NetSuite account."""

    family = Family.BILLING
    label = "NetSuite"
    Settings = SettingsSchema
    account_keys = MappingProxyType(
        {"netsuite_id": "id", "external_id": "externalid", "name": "companyname"}
    )
    asked_by = MappingProxyType({"email": {"by": "email"}, "name": {"by": "companyname"}})
    ready = MappingProxyType(
        {
            "owner": {"path": "display.salesrep"},
            "overdue": {
                "label": "Overdue, before credits",
                "query": "overdue_invoices",
                "path": "amount",
            },
            "overdue_invoices": {"query": "overdue_invoices"},
        }
    )

    def connection(self) -> Connection:
        """The account's own REST services."""
        given = self.settings
        base = f"{self._url('suitetalk.api')}/services/rest"
        key = ClientKey(
            given["private_key"],
            given["algorithm"],
            given["certificate_id"],
            claims={"scope": ["rest_webservices"]},
        )
        token_url = f"{base}/auth/oauth2/v1/token"
        return Connection(
            base,
            ClientCredentials(token_url, given["client_id"], key),
            explain=explain,
            max_bytes=10_000_000,
        )

    def check(self) -> str:
        """Sign in, and see customers."""
        self._customers.prove()
        return f"NetSuite account {self.settings['account_id']}"

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A customer's columns by their names; below `display` what people see of a reference
        (`display.salesrep`), below `day` a date as YYYY-MM-DD (`day.startdate`)."""
        return self._customers.answers(keys, names, self._link)

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """The invoices of a customer, of all its sub-customers and of their projects that are past
        due: `items`, the oldest first, and `total`; `amount`, what is due of them, null where
        nothing is (a text for several currencies); `oldest_due`, a day."""
        return belonging(
            self.account(keys, ()),
            lambda customer: str(customer["id"]),
            self._overdue,
            lambda rows: {**listing(rows, self._item), **invoices.summary(rows)},
        )

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All customers that are not inactive, as `account` gives them."""
        for row in self._customers.active(names):
            yield AccountRow(row, self._link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The fields of customers, for `account`."""
        if lookup != "account":
            return None
        return described.shape(self.http, "customer").keyed(self.settings["by"])

    def _overdue(self, ids: Collection[str]) -> dict[str, list[Row]]:
        known = families(self._suiteql, ids)
        return invoices.overdue(self._suiteql, known, self.settings["time_zone"])

    @property
    def _suiteql(self) -> SuiteQL:
        return SuiteQL(self.http)

    @property
    def _customers(self) -> Customers:
        return Customers(self._suiteql, self.settings["by"])

    def _url(self, service: str) -> str:
        """The account's own address of a *service*, as sandboxes write it: 1234567-sb1."""
        account = str(self.settings["account_id"]).lower().replace("_", "-")
        given = self.settings.get("url", f"https://{account}.{service}.netsuite.com")
        return str(given).rstrip("/")

    def _link(self, customer: Row) -> str:
        return f"{self._url('app')}/app/common/entity/custjob.nl?id={customer['id']}"

    def _item(self, invoice: Row) -> dict[str, object]:
        place = f"app/accounting/transactions/custinvc.nl?id={invoice['id']}"
        return {**invoices.item(invoice), "url": f"{self._url('app')}/{place}"}
