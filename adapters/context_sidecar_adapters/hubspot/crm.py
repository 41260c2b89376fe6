"""HubSpot's CRM API: records in batches, by search and in lists, what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from context_sidecar import Http, Reason, Secret, SourceError, Walk, check_intact

BATCH = 100
FOUND_AT_MOST = 10_000
LAST_CHANGED_FIRST = {"propertyName": "hs_lastmodifieddate", "direction": "DESCENDING"}

ID = "hs_object_id"
"""The property in which every record has its own id: one without came without its content."""

Record = dict[str, Any]
"""A record's properties by their names, and its `id`; what was cleared is null."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The ids of the records that belong to one; `whole` is false where there are more."""

    ids: tuple[str, ...] = ()
    whole: bool = True


class Crm:
    """The records of one HubSpot account; *kind* is `companies`, `contacts`, `deals`, `tickets`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(
        self, kind: str, ids: Collection[str], properties: Collection[str], *, by: str = ""
    ) -> tuple[list[Record], set[str]]:
        """Return the records with *ids* (or with these values of the unique property *by*), and
        those of *ids* that HubSpot says it does not have. At most 100."""
        body: Record = {
            "inputs": [{"id": one} for one in ids],
            "properties": _asked(properties),
            "propertiesWithHistory": [],
        }
        if by:
            body["idProperty"] = by
        answer = self._http.post(f"/crm/v3/objects/{kind}/batch/read", json=body).json()
        return [_flat(row) for row in answer["results"]], _denied(answer, "ids")

    def search(
        self, kind: str, filters: Collection[Record], properties: Collection[str], limit: int
    ) -> tuple[list[Record], int]:
        """Return the last changed *limit* records that pass all *filters*, and how many do."""
        rows: list[Record] = []
        walk = Walk()
        after = walk.to("0")
        while True:
            found = self._http.post(
                f"/crm/v3/objects/{kind}/search",
                json={
                    "filterGroups": [{"filters": list(filters)}],
                    "sorts": [LAST_CHANGED_FIRST],
                    "properties": _asked(properties),
                    "limit": BATCH,
                    "after": after,
                },
            ).json()
            rows += [_flat(row) for row in found["results"]]
            if len(rows) >= min(found["total"], limit):
                return rows[:limit], found["total"]
            if not found["results"]:
                raise SourceError(Reason.BAD_RESPONSE, "not as many records as HubSpot announced")
            after = _next(found, walk)

    def every(self, kind: str, properties: Collection[str]) -> Iterator[Record]:
        """Return all records."""
        params = {"limit": str(BATCH), "properties": ",".join(_asked(properties))}
        walk = Walk()
        while True:
            page = self._http.get(f"/crm/v3/objects/{kind}", params=params).json()
            yield from map(_flat, page["results"])
            if not page.get("paging"):
                return
            params["after"] = _next(page, walk)

    def one(
        self, kind: str, id: str, properties: Collection[str], with_kinds: Collection[str] = ()
    ) -> Record | None:
        """Return one record, with the ids of what belongs to it under its kind: `companies`."""
        params = {"properties": ",".join(_asked(properties))}
        if with_kinds:
            params["associations"] = ",".join(with_kinds)
        path, missing = f"/crm/v3/objects/{kind}/{{id}}", HTTPStatus.NOT_FOUND
        answer = self._http.get(path, {"id": id}, params=params, accept=[missing])
        if answer.status == missing:
            return None
        row = answer.json()
        check_intact([row], [f"properties.{ID}"])
        belonging = row.get("associations") or {}
        return _flat(row) | {
            other: _main_ones(belonging.get(other, {}).get("results", ())) for other in with_kinds
        }

    def linked(self, kind: str, other: str, ids: Collection[str]) -> dict[str, Linked]:
        """Return the ids of the *other* records that belong to each of *ids*.

        Raises:
            SourceError: BAD_RESPONSE, HubSpot says neither what belongs to one nor that nothing
                does.
        """
        path = f"/crm/v4/associations/{kind}/{other}/batch/read"
        answer = self._http.post(path, json={"inputs": [{"id": one} for one in ids]}).json()
        found = {
            str(row["from"]["id"]): Linked(
                tuple(dict.fromkeys(str(to["toObjectId"]) for to in row["to"])),
                whole=not row.get("paging"),
            )
            for row in answer["results"]
        }
        found |= dict.fromkeys(_denied(answer, "fromObjectId") - found.keys(), Linked())
        if found.keys() != set(ids):
            raise SourceError(Reason.BAD_RESPONSE, "not for each record is it said what belongs")
        return found

    def scopes(self, token: Secret) -> set[str] | None:
        """Return the scopes of a private app's *token*; None where HubSpot knows it for none.

        From HubSpot's page on private apps. It is a POST for the token to stay out of addresses.
        """
        path, unknown = "/oauth/v2/private-apps/get/access-token-info", [400, 404]
        answer = self._http.post(path, json={"tokenKey": token.reveal()}, accept=unknown)
        return None if answer.status in unknown else set(answer.json()["scopes"]) - {"oauth"}

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is a property called *name*."""
        path, missing = "/crm/v3/properties/{kind}/{name}", HTTPStatus.NOT_FOUND
        answer = self._http.get(path, {"kind": kind, "name": name}, accept=[missing])
        return answer.status != missing and not answer.json().get("archived")

    def owners(self, *, archived: bool = False) -> dict[str, dict[str, str]]:
        """Return the people who may own records, by their id: `name` and `email`."""
        params, people = {"limit": "500", "archived": str(archived).lower()}, {}
        walk = Walk()
        while True:
            page = self._http.get("/crm/v3/owners", params=params).json()
            for row in page["results"]:
                name = f"{row.get('firstName') or ''} {row.get('lastName') or ''}".strip()
                email = row.get("email") or ""
                people[str(row["id"])] = {"name": name or email, "email": email}
            if not page.get("paging"):
                return people
            params["after"] = _next(page, walk)

    def stages(self) -> tuple[dict[str, str], set[str]]:
        """Return the labels of the stages that a ticket can be in, by id, and which are closed."""
        pipelines = self._http.get("/crm/v3/pipelines/tickets").json()["results"]
        stages = [stage for pipeline in pipelines for stage in pipeline["stages"]]
        closed = {stage["id"] for stage in stages if stage["metadata"]["ticketState"] == "CLOSED"}
        return {stage["id"]: stage["label"] for stage in stages}, closed


def _asked(properties: Collection[str]) -> list[str]:
    return sorted({ID, *properties})


def _flat(row: Mapping[str, Any]) -> Record:
    values = {name: None if value == "" else value for name, value in row["properties"].items()}
    return {**values, "id": str(row["id"])}


def _denied(answer: Mapping[str, Any], name: str) -> set[str]:
    """The ids of which a batch says that HubSpot has no such thing."""
    errors = answer.get("errors") or ()
    for error in errors:
        if error["category"] != "OBJECT_NOT_FOUND":
            raise SourceError(Reason.BAD_RESPONSE, "a batch failed in part", code=error["category"])
    return {str(one) for error in errors for one in error["context"][name]}


def _next(page: Mapping[str, Any], walk: Walk) -> str:
    """Where the next page begins."""
    return walk.to(str(page["paging"]["next"]["after"]))


def _main_ones(links: Collection[Mapping[str, Any]]) -> list[str]:
    """The ids that are linked: the primary one, where HubSpot says which, else all."""
    primary = {str(link["id"]) for link in links if not link["type"].endswith("_unlabeled")}
    return sorted(primary if len(primary) == 1 else {str(link["id"]) for link in links})
