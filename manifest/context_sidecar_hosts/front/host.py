"""Front: a plugin in the side panel, beside a conversation.

Proof: Front opens the frame by the plugin's address with `auth_secret`, a secret that Front makes
for each app and adds whenever it shows the plugin. It proves that the address was opened from a
Front that has this app, and no more: it is the same for everybody and every time, so every teammate
who has had the plugin on screen can know it, and it says neither who they are nor which
conversation is open. Facts from dev.frontapp.com, "Security", "Context" and "FAQ", and from Front's
own SDK (npm @frontapp/plugin-sdk 1.10.0, with the types of @frontapp/ui-bridge).

Record: the address holds none, so `bridge.js` is told by Front's page: `conversation` and its id,
with `requester_email` and `requester_phone` (the handle of its main recipient, or the only one of
that kind that their contact has), `requester_name`, `contact_id`, and `attribute_<name>` for each
of the contact's custom attributes that is a text or a number, its name in lower case with `_` for
all but letters and digits. With no conversation selected, or several, there is no card.

Limits: what the page says is not signed: a visitor sees what the install may see, and may not walk
through many conversations. Front says nothing of the teammate's language or of light and dark; both
are the browser's, and `locale` in the plugin's address sets the language. The frame is as tall as
the panel, and links open through Front, because its sandbox lets no frame open a window. There are
no plugins in Front's mobile apps.
"""

from __future__ import annotations

from context_sidecar import Host, Inbound, Visit, VisitRefused
from context_sidecar.proof import check_secret
from context_sidecar.settings import SecretText
from marshmallow import Schema


class Front(Host):
    """A conversation in Front."""

    label = "Front"
    places = ("conversation",)
    keys = (
        "requester_email",
        "requester_phone",
        "requester_name",
        "contact_id",
        r"attribute_\w+",
    )

    class Settings(Schema):
        """The secret that Front adds to the plugin's address."""

        auth_secret = SecretText(
            required=True,
            metadata={"description": "The app's auth secret, as Front shows it on its page."},
        )
        previous_auth_secret = SecretText(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the secret proves. Its record comes later, from the page."""
        if inbound.method != "GET":
            raise VisitRefused("Front opens the frame by a GET")
        check_secret(inbound.parameter("auth_secret"), self.install.secrets("auth_secret"))
        return Visit(
            install=self.install.id,
            record=None,
            roles=self.install.roles,
            locale=inbound.parameter("locale"),
        )
