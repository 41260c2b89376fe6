"""The columns of accounts, as Dataverse describes them, and what our user may do.

From Microsoft's "Query table definitions using the Web API", "Column data types" and "Check user
privileges": a choice's options, and whether a time is a day, are told of columns of one type at a
time only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from context_sidecar import FieldType, Http, Scope, Shape, ShapeField

TYPES = {
    "BigInt": FieldType.NUMBER,
    "Boolean": FieldType.BOOLEAN,
    "Customer": FieldType.TEXT,
    "DateTime": FieldType.DATETIME,
    "Decimal": FieldType.NUMBER,
    "Double": FieldType.NUMBER,
    "Integer": FieldType.NUMBER,
    "Lookup": FieldType.TEXT,
    "Memo": FieldType.TEXT,
    "Money": FieldType.MONEY,
    "Owner": FieldType.TEXT,
    "Picklist": FieldType.CHOICE,
    "State": FieldType.CHOICE,
    "Status": FieldType.CHOICE,
    "String": FieldType.TEXT,
    "Uniqueidentifier": FieldType.TEXT,
}
"""What of ours Dataverse's types are; virtual columns and images are none."""

REFERENCES = {"Customer", "Lookup", "Owner"}
ACCOUNT = "/EntityDefinitions(LogicalName='account')/Attributes"
COLUMNS = "LogicalName,AttributeType,DisplayName,IsValidForRead,IsSecured,AttributeOf,RequiredLevel"
TIMES = "Microsoft.Dynamics.CRM.DateTimeAttributeMetadata"
CHOICES = ("Picklist", "State", "Status")
KINDS = ("Account", "Contact", "Incident", "Opportunity", "Entitlement")
EXCESS = ("Create", "Write", "Delete")
RIGHTS = {
    "prvReadContact": ("records",),
    "prvReadIncident": ("open_tickets", "records"),
    "prvReadOpportunity": ("open_opportunities", "records"),
    "prvReadEntitlement": ("entitlements",),
}
"""What is read beside accounts, and for what."""


def shape(http: Http) -> Shape:
    """Return the shape of accounts."""
    rows = http.get(ACCOUNT, params={"$select": COLUMNS}).json()["value"]
    choices: dict[str, dict[str, str]] = {}
    for kind in CHOICES:
        path = f"{ACCOUNT}/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"
        params = {"$select": "LogicalName", "$expand": "OptionSet($select=Options)"}
        for row in http.get(path, params=params).json()["value"]:
            choices[row["LogicalName"]] = _options(row)
    path, params = f"{ACCOUNT}/{TIMES}", {"$select": "LogicalName,Format"}
    timed = http.get(path, params=params).json()["value"]
    days = {row["LogicalName"] for row in timed if row["Format"] == "DateOnly"}
    shown = [row for row in rows if row["IsValidForRead"] and not row["AttributeOf"]]
    shown.sort(key=lambda row: str(row["LogicalName"]))
    fields = (_field(row, choices.get(row["LogicalName"], {})) for row in shown)
    return Shape(
        tuple(replace(one, type=FieldType.DATE) if one.name in days else one for one in fields)
    )


def rights(http: Http) -> Scope:
    """Return what privileges our user has, beside those that are needed."""
    user = http.get("/WhoAmI").json()["UserId"]
    path = "/systemusers({user})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    rows = http.get(path, {"user": user}).json()["RolePrivileges"]
    has = {row["PrivilegeName"] for row in rows}
    needs = [f"prvRead{kind}" for kind in KINDS]
    excess = [f"prv{right}{kind}" for kind in KINDS for right in EXCESS]
    missing = tuple(one for one in needs if one not in has)
    held = tuple(one for one in needs if one in has)
    return Scope(missing, tuple(one for one in excess if one in has), held=held)


def _options(row: Mapping[str, Any]) -> dict[str, str]:
    options = (row.get("OptionSet") or {}).get("Options") or ()
    return {str(option["Value"]): _said(option["Label"]) for option in options}


def _said(label: Mapping[str, Any] | None) -> str:
    words = (label or {}).get("UserLocalizedLabel") or {}
    return str(words.get("Label") or "")


def _field(row: Mapping[str, Any], choices: Mapping[str, str]) -> ShapeField:
    name, native = row["LogicalName"], row["AttributeType"]
    is_amount = TYPES.get(native) is FieldType.MONEY
    return ShapeField(
        ("display", f"_{name}_value") if native in REFERENCES else (name,),
        TYPES.get(native),
        label=_said(row["DisplayName"]),
        native=native,
        choices=choices,
        currency=("transactioncurrencyid", "isocurrencycode") if is_amount else (),
        optional=row["RequiredLevel"]["Value"] not in {"SystemRequired", "ApplicationRequired"},
        filterable=True,
    )
