"""What a ticket, user or organization says of its customer."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

INCLUDED = {"ticket": "users,organizations", "user": "organizations", "organization": ""}
"""What a record's answer is to bring along."""

KEYS = (
    "requester_email",
    "requester_name",
    "requester_external_id",
    "organization_id",
    "organization_external_id",
    "organization_name",
    "organization_domain",
)
KEYS_BY_TYPE = MappingProxyType({"ticket": KEYS, "user": KEYS, "organization": KEYS[3:]})


def read(type: str, body: Any) -> dict[str, str]:
    """Return the keys, of `KEYS`, of the record of *type* that Zendesk's answer *body* holds."""
    shown = body[type]
    users = {user["id"]: user for user in body.get("users", ())}
    user = shown if type == "user" else users.get(shown.get("requester_id"), {})
    organizations = {row["id"]: row for row in body.get("organizations", ())}
    owner = shown["id"] if type == "organization" else shown["organization_id"]
    organization = shown if type == "organization" else organizations.get(owner, {})
    domains: list[str] = organization.get("domain_names") or []
    values = (
        user.get("email"),
        user.get("name"),
        user.get("external_id"),
        owner,
        organization.get("external_id"),
        organization.get("name"),
        domains[0] if len(domains) == 1 else None,
    )
    return {name: str(value) for name, value in zip(KEYS, values, strict=True) if value}
