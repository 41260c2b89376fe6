"""Request Tracker 5: a box on the ticket's page, put there by an extension of RT's own kind.

Proof: RT signs the card's address (`context_sidecar.proof.signed_url`) at the moment when the box
comes into view, for an agent who may see the ticket; users who are not privileged get none.

Record: `ticket` and its id, with those of these keys that the rules of `sidecar.yaml` match by:
`requester_email` and `requester_name` (of the only requestor; a ticket with several tells of
none), `queue`, and `cf_<name>` for a custom field with one value, its name in lower case with `_`
for all but letters and digits: `cf_customer_number`. The adapter `rt` names them alike.

Limits: RT's pages carry no signed address, so nothing expires while a tab stays open. RT itself
asks nothing of us: where we are down, the box says so and the ticket's page is as quick as ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from context_sidecar import Configuration, Host, Inbound, Install, PackageFile, Visit, VisitRefused
from context_sidecar.hosting.packaging import templates
from context_sidecar.proof import signed_url

_PACKAGE = Path(__file__).parent / "package"
_SETTINGS = "RT-Extension-ContextSidecar/etc/ContextSidecar.pm"
_SECRET_FILE = "/etc/request-tracker5/context-sidecar.secret"  # noqa: S105  where it is, not what it is


class RequestTracker(Host):
    """A ticket in Request Tracker 5."""

    label = "Request Tracker"
    places = ("ticket",)
    shows_title = True
    keys = ("queue", "requester_email", "requester_name", r"cf_\w+")

    class Settings(signed_url.SignedUrlSettings):
        """What RT needs: a secret that it and we share."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the address proves."""
        visit = signed_url.prove(inbound, self.install, self.memory)
        if visit.record is None or visit.record.type not in self.places:
            raise VisitRefused("Request Tracker shows tickets only")
        return visit

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the extension, with the configuration for this install beside it."""
        values = {
            "url": f"{configuration.public_url.rstrip('/')}/hosts/{install.id}",
            "secret_file": _SECRET_FILE,
            "keys": " ".join(cls.matched_keys(configuration)),
            "title": cls.title(configuration, install, "Context"),
        }
        return [
            PackageFile(path, _filled(content, values) if path == _SETTINGS else content)
            for path, content in templates(_PACKAGE).items()
        ]


def _filled(content: bytes, values: Mapping[str, str]) -> bytes:
    def quoted(place: re.Match[str]) -> str:
        return values[place[1]].replace("\\", "\\\\").replace("'", "\\'")

    return re.sub(r"\{\{(\w+)\}\}", quoted, content.decode()).encode()
