"""Zendesk Support: organizations with all their fields, their open tickets, and who is behind a
ticket.

Auth    An API token of an agent (Basic, as `agent@example.com/token`), or an OAuth access token
        (Bearer). The agent must see all tickets and organizations: role admin, or agent without
        restrictions.
Scope   Reading: an OAuth token with the scope `read`. An API token has no scope and may do whatever
        its agent may. Zendesk tells the scopes of a token and when it ends, and our agent's role.
Limits  200 to 2,500 calls a minute for the account, by plan, and limits of their own for some
        endpoints; past them 429 with Retry-After, or `ratelimit-reset` in seconds. 100 ids or rows
        in one call. A search shows 1,000 results, and counts all; its export shows all, 100 calls a
        minute.
Quirks  From Zendesk's API reference (organizations, search, users, errors):
        `users/me` answers 200 to a caller whom it does not know, as an anonymous end user;
        an agent with restrictions gets 200, and only those tickets that it may see;
        the search index lags behind by up to a few minutes, so a new ticket may be missing, and a
        solved one may still be listed (it is left out here);
        an external id has no upper and lower case, and a comma in it cannot be asked for;
        a field that was deleted is no longer among `organization_fields`, an empty one is null;
        an error is a text under `error`, or `title` and `message` below it, or no JSON at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answer,
    Answers,
    Basic,
    Bearer,
    Bulk,
    Connection,
    Family,
    Found,
    Push,
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    SourceError,
    Unasked,
    Walk,
    intact,
    is_number,
    lookup,
)
from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from context_sidecar_adapters.zendesk import organization_fields, records, tickets, token, webhooks
from context_sidecar_adapters.zendesk.refusals import QUOTAS, explain

PAGE = 100
ALWAYS = ("organization_fields",)
"""What every organization has: one without came without its fields."""

ONE_BY_ONE = 10
"""Organizations whose tickets are searched for in one call for cards."""


class Zendesk(Adapter):
    """A Zendesk Support account."""

    family = Family.TICKETING
    label = "Zendesk"
    account_keys = MappingProxyType(
        {"zendesk_id": "id", "external_id": "external_id", "name": "name", "domain": "domain_names"}
    )
    ready = MappingProxyType(
        {
            "open_tickets": {"query": "open_tickets"},
            "tier": {"path": "organization_fields.tier", "guess": True},
        }
    )
    example = MappingProxyType({"user": "sidecar@example.com", "api_token": None})
    record_keys = records.KEYS
    record_keys_by_type = records.KEYS_BY_TYPE

    class Settings(Schema):
        """How to reach Zendesk, and by what it knows an account."""

        url = Address(
            required=True,
            metadata={"description": "Address of Zendesk, such as https://acme.zendesk.com."},
        )
        user = fields.String(metadata={"description": "E-mail address of the API token's agent."})
        api_token = SecretText(metadata={"description": "API token, for use with `user`."})
        token = SecretText(metadata={"description": "OAuth access token, instead of both."})
        by = fields.String(
            load_default="external_id",
            validate=validate.OneOf(["external_id", "id"]),
            metadata={"description": "Which id of an organization is the account's key."},
        )

        @validates_schema
        def _one_way_to_sign_in(self, data: Mapping[str, Any], **_: Any) -> None:
            given = data.keys() & {"user", "api_token", "token"}
            if given not in ({"user", "api_token"}, {"token"}):
                raise ValidationError("expected user and api_token, or token alone", "user")

    def connection(self) -> Connection:
        """Version 2 of the Support API."""
        given = self.settings
        sign_in = Bearer(given["token"]) if "token" in given else None
        return Connection(
            f"{self._url}/api/v2",
            sign_in or Basic(f"{given['user']}/token", given["api_token"]),
            explain=explain,
            max_bytes=5_000_000,
            quotas=QUOTAS,
        )

    def check(self) -> str:
        """See whether Zendesk knows us, and shows us everything."""
        me = self._prove()
        return f"Zendesk at {self._url} as {me['name']} ({me['role']})"

    def scope(self) -> Scope:
        """What our agent's role is more than needed, and what an OAuth token may beyond reading."""
        role = self._prove()["role"]
        excess = ["role admin, where an agent without restrictions is enough"] * (role == "admin")
        if "token" not in self.settings:
            return Scope(excess=(*excess, "an API token, which may write what its agent may"))
        told = token.told(self.http)
        untold = ("the scopes of our OAuth token",) if told is None else ()
        has = told["scopes"] if told else []
        # A scope may be of one kind of thing: tickets:read.
        excess += [one for one in has if one.rpartition(":")[2] != "read"]
        return Scope(excess=tuple(excess), untold=untold)

    def ends(self) -> datetime | None:
        """When our OAuth token does, where its client lets tokens end."""
        return token.end(self.http) if "token" in self.settings else None

    @lookup(batch=PAGE)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An organization as Zendesk has it; its own fields are below `organization_fields`."""
        asked = [key for key in keys if self._can_be_asked(key)]
        found: list[Row] = []
        if asked:
            ids = {f"{self.settings['by']}s": ",".join(asked)}
            page = self.http.get("/organizations/show_many", params=ids).json()
            found = tickets.whole(page["organizations"], page["count"])
        if len(found) < len(asked):
            self._prove()
        reader = Rows(
            lambda row: row[self.settings["by"]],
            link=self._link,
            name=lambda row: f"{row['name']} ({row['id']})",
            same=str.lower,
        )
        refused = Unasked(Reason.NOT_CONFIGURED, "the account's key is no Zendesk id")
        return dict.fromkeys(keys, refused) | intact(reader.answers(asked, found), ALWAYS)

    @lookup(batch=ONE_BY_ONE, bulk=Bulk(50, 1_000))
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """The tickets that are not solved: `items`, the last changed first, and `total`."""
        self._prove()
        answers = dict(self._organizations(keys))
        founds = {key: one for key, one in answers.items() if isinstance(one, Found)}
        many = len(keys) > ONE_BY_ONE
        opened = tickets.of_many(self.http, map(_id, founds.values())) if many and founds else {}
        for key, found in founds.items():
            rows, total = opened[_id(found)] if many else tickets.of_one(self.http, _id(found))
            items = [tickets.item(row, self._url) for row in rows]
            answers[key] = replace(found, data={"items": items, "total": total})
        return answers

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All organizations, as `account` gives them."""
        self._prove()
        params, more, walk = {"page[size]": str(PAGE)}, True, Walk()
        while more:
            page = self.http.get("/organizations", params=params).json()
            for row in page["organizations"]:
                yield AccountRow(row, self._link(row))
            if more := page["meta"]["has_more"]:
                params["page[after]"] = walk.to(page["meta"].get("after_cursor"))

    def shape(self, lookup: str) -> Shape | None:
        """What every organization has, and the account's own fields, for `account`."""
        return organization_fields.shape(self.http) if lookup == "account" else None

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of a ticket, user or organization: `requester_email`, `requester_name` and
        `requester_external_id`; `organization_id`, `organization_external_id`, `organization_name`
        and `organization_domain` (where it has one)."""
        if type not in records.INCLUDED:
            raise SourceError(Reason.NOT_CONFIGURED, "only tickets, users and organizations")
        path, others = f"/{type}s/{{id}}", {"include": records.INCLUDED[type]}
        answer = self.http.get(path, {"id": id}, params=others, accept=[HTTPStatus.NOT_FOUND])
        return None if answer.status == HTTPStatus.NOT_FOUND else records.read(type, answer.json())

    def push(self) -> Push:
        """Webhooks of events, and of triggers."""
        return webhooks.push(self.settings["by"])

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    def _organizations(self, keys: Sequence[str]) -> Iterator[tuple[str, Answer | SourceError]]:
        for start in range(0, len(keys), PAGE):
            yield from self.account(keys[start : start + PAGE], ()).items()

    def _can_be_asked(self, key: str) -> bool:
        return is_number(key) if self.settings["by"] == "id" else "," not in key

    def _link(self, organization: Row) -> str:
        return f"{self._url}/agent/organizations/{organization['id']}"

    def _prove(self) -> Any:
        """Make sure that we are shown all that there is; return the user that we are."""
        me = self.http.get("/users/me").json()["user"]
        if me["id"] is None:
            raise SourceError(Reason.CREDENTIAL_EXPIRED, "Zendesk does not know us")
        if me["role"] not in {"admin", "agent"} or me.get("restricted_agent"):
            detail = "our user is no agent, or one who may not see all tickets"
            raise SourceError(Reason.PERMISSION_DENIED, detail)
        return me


def _id(organization: Found) -> str:
    assert isinstance(organization.data, Mapping)
    return str(organization.data["id"])
