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
from datetime import date

from context_sidecar import Configuration, Host, Inbound, Install, PackageFile, Visit
from context_sidecar.proof.signed_link import SignedLinkSettings, check_link, link, out_of_date


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

    class Settings(SignedLinkSettings):
        """How long the link lasts, and the secret by which we sign it."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the link lets in. Its record comes later, from the page."""
        check_link(inbound, self.install)
        return Visit(
            install=self.install.id,
            record=None,
            roles=self.install.roles,
            locale=inbound.parameter("locale"),
        )

    @classmethod
    def out_of_date(cls, install: Install, today: date) -> str:
        """Say that the link's last day is over, or too far ahead."""
        return out_of_date(install, today)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the link that is the dashboard app's address."""
        return [PackageFile("link.txt", f"{link(configuration, install)}\n".encode())]
