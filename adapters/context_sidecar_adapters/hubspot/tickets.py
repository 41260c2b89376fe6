"""The tickets that companies have open."""

from __future__ import annotations

from collections.abc import Collection

from context_sidecar import Reason, Row, SourceError

from context_sidecar_adapters.hubspot.crm import BATCH, Crm, Linked, Record

COLUMNS = {
    "title": "subject",
    "status": "hs_pipeline_stage",
    "priority": "hs_ticket_priority",
    "created_at": "createdate",
    "updated_at": "hs_lastmodifieddate",
}
LISTED = 500
"""Of a company with more tickets than this, open or not, the open ones are searched for."""


class Tickets:
    """The tickets of one HubSpot account. A ticket is open while it is in no closed stage."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm

    def open_of(self, companies: Collection[str]) -> dict[str, tuple[list[Row], int]]:
        """Return the open tickets of each of *companies*, the last changed first, and how many
        there are; of many only the first."""
        labels, closed = self._crm.stages()
        linked = self._crm.linked("companies", "tickets", companies)
        tickets = self._read({one for link in linked.values() if _short(link) for one in link.ids})
        answers = {}
        for company, link in linked.items():
            if _short(link):
                rows = [tickets[one] for one in link.ids if one in tickets]
                rows = [row for row in rows if row["hs_pipeline_stage"] not in closed]
                total = len(rows)
            else:
                rows, total = self._search(company, closed)
            rows.sort(key=lambda row: str(row["hs_lastmodifieddate"]), reverse=True)
            answers[company] = [_item(row, labels) for row in rows], total
        return answers

    def _read(self, ids: Collection[str]) -> dict[str, Record]:
        """The tickets with *ids* that are still there."""
        wanted = sorted(ids)
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            rows, denied = self._crm.read("tickets", batch, COLUMNS.values())
            shown = {row["id"]: row for row in rows}
            if shown.keys() | denied != set(batch):
                raise SourceError(Reason.BAD_RESPONSE, "a ticket was neither shown nor denied")
            found |= shown
        return found

    def _search(self, company: str, closed: Collection[str]) -> tuple[list[Record], int]:
        filters: list[Record] = [
            {"propertyName": "associations.company", "operator": "EQ", "value": company},
            {"propertyName": "hs_pipeline_stage", "operator": "NOT_IN", "values": sorted(closed)},
        ]
        return self._crm.search("tickets", filters, COLUMNS.values(), BATCH)


def _short(link: Linked) -> bool:
    return link.whole and len(link.ids) <= LISTED


def _item(row: Record, labels: dict[str, str]) -> Row:
    item = {name: row[column] for name, column in COLUMNS.items()}
    return item | {"id": row["id"], "status": labels.get(item["status"], item["status"])}
