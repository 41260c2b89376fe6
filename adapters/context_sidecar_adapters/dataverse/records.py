"""Which account, and which person, a record of Dynamics 365 is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from context_sidecar import Reason, Row, SourceError

from context_sidecar_adapters.dataverse.odata import OData
from context_sidecar_adapters.dataverse.settings import GUID

KEYS = ("account_id", "account_number", "account_name", "requester_email", "requester_name")


def _account(way: str) -> dict[str, str]:
    columns = {"account_id": "accountid", "account_number": "accountnumber", "account_name": "name"}
    return {key: f"{way}{column}" for key, column in columns.items()}


def _person(way: str) -> dict[str, str]:
    return {"requester_email": f"{way}emailaddress1", "requester_name": f"{way}fullname"}


RECORDS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "account": ("accounts", "accountid", _account("")),
    "contact": (
        "contacts", "contactid", _person("") | _account("parentcustomerid_account."),
    ),
    "ticket": (
        "incidents", "incidentid",
        _account("customerid_account.") | _person("primarycontactid."),
    ),
    "opportunity": (
        "opportunities", "opportunityid",
        _account("parentaccountid.") | _person("parentcontactid."),
    ),
}  # fmt: skip
"""The set of a kind of record, the property of its id, and which property says what."""

KEYS_BY_TYPE = MappingProxyType({kind: tuple(said) for kind, (_, _, said) in RECORDS.items()})


def read(odata: OData, type: str, id: str) -> Mapping[str, str] | None:
    """Return the keys, of `KEYS`, of a record; None where there is none."""
    if type not in RECORDS:
        refused = "accounts, contacts, tickets and opportunities only"
        raise SourceError(Reason.NOT_CONFIGURED, refused)
    if not re.fullmatch(GUID, id):
        return None
    many, its_id, columns = RECORDS[type]
    rows, _ = odata.find(many, f"{its_id} eq {id}", {its_id, *columns.values()})
    if not [row for row in rows if str(row[its_id]).casefold() == id.casefold()]:
        return None
    keys = {name: _at(rows[0], column) for name, column in columns.items()}
    return {name: str(value) for name, value in keys.items() if value}


def _at(row: Row, way: str) -> Any:
    value: Any = row
    for step in way.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
