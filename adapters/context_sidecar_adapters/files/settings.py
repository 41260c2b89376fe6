"""The settings of `files`: where the file is, how it is written, and what is asked of it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from context_sidecar.settings import Address, Duration, LinkTemplate, LocalPath, TimeZone
from context_sidecar.sign_in_settings import SignInSetting
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

MODIFIED = "modified"
"""The word in `as_of` for the file's own time."""

_FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One lookup: the columns that hold the key, a row's name and its own time."""

    key: str
    many: bool
    ignore_case: bool
    name: str
    link: str
    as_of: str
    as_of_dialect: str


def _about(description: str) -> dict[str, str]:
    return {"description": description}


class _Reading(Schema):
    """How rows are read; a lookup's own words go before those of the file."""

    key = fields.String(
        validate=validate.Length(min=1), metadata=_about("The column that says whose a row is.")
    )
    ignore_case = fields.Boolean(
        metadata=_about("Whether c-1 and C-1 are the same key, as with domains and addresses.")
    )
    name = fields.String(
        metadata=_about("The column with what a row is called, to tell several apart.")
    )
    link = LinkTemplate(
        metadata=_about(
            "Where a row opens for a person, such as https://erp.example.com/customers/{number}: "
            "each {name} is a column."
        )
    )
    as_of = fields.String(
        metadata=_about(
            "The column with the time that a row is from, or `modified` for the file's own time."
        )
    )
    as_of_dialect = fields.String(
        metadata=_about(
            "How as_of is written: ISO 8601 by default, epoch_seconds, epoch_milliseconds, or a "
            "strptime pattern."
        )
    )


class _Lookup(_Reading):
    many = fields.String(
        load_default="one",
        validate=validate.OneOf(["one", "list"]),
        metadata=_about(
            "one: a key has one row, and two are a doubt. list: the answer is all rows of a key."
        ),
    )


class _Encoding(fields.String):
    """The name of a character encoding."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        try:
            codecs.lookup(text)
        except (LookupError, ValueError) as error:
            raise ValidationError("expected an encoding such as utf-8 or windows-1252") from error
        return text


class FileSettings(_Reading):
    """What `settings` of a source with `adapter: files` hold."""

    path = LocalPath(
        load_default=None,
        metadata=_about("The file on this machine; a relative path starts at sidecar.yaml's."),
    )
    url = Address(load_default=None, metadata=_about("The file on the network."))
    sign_in = SignInSetting(
        load_default=None, metadata=_about("How we prove to the url who we are.")
    )
    format = fields.String(
        load_default=None,
        validate=validate.OneOf(["csv", "xlsx", "parquet"]),
        metadata=_about("csv, xlsx or parquet. Default: by the name's ending."),
    )
    delimiter = fields.String(
        load_default=",",
        validate=validate.Length(equal=1),
        metadata=_about("What stands between the fields of a CSV file."),
    )
    encoding = _Encoding(
        load_default="utf-8-sig",
        metadata=_about("How a CSV file is encoded; UTF-8, with or without a mark, by default."),
    )
    final_newline = fields.Boolean(
        load_default=True,
        metadata=_about(
            "Whether the last line of a CSV file ends like the others. A file that was cut amid a "
            "line shows by that."
        ),
    )
    sheet = fields.String(
        load_default=None, metadata=_about("The sheet of an XLSX file. Default: the first.")
    )
    columns = fields.List(
        fields.String(),
        load_default=None,
        metadata=_about("The header as it must be, column by column. Default: any with the key."),
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
        load_default=lambda: {"account": {"many": "one"}},
        metadata=_about("The questions that fields ask, by name. Default: account, one row a key."),
    )
    settle = Duration(
        load_default=timedelta(seconds=30),
        metadata=_about(
            "A file that changed within this time is taken to be still in writing. 0s where each "
            "delivery takes the old file's place in one step."
        ),
    )
    marker = LocalPath(
        load_default=None,
        metadata=_about(
            "A file that the writer makes, or touches, after the delivery is complete, such as "
            "exports/billing.done."
        ),
    )
    may_be_empty = fields.Boolean(
        load_default=False, metadata=_about("Whether a header without a row is a valid delivery.")
    )
    may_shrink = fields.Integer(
        load_default=50,
        validate=validate.Range(0, 100),
        metadata=_about("By how many percent a delivery may be shorter than the last one."),
    )
    max_megabytes = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 2000),
        metadata=_about("A larger file is refused."),
    )

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if mistakes := {place: [text] for place, text in _contradictions(data)}:
            raise ValidationError(mistakes)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        own = {name: data.pop(name) for name in _READING if name in data}
        questions = {
            name: Question(**{**_READING, **own, **lookup, "many": lookup["many"] == "list"})
            for name, lookup in data["lookups"].items()
        }
        return {
            **data,
            "lookups": questions,
            "link": own.get("link", ""),
            "format": data["format"] or _FORMATS[_suffix(data)],
            "name": _name(data).name,
        }


_READING = {
    "key": "", "ignore_case": False, "name": "", "link": "", "as_of": "", "as_of_dialect": "",
}  # fmt: skip


def _contradictions(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what in *data*, which lacks the settings that are wrong by themselves, is at odds."""
    if {"path", "url", "format", "marker"} <= data.keys():
        if (data["path"] is None) == (data["url"] is None):
            yield "path", "expected either path or url"
        elif data["format"] is None and _suffix(data) not in _FORMATS:
            yield "format", "expected csv, xlsx or parquet; the name does not tell"
        if data["marker"] and data["url"]:
            yield "marker", "only a path has a marker"
    for name, lookup in data.get("lookups", {}).items():
        if "key" not in lookup | data:
            yield "key", f"required: the lookup {name} has no key either"


def _name(data: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(data["path"] or urlsplit(data["url"]).path)


def _suffix(data: dict[str, Any]) -> str:
    return _name(data).suffix.lower()
