"""HubSpot: companies with any of their properties, their open tickets, and who is behind a record.

Auth    A service key or a private app's token (Bearer), with the scope crm.objects.companies.read;
        with crm.objects.owners.read where a field reads `owner`, tickets for open_tickets; with
        these, crm.objects.contacts.read and crm.objects.deals.read for the records of cards in
        HubSpot.
Scope   Those scopes alone. HubSpot tells which a private app's token has; of a service key it may
        not.
Limits  100 to 250 calls in ten seconds for each app, and a daily budget for the account; 5 searches
        a second. 100 records in one batch; 10,000 results of one search.
Quirks  From HubSpot's CRM API reference, error guide and API usage guidelines:
        every value is text, and a cleared one is "", which is null here;
        a property that does not exist is left out without a word, and so may be one that has no
        value; one that is missing is therefore asked for by itself, and a record without
        `hs_object_id`, which every record has, came without its properties;
        a batch answers 207 where it lacks some of what was asked for, and says which;
        a record that was merged into another answers under the other's id;
        a ticket does not name its company, and is closed by the stage of its pipeline;
        429 names the budget that is used up (`policyName`), often without Retry-After;
        477 is an account on the move, 423 one that is locked for a moment, 530 no token at all;
        search lags behind by seconds, and an archived company is found nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Bearer,
    Connection,
    Family,
    Found,
    Push,
    Reason,
    Row,
    Scope,
    Shape,
    SourceError,
    lookup,
)
from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, fields, validate

from context_sidecar_adapters.hubspot import properties as described
from context_sidecar_adapters.hubspot import webhooks
from context_sidecar_adapters.hubspot.companies import Companies, properties
from context_sidecar_adapters.hubspot.crm import BATCH, Crm, Record
from context_sidecar_adapters.hubspot.refusals import QUOTAS, explain
from context_sidecar_adapters.hubspot.tickets import Tickets

PERSON = ["email", "firstname", "lastname"]
RECORDS = {
    "company": ("companies", ["domain", "name"], []),
    "contact": ("contacts", PERSON, ["companies"]),
    "deal": ("deals", ["dealname"], ["companies", "contacts"]),
    "ticket": ("tickets", ["subject"], ["companies", "contacts"]),
}
"""How a kind of record is called in the API, what of it is read, and what belongs to it."""

RIGHTS = {
    "crm.objects.contacts.read": ("records",), "crm.objects.deals.read": ("records",),
    "crm.objects.owners.read": ("account.owner",), "tickets": ("open_tickets", "records"),
}  # fmt: skip
NEEDS = {"crm.objects.companies.read", *RIGHTS}
PLACES = {"companies": "0-2", "tickets": "0-5"}
"""How HubSpot's pages call the kinds of records."""


