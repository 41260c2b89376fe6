"""A signed link: the address that a tool is given which can sign nothing itself.

    https://context.example.com/hosts/chatwoot?until=2027-05-31&signature=…

We sign it, not the tool: the signature is the HMAC-SHA256 of `/hosts/<install>?until=<day>` in
lower-case hexadecimal. Nobody can make such a link up or prolong it, and it says nothing of who
opens it: whoever holds it is let in until its last day is over. What else is in the address is not
signed, so a host that reads a record there says so (`signs_record = False`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from marshmallow import Schema, fields

from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Inbound
from context_sidecar.proof import check_mac, mac
from context_sidecar.signed_url import SigningSecret

LONGEST = timedelta(days=400)
"""How long a link may last: a year, and time to change it."""


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
        metadata={"description": "The last day of the link that is built, at most 400 ahead."},
    )


def link(configuration: Configuration, install: Install) -> str:
    """Return the link of *install*."""
    until = str(install.settings["until"])  # as 2027-05-31
    [secret, *_] = install.secrets("secret")
    signature = mac(_signed(install.id, until), secret)
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    return f"{address}?until={until}&signature={signature}"


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
    _check_day(date.fromisoformat(until), inbound.received_at)


def _signed(install: str, until: str) -> bytes:
    return f"/hosts/{install}?until={until}".encode("utf-8", "replace")


def _check_day(until: date, now: datetime) -> None:
    ends = datetime.combine(until, time.min, UTC) + timedelta(days=1)
    if ends <= now:
        raise VisitRefused(f"the link ended on {until}; build another with `sidecar manifest`")
    if ends > now + LONGEST:
        raise VisitRefused(f"the link lasts longer than {LONGEST.days} days: choose an earlier day")
