"""Intercom: companies with all their attributes, their people and open conversations, and who is
behind a conversation.

Auth    An access token of a private app (Bearer), with the permissions to read companies and lists
        of companies, people and conversations; nothing that writes.
Scope   Reading of companies, of lists of companies, of people and of conversations, and nothing
        that writes. Intercom has no call that tells which of these a token has: they stand in its
        Developer Hub, under Authentication.
Limits  10,000 calls a minute for an app and 25,000 for the workspace, in windows of ten seconds;
        past them 429, and X-RateLimit-Reset as the second of the epoch. A company is one call, and
        so are 50 of its people, and 150 conversations of 15 people. Many companies are read from
        the list, 50 in one call. Where many people or companies are asked for, all open
        conversations are read instead, 150 in one call, and whose their people are, 15 in one.
Quirks  From Intercom's API reference 2.15, which is pinned (companies, contacts, conversations,
        pagination, errors, rate limiting):
        a company that nobody belongs to is shown in no list, and the list shows 10,000: what is not
        in it is asked for by itself;
        conversations cannot be searched by company, so its people are found first; a person who was
        added minutes ago may be missing in searches, a merged one is gone;
        a group of a search takes 15 filters, and IN is short for such a group;
        all companies are read by a scroll, of which a workspace has one at a time, for a minute;
        an attribute that a company does not have is left out, like one that was archived: which it
        is, the list of attributes says;
        times are seconds of the epoch; a conversation that is snoozed is open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answer,
    Answers,
    Bearer,
    Bulk,
    Connection,
    Family,
    Found,
    Push,
    Reason,
    Row,
    Rows,
    Shape,
    SourceError,
    intact,
    lookup,
)
from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, fields, validate

from context_sidecar_adapters.intercom import attributes, records, webhooks
from context_sidecar_adapters.intercom.companies import ALWAYS, Companies
from context_sidecar_adapters.intercom.conversations import Conversations, item, moment
from context_sidecar_adapters.intercom.refusals import QUOTAS, explain

VERSION = "2.15"
ONE_BY_ONE = 10
MANY = Bulk(50, 500)
"""From so many companies on the list of them is read; one that is not in it is a call for itself,
so that they are not too many for one question's time."""

LISTED = 100
"""Of more conversations than this only the last changed are listed."""


