"""A notebook with pages about customers."""

from __future__ import annotations

from context_sidecar import Host, Inbound, Visit, VisitRefused
from context_sidecar.settings import SecretText
from marshmallow import Schema


class Notebook(Host):
    label = "Notebook"
    places = ("page", "ticket")

    class Settings(Schema):
        secret = SecretText(required=True)

    def prove(self, inbound: Inbound) -> Visit:
        raise VisitRefused("nobody visits a notebook")
