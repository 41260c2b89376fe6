"""django-helpdesk: a box on the ticket's page, put there by a Django app that an admin installs.

Proof: the app signs the card's address (`context_sidecar.proof.signed_url`) at the moment when the
box comes into view, for a member of the staff who may open the ticket; nobody else gets one.

Record: `ticket` and its id, with those of these keys that the rules of `sidecar.yaml` match by:
`requester_email` (the submitter's), `queue` (its title), and `cf_<name>` for a custom field that
has a value, by the field's name with `_` for `-`: `cf_customer`.

Limits: the ticket's pages carry no signed address, so nothing expires while a tab stays open.
django-helpdesk asks nothing of us: where we are down, the box says so and the ticket's page is as
quick as ever. It shows the box in its block `helpdesk_ticket_panels`, which is empty for that
purpose; a template of one's own that fills the block has to say `{{ block.super }}`. Facts from
django-helpdesk 2.6.1 (`templates/helpdesk/ticket.html`, `user.py`, `decorators.py`), with which the
app is tested.
"""

from __future__ import annotations

from collections.abc import Sequence

from context_sidecar import Configuration, Host, Inbound, Install, PackageFile, Visit, VisitRefused
from context_sidecar.proof import signed_url

from context_sidecar_hosts.django_helpdesk.build import FILE_NAME, build


class DjangoHelpdesk(Host):
    """A ticket in django-helpdesk."""

    label = "django-helpdesk"
    package_name = FILE_NAME
    places = ("ticket",)
    shows_title = True
    keys = ("queue", "requester_email", r"cf_\w+")

    class Settings(signed_url.SignedUrlSettings):
        """What django-helpdesk needs: a secret that it and we share."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the address proves."""
        visit = signed_url.prove(inbound, self.install, self.memory)
        if visit.record is None or visit.record.type not in self.places:
            raise VisitRefused("django-helpdesk shows tickets only")
        return visit

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the Django app as a wheel, with what this install needs in it."""
        return build(
            address=f"{configuration.public_url.rstrip('/')}/hosts/{install.id}",
            keys=cls.matched_keys(configuration),
            title=cls.title(configuration, install, "Context"),
        )
