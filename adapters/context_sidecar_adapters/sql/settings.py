"""The settings of `sql`: where the database is, and the queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from context_sidecar.settings import Duration, LinkTemplate, SecretText, TimeZone
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.sql.forms import Argument, DatabaseUrl, Query


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
    json: tuple[str, ...]
    canary: str
    may_be_empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountsQuery:
    """The declared list of accounts."""

    query: str
    link: str
    timeout: timedelta


def _about(description: str) -> dict[str, str]:
    return {"description": description}


def _link() -> LinkTemplate:
    return LinkTemplate(
        load_default="",
        metadata=_about(
            "Where a row opens for a person, such as https://bi.example.com/accounts/{id}: each "
            "{name} is a column."
        ),
    )


class _Lookup(Schema):
    query = Query(
        {"keys"}, "The query, with the keys as :keys: SELECT … WHERE account_id IN :keys."
    )
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
    json = fields.List(
        fields.String(),
        load_default=list,
        metadata=_about(
            "Columns whose text is JSON, as in MariaDB and SQLite, which have no type for it."
        ),
    )
    canary = fields.String(
        load_default="",
        metadata=_about(
            "A key that must always be found, best one with a value in each column. It is asked "
            "for along with the others, and by the check: none is believed where it is found, and "
            "null, 0 or false where its own row has a value. Without it, and where its row has no "
            "value, each table that the query reads, or a view that it reads, must show us a row."
        ),
    )
    may_be_empty = fields.List(
        fields.String(validate=validate.Length(min=1)),
        load_default=list,
        metadata=_about(
            "Tables and views of the query, and those below its views, that rightly have no row at "
            "times, such as open_escalations: that they show us none is no trouble."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> LookupQuery:
        listed = {name: tuple(data[name]) for name in ("json", "may_be_empty")}
        return LookupQuery(**{**data, **listed, "many": data["many"] == "list"})


class _Accounts(Schema):
    query = Query(set(), "The query that gives a row for each account.")
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

    url = DatabaseUrl(
        required=True,
        metadata=_about("The database, as an SQLAlchemy URL; with a password in it, a secret."),
    )
    connect = fields.Dict(
        keys=fields.String(),
        values=Argument(),
        load_default=dict,
        metadata=_about(
            "What the database's driver is told besides the url, such as warehouse: REPORTING or "
            "private_key_file: /run/secrets/key.p8."
        ),
    )
    connect_secrets = fields.Dict(
        keys=fields.String(),
        values=SecretText(),
        load_default=dict,
        metadata=_about("The same, where it is a secret, such as private_key_file_pwd."),
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
