"""What an issue says of its customer."""

from __future__ import annotations

from typing import Any

from context_sidecar_adapters.jira.issues import Customer
from context_sidecar_adapters.jira.organizations import FIELD

KEYS = ("requester_email", "requester_name", "organization_id", "organization_name", "customer")


def read(issue: Any, customer: Customer | None = None) -> dict[str, str]:
    """Return the keys, of `KEYS`, of *issue*, which was asked for with its schema; *customer* says
    in which field it names its customer, if in one."""
    shown, schema = issue["fields"], issue["schema"]
    name = next((one for one, kind in schema.items() if kind.get("custom") == FIELD), "")
    organizations = shown.get(name) or []
    # Of several organizations none is the customer.
    organization = organizations[0] if len(organizations) == 1 else {}
    named = customer.of(issue) if customer and customer.field in shown else []
    person = shown.get("reporter") or {}
    values = (
        person.get("emailAddress"),
        person.get("displayName"),
        organization.get("id"),
        organization.get("name"),
        named[0][1] if len(named) == 1 else None,
    )
    return {key: str(value) for key, value in zip(KEYS, values, strict=True) if value}
