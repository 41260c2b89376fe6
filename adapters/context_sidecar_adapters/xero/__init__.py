"""Xero: contacts that are customers, with what they owe, and their overdue invoices.

Auth    OAuth 2 client credentials of a custom connection, which belongs to one organisation, with
        the scopes accounting.contacts.read and accounting.invoices.read; of connections made before
        March 2026, accounting.transactions.read stands for the latter. Tokens live half an hour.
Scope   Those two scopes. A token has what `scope` asks for of what the connection has, so that is
        looked at.
Limits  For each organisation 60 calls a minute, 5,000 a day and 5 at once; past them 429 with
        Retry-After, and which of them it was in X-Rate-Limit-Problem. 40 contacts are read in
        one call, 500 rows make a page.
Quirks  From Xero's API documentation (contacts, invoices, requests and responses, limits, custom
        connections, scopes) and its own description of the Accounting API:
        what is empty is left out;
        balances of a contact are shown in pages only, so a page is always asked for;
        a contact that was merged into another is archived, and what was its own is the other's;
        a time is text, /Date(…)/, in milliseconds; a day is its midnight in UTC;
        If-Modified-Since filters rows, and is never sent;
        a scope that is missing is 401 AuthorizationUnsuccessful; 403 AuthenticationUnsuccessful
        stands for a connection that was cut, and for another organisation's id;
        an invoice that is to be paid is AUTHORISED; credits are subtracted from its AmountDue;
        a contact is a customer once an invoice was made out to it, and others are suppliers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    ClientCredentials,
    Connection,
    Family,
    Found,
    Row,
    Scope,
    SourceError,
    lookup,
)
from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate

from context_sidecar_adapters.xero import invoices
from context_sidecar_adapters.xero.contacts import BATCH, Contacts
from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.refusals import QUOTAS, explain

SCOPES = "accounting.contacts.read accounting.invoices.read"
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Xero(Adapter):
    """An organisation in Xero."""

    family = Family.BILLING
    label = "Xero"

    class Settings(Schema):
        """How to reach the organisation, and by what it knows an account."""

        client_id = fields.String(
            required=True, metadata={"description": "Client id of the custom connection."}
        )
        client_secret = SecretText(
            required=True, metadata={"description": "Client secret of the custom connection."}
        )
        scope = fields.String(
            load_default=SCOPES,
            metadata={"description": "What to ask for, of that which the connection may."},
        )
        tenant_id = fields.String(
            validate=validate.Regexp(rf"^{GUID}$"),
            metadata={"description": "Id of the organisation, where it is to be made sure of."},
        )
        time_zone = TimeZone(
            load_default=ZoneInfo("UTC"),
            metadata={"description": "Time zone of the organisation: in it an invoice is overdue."},
        )
        by = fields.String(
            load_default="ContactID",
            validate=validate.OneOf(["ContactID", "ContactNumber", "AccountNumber"]),
            metadata={"description": "What of a contact is the account's key."},
        )
        url = Address(
            load_default="https://api.xero.com", metadata={"description": "Address of Xero's API."}
        )
        token_url = Address(
            load_default="https://identity.xero.com/connect/token",
            metadata={"description": "Where Xero gives out tokens."},
        )
        app_url = Address(
            load_default="https://go.xero.com",
            metadata={"description": "Address of Xero's pages, for links."},
        )

    def connection(self) -> Connection:
        """Version 2.0 of the Accounting API."""
        given = self.settings
        tenant = {"xero-tenant-id": given["tenant_id"]} if "tenant_id" in given else {}
        return Connection(
            f"{str(given['url']).rstrip('/')}/api.xro/2.0",
            ClientCredentials(
                given["token_url"], given["client_id"], given["client_secret"], given["scope"]
            ),
            headers=tenant,
            explain=explain,
            max_bytes=20_000_000,
            quotas=QUOTAS,
        )

    def check(self) -> str:
        """Sign in, and see at least one contact."""
        return f"Xero, an organisation with {self._contacts.prove()} contacts"

    def scope(self) -> Scope:
        """What is asked for with each token, beside what is needed."""
        asked = set(str(self.settings["scope"]).split())
        broad = {"accounting.transactions.read": "accounting.invoices.read"}  # of older connections
        return Scope.between({broad.get(one, one) for one in asked}, SCOPES.split())

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A contact as Xero has it, its times as ISO 8601; what it owes is in
        `Balances.AccountsReceivable`, as numbers in the organisation's currency."""
        return self._contacts.answers(keys, names, self._link)

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A contact's sales invoices that are past due: `items`, the oldest first, and `total`;
        `amount`, what is due of them, null where nothing is (left out for several currencies);
        `oldest_due`, a day."""
        contacts = self._contacts.answers(keys, (), self._link)
        known = {key: one for key, one in contacts.items() if isinstance(one, Found)}
        ids = {key: _id(one) for key, one in known.items()}
        late = invoices.overdue(Pages(self.http), set(ids.values()), self.settings["time_zone"])
        told = {
            key: Found(
                {"items": [self._item(row) for row in late[one]], **invoices.summary(late[one])},
                link=known[key].link,
            )
            for key, one in ids.items()
        }
        return {**contacts, **told}

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All contacts that are customers and not archived, as `account` gives them."""
        for row in self._contacts.customers(names):
            yield AccountRow(row, self._link(row))

    @property
    def _contacts(self) -> Contacts:
        return Contacts(Pages(self.http), self.settings["by"])

    @property
    def _app(self) -> str:
        return str(self.settings["app_url"]).rstrip("/")

    def _link(self, contact: Row) -> str:
        return f"{self._app}/Contacts/View/{contact['ContactID']}"

    def _item(self, invoice: Row) -> dict[str, object]:
        place = f"{self._app}/AccountsReceivable/View.aspx?InvoiceID={invoice['InvoiceID']}"
        return {**invoices.item(invoice), "url": place}


def _id(contact: Found | SourceError) -> str:
    assert isinstance(contact, Found)
    assert isinstance(contact.data, Mapping)
    return str(contact.data["ContactID"])
