"""Projects, with what their last update said (app Project)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from context_sidecar import Row

from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import moment

MODEL = "project.project"
STATUSES = {
    "on_track": "on track",
    "at_risk": "at risk",
    "off_track": "off track",
    "on_hold": "on hold",
    "to_define": "no status",
    "done": "done",
}
FIELDS = (
    "name", "partner_id", "last_update_status", "date_start", "date", "user_id", "create_date",
    "write_date",
)  # fmt: skip


def of(models: Models, partners: Collection[int]) -> dict[int, list[Row]]:
    """Return the projects of each of *partners* and the people there that are not archived, the
    last changed first."""
    # A project names a person or a company, and not whose person that is.
    ids = sorted(partners)
    domain = [["partner_id.commercial_partner_id", "in", ids], ["active", "=", True]]
    rows = models.every(MODEL, domain, FIELDS)
    named = sorted({row["partner_id"][0] for row in rows})
    people = models.every("res.partner", [["id", "in", named]], ["commercial_partner_id"])
    owners = {row["id"]: row["commercial_partner_id"][0] for row in people}
    rows.sort(key=lambda row: str(row["write_date"]), reverse=True)
    return models.grouped(MODEL, ids, rows, lambda row: owners.get(row["partner_id"][0]))


def item(project: Row) -> dict[str, Any]:
    """Return what a list says of a project."""
    status = project["last_update_status"]
    until = f", until {project['date']}" if project["date"] else ""
    return {
        "id": str(project["id"]),
        "title": project["name"],
        "status": f"{STATUSES.get(status, status or 'no status')}{until}",
        "created_at": moment(project["create_date"]),
        "updated_at": moment(project["write_date"]),
    }


def summary(projects: Sequence[Row]) -> dict[str, Any]:
    """Return how many *projects* there are of each status."""
    counted = Counter(row["last_update_status"] or "to_define" for row in projects)
    return {"statuses": dict.fromkeys(STATUSES, 0) | dict(counted)}
