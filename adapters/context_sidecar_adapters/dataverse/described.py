"""The columns of accounts, as Dataverse describes them, and what our user may do.

From Microsoft's "Query table definitions using the Web API", "Column data types" and "Check user
privileges": a choice's options, whether a time is a day, and whether an amount is in the base
currency, are told of columns of one type at a time only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    choices = {
        row["LogicalName"]: _options(row)
        for kind in CHOICES
        for row in _of_type(http, kind, **{"$expand": "OptionSet($select=Options)"})
    }
    days = _having(http, "DateTime", "Format", value="DateOnly")
    in_base = _having(http, "Money", "IsBaseCurrency", value=True)
    shown = [row for row in rows if row["IsValidForRead"] and not row["AttributeOf"]]
    shown.sort(key=lambda row: str(row["LogicalName"]))
    return Shape(tuple(_field(row, choices, days, in_base) for row in shown))


def _of_type(http: Http, kind: str, column: str = "", **more: str) -> list[dict[str, Any]]:
    """What is told of the columns of one type alone."""
    path = f"{ACCOUNT}/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"
    select = ",".join(filter(None, ["LogicalName", column]))
    rows: list[dict[str, Any]] = http.get(path, params={"$select": select, **more}).json()["value"]
    return rows


def _having(http: Http, kind: str, column: str, *, value: object) -> set[str]:
    return {row["LogicalName"] for row in _of_type(http, kind, column) if row[column] == value}


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


def _field(
    row: Mapping[str, Any],
    choices: Mapping[str, Mapping[str, str]],
    days: Collection[str],
    in_base: Collection[str],
) -> ShapeField:
    """Return the column of *row*, with what more is told of those of its type."""
    name, native = row["LogicalName"], row["AttributeType"]
    type_ = FieldType.DATE if name in days else TYPES.get(native)
    has_currency = type_ is FieldType.MONEY and name not in in_base
    return ShapeField(
        ("display", f"_{name}_value") if native in REFERENCES else (name,),
        type_,
        label=_said(row["DisplayName"]),
        native=native,
        choices=choices.get(name, {}),
        currency=("transactioncurrencyid", "isocurrencycode") if has_currency else (),
        optional=row["RequiredLevel"]["Value"] not in {"SystemRequired", "ApplicationRequired"},
        filterable=True,
    )
