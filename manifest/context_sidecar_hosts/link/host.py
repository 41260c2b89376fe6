"""Any tool that opens an address with a field of its record in it, and signs nothing.

Proof: a link of ours, with a last day; see `context_sidecar.proof.signed_link`. Whoever holds it is
let in until then. It does not say who they are, and the record in the address is not signed.

Record: `record=type/id` and any `key.<name>`, as the tool fills them into the address that
`sidecar manifest` builds: the record is an untrusted lookup key, so one visitor cannot walk through
many, and where the install has a source of its own, that is asked for the keys.

Limits: what the install may see, whoever has the link may see, of every customer. A field's name
that the tool leaves unfilled, in braces, is no record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from context_sidecar import (
    Configuration,
    Host,
    Inbound,
    Install,
    PackageFile,
    Record,
    Visit,
    VisitRefused,
)
from context_sidecar.proof import signed_url
from context_sidecar.proof.signed_link import SignedLinkSettings, check_link, link, out_of_date

_RECORD = re.compile(r"([a-z][a-z0-9_]{0,31})/([^\x00-\x1f\x7f{}]{1,200})")
_KEY = re.compile(r"key\.(\w{1,64})")
_THEMES = {"light", "dark"}


class AnyLink(Host):
    """A link in a tool of any kind."""

    label = "Any link"
    places = signed_url.PLACES
    signs_record = False

    class Settings(SignedLinkSettings):
        """How long the link lasts, and the secret by which we sign it."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit of somebody who has the link."""
        check_link(inbound, self.install)
        record = _RECORD.fullmatch(inbound.parameter("record").strip())
        if not record:
            raise VisitRefused("the link names no record; has the tool filled it in?")
        said = {key[1]: value for name, value in inbound.query if (key := _KEY.fullmatch(name))}
        keys = {name: value for name, value in said.items() if value and "{" not in value}
        theme = inbound.parameter("theme")
        return Visit(
            install=self.install.id,
            record=Record(self.install.host, record[1], record[2], keys),
            roles=self.install.roles,
            locale=inbound.parameter("locale"),
            theme=theme if theme in _THEMES else "",
        )

    @classmethod
    def out_of_date(cls, install: Install, today: date) -> str:
        """Say that the link's last day is over, or too far ahead."""
        return out_of_date(install, today)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the link, which the record is added to."""
        return [PackageFile("link.txt", f"{link(configuration, install)}&record=\n".encode())]
