"""A signed link: the address that a tool is given which can sign nothing itself.

    https://context.example.com/hosts/chatwoot?until=2027-05-31&signature=…

We sign it, not the tool: the signature is the HMAC-SHA256 of `/hosts/<install>?until=<day>` in
lower-case hexadecimal. Nobody can make such a link up or prolong it, and it says nothing of who
opens it: whoever holds it is let in until its last day is over. What else is in the address is not
signed, so a host that reads a record there says so (`signs_record = False`).
"""

from __future__ import annotations

from datetime import UTC, date, timedelta

from marshmallow import Schema, fields, validate

from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Inbound
from context_sidecar.proof import check_mac, mac
from context_sidecar.proof.signed_url import SigningSecret

LONGEST = timedelta(days=400)
"""How long a link may last: a year, and time to change it."""

_FIRST, _LAST = date(2020, 1, 1), date(9000, 1, 1)
"""Between them is any day that can be meant; how far ahead it may be is judged where a clock is."""


class SignedLinkSettings(Schema):
    """How long the link lasts, and the secret by which we sign it."""

    secret = SigningSecret(
        required=True,
        metadata={
            "description": "What the link is signed with; at least 32 characters.",
            "chosen": True,
        },
    )
    previous_secret = SigningSecret(
        metadata={"description": "The secret before this one; its links are accepted too."}
    )
    until = fields.Date(
        required=True,
        error_messages={"invalid": "expected a day such as 2027-05-31"},
        validate=validate.Range(_FIRST, _LAST, error="expected a day such as 2027-05-31"),
        metadata={"description": "The last day of the link that is built, at most 400 ahead."},
    )


def link(configuration: Configuration, install: Install) -> str:
    """Return the link of *install*."""
    until = str(install.settings["until"])  # as 2027-05-31
    [secret, *_] = install.secrets("secret")
    signature = mac(_signed(install.id, until), secret)
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    return f"{address}?until={until}&signature={signature}"


def out_of_date(install: Install, today: date) -> str:
    """Say why a link of *install* is not accepted *today*; empty where it is."""
    return _wrong(date.fromisoformat(str(install.settings["until"])), today)


def check_link(inbound: Inbound, install: Install) -> None:
    """Accept the address of *inbound* as a link of *install* that has not ended.

    Raises:
        VisitRefused: it is none, or has.
    """
    if inbound.method != "GET":
        raise VisitRefused("a link is for GET")
    until = inbound.parameter("until")
    signature = inbound.parameter("signature")
    check_mac(_signed(install.id, until), signature, install.secrets("secret"))
    if wrong := _wrong(date.fromisoformat(until), inbound.received_at.astimezone(UTC).date()):
        raise VisitRefused(wrong)


def _signed(install: str, until: str) -> bytes:
    return f"/hosts/{install}?until={until}".encode("utf-8", "replace")


def _wrong(until: date, today: date) -> str:
    """Say why a link whose last day is *until* is not accepted *today*; empty where it is."""
    if until < today:
        return f"the link ended on {until}; choose a later day and build another"
    if until - today > LONGEST:
        return f"the link lasts longer than {LONGEST.days} days: choose an earlier day"
    return ""
