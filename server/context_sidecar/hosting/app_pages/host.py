"""The other side of an app's page: the requests that its tool sends on."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from context_sidecar.core.errors import VisitRefused, VisitUnclear
from context_sidecar.core.host import Inbound
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.hosting.posted import Posted, read_proven
from context_sidecar.hosting.sheets import SheetHost
from context_sidecar.proof import check_secret

_LONGEST_ID = 20
_LONGEST_KEY = 200


class AppPageHost(SheetHost):
    """A tool that signs nothing, but fills a secret of the installation into what an app's page has
    it send on, so that no browser is given it. The record is what the page says."""

    signs_record = False

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the shown secret proves; its record is what the page says."""
        if inbound.method != "POST":
            raise VisitRefused("an app's page posts what it asks")
        check_secret(self.shown(inbound), self.install.secrets("secret"))
        visit = Visit(install=self.install.id, record=None, roles=self.install.roles)
        said = read_proven(inbound.body, visit)
        visit = replace(
            visit,
            visitor=Visitor(said.text("user")[:_LONGEST_ID]),
            locale=said.text("locale"),
            time_zone=said.text("zone"),
            again=said.flag("again"),
        )
        return replace(visit, record=self._record(said, visit))

    @abstractmethod
    def shown(self, inbound: Inbound) -> str:
        """Return the secret that the tool has filled in; empty where there is none."""

    def is_id(self, kind: str, text: str) -> bool:
        """Whether *text* is the id of a record of this *kind*: a number, for most."""
        return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID

    def _record(self, said: Posted, visit: Visit) -> Record:
        kind, number = said.text("type"), said.text("id")
        if kind not in self.places or not self.is_id(kind, number):
            raise VisitUnclear("the request names no record that a card can stand beside", visit)
        return Record(
            self.install.host, kind, number, said.part("keys").known(self.keys, _LONGEST_KEY)
        )
