"""Dynamics 365 (Dataverse) and Business Central: accounts, cases, opportunities and entitlements;
or customers with what they owe, and their overdue invoices.

Auth    OAuth 2 client credentials of an app in Microsoft Entra ID, with a secret or a certificate.
        In Dataverse an application user stands for it, in Business Central an entry among the
        Microsoft Entra applications.
Scope   Dataverse: a security role with Read for the whole organization on Account, Contact, Case,
        Opportunity, Entitlement and Currency; it tells which our user has. Business Central:
        API.ReadWrite.All, which is all that an app can have, and a permission set that reads
        customers and sales invoices; it does not tell.
Limits  Dataverse: for each user and server 6,000 requests and 20 minutes of work in five minutes,
        and 52 requests at once; past them 429 with Retry-After, which grows for those who go on.
        Business Central: for each user 6,000 requests in five minutes and 5 at once, and 8 minutes
        for one. 50 accounts are read in one call.
Quirks  From Microsoft's pages (Dataverse: query data using the Web API, service protection API
        limits, Web API client errors, column-level security; Business Central: API v2.0, API
        limits, troubleshooting REST API calls):
        records that our user may not read are left out without a word;
        texts are compared without case, and in most languages without accents: an account named
        Müller is not taken for one named Muller, which comes along;
        a secured column that it may not read is null (it is left out here);
        a property that does not exist fails the whole query with 400, and one is named; it is left
        out, the rest asked again; names of properties and sets have upper and lower case;
        an account that was merged into another is inactive, and names it (`_masterid_value`): it
        is no match, and cards name the other; one that is inactive answers where no other has its
        key, and is said to be archived;
        a day may be the moment at which it began for whoever entered it, in UTC;
        choices are numbers, and references ids: what people see is in annotations (`display`);
        a case of a person is none of that person's company;
        Business Central has no null: "", an id of zeros and a day in the year 1 stand for it;
        what is overdue there is before unapplied credits: payments and credit memos whose entries
        are not applied to an invoice yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    ClientCredentials,
    ClientKey,
    Connection,
    Family,
    Lookup,
    Reason,
    Row,
    Scope,
    Shape,
    SourceError,
    belonging,
    listing,
    lookup,
)

from context_sidecar_adapters.dataverse import described, records
from context_sidecar_adapters.dataverse.belongings import CASES, ENTITLEMENTS, OPPORTUNITIES, Kind
from context_sidecar_adapters.dataverse.business_central import Customers
from context_sidecar_adapters.dataverse.crm_accounts import Accounts
from context_sidecar_adapters.dataverse.odata import PREFER, OData
from context_sidecar_adapters.dataverse.refusals import QUOTAS, explain
from context_sidecar_adapters.dataverse.settings import BUSINESS_CENTRAL
from context_sidecar_adapters.dataverse.settings import Settings as SettingsSchema

BATCH = 50
LOOKUPS = {
    False: {"account", "open_tickets", "open_opportunities", "entitlements"},
    True: {"account", "overdue_invoices"},
}
"""What there is in Dataverse, and what in Business Central."""


class Dataverse(Adapter):
    """An environment of Dataverse, or a company in Business Central."""

    family = Family.CRM
    label = "Dynamics 365"
    record_keys = records.KEYS
    record_keys_by_type = records.KEYS_BY_TYPE
    rights = MappingProxyType(described.RIGHTS)
    Settings = SettingsSchema
    account_keys = MappingProxyType(
        {"crm_id": "accountid", "account_number": "accountnumber", "name": "name"}
    )
    ready = MappingProxyType(
        {
            "owner": {"path": "display._ownerid_value"},
            "open_tickets": {"query": "open_tickets"},
            "sales_commitments": {"query": "open_opportunities"},
            "renewal_date": {"query": "entitlements", "path": "first_end"},
        }
    )
    example = MappingProxyType({"client_secret": None})

    def connection(self) -> Connection:
        """The Web API of Dataverse, or API v2.0 of Business Central."""
        given = self.settings
        base = f"{self._url}/api/data/v9.2"
        if self._is_business_central:
            place = f"{given['tenant_id']}/{given['environment']}"
            base = f"{self._url}/v2.0/{place}/api/v2.0/companies({given['company_id']})"
        login = str(given["login_url"]).rstrip("/")
        secret = given.get("client_secret") or ClientKey(given["private_key"], "PS256")
        return Connection(
            base,
            ClientCredentials(
                f"{login}/{given['tenant_id']}/oauth2/v2.0/token",
                given["client_id"],
                secret,
                f"{self._url}/.default",
                in_body=True,
            ),
            headers={"OData-MaxVersion": "4.0", "OData-Version": "4.0", "Prefer": PREFER},
            explain=explain,
            max_bytes=10_000_000,
            quotas=QUOTAS,
        )

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """Those of the service that is spoken to."""
        has = LOOKUPS[self._is_business_central]
        return {name: one for name, one in super().lookups.items() if name in has}

    def check(self) -> str:
        """Sign in, and see accounts."""
        if self._is_business_central:
            self._customers.prove()
            return f"Business Central, company {self.settings['company_id']}"
        user = self.http.get("/WhoAmI").json()["UserId"]
        self._accounts.prove()
        return f"Dynamics 365 at {self._url} as the user {user}"

    def scope(self) -> Scope | None:
        """Which privileges our user has in Dataverse, beside those that are needed."""
        return None if self._is_business_central else described.rights(self.http)

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account, or a customer of Business Central, with its properties by their names; what
        it refers to below the reference (`primarycontactid.emailaddress1`,
        `customerFinancialDetail.overdueAmount`, in the company's own currency), and what people see
        of a choice or a reference below `display` (`display._ownerid_value`)."""
        if self._is_business_central:
            return self._customers.answers(keys, names)
        return self._accounts.answers(keys, names, self._opens("account"))

    @lookup(batch=BATCH)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Of Dynamics 365: an account's active cases: `items`, the last changed first, and
        `total`."""
        return self._of(CASES, keys)

    @lookup(batch=BATCH)
    def open_opportunities(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Of Dynamics 365: an account's open opportunities, in the same form; `amount`, what they
        are estimated at (a text for several currencies); `first_end`, when the first is to be
        closed, and `last_end`, days, or null."""
        return self._of(OPPORTUNITIES, keys)

    @lookup(batch=BATCH)
    def entitlements(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Of Dynamics 365: an account's active entitlements, in the same form; `first_end` and
        `last_end`, days, null where there are none."""
        return self._of(ENTITLEMENTS, keys)

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Of Business Central: the invoices billed to a customer that are past due: `items`, the
        oldest first, and `total`; `amount`, what is due of them, null where nothing is (a text for
        several currencies); `oldest_due`, a day."""
        return self._customers.overdue(self.account(keys, ()), self.settings["time_zone"])

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All accounts that are active, or all customers of Business Central, as `account` gives
        them."""
        if self._is_business_central:
            yield from map(AccountRow, self._customers.every(names))
            return
        link = self._opens("account")
        for row in self._accounts.active(names):
            yield AccountRow(row, link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The columns of accounts in Dataverse, for `account`."""
        if lookup != "account" or self._is_business_central:
            return None
        return described.shape(self.http).keyed(self._by)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """Of Dynamics 365: the keys of an account, contact, ticket (case) or opportunity:
        `account_id`, `account_number`, `account_name`, `requester_email` and `requester_name`."""
        if self._is_business_central:
            raise SourceError(Reason.NOT_CONFIGURED, "Business Central shows no records to us")
        return records.read(self._odata, type, id)

    @property
    def _is_business_central(self) -> bool:
        return bool(self.settings["service"] == BUSINESS_CENTRAL)

    @property
    def _by(self) -> str:
        usual = "number" if self._is_business_central else "accountnumber"
        return str(self.settings.get("by", usual))

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _odata(self) -> OData:
        return OData(self.http)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self._odata, self._by)

    @property
    def _customers(self) -> Customers:
        return Customers(self._odata, self._by)

    def _opens(self, name: str) -> Callable[[Row], str]:
        place = f"{self._url}/main.aspx?pagetype=entityrecord&etn={name}&id="
        return lambda row: f"{place}{row[f'{name}id']}"

    def _of(self, kind: Kind, keys: Sequence[str]) -> Answers:
        """What of *kind* belongs to the accounts of *keys*."""
        link = self._opens(kind.name)
        return belonging(
            self.account(keys, ()),
            lambda account: str(account["accountid"]),
            lambda ids: kind.of(self._odata, ids, self.settings["time_zone"]),
            lambda rows: {
                **listing(rows, lambda row: {**kind.item(row), "url": link(row)}),
                **kind.summary(rows),
            },
        )
