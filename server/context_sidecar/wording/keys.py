"""The names of the keys by which customers are known, in words."""

from __future__ import annotations

from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words, msgid

_KNOWN = {
    "id": msgid("id"),
    "name": msgid("name"),
    "domain": msgid("domain"),
    "email": msgid("e-mail address"),
    "phone": msgid("phone number"),
    "requester_email": msgid("e-mail address of the requester"),
    "requester_name": msgid("name of the requester"),
    "requester_external_id": msgid("external id of the requester"),
    "organization_id": msgid("id of the organisation"),
    "organization_domain": msgid("domain of the organisation"),
    "organization_name": msgid("name of the organisation"),
    "organization_external_id": msgid("external id of the organisation"),
}


def key_label(words: Words, key: str) -> str:
    """Return what people call *key*; one that only `sidecar.yaml` knows keeps its name there."""
    return words.text(_KNOWN[key]) if key in _KNOWN else visible(key.replace("_", " "))