class Intercom(Adapter):
    """An Intercom workspace."""

    family = Family.TICKETING
    label = "Intercom"
    account_keys = MappingProxyType(
        {"intercom_id": "id", "company_id": "company_id", "name": "name", "domain": "website"}
    )
    ready = MappingProxyType(
        {
            "open_tickets": {"query": "open_tickets"},
            "tier": {"path": "custom_attributes.tier", "guess": True},
        }
    )
    record_keys = records.KEYS
    record_keys_by_type = MappingProxyType({"conversation": records.KEYS, "contact": records.KEYS})

    class Settings(Schema):
        """How to reach Intercom, and by what it knows an account."""

        token = SecretText(
            required=True, alone=True, metadata={"description": "Access token of a private app."}
        )
        by = fields.String(
            load_default="company_id",
            validate=validate.OneOf(["company_id", "id"]),
            metadata={
                "description": "What of a company is the account's key: the id that you gave it "
                "(company_id), or Intercom's own (id)."
            },
        )
        url = Address(
            load_default="https://api.intercom.io",
            metadata={
                "description": "Address of the API; https://api.eu.intercom.io or "
                "https://api.au.intercom.io for workspaces in Europe or Australia."
            },
        )
        app_url = Address(
            load_default="https://app.intercom.com",
            metadata={"description": "Address of Intercom's pages, for links."},
        )

    def connection(self) -> Connection:
        """The API, at the version that this was written for."""
        return Connection(
            self.settings["url"],
            Bearer(self.settings["token"]),
            headers={"Intercom-Version": VERSION},
            explain=explain,
            max_bytes=10_000_000,
            quotas=QUOTAS,
        )

    def check(self) -> str:
        """See whose token it is, and that companies may be read."""
        me = self.http.get("/me").json()
        self._companies.attributes()
        return f"Intercom workspace {me['app']['name']} as {me['name'] or me['email']}"

    @lookup(bulk=MANY)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A company as Intercom has it; your own attributes are below `custom_attributes`."""
        if len(keys) > ONE_BY_ONE:
            return intact(self._reader.answers(keys, self._companies.many(keys, names)), ALWAYS)
        return {key: self._company(key, names) for key in keys}

    @lookup()
    def contacts(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A company's people: `items`, the first fifty, and `total`."""
        return {key: self._people(self._company(key, ())) for key in keys}

    @lookup(batch=ONE_BY_ONE, bulk=MANY)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A company's open conversations: `items`, the last changed hundred, and `total`."""
        found = self.account(keys, ())
        known = {key: _row(one) for key, one in found.items() if isinstance(one, Found)}
        opened = self._opened(known, many=len(keys) > ONE_BY_ONE)
        return dict(found) | {
            key: Found(
                {
                    "items": [item(one, self._inbox(known[key])) for one in rows[:LISTED]],
                    "total": len(rows),
                },
                link=self._link(known[key]),
            )
            for key, rows in opened.items()
        }

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All companies that somebody belongs to, as `account` gives them."""
        for row in self._companies.every(names):
            yield AccountRow(row, self._link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The attributes of companies, for `account`."""
        return attributes.shape(self.http) if lookup == "account" else None

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of a conversation or contact: `requester_email`, `requester_external_id` and
        `requester_name`, and `company_id` (Intercom's own) where there is exactly one company."""
        return records.read(self.http, type, id)

    def push(self) -> Push:
        """Webhooks by topics."""
        return webhooks.push(self.settings["by"])

    @property
    def _companies(self) -> Companies:
        return Companies(self.http, self.settings["by"])

    @property
    def _reader(self) -> Rows:
        return Rows(
            lambda row: row[self.settings["by"]],
            link=self._link,
            name=lambda row: f"{row['name']} ({row['id']})",
        )

    def _company(self, key: str, names: Collection[str]) -> Answer | SourceError:
        found = self._reader.answers([key], self._companies.find(key, names))
        return intact(found, ALWAYS)[key]

    def _opened(self, companies: Mapping[str, Row], *, many: bool) -> dict[str, list[Row]]:
        """The open conversations of each of *companies*."""
        conversations = Conversations(self.http)
        if many and companies:
            return conversations.open_of_companies(
                {key: str(row["id"]) for key, row in companies.items()}
            )
        return conversations.open_of(
            {key: self._companies.people(row) for key, row in companies.items()}
        )

    def _people(self, company: Answer | SourceError) -> Answer | SourceError:
        if not isinstance(company, Found):
            return company
        row = _row(company)
        people, total = self._companies.some_people(row)
        app = f"{self._app}/apps/{row['app_id']}/users"
        items = [
            {
                "id": one["id"],
                "title": one["name"] or one["email"] or one["id"],
                "status": one["role"],
                "created_at": moment(one["created_at"]),
                "updated_at": moment(one["updated_at"]),
                "url": f"{app}/{one['id']}",
            }
            for one in people
        ]
        return Found({"items": items, "total": total}, link=company.link)

    @property
    def _app(self) -> str:
        return f"{str(self.settings['app_url']).rstrip('/')}/a"

    def _inbox(self, company: Row) -> str:
        return f"{self._app}/inbox/{company['app_id']}/inbox/conversation"

    def _link(self, company: Row) -> str:
        return f"{self._app}/apps/{company['app_id']}/companies/{company['id']}/users"


def _row(company: Found) -> Row:
    if not isinstance(company.data, Mapping):
        raise SourceError(Reason.BAD_RESPONSE, "a company that is none")
    return company.data
