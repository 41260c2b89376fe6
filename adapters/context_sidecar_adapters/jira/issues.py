"""Searches of issues in JQL, and the proof that Jira would have shown what it did not show."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from context_sidecar import (
    Cause,
    Http,
    Reason,
    Response,
    Row,
    SourceError,
    Walk,
    collated,
    filtered,
    nothing_shown,
)

from context_sidecar_adapters.jira.refusals import explain, messages

PAGE = 100
WHOLE = 1000
"""More issues than this are not read page by page."""

SHOWN = ["summary", "status", "priority", "created", "updated"]
LACKING = re.compile(r"^The (?:value|option) '(.*?)' (?:for field '.*' )?does not exist")


@dataclass(frozen=True, slots=True)
class Customer:
    """How an issue names its customer: in the field of this id, a list or one thing.

    `by_id` says that ids tell customers apart, whatever they are searched by; `may_lack` that a
    value which Jira does not know at all is that of a customer without issues.
    """

    field: str
    by_id: bool = False
    may_lack: bool = False

    @property
    def clause(self) -> str:
        """The field as JQL calls it."""
        custom = self.field.removeprefix("customfield_")
        return (
            f"cf[{custom}]" if custom.isdecimal() else self.field.replace("components", "component")
        )

    def of(self, issue: Row) -> list[tuple[str, str]]:
        """Return id and name of each customer of *issue*; what has no id is its own."""
        value = issue["fields"][self.field]
        several = value if isinstance(value, list) else [value]
        return [_identity(one) for one in several if one is not None]


class Issues:
    """The issues of some *projects*, by their keys."""

    def __init__(self, http: Http, projects: Sequence[str]) -> None:
        self._http, self._projects = http, projects

    def prove(self) -> None:
        """Make sure that we may browse each of the projects.

        Raises:
            SourceError: CREDENTIAL_EXPIRED, Jira does not know us; PERMISSION_DENIED, one is
                hidden from us, or does not exist.
        """
        params = {"keys": list(self._projects), "action": "browse", "maxResults": str(PAGE)}
        page = self._http.get("/rest/api/3/project/search", params=params).json()
        hidden = set(self._projects) - {row["key"] for row in page["values"]}
        if hidden:
            self._http.get("/rest/api/3/myself")
            detail = f"we may not browse {', '.join(sorted(hidden))}, if they exist"
            raise SourceError(
                Reason.PERMISSION_DENIED, detail, certain=False,
                possible_causes=(Cause.HIDDEN, Cause.RENAMED),
            )  # fmt: skip

    def _present(self) -> None:
        """Make sure that we are shown issues of the projects: who may browse a project may still be
        kept from all its issues by an issue security scheme."""
        projects = ", ".join(map(quoted, self._projects))
        body = {"jql": f"project in ({projects})", "fields": ["status"], "maxResults": 1}
        if not self._http.post("/rest/api/3/search/jql", json=body).json()["issues"]:
            causes = Cause.MISSING_PERMISSION, Cause.NOTHING_THERE
            raise nothing_shown(f"we are shown no issue of {', '.join(self._projects)}", causes)

    def query(self, clause: str, values: Collection[str]) -> str:
        """Return the search for the open issues whose *clause* is one of *values*."""
        projects, wanted = ", ".join(map(quoted, self._projects)), ", ".join(map(quoted, values))
        return (
            f"project in ({projects}) AND {clause} in ({wanted}) "
            "AND statusCategory != Done ORDER BY updated DESC"
        )

    def open_of(
        self, wanted: Mapping[str, str], customer: Customer, fields: Collection[str] = ()
    ) -> dict[str, tuple[list[Row], int]]:
        """Return the open issues of each key of *wanted*, which is searched by its value there,
        with these *fields*, too, and how many there are; of many only the first. A key is left out
        of which Jira says that there is no such customer.

        Raises:
            SourceError: SCHEMA_CHANGED, an issue of another customer or project; BAD_RESPONSE,
                there are more than are read, counted along with those of another of the same name.
        """
        if not wanted:
            return {}
        jql = self.query(customer.clause, wanted.values())
        rows, whole, lacking = self._search(jql, customer, fields)
        if lacking:
            known = {key: one for key, one in wanted.items() if one.casefold() not in lacking}
            if len(known) == len(wanted):
                raise SourceError(Reason.BAD_RESPONSE, "a value is refused that was not asked for")
            return self.open_of(known, customer, fields)
        if not whole and len(wanted) > 1:
            keys = list(wanted)
            halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
            parts = [{key: wanted[key] for key in half} for half in halves]
            first, second = (self.open_of(part, customer, fields) for part in parts)
            return first | second
        found: dict[str, list[Row]] = {key: [] for key in wanted}
        for row in filtered(rows, lambda row: row["key"].rpartition("-")[0] in self._projects):
            for key in _owners(row, wanted, customer):
                found[key].append(row)
        if not whole and len(rows) > sum(map(len, found.values())):
            detail = "more issues than are read, and among them some of another of the same name"
            raise SourceError(Reason.BAD_RESPONSE, detail)
        if not all(found.values()):
            self._present()
        # The index lags behind, and still has some that are done by now.
        opened = {key: [row for row in mine if _is_open(row)] for key, mine in found.items()}
        if whole:
            return {key: (mine, len(mine)) for key, mine in opened.items()}
        return {key: (mine[:PAGE], self._count(jql)) for key, mine in opened.items()}

    def _search(
        self, jql: str, customer: Customer, fields: Collection[str]
    ) -> tuple[list[Row], bool, set[str]]:
        """The issues that *jql* finds, whether those are all, and the values in it that Jira does
        not know and refuses the search for."""
        rows: dict[str, Row] = {}
        shown = [*SHOWN, *sorted({customer.field, *fields} - {*SHOWN})]
        body: dict[str, Any] = {"jql": jql, "fields": shown, "maxResults": PAGE}
        walk = Walk()
        while len(rows) < WHOLE:
            path, refused = "/rest/api/3/search/jql", HTTPStatus.BAD_REQUEST
            answer = self._http.post(path, json=body, accept=[refused])
            if answer.status == refused:
                return [], True, _lacking(answer, customer)
            page = answer.json()
            new = {row["id"]: row for row in page["issues"]}
            nothing_new = new.keys() <= rows.keys()
            rows |= new
            token = page.get("nextPageToken")
            if not token:
                if not page.get("isLast", len(page["issues"]) < PAGE):
                    raise SourceError(Reason.BAD_RESPONSE, "pages that do not come to their end")
                return list(rows.values()), True, set()
            if nothing_new:
                raise SourceError(Reason.BAD_RESPONSE, "a page of issues has nothing new")
            body["nextPageToken"] = walk.to(token)
        return list(rows.values()), False, set()

    def _count(self, jql: str) -> int:
        body = {"jql": jql.partition(" ORDER BY ")[0]}
        return int(
            self._http.post("/rest/api/3/search/approximate-count", json=body).json()["count"]
        )


def item(issue: Row, url: str) -> dict[str, object]:
    """Return what a list of open tickets says of *issue*, on the site at *url*."""
    shown = issue["fields"]
    told = {
        "id": issue["key"],
        "title": shown["summary"],
        "status": shown["status"]["name"],
        "created_at": shown["created"],
        "updated_at": shown["updated"],
        "url": f"{url}/browse/{issue['key']}",
    }
    if "priority" not in shown:  # a project can do without priorities
        return told
    priority = shown["priority"]
    return told | {"priority": None if priority is None else priority["name"]}


def quoted(value: str) -> str:
    """Return *value* as a text of JQL."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _owners(issue: Row, wanted: Mapping[str, str], customer: Customer) -> list[str]:
    """Which of *wanted* an issue belongs to. It may be none, where another has the same name, or
    one that only a search takes for it."""
    named = customer.of(issue)
    values = wanted.values()
    if not {collated(name) for _, name in named} & {collated(value) for value in values}:
        detail = "an issue of a customer that was not asked for: the filter is not applied"
        raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
    theirs = {(one if customer.by_id else name).lower() for one, name in named}
    return [key for key in wanted if key.lower() in theirs]


def _is_open(issue: Row) -> bool:
    return bool(issue["fields"]["status"]["statusCategory"]["key"] != "done")


def _identity(one: object) -> tuple[str, str]:
    if isinstance(one, str):
        return one, one
    assert isinstance(one, Mapping)
    return str(one["id"]), str(one["value"] if "value" in one else one["name"])


def _lacking(answer: Response, customer: Customer) -> set[str]:
    """The values that Jira refuses a search for, where that says all there is to say."""
    found = [LACKING.search(said) for said in messages(answer.json()) if "'project'" not in said]
    values = {one[1].casefold() for one in found if one}
    if values and customer.may_lack:
        return values
    raise explain(answer) or SourceError(Reason.BAD_RESPONSE, "a search that Jira refuses")
