"""Which company, and which person, an Odoo record is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from context_sidecar import Reason, SourceError, is_number

from context_sidecar_adapters.odoo.models import Models

KEYS = (
    "requester_email", "requester_name", "company_id", "company_name", "company_reference",
    "company_vat",
)  # fmt: skip
KEYS_BY_TYPE = MappingProxyType({"contact": KEYS, "ticket": KEYS})
PERSON = {"requester_email": "email", "requester_name": "name"}
COMPANY = {"company_name": "name", "company_reference": "ref", "company_vat": "vat"}


def read(models: Models, type: str, id: str) -> Mapping[str, str] | None:
    """Return the keys, of `KEYS`, of a contact or ticket; None where there is none."""
    if type not in {"contact", "ticket"}:
        raise SourceError(Reason.NOT_CONFIGURED, "only contacts and tickets")
    if not is_number(id):
        return None
    person = int(id)
    if type == "ticket":
        rows = models.every("helpdesk.ticket", [["id", "=", person]], ["partner_id"])
        if not rows or not rows[0]["partner_id"]:
            return {} if rows else None
        person = rows[0]["partner_id"][0]
    fields = {*PERSON.values(), "commercial_partner_id"}
    people = models.every("res.partner", [["id", "=", person]], fields)
    if not people:
        return None
    company_id = people[0]["commercial_partner_id"][0]
    companies = models.every("res.partner", [["id", "=", company_id]], COMPANY.values())
    keys = {name: people[0][field] for name, field in PERSON.items()}
    keys |= {name: row[field] for row in companies for name, field in COMPANY.items()}
    found = {name: str(value) for name, value in keys.items() if value}
    return found | {"company_id": str(company_id)}
