"""Which account, and which person, a ServiceNow record is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from context_sidecar import Reason, SourceError

from context_sidecar_adapters.servicenow.table import Tables

KEYS = ("account_id", "account_number", "account_name", "requester_email", "requester_name")
KEYS_BY_TYPE = MappingProxyType({"ticket": KEYS, "contact": KEYS, "account": KEYS[:3]})


def read(
    tables: Tables, settings: Mapping[str, Any], type: str, id: str
) -> Mapping[str, str] | None:
    """Return the keys, of `KEYS`, of a ticket, account or contact; None where there is none."""
    if type not in {"ticket", "account", "contact"}:
        raise SourceError(Reason.NOT_CONFIGURED, "only tickets, accounts and contacts")
    table, columns = _place(settings, type)
    row = tables.one(table, id, columns.values())
    if row is None:
        return None
    return {name: str(row[one]) for name, one in columns.items() if row.get(one)}


def _place(settings: Mapping[str, Any], type: str) -> tuple[str, dict[str, str]]:
    if type == "account":
        columns = {"account_id": "sys_id", "account_number": "number", "account_name": "name"}
        return settings["accounts_table"], columns
    account = settings["account_field"] if type == "ticket" else "account"
    columns = {
        "account_id": account,
        "account_number": f"{account}.number",
        "account_name": f"{account}.name",
    }
    if type == "contact":
        columns |= {"requester_email": "email", "requester_name": "name"}
        return "customer_contact", columns
    person = settings["contact_field"]
    columns |= {"requester_email": f"{person}.email", "requester_name": f"{person}.name"}
    return settings["tickets_table"], columns
