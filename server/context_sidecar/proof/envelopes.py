"""A signed envelope: the signature and what it signs, in one text (Salesforce Canvas)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import Form, check_mac

ALGORITHM = "HMACSHA256"


def open_envelope(text: str, secrets: Sequence[Secret]) -> Mapping[str, Any]:
    """Return what is in *text*, `signature.content`, both in base64.

    The algorithm is HMAC-SHA256 whatever the content says; content that names another is refused.

    Raises:
        VisitRefused: it is signed by none of *secrets*, or says nothing that can be read.
    """
    signature, point, content = text.partition(".")
    if not point:
        raise VisitRefused("the envelope has no signature")
    spaced = Form(
        content.replace(" ", "+").encode("utf-8", "replace"),
        "the envelope before its + became spaces",
    )
    check_mac(
        content.encode("utf-8", "replace"), signature, secrets, encoding="base64", almost=[spaced]
    )
    try:
        said = json.loads(base64.b64decode(content, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise VisitRefused("the envelope holds nothing that can be read") from error
    if not isinstance(said, Mapping):
        raise VisitRefused("the envelope holds no object")
    if str(said.get("algorithm") or ALGORITHM).upper() != ALGORITHM:
        raise VisitRefused("the envelope names another algorithm")
    return said
