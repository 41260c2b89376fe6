"""To which companies people belong, fifteen of them in one call.

From "Search contacts", "Contact companies" and "List attached companies for contact" of Intercom's
API reference 2.15: a contact shows up to ten of its companies, and how many there are. A search
lacks who was added minutes ago, and who was merged into somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from context_sidecar import Cause, Http, Row, filtered, nothing_shown

from context_sidecar_adapters.intercom import records
from context_sidecar_adapters.intercom.lists import FILTERS, ids_of, page_of


def companies_of(http: Http, people: Collection[str]) -> dict[str, set[str]]:
    """Return the companies, by Intercom's own id, of each of *people* that there is.

    Raises:
        SourceError: PERMISSION_DENIED, none of them is shown to us.
    """
    ids = sorted(people)
    found = {
        row["id"]: _companies(http, row)
        for start in range(0, len(ids), FILTERS)
        for row in _contacts(http, ids[start : start + FILTERS])
    }
    if ids and not found:
        causes = Cause.MISSING_SCOPE, Cause.HIDDEN
        raise nothing_shown("conversations are shown to us, and none of their people", causes)
    return found


def _contacts(http: Http, ids: Collection[str]) -> Iterator[Row]:
    asked = {
        "query": {"field": "id", "operator": "IN", "value": list(ids)},
        "pagination": {"per_page": FILTERS},
    }
    rows = http.post("/contacts/search", json=asked).json()["data"]
    yield from filtered(rows, lambda row: row["id"] in ids)
    for lacking in sorted(set(ids) - {row["id"] for row in rows}):
        alone = records.one(http, "contacts", lacking)
        if alone is not None:
            yield alone


def _companies(http: Http, contact: Row) -> set[str]:
    shown = contact["companies"]
    ids = {one["id"] for one in shown["data"]}
    if len(ids) >= shown["total_count"]:
        return ids
    path = "/contacts/{id}/companies"
    return ids_of(http, path, contact["id"], page_of(http, path, contact["id"]))
