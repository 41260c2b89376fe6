"""The settings of `files`: where the file is, how it is written, and what is asked of it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from context_sidecar.settings import Duration, LocalPath, TimeZone
from context_sidecar.settings.sign_in import SignInSetting
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.files.places import (
    Bucket,
    BucketSettings,
    LoginSettings,
    Place,
    path_of,
    scheme_of,
)
from context_sidecar_adapters.files.questions import UNSAID, LookupSettings, Reading, asked

_FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def _about(description: str) -> dict[str, str]:
    return {"description": description}


class _Encoding(fields.String):
    """The name of a character encoding."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        try:
            codecs.lookup(text)
        except (LookupError, ValueError) as error:
            raise ValidationError("expected an encoding such as utf-8 or windows-1252") from error
        return text


class FileSettings(Reading):
    """What `settings` of a source with `adapter: files` hold."""

    path = LocalPath(
        load_default=None,
        metadata=_about("The file on this machine; a relative path starts at sidecar.yaml's."),
    )
    url = Place(
        load_default=None,
        metadata=_about(
            "The file on the network: https://…, s3://bucket/key or sftp://host/path (from the "
            "user's home: sftp://host/~/path)."
        ),
    )
    sign_in = SignInSetting(
        load_default=None, metadata=_about("How we prove to a web server who we are.")
    )
    s3 = fields.Nested(
        BucketSettings,
        load_default=None,
        metadata=_about("How the bucket of an s3 url is reached."),
    )
    sftp = fields.Nested(
        LoginSettings, load_default=None, metadata=_about("How we sign in at an sftp url.")
    )
    format = fields.String(
        load_default=None,
        validate=validate.OneOf(["csv", "jsonl", "xlsx", "parquet"]),
        metadata=_about(
            "csv, jsonl (an object on each line), xlsx or parquet. Default: by the name's ending; "
            "one packed by gzip has .gz after it."
        ),
    )
    delimiter = fields.String(
        load_default=",",
        validate=validate.Length(equal=1),
        metadata=_about("What stands between the fields of a CSV file."),
    )
    encoding = _Encoding(
        load_default="utf-8-sig",
        metadata=_about("How a text is encoded; UTF-8, with or without a mark, by default."),
    )
    final_newline = fields.Boolean(
        load_default=True,
        metadata=_about(
            "Whether the last line of a CSV file ends like the others. A file that was cut amid a "
            "line shows by that."
        ),
    )
    omits_nulls = fields.Boolean(
        load_default=False,
        metadata=_about(
            "Whether the writer of a JSON Lines file leaves out what has no value. Otherwise a "
            "property that a row lacks is not known, rather than none."
        ),
    )
    always = fields.List(
        fields.String(),
        load_default=list,
        metadata=_about(
            "What every row of a JSON Lines file has beside its key, and never as null, such as "
            "name; required with `omits_nulls`. A row without it came without its content, and "
            "what else it lacks is not known."
        ),
    )
    nulls = fields.List(
        fields.String(),
        load_default=list,
        metadata=_about(
            'Texts that stand for no value in cells, such as "NULL" or "n/a"; an empty one always '
            "does."
        ),
    )
    sheet = fields.String(
        load_default=None,
        metadata=_about("The sheet of an XLSX file. Default: the first that is not hidden."),
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
        values=fields.Nested(LookupSettings),
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
        own = {name: data.pop(name) for name in UNSAID if name in data}
        return {
            **data,
            "lookups": {name: asked(own, lookup) for name, lookup in data["lookups"].items()},
            "link": own.get("link", ""),
            "s3": data["s3"] or Bucket(),
            "format": data["format"] or _FORMATS[_suffix(data)],
            "name": _name(data).name,
        }


def _contradictions(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what in *data*, which lacks the settings that are wrong by themselves, is at odds."""
    if {"path", "url", "format", "marker"} <= data.keys():
        if (data["path"] is None) == (data["url"] is None):
            yield "path", "expected either path or url"
        elif data["format"] is None and _suffix(data) not in _FORMATS:
            yield "format", "expected csv, jsonl, xlsx or parquet; the name does not tell"
        if data["marker"] and data["url"]:
            yield "marker", "only a path has a marker (and sftp: {marker: …})"
    if {"url", "sign_in", "s3", "sftp"} <= data.keys():
        yield from _ways(data)
    if data.get("omits_nulls") and data.get("always") == []:
        yield "always", "required with omits_nulls: else a row that lost all would have nothing"
    for name, lookup in data.get("lookups", {}).items():
        if "key" not in lookup | data:
            yield "key", f"required: the lookup {name} has no key either"


def _ways(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    scheme = scheme_of(data["url"])
    for setting, schemes in (("sign_in", {"http", "https"}), ("s3", {"s3"}), ("sftp", {"sftp"})):
        if data[setting] is not None and scheme not in schemes:
            yield setting, f"goes with a url of {' or '.join(sorted(schemes))}"
    if scheme == "sftp" and data["sftp"] is None:
        yield "sftp", "required: the user, and the server's host_key"


def _name(data: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(data["path"]) if data["path"] else path_of(data["url"])


def _suffix(data: dict[str, Any]) -> str:
    name = PurePosixPath(_name(data).name.lower())
    return (name.with_suffix("") if name.suffix == ".gz" else name).suffix
