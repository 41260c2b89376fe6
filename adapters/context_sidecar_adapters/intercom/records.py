"""Who is behind a conversation, and to which company they belong."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from context_sidecar import Http, Reason, SourceError

from context_sidecar_adapters.intercom.refusals import denies

KEYS = ("requester_email", "requester_external_id", "requester_name", "company_id")


def read(http: Http, type: str, id: str) -> Mapping[str, str] | None:
    """Return the keys, of `KEYS`, of a conversation or contact; None where there is none."""
    if type not in {"conversation", "contact"}:
        raise SourceError(Reason.NOT_CONFIGURED, "Intercom shows conversations and contacts only")
    shown = one(http, f"{type}s", id)
    if shown is None or type == "contact":
        return None if shown is None else _keys(shown)
    people = shown["contacts"]["contacts"]
    # Of several people none is the customer.
    person = one(http, "contacts", people[0]["id"]) if len(people) == 1 else None
    return _keys(person) if person else {}


def one(http: Http, kind: str, id: str) -> Any:
    """Return the conversation or contact *id*, of the *kind* "conversations" or "contacts"; None
    where there is none."""
    path, missing = f"/{kind}/{{id}}", [HTTPStatus.NOT_FOUND]
    answer = http.get(path, {"id": id}, accept=missing)
    return None if denies(answer, f"{kind.removesuffix('s')}_not_found") else answer.json()


def _keys(contact: Any) -> dict[str, str]:
    companies = contact.get("companies") or {"data": [], "total_count": 0}
    only = len(companies["data"]) == companies["total_count"] == 1
    values = (
        contact.get("email"),
        contact.get("external_id"),
        contact.get("name"),
        companies["data"][0]["id"] if only else None,
    )
    return {name: str(value) for name, value in zip(KEYS, values, strict=True) if value}
