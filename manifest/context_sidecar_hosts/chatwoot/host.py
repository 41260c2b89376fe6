"""Chatwoot: a dashboard app, a tab beside the messages of a conversation.

Proof: Chatwoot proves nothing. It opens the same address for every agent and every conversation and
adds nothing to it. So the address is a link of ours: it names the day on which it ends, and is
signed with the install's secret (HMAC-SHA256 of `/hosts/<install>?until=<day>`, in hexadecimal).
Whoever holds the link is let in until then; it says nothing of who they are. Facts from Chatwoot's
guide "How to use dashboard apps" and from its source (`DashboardApp/Frame.vue`,
`ConversationBox.vue`).

Record: the link names none, so `bridge.js` is told by Chatwoot's page: `conversation` and its id,
with `requester_email`, `requester_phone`, `requester_name`, `requester_external_id` (the contact's
identifier) and `company_name` of its contact, and `attribute_<key>` for each of the contact's
custom attributes that is a text or a number.

Limits: what the page says is not signed: a visitor sees what the install may see, and may not walk
through many conversations. Chatwoot sends its context when the frame has loaded and when it is
asked, so a contact that is changed meanwhile is read when the tab is opened again. It says nothing
of the agent's language or of light and dark; both are the browser's, and `locale` in the address
sets the language. The frame is as tall as the tab.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from context_sidecar import (
    Configuration,
    Host,
    Inbound,
    Install,
    PackageFile,
    Visit,
    VisitRefused,
)
from context_sidecar.proof import check_mac, mac
from context_sidecar.signed_url import SigningSecret
from marshmallow import Schema, fields

LONGEST = timedelta(days=400)
"""How long a link may last: a year, and time to change it."""


class Chatwoot(Host):
    """A conversation in Chatwoot."""

    label = "Chatwoot"
    places = ("conversation",)
    keys = (
        "requester_email",
        "requester_phone",
        "requester_name",
        "requester_external_id",
        "company_name",
        r"attribute_\w+",
    )

    class Settings(Schema):
        """How long the link lasts, and the secret by which we sign it."""

        secret = SigningSecret(
            required=True,
            metadata={"description": "What the link is signed with; at least 32 characters."},
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one; its links are accepted too."}
        )
        until = fields.Date(
            required=True,
            error_messages={"invalid": "expected a day such as 2027-05-31"},
            metadata={"description": "The last day of the link that is built, at most 400 ahead."},
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the link lets in. Its record comes later, from the page."""
        if inbound.method != "GET":
            raise VisitRefused("a link is for GET")
        until = inbound.parameter("until")
        signature = inbound.parameter("signature")
        check_mac(_signed(self.install.id, until), signature, self.install.secrets("secret"))
        _check_day(date.fromisoformat(until), inbound.received_at)
        return Visit(
            install=self.install.id,
            record=None,
            roles=self.install.roles,
            locale=inbound.parameter("locale"),
        )

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the link that is the dashboard app's address."""
        until = str(install.settings["until"])  # as 2027-05-31
        [secret, *_] = install.secrets("secret")
        signature = mac(_signed(install.id, until), secret)
        address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
        link = f"{address}?until={until}&signature={signature}\n"
        return [PackageFile("link.txt", link.encode())]


def _signed(install: str, until: str) -> bytes:
    return f"/hosts/{install}?until={until}".encode("utf-8", "replace")


def _check_day(until: date, now: datetime) -> None:
    ends = datetime.combine(until, time.min, UTC) + timedelta(days=1)
    if ends <= now:
        raise VisitRefused(f"the link ended on {until}; build another with `sidecar manifest`")
    if ends > now + LONGEST:
        raise VisitRefused(f"the link lasts longer than {LONGEST.days} days: choose an earlier day")
