"""Which account, and which person, a Salesforce record is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from context_sidecar import Reason, Row, SourceError

from context_sidecar_adapters.salesforce.soql import Soql

ID = r"[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?"
KEYS = ("account_id", "account_name", "requester_email", "requester_name")

_ITS_ACCOUNT = {"account_id": "AccountId", "account_name": "Account.Name"}
_RECORDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "account": ("Account", {"account_id": "Id", "account_name": "Name"}),
    "contact": ("Contact", _ITS_ACCOUNT | {"requester_email": "Email", "requester_name": "Name"}),
    "case": (
        "Case",
        _ITS_ACCOUNT | {"requester_email": "Contact.Email", "requester_name": "Contact.Name"},
    ),
    "opportunity": ("Opportunity", _ITS_ACCOUNT),
}
"""How a kind of record is called in SOQL, and which column says what of its customer."""

KEYS_BY_TYPE = MappingProxyType({kind: tuple(columns) for kind, (_, columns) in _RECORDS.items()})

RIGHTS = {
    "Read on Contact": ("records",),
    "Read on Case": ("open_tickets", "records"),
    "Read on Opportunity": ("open_opportunities", "records"),
}
"""What is read of an object beside accounts, and for what."""


def keys_of(soql: Soql, type: str, id: str) -> Mapping[str, str] | None:
    """Return what the record says of its customer; None where there is no such record."""
    if type not in _RECORDS:
        refused = "accounts, contacts, cases and opportunities only"
        raise SourceError(Reason.NOT_CONFIGURED, refused)
    if not re.fullmatch(ID, id):
        return None
    kind, columns = _RECORDS[type]
    # Without the column of its account a record would pass for one that has none.
    needed = {"Id", columns["account_id"]}
    rows = soql.find(kind, "Id", [id], needed, optional=set(columns.values()) - needed)
    found = next((row for row in rows if row["Id"][:15] == id[:15]), None)
    if found is None:
        return None
    keys = {name: _at(found, column) for name, column in columns.items()}
    return {name: value for name, value in keys.items() if value}


def _at(row: Row, column: str) -> str:
    """What a *row* has in a column, which may be of a related record; empty where it has none."""
    value: Any = row
    for name in column.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""
