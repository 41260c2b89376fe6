"""Jira Cloud and Jira Service Management: organizations, the open issues of a customer, and who is
behind an issue.

Auth    An API token of a user (Basic), or OAuth 2 client credentials of a service account, whose
        tokens live for an hour. Scoped tokens and OAuth go by `cloud_id`. Scopes: read:jira-work,
        read:jira-user, read:servicedesk-request and read:organization:jira-service-management. The
        user must be able to browse the declared projects, and be an agent of one for organizations
        to be accounts. API tokens end after a year at most.
Scope   Browse Projects in the declared projects; for organizations to be accounts, Service Project
        Agent in one. Jira tells which others our user has: none that administers or deletes is
        needed.
Limits  Bursts, for each endpoint: 429 with Retry-After, and what is used up in RateLimit-Reason.
        100 issues a page here; an organization is one call, or 50 in one where many are asked for.
Quirks  From Atlassian's REST API references (platform v3: search, projects, permissions, rate
        limits; Service Management: organizations), its guides to service accounts and basic
        authentication, and its JQL reference:
        to a caller whom it does not know, or who may see nothing, a search answers 200 with no
        issues: so it is asked which of the projects we may browse;
        a customer is shown its own organizations only, and an agent all;
        JQL names organizations, whose names need not be unique: issues are told apart by id;
        the search lags behind, tells no total, and has pages by a token; the count is an estimate;
        a field that is hidden from us and one that does not exist have one message between them;
        by OAuth a missing scope is 401 "scope does not match"; after failed sign-ins of a user Jira
        wants a CAPTCHA (X-Seraph-LoginReason);
        people may hide their e-mail addresses, and issue security may hide issues from us.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Basic,
    ClientCredentials,
    Connection,
    Family,
    Found,
    NoMatch,
    Push,
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    SourceError,
    lookup,
)

from context_sidecar_adapters.jira import issue_fields, records, webhooks
from context_sidecar_adapters.jira.issues import Customer, Issues, item
from context_sidecar_adapters.jira.organizations import AGENT, Organizations, field_among
from context_sidecar_adapters.jira.refusals import QUOTAS, explain
from context_sidecar_adapters.jira.settings import ORGANIZATIONS, Settings

BROWSE = "BROWSE_PROJECTS"
EXCESS = ("ADMINISTER", "ADMINISTER_PROJECTS", "DELETE_ISSUES", "SYSTEM_ADMIN")
"""Permissions (Atlassian's page on permissions) that nothing here needs. Editing is not among them:
every agent has it."""


class Jira(Adapter):
    """A site of Jira Cloud, with or without Jira Service Management."""

    family = Family.TICKETING
    label = "Jira"
    account_keys = MappingProxyType({"jira_id": "id", "name": "name"})
    asked_by = MappingProxyType({"name": {"by": "organization_name"}})
    ready = MappingProxyType(
        {
            "open_tickets": {"query": "open_tickets"},
        }
    )
    example = MappingProxyType({"user": "sidecar@example.com", "api_token": None})
    record_keys = records.KEYS
    record_keys_by_type = MappingProxyType({"issue": records.KEYS})

    Settings = Settings

    def connection(self) -> Connection:
        """The site itself, or Atlassian's gateway to it."""
        given = self.settings
        sign_in: Basic | ClientCredentials
        if "api_token" in given:
            sign_in = Basic(given["user"], given["api_token"])
        else:
            client = given["client_id"], given["client_secret"]
            sign_in = ClientCredentials(given["token_url"], *client, in_body=True)
        gateway = str(given["api_url"]).rstrip("/")
        base = f"{gateway}/ex/jira/{given['cloud_id']}" if "cloud_id" in given else self._url
        return Connection(base, sign_in, explain=explain, max_bytes=10_000_000, quotas=QUOTAS)

    def check(self) -> str:
        """See who we are, that we may browse the projects, and how issues name their customer."""
        me = self.http.get("/rest/api/3/myself").json()
        self._issues.prove()
        if self._by_organization:
            self._organizations.prove()
        self._customer()
        return f"Jira at {self._url} as {me['displayName']}"

    def scope(self) -> Scope:
        """Which rights our user has that administer or delete, and which it lacks."""
        needs = {AGENT} if self._by_organization else set()
        asked = {"permissions": ",".join(sorted({*EXCESS, BROWSE, *needs}))}
        found = self.http.get("/rest/api/3/mypermissions", params=asked).json()["permissions"]
        has = {name for name, one in found.items() if one["havePermission"] is True}
        return Scope.between(has - {BROWSE, AGENT} | has & {BROWSE, *needs}, {BROWSE, *needs})

    @lookup(batch=50)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An organization of Jira Service Management: `id`, `name`, `created`."""
        if not self._by_organization:
            raise SourceError(Reason.NOT_CONFIGURED, "only organizations are accounts in Jira")
        by = ORGANIZATIONS[self.settings["by"]]
        rows = self._organizations.find(by, keys)
        reader = Rows(
            lambda row: row[by],
            link=lambda row: self._link([row["name"]], "organizations"),
            name=lambda row: f"{row['name']} ({row['id']})",
            same=str.lower,
        )
        return reader.answers(keys, rows)

    @lookup(batch=50)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A customer's issues that are not done: `items`, the last changed first, and `total`; by
        their ids below `fields`, what these issues have in other fields, such as
        `fields.customfield_10042`: a list, without those that have nothing there (left out for more
        than 1,000 issues)."""
        answers: Answers = {key: NoMatch() for key in keys}
        wanted = {key: key for key in keys}
        if self._by_organization:
            answers = self.account(keys, ())
            found = {key: one.data for key, one in answers.items() if isinstance(one, Found)}
            wanted = {key: row["name"] for key, row in found.items() if isinstance(row, Mapping)}
        if not wanted:
            return answers
        self._issues.prove()
        customer = self._customer()
        ids = issue_fields.wanted(names)
        opened = self._issues.open_of(wanted, customer, ids)
        return dict(answers) | {
            key: issue_fields.FIELDS.found(
                self._listing(rows, total),
                rows,
                ids,
                partial(issue_fields.values, rows, ids),
                self._link([wanted[key]], customer.clause),
            )
            for key, (rows, total) in opened.items()
        }

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All organizations, as `account` gives them."""
        self._organizations.prove()
        for row in self._organizations.every():
            yield AccountRow(row, self._link([row["name"]], "organizations"))

    def shape(self, lookup: str) -> Shape | None:
        """The fields of issues, for `open_tickets`; by which of them an issue names its customer is
        the key."""
        if lookup != "open_tickets":
            return None
        rows = issue_fields.listed(self.http)
        key = field_among(rows) if self._by_organization else self.settings["customer_field"]
        return issue_fields.shape(rows, key)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """An issue's keys: `requester_email` and `requester_name` of its reporter,
        `organization_id` and `organization_name` where it has exactly one organization; `customer`
        where it has exactly one in `customer_field`."""
        if type != "issue":
            raise SourceError(Reason.NOT_CONFIGURED, "Jira shows issues only")
        answer = self.http.get(
            "/rest/api/3/issue/{id}",
            {"id": id},
            params={"fields": "*navigable", "expand": "schema"},
            accept=[HTTPStatus.NOT_FOUND],
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            # What is hidden from us does not exist either, by what Jira says.
            Issues(self.http, [id.rpartition("-")[0]]).prove()
            return None
        return records.read(answer.json(), None if self._by_organization else self._customer())

    def push(self) -> Push:
        """Webhooks of issues of its projects."""
        return webhooks.push(self.settings["projects"])

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _by_organization(self) -> bool:
        return self.settings["by"] in ORGANIZATIONS

    @property
    def _issues(self) -> Issues:
        return Issues(self.http, self.settings["projects"])

    @property
    def _organizations(self) -> Organizations:
        return Organizations(self.http)

    def _listing(self, rows: Sequence[Row], total: int) -> dict[str, object]:
        return {"items": [item(row, self._url) for row in rows], "total": total}

    def _customer(self) -> Customer:
        """How issues name their customer."""
        if self._by_organization:
            by_id = self.settings["by"] == "organization_id"
            return Customer(self._organizations.field(), by_id=by_id)
        return Customer(self.settings["customer_field"], may_lack=True)

    def _link(self, values: Sequence[str], clause: str) -> str:
        jql = self._issues.query(clause, values)
        return f"{self._url}/issues/?{urlencode({'jql': jql})}"
