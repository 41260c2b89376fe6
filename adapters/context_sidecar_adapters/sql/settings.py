"""The settings of `sql`: where the database is, and the queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from context_sidecar import Secret
from context_sidecar.settings import Duration, LinkTemplate, SecretText, TimeZone, local_path
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True, slots=True)
class LookupQuery:
    """A declared lookup: a query with `:keys`, and which columns mean what."""

    query: str
    key: str
    batch: int
    many: bool
    ignore_case: bool
    name: str
    link: str
    as_of: str
    as_of_dialect: str
    canary: str


@dataclass(frozen=True, slots=True)
class AccountsQuery:
    """The declared list of accounts."""

    query: str
    link: str
    timeout: timedelta


def _about(description: str) -> dict[str, str]:
    return {"description": description}


class _DatabaseUrl(SecretText):
    """An SQLAlchemy URL. The file of an SQLite database is relative to that of the settings."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Secret:
        secret = super()._deserialize(value, attr, data, **kwargs)
        try:
            url = make_url(secret.reveal())
        except (ArgumentError, ValueError):
            url = None
        if url is None:  # out here, so that the error does not carry the text
            raise ValidationError(
                "expected a database URL such as postgresql+psycopg://user:password@host/name"
            )
        if url.get_backend_name() != "sqlite":
            return secret
        if url.database in {None, "", ":memory:"} or str(url.database).startswith("file:"):
            raise ValidationError("expected a file, such as sqlite:///warehouse.db")
        return Secret(f"sqlite:///{local_path(str(url.database)).absolute()}")


class _Sql(fields.String):
    """A query that reads, with exactly the parameters it should have."""

    def __init__(self, parameters: set[str], description: str) -> None:
        super().__init__(required=True, metadata=_about(description))
        self.parameters = parameters

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        query = str(super()._deserialize(value, *args, **kwargs)).strip().rstrip(";")
        if not re.match(r"(select|with)\b", query, re.IGNORECASE):
            raise ValidationError("expected a query that starts with SELECT or WITH")
        found = set(text(query).compile().params)
        if self.parameters - found:
            raise ValidationError("expected a condition on the keys: … WHERE account_id IN :keys")
        if foreign := found - self.parameters:
            raise ValidationError(
                f":{min(foreign)} is no parameter (write \\:{min(foreign)} where it is none)"
            )
        return query


def _link() -> LinkTemplate:
    return LinkTemplate(
        load_default="",
        metadata=_about(
            "Where a row opens for a person, such as https://bi.example.com/accounts/{id}: each "
            "{name} is a column."
        ),
    )


class _Lookup(Schema):
    query = _Sql({"keys"}, "The query, with the keys as :keys: SELECT … WHERE account_id IN :keys.")
    key = fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata=_about("The column that says which key a row answers."),
    )
    batch = fields.Integer(
        load_default=500,
        validate=validate.Range(1, 5000),
        metadata=_about("How many keys one query may ask for."),
    )
    many = fields.String(
        load_default="one",
        validate=validate.OneOf(["one", "list"]),
        metadata=_about(
            "one: a key has one row, and two are a doubt. list: the answer is all rows of a key."
        ),
    )
    ignore_case = fields.Boolean(
        load_default=False,
        metadata=_about(
            "Whether c-1 and C-1 are the same key to the database, as with many a collation."
        ),
    )
    name = fields.String(
        load_default="",
        metadata=_about("The column with what a row is called, to tell several apart."),
    )
    link = _link()
    as_of = fields.String(
        load_default="", metadata=_about("The column that says when the row was loaded.")
    )
    as_of_dialect = fields.String(
        load_default="",
        metadata=_about(
            "How as_of is written where it is no time of the database's own: ISO 8601 by default, "
            "epoch_seconds, epoch_milliseconds, or a strptime pattern."
        ),
    )
    canary = fields.String(
        load_default="",
        metadata=_about(
            "A key that must always be found. It is asked for before none is believed, and by "
            "the check."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> LookupQuery:
        return LookupQuery(**{**data, "many": data["many"] == "list"})


class _Accounts(Schema):
    query = _Sql(set(), "The query that gives a row for each account.")
    link = _link()
    timeout = Duration(
        load_default=timedelta(minutes=1),
        metadata=_about("How long the database may take for the list, or a piece of it."),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccountsQuery:
        return AccountsQuery(**data)


class SqlSettings(Schema):
    """What `settings` of a source with `adapter: sql` hold."""

    url = _DatabaseUrl(
        required=True,
        metadata=_about("The database, as an SQLAlchemy URL; with a password in it, a secret."),
    )
    timeout = Duration(
        load_default=timedelta(seconds=3),
        metadata=_about("How long the database may take for a lookup's query."),
    )
    time_zone = TimeZone(
        load_default=None,
        metadata=_about(
            "The zone of times that name none, and of the midnights that stand for dates. Without "
            "it a time that names no zone is no time."
        ),
    )
    lookups = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(_Lookup),
        load_default=dict,
        metadata=_about("The questions that fields ask, by name; account is the usual one."),
    )
    accounts = fields.Nested(
        _Accounts, load_default=None, metadata=_about("How all accounts are listed.")
    )

    @validates_schema
    def _check_quotes(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data["url"].reveal().startswith("sqlite:"):
            return
        hint = 'write [name], not "name": where the column is gone, SQLite takes "name" for a text'
        lookups = {
            name: {"value": {"query": [hint]}}
            for name, lookup in data["lookups"].items()
            if '"' in lookup.query
        }
        mistakes: dict[str, Any] = {"lookups": lookups} if lookups else {}
        if data["accounts"] and '"' in data["accounts"].query:
            mistakes["accounts"] = {"query": [hint]}
        if mistakes:
            raise ValidationError(mistakes)
