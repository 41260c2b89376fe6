"""The settings of `push`: how an API's own webhooks prove themselves, and what they say."""

from __future__ import annotations

from typing import Any

from context_sidecar import Push, Shown, Signed
from context_sidecar.settings import Duration
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.pushes import Reader, Rule


def _header(description: str, **usual: Any) -> fields.String:
    return fields.String(
        validate=validate.Regexp(
            r"^([A-Za-z0-9-]+)?$", error="expected the name of a header, such as X-Signature"
        ),
        metadata=about(description),
        **usual,
    )


class _SignedSchema(Schema):
    """A signature: a MAC under the source's `push.secret`."""

    header = _header("The header that it stands in.", required=True)
    signs = fields.String(
        load_default="{body}",
        metadata=about(
            "What is signed, of {body}, {time}, {method} and {url}, such as {time}.{body}."
        ),
    )
    digest = fields.String(
        load_default="sha256",
        validate=validate.OneOf(["sha1", "sha256", "sha512"]),
        metadata=about("By which hash."),
    )
    encoding = fields.String(
        load_default="hex",
        validate=validate.OneOf(["hex", "base64"]),
        metadata=about("How it is written."),
    )
    part = fields.String(
        load_default="",
        metadata=about(
            "Its name where it is a part of the header: v1 in t=…,v1=…, sha1 in sha1=…."
        ),
    )
    time = _header("The header that says when it was signed.", load_default="")
    time_part = fields.String(
        load_default="", metadata=about("The part of the header that says it, where that does.")
    )
    dialect = fields.String(
        load_default="epoch_seconds",
        metadata=about("How that time is written, as the dialect of a field; iso is ISO 8601."),
    )
    window = Duration(metadata=about("How long ago it may have been signed; 5m by default."))

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Signed:
        lower = {name: data[name].lower() for name in ("header", "time")}
        dialect = {"dialect": "" if data["dialect"] == "iso" else data["dialect"]}
        try:
            return Signed(**{**data, **lower, **dialect})
        except ValueError as error:
            raise ValidationError(str(error), "signs") from error


class _ShownSchema(Schema):
    """The source's `push.secret` itself, for systems that sign nothing."""

    header = _header("The header that it stands in.", load_default="authorization")
    basic = fields.Boolean(
        load_default=False,
        metadata=about("Whether it is HTTP's own Basic; the secret is then user:password."),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Shown:
        return Shown(data["header"].lower(), basic=data["basic"])


class _RuleSchema(Schema):
    """What one kind of delivery says to have changed."""

    when = expression("What in the body shows that it is this kind; without it, every one is.")
    keys = expression(
        "Where the body has the accounts' keys, one or a list. None there: any may be meant."
    )
    items = expression(
        "Where the body has the id of what is listed, one or a list, for what may have been "
        "another account's before: whoever's known list has it is meant besides those of keys, of "
        "which there may then be none. None there: any may be meant."
    )
    lookups = fields.List(
        fields.String(),
        load_default=list,
        metadata=about("In which lookups; without it in all."),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Rule:
        return Rule(data["when"], data["keys"], data["items"], tuple(data["lookups"]))


class PushSchema(Schema):
    """How the API's own webhooks prove themselves, and what they say."""

    signed = fields.Nested(_SignedSchema, metadata=about("The signature, where they have one."))
    shown = fields.Nested(_ShownSchema, metadata=about("Otherwise the secret that they show."))
    id = expression("Where the body has what is alike when the same is sent again.")
    id_header = _header("Or the header that has it.", load_default="")
    at = expression("Where the body says when it changed, by the system's own clock.")
    dialect = fields.String(
        load_default="", metadata=about("How that is written, as the dialect of a field.")
    )
    ignore = expression("What in the body shows that it is about nothing that is read.")
    changes = fields.List(
        fields.Nested(_RuleSchema),
        required=True,
        validate=validate.Length(min=1),
        metadata=about(
            "What has changed, by all the rules that fit. Where none does, everything may have."
        ),
    )
    guide = fields.String(
        required=True,
        metadata=about(
            "What an admin does at the vendor, in a sentence or two. Our address stands beside it."
        ),
    )

    @validates_schema
    def _one_proof(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("signed" in data) == ("shown" in data):
            raise ValidationError("expected either signed or shown", "signed")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Push:
        reader = Reader(
            tuple(data["changes"]), data["ignore"], data["id"], data["id_header"].lower(),
            data["at"], data["dialect"],
        )  # fmt: skip
        return Push(data.get("signed") or data["shown"], reader.read, data["guide"])
