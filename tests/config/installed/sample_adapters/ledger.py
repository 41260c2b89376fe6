"""A ledger, which owns accounts and knows their invoices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from context_sidecar import AccountRow, Adapter, Answers, Bearer, Connection, lookup
from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate


class Ledger(Adapter):
    class Settings(Schema):
        url = Address(required=True)
        token = SecretText(required=True)
        region = fields.String(validate=validate.OneOf(["eu", "us"]))
        pages = fields.Integer(validate=validate.Range(min=1, max=100))
        time_zone = TimeZone()
        labels = fields.Dict(keys=fields.String(), values=fields.String())

    def connection(self) -> Connection:
        return Connection(self.settings["url"], Bearer(self.settings["token"]))

    def check(self) -> str:
        return "signed in"

    @lookup(batch=100)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        raise NotImplementedError

    @lookup(dated=True, delivered=True)
    def contracts(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        raise NotImplementedError

    @lookup()
    def invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        raise NotImplementedError

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        yield from ()