class HubSpot(Adapter):
    """A HubSpot account."""

    family = Family.CRM
    label = "HubSpot"
    tells_types = False
    account_keys = MappingProxyType({"hubspot_id": "id", "name": "name", "domain": "domain"})
    asked_by = MappingProxyType({"domain": {"by": "domain"}})
    rights = MappingProxyType(RIGHTS)
    ready = MappingProxyType(
        {
            "open_tickets": {"query": "open_tickets"},
            "last_contact": {"path": "notes_last_contacted"},
            "tier": {"path": "tier", "guess": True},
            "contract_status": {"path": "contract_status", "guess": True},
            "renewal_date": {"path": "renewal_date", "guess": True},
            "arr": {"path": "arr", "guess": True},
        }
    )
    record_keys = (
        "company_id", "company_domain", "company_name", "requester_email", "requester_name",
    )  # fmt: skip
    record_keys_by_type = MappingProxyType(
        dict.fromkeys(RECORDS, (record_keys[0], *record_keys[3:])) | {"company": record_keys[:3]}
    )

    class Settings(Schema):
        """How to reach HubSpot, and by what it knows an account."""

        token = SecretText(
            required=True, metadata={"description": "Service key, or a private app's token."}
        )
        portal_id = fields.String(
            required=True,
            validate=validate.Regexp(
                r"^\d+$", error="expected the account's number, such as 12345678"
            ),
            metadata={"description": "The HubSpot account's number, for links into it."},
        )
        by = fields.String(
            load_default="id",
            validate=validate.Regexp(
                r"^[a-z]\w*$",
                error="expected id, domain, or a property's internal name, such as account_number",
            ),
            metadata={
                "description": "What of a company is the account's key: its id, its domain, or a "
                "property that is declared to have unique values."
            },
        )
        url = Address(
            load_default="https://api.hubapi.com",
            metadata={"description": "Address of HubSpot's API."},
        )
        app_url = Address(
            load_default="https://app.hubspot.com",
            metadata={"description": "Address of HubSpot's pages, for links."},
        )

    def connection(self) -> Connection:
        """HubSpot's API."""
        return Connection(
            self.settings["url"],
            Bearer(self.settings["token"]),
            explain=explain,
            max_bytes=5_000_000,
            quotas=QUOTAS,
        )

    def check(self) -> str:
        """See at least one company."""
        self._companies.prove()
        return f"HubSpot account {self.settings['portal_id']}"

    def scope(self) -> Scope | None:
        """What HubSpot says of a private app's token; of what is none it says nothing."""
        has = self._crm.scopes(self.settings["token"]) if "token" in self.settings else None
        return None if has is None else Scope.between(has, NEEDS)

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A company's properties by their names; `owner` is its owner's `name` and `email`."""
        return self._companies.answers(keys, names, lambda row: self._link("companies", row["id"]))

    @lookup(batch=50)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """The tickets in no closed stage: `items`, the last changed first, and `total`."""
        companies = self.account(keys, ())
        ids = {key: _id(found) for key, found in companies.items() if isinstance(found, Found)}
        if not ids:
            return companies
        found = Tickets(self._crm).open_of(set(ids.values()))
        opened = {
            key: Found(
                {"items": [self._item(row) for row in found[one][0]], "total": found[one][1]},
                link=self._link("companies", one),
            )
            for key, one in ids.items()
        }
        return {**companies, **opened}

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All companies, under the names that `account` gives."""
        wanted = properties(names)
        known = {name for name in wanted if self._crm.knows("companies", name)}
        for row in self._crm.every("companies", wanted):
            yield AccountRow(dict.fromkeys(known) | row, self._link("companies", row["id"]))

    def shape(self, lookup: str) -> Shape | None:
        """The properties of companies, and their owner, for `account`."""
        if lookup != "account":
            return None
        return described.shape(self.http, "companies").keyed(self.settings["by"])

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of a company, contact, deal or ticket: `company_id` and, where it is the record
        itself, `company_domain` and `company_name`; `requester_email` and `requester_name`."""
        if type not in RECORDS:
            raise SourceError(Reason.NOT_CONFIGURED, "companies, contacts, deals and tickets only")
        kind, wanted, related = RECORDS[type]
        row = self._crm.one(kind, id, wanted, related)
        if row is None:
            return None
        person = row if type == "contact" else self._person(row.get("contacts", []))
        companies = [row["id"]] if type == "company" else row["companies"]
        keys = {
            "company_id": companies[0] if len(companies) == 1 else None,
            "company_domain": row.get("domain"),
            "company_name": row.get("name"),
            "requester_email": person.get("email"),
            "requester_name": " ".join(filter(None, map(person.get, ["firstname", "lastname"]))),
        }
        return {name: value for name, value in keys.items() if value}

    def push(self) -> Push:
        """Webhooks of a private app, of this account."""
        return webhooks.push(self.settings["by"], self.settings["portal_id"])

    @property
    def _crm(self) -> Crm:
        return Crm(self.http)

    @property
    def _companies(self) -> Companies:
        return Companies(self._crm, self.settings["by"])

    def _link(self, kind: str, one: str) -> str:
        place = f"contacts/{self.settings['portal_id']}/record/{PLACES[kind]}/{one}"
        return f"{str(self.settings['app_url']).rstrip('/')}/{place}"

    def _person(self, contacts: Sequence[str]) -> Record:
        """The contact of a record, where it has one and not several."""
        found = self._crm.one("contacts", contacts[0], PERSON) if len(contacts) == 1 else None
        return found or {}

    def _item(self, ticket: Row) -> dict[str, object]:
        return {**ticket, "url": self._link("tickets", ticket["id"])}


def _id(company: Found) -> str:
    assert isinstance(company.data, Mapping)
    return str(company.data["id"])
