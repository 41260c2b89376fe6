"""Tickets that are in no folded stage (app Helpdesk)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from context_sidecar import Row

from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import moment

MODEL = "helpdesk.ticket"
PRIORITIES = {"0": "low", "1": "medium", "2": "high", "3": "urgent"}
DOMAIN: list[Any] = [["stage_id.fold", "=", False], ["active", "=", True]]
FIELDS = ("name", "ticket_ref", "stage_id", "priority", "create_date", "write_date")


def open_of(models: Models, partners: Collection[int]) -> dict[int, list[Row]]:
    """Return the tickets of each of *partners* that are open, the last changed first."""
    found, _ = models.belonging(MODEL, partners, DOMAIN, FIELDS)
    return {
        one: sorted(rows, key=lambda row: str(row["write_date"]), reverse=True)
        for one, rows in found.items()
    }


def item(ticket: Row) -> dict[str, Any]:
    """Return what a list says of a ticket."""
    return {
        "id": ticket["ticket_ref"] or str(ticket["id"]),
        "title": ticket["name"],
        "status": ticket["stage_id"][1] if ticket["stage_id"] else None,
        "priority": PRIORITIES.get(ticket["priority"], ticket["priority"]),
        "created_at": moment(ticket["create_date"]),
        "updated_at": moment(ticket["write_date"]),
    }
