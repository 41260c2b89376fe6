"""Xero: contacts that are customers, and their open and overdue invoices.

Auth    OAuth 2 client credentials of a custom connection, which belongs to one organisation; or
        authorization code of a web app, which somebody connects on its page among the sources at
        /admin, or with `sidecar connect`, and of which `tenant_id` says the organisation. Tokens
        live half an hour; what renews a web app's is replaced each time, and ends after 60 days
        unused.
Scope   accounting.contacts.read and accounting.invoices.read; of connections made before March 2026
        accounting.transactions.read stands for the latter. A web app asks for offline_access
        besides. A token has what `scope` asks for of what the app has, so that is looked at.
Limits  For each organisation 60 calls a minute, 5,000 a day and 5 at once; past them 429 with
        Retry-After, and which of them it was in X-Rate-Limit-Problem. 40 contacts are read in
        one call, 500 rows make a page.
Quirks  From Xero's API documentation (contacts, invoices, requests and responses, limits, custom
        connections, scopes) and its own description of the Accounting API:
        what is empty is left out;
        `Balances` of a contact are not converted to the organisation's currency, and name none, so
        that they are not read; open invoices do;
        a contact that was merged into another is archived, and what was its own is the other's: it
        is no match, and cards name the other; one that is archived alone answers, as such;
        a time is text, /Date(…)/, in milliseconds; a day is its midnight in UTC;
        If-Modified-Since filters rows, and is never sent;
        a scope that is missing is 401 AuthorizationUnsuccessful; 403 AuthenticationUnsuccessful
        stands for a connection that was cut, and for another organisation's id;
        an invoice that is to be paid is AUTHORISED; credits that are allocated to it are subtracted
        from its AmountDue: what is overdue is before unapplied credit notes and prepayments;
        a contact is a customer once an invoice was made out to it, and others are suppliers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    AuthorizationCode,
    ClientCredentials,
    Connection,
    Family,
    Push,
    Reason,
    Row,
    Scope,
    SignIn,
    SourceError,
    belonging,
    listing,
    lookup,
)

from context_sidecar_adapters.xero import invoices, webhooks
from context_sidecar_adapters.xero.contacts import BATCH, Contacts
from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.refusals import QUOTAS, explain
from context_sidecar_adapters.xero.settings import SCOPES
from context_sidecar_adapters.xero.settings import Settings as SettingsSchema

RENEWED = "offline_access"
"""The scope without which a web app is let in for half an hour (Xero's page on scopes)."""

UNUSED = timedelta(days=60)


class Xero(Adapter):
    """An organisation in Xero."""

    family = Family.BILLING
    label = "Xero"
    account_keys = MappingProxyType(
        {"xero_id": "ContactID", "account_number": "AccountNumber", "name": "Name"}
    )
    ready = MappingProxyType(
        {
            "overdue": {
                "label": "Overdue, before credits",
                "query": "overdue_invoices",
                "path": "amount",
            },
            "overdue_invoices": {"query": "overdue_invoices"},
        }
    )

    rights = MappingProxyType({"accounting.invoices.read": ("open_invoices", "overdue_invoices")})
    Settings = SettingsSchema

    def connection(self) -> Connection:
        """Version 2.0 of the Accounting API."""
        given = self.settings
        tenant = {"xero-tenant-id": given["tenant_id"]} if "tenant_id" in given else {}
        return Connection(
            f"{str(given['url']).rstrip('/')}/api.xro/2.0",
            self._sign_in(),
            headers=tenant,
            explain=explain,
            max_bytes=20_000_000,
            quotas=QUOTAS,
        )

    def check(self) -> str:
        """Sign in, to the organisation that is meant, and see at least one contact."""
        if self.settings["app"] == "web_app":
            self._check_organisation()
        return f"Xero, an organisation with {self._contacts.prove()} contacts"

    def scope(self) -> Scope:
        """What is asked for with each token, beside what is needed."""
        asked = set(str(self.settings["scope"]).split())
        broad = {"accounting.transactions.read": "accounting.invoices.read"}  # of older connections
        return Scope.between({broad.get(one, one) for one in asked}, SCOPES.split())

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A contact as Xero has it, its times as ISO 8601, without `Balances`."""
        return self._contacts.answers(keys, names, self._link)

    @lookup(batch=BATCH)
    def open_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A contact's sales invoices that are approved and not paid in full: `items`, the first
        that is due first, and `total`; `amount`, what is due of them, null where nothing is (a text
        for several currencies); `oldest_due`, a day. Credit notes and prepayments count once they
        are allocated to an invoice."""
        return self._of(keys, lambda ids: invoices.unpaid(Pages(self.http), ids))

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Those of `open_invoices` that are past due, in the same form."""
        zone = self.settings["time_zone"]
        return self._of(keys, lambda ids: invoices.overdue(Pages(self.http), ids, zone))

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All contacts that are customers and not archived, as `account` gives them."""
        for row in self._contacts.customers(names):
            yield AccountRow(row, self._link(row))

    def push(self) -> Push:
        """Webhooks of contacts and invoices."""
        return webhooks.push(self.settings["by"], self.settings.get("tenant_id", ""))

    def _of(
        self, keys: Sequence[str], read: Callable[[set[str]], Mapping[str, list[Row]]]
    ) -> Answers:
        """The invoices of the contacts of *keys*, as *read*."""
        return belonging(
            self.account(keys, ()),
            lambda contact: str(contact["ContactID"]),
            read,
            lambda rows: {**listing(rows, self._item), **invoices.summary(rows)},
        )

    def _sign_in(self) -> SignIn:
        given = self.settings
        client = given["client_id"], given["client_secret"]
        if given["app"] == "custom_connection":
            return ClientCredentials(given["token_url"], *client, given["scope"])
        scope = f"{given['scope']} {RENEWED}"
        return AuthorizationCode(
            given["authorize_url"], given["token_url"], *client, scope, unused=UNUSED
        )

    def _check_organisation(self) -> None:
        """See that somebody has let us into the organisation that is configured; name those that
        they have, as their ids are seen nowhere else (Xero's page on connections)."""
        rows = self.http.get(f"{str(self.settings['url']).rstrip('/')}/connections").json()
        names = {row["tenantId"]: row["tenantName"] for row in rows}
        if self.settings.get("tenant_id", "").lower() not in names:
            known = ", ".join(f"{one} ({name})" for one, name in names.items()) or "none"
            detail = f"tenant_id is none of the organisations that we were let into: {known}"
            raise SourceError(Reason.NOT_CONFIGURED, detail)

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
