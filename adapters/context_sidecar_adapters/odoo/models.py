"""Models by the JSON-2 API: what is asked, and what the answers mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from context_sidecar import (
    Cause,
    Http,
    Reason,
    Response,
    Row,
    Rows,
    Scope,
    SourceError,
    nothing_shown,
)

PAGE = 1000
Domain = Sequence[Any]
"""Conditions as Odoo writes them: `["ref", "in", ["C-1"]]`, all of which hold."""

OWNER = "commercial_partner_id"
RIGHTS = {"read": "reading", "write": "changing", "unlink": "deleting"}


class Models:
    """The models of a database, as the *companies* show them, or all that our user may see."""

    def __init__(self, http: Http, companies: Sequence[int]) -> None:
        self._http, self._companies = http, companies

    def every(self, model: str, domain: Domain, fields: Collection[str]) -> list[Row]:
        """Return all records of *model* within *domain*, archived ones too, the oldest first."""
        return self._dated(model, domain, fields)[0]

    def present(self, model: str, domain: Domain, field: str) -> None:
        """Make sure that we are shown a record of *model* within *domain*, and its *field*.

        Raises:
            SourceError: PERMISSION_DENIED, we are shown none.
        """
        rows = _rows(self._read(model, domain, [field], 0, 1))
        if not [row[field] for row in rows]:
            causes = Cause.MISSING_PERMISSION, Cause.HIDDEN, Cause.NOTHING_THERE
            raise nothing_shown(f"we are shown no {model} at all", causes)

    def belonging(
        self,
        model: str,
        ids: Collection[int],
        domain: Domain,
        fields: Collection[str],
        owner: str = OWNER,
    ) -> tuple[dict[int, list[Row]], datetime]:
        """Return the records of *model* within *domain* of each of *ids*, which are commercial
        partners and stand in the field *owner*, and Odoo's own time. Where one has none, it is made
        sure that there are some."""
        wanted = [[owner, "in", sorted(ids)], *domain]
        rows, now = self._dated(model, wanted, {owner, *fields})
        return self.grouped(model, ids, rows, lambda row: row[owner][0]), now

    def grouped(
        self, model: str, ids: Collection[int], rows: list[Row], owner: Callable[[Row], object]
    ) -> dict[int, list[Row]]:
        """Return which of *rows* is of which of *ids*, by its *owner*."""
        found = Rows(owner).grouped([str(one) for one in sorted(ids)], rows)
        if not all(found.values()):
            self.present(model, [], "id")
        return {int(one): mine for one, mine in found.items()}

    def described(self, model: str, attributes: Collection[str]) -> Mapping[str, Any]:
        """Return the fields of *model* that our user may read, each with *attributes*."""
        body = {"attributes": sorted(attributes)}
        return dict(self._call(model, "fields_get", body).json())

    def rights(self, models: Collection[str]) -> Scope:
        """Return what our user may do to records of *models*, of those that there are."""
        missing: list[str] = []
        excess: list[str] = []
        held: list[str] = []
        for model in models:
            for right, said in RIGHTS.items():
                absent, body = HTTPStatus.NOT_FOUND, {"ids": [], "operation": right}
                answer = self._call(model, "has_access", body, accept=[absent])
                if answer.status == absent:
                    continue
                has, reads = answer.json() is True, right == "read"
                if has or reads:
                    which = missing if not has else held if reads else excess
                    which.append(f"{said} {model}")
        return Scope(tuple(missing), tuple(excess), held=tuple(held))

    def _dated(
        self, model: str, domain: Domain, fields: Collection[str]
    ) -> tuple[list[Row], datetime]:
        """All records, and the time of the last page by Odoo's own clock."""
        rows: dict[object, Row] = {}
        page: list[Row] | None = None
        while page is None or page:  # a page may be shorter than what is asked for
            answer = self._read(model, domain, fields, len(rows), PAGE)
            page = _rows(answer)
            read = len(rows) + len(page)
            rows |= {row["id"]: row for row in page}
            if len(rows) != read:
                raise SourceError(Reason.BAD_RESPONSE, "records changed while they were read")
        return list(rows.values()), parsedate_to_datetime(answer.headers["date"])

    def _read(
        self, model: str, domain: Domain, fields: Collection[str], offset: int, limit: int
    ) -> Response:
        body = {
            "domain": list(domain),
            "fields": sorted(fields),
            "offset": offset,
            "limit": limit,
            "order": "id",
        }
        return self._call(model, "search_read", body)

    def _call(
        self, model: str, method: str, body: Mapping[str, Any], accept: Collection[int] = ()
    ) -> Response:
        context: dict[str, Any] = {"active_test": False, "lang": "en_US"}
        if self._companies:
            context["allowed_company_ids"] = list(self._companies)
        body = {**body, "context": context}
        return self._http.post(f"/{model}/{method}", json=body, accept=accept)


def _rows(answer: Response) -> list[Row]:
    found = answer.json()
    if not isinstance(found, list):
        raise SourceError(Reason.BAD_RESPONSE, "no list of records, where one was asked for")
    return found
