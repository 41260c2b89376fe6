"""Salesforce: accounts with any of their fields, their open cases and opportunities.

Auth    OAuth 2 at the org's My Domain, by an external client app with the scope `api`: client
        credentials, or JWT bearer (RS256) for a user. The user behind it needs View All on the
        objects that are read: what sharing hides from it is left out without a word.
Scope   API Enabled, and Read and View All on Account, Contact, Case and Opportunity, with Read on
        the fields. Salesforce tells what our user may create, edit or delete of them: nothing is
        enough.
Limits  Calls of the whole org in 24 hours (`Sforce-Limit-Info: api-usage=…`), past which 403
        REQUEST_LIMIT_EXCEEDED. A page of a query has up to 2,000 rows. An address has up to 16,384
        bytes, so queries travel in the body of a composite request, which counts as one call.
Quirks  From the REST API, SOQL and composite developer guides:
        a composite request answers 200 whatever became of its parts, which have their own status;
        one column that was renamed, deleted or hidden from the user fails the whole query with
        400 INVALID_FIELD, and only the first such is named; it is left out, the rest asked again;
        an object that is hidden from the user is INVALID_TYPE, as if it did not exist;
        INVALID_SESSION_ID stands for an expired session, a wrong instance, a session locked to
        another address, and API access control;
        an id has 15 characters, with or without three more that follow from them, and one
        malformed id fails the query for all; times have an offset without a colon;
        an account that was merged into another is deleted, and names it (queryAll, MasterRecordId);
        maintenance answers with a page for people, even with 200.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    ClientCredentials,
    Connection,
    Family,
    Found,
    JwtBearer,
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    Unasked,
    lookup,
)
from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from context_sidecar_adapters.salesforce import describe
from context_sidecar_adapters.salesforce.merged import into_others
from context_sidecar_adapters.salesforce.records import ID, KEYS, KEYS_BY_TYPE, RIGHTS, keys_of
from context_sidecar_adapters.salesforce.soql import NAME, QUOTAS, Soql, explain

LARGEST_PAGE = 10_000_000
"""Bytes of 2,000 wide rows."""

EVERY = {"id": "Id", "created_at": "CreatedDate", "updated_at": "LastModifiedDate"}
CASE = EVERY | {"title": "Subject", "status": "Status", "priority": "Priority"}
KINDS = ("Account", "Contact", "Case", "Opportunity")
OPPORTUNITY = EVERY | {
    "title": "Name", "status": "StageName", "amount": "Amount", "close_date": "CloseDate"
}  # fmt: skip


class Salesforce(Adapter):
    """A Salesforce org, read by SOQL."""

    family = Family.CRM
    label = "Salesforce"
    account_keys = MappingProxyType({"crm_id": "Id", "name": "Name", "domain": "Website"})
    asked_by = MappingProxyType({"name": {"by": "Name"}})
    rights = MappingProxyType(RIGHTS)
    ready = MappingProxyType(
        {
            "owner": {"path": "Owner.Name"},
            "open_tickets": {"query": "open_tickets"},
            "sales_commitments": {"query": "open_opportunities"},
            "tier": {"path": "Tier__c", "guess": True},
            "contract_status": {"path": "Contract_Status__c", "guess": True},
            "renewal_date": {"path": "Renewal_Date__c", "guess": True},
            "arr": {"path": "ARR__c", "guess": True},
        }
    )
    example = MappingProxyType({"client_secret": None})
    record_keys = KEYS
    record_keys_by_type = KEYS_BY_TYPE

    class Settings(Schema):
        """How to reach the org, and by what it knows an account."""

        instance_url = Address(
            required=True,
            metadata={"description": "My Domain address, such as https://acme.my.salesforce.com."},
        )
        client_id = fields.String(
            required=True, metadata={"description": "Consumer key of the external client app."}
        )
        client_secret = SecretText(
            metadata={"description": "Consumer secret, to sign in by client credentials."}
        )
        user = fields.String(metadata={"description": "User to sign in as by JWT bearer."})
        private_key = SecretText(
            metadata={"description": "Private key (PEM) of the app's certificate, for JWT bearer."}
        )
        audience = Address(
            load_default="https://login.salesforce.com",
            metadata={"description": "Audience of the JWT: the login host."},
        )
        api_version = fields.String(
            load_default="62.0",
            validate=validate.Regexp(r"^\d+\.0$", error="expected a version such as 62.0"),
            metadata={"description": "Version of the REST API."},
        )
        by = fields.String(
            load_default="Id",
            validate=validate.Regexp(
                r"^[A-Za-z]\w*$", error="expected the API name of a field, such as ERP_Number__c"
            ),
            metadata={"description": "Text field of Account that holds the account's key."},
        )

        @validates_schema
        def _one_way_to_sign_in(self, data: Mapping[str, Any], **_: Any) -> None:
            given = data.keys() & {"client_secret", "user", "private_key"}
            if given not in ({"client_secret"}, {"user", "private_key"}):
                raise ValidationError("expected client_secret, or user and private_key", "user")

    def connection(self) -> Connection:
        """The org's My Domain."""
        given = self.settings
        token_url = f"{self._org}/services/oauth2/token"
        sign_in: ClientCredentials | JwtBearer
        if "client_secret" in given:
            secret = given["client_secret"]
            sign_in = ClientCredentials(token_url, given["client_id"], secret, in_body=True)
        else:
            who = given["client_id"], given["user"], given["audience"]
            sign_in = JwtBearer(token_url, *who, given["private_key"])
        return Connection(
            self._org, sign_in, explain=explain, max_bytes=LARGEST_PAGE, quotas=QUOTAS
        )

    def check(self) -> str:
        """Sign in, and see at least one account."""
        self._soql.prove("Account")
        return f"Salesforce at {self._org}, API version {self.settings['api_version']}"

    def scope(self) -> Scope:
        """What our user may do to what is read, as Salesforce describes it."""
        return self._soql.rights(KINDS)

    @lookup(batch=200)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's fields by their API names, a related record's below the relationship's
        name (`Owner.Name`)."""
        # One malformed id would fail the query for all.
        asked = [key for key in keys if self._by != "Id" or re.fullmatch(ID, key)]
        optional = set(filter(NAME.fullmatch, names))
        rows = self._soql.find("Account", self._by, asked, {"Id", "Name"}, optional=optional)
        reader = Rows(
            lambda row: row[self._by],
            link=self._link,
            name=lambda row: f"{row['Name']} ({row['Id']})",
            same=self._same,
        )
        refused = Unasked(Reason.NOT_CONFIGURED, "the account's key is no Salesforce id")
        answers = reader.answers(asked, rows)
        return dict.fromkeys(keys, refused) | into_others(self._soql, answers, self._by)

    @lookup(batch=50)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's cases that are not closed: `items`, the last changed first, and `total`."""
        return self._open("Case", CASE, keys)

    @lookup(batch=50)
    def open_opportunities(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's opportunities that are not closed, in the same form; each also has its
        `amount` and `close_date`."""
        return self._open("Opportunity", OPPORTUNITY, keys)

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All accounts that our user is shown, under the names that `account` gives."""
        self._soql.prove("Account")
        columns = {"Id", *filter(NAME.fullmatch, names)}
        for row in self._soql.every("Account", columns):
            yield AccountRow(row, self._link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The fields of Account that our user may see, for `account`."""
        if lookup != "account":
            return None
        path = f"/services/data/v{self.settings['api_version']}/sobjects/Account/describe"
        return describe.shape(self.http.get(path).json()).keyed(self._by)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of an account, contact, case or opportunity: `account_id` and `account_name`,
        `requester_email` and `requester_name`."""
        return keys_of(self._soql, type, id)

    @property
    def _org(self) -> str:
        return str(self.settings["instance_url"]).rstrip("/")

    @property
    def _by(self) -> str:
        return str(self.settings["by"])

    @property
    def _soql(self) -> Soql:
        return Soql(self.http, f"/services/data/v{self.settings['api_version']}")

    def _same(self, key: str) -> str:
        return key[:15] if self._by == "Id" else key.lower()

    def _link(self, row: Row) -> str:
        return f"{self._org}/lightning/r/{row['attributes']['type']}/{row['Id']}/view"

    def _open(self, type: str, columns: Mapping[str, str], keys: Sequence[str]) -> Answers:
        """What belongs to the accounts of *keys* and is not closed."""
        accounts = self.account(keys, ())
        asked = {key: found for key, found in accounts.items() if isinstance(found, Found)}
        owner = "AccountId" if self._by == "Id" else f"Account.{self._by}"
        also = " AND IsClosed = false ORDER BY LastModifiedDate DESC"
        rows = self._soql.find(type, owner, asked, {"Id", *columns.values()}, also=also)
        reader = Rows(lambda row: reduce(getitem, owner.split("."), row), same=self._same)
        return {**accounts} | {
            key: Found(
                {"items": [self._item(row, columns) for row in found], "total": len(found)},
                link=asked[key].link,
            )
            for key, found in reader.grouped(list(asked), rows).items()
        }

    def _item(self, row: Row, columns: Mapping[str, str]) -> dict[str, object]:
        return {name: row[column] for name, column in columns.items()} | {"url": self._link(row)}
