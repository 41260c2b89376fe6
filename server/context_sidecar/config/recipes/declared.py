"""The shape of a recipe's file, and the fields that its declared settings become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from context_sidecar.config.contract import about as told
from context_sidecar.config.parts.limits import LimitsSchema
from context_sidecar.config.texts import Name
from context_sidecar.core.adapter import WAYS
from context_sidecar.core.family import Family
from context_sidecar.settings import Address, SecretText

STAND_IN = "a-secret-of-an-example"
"""What stands for a secret where a recipe is tried: nobody writes one down as an example."""

_HEADINGS = ("Auth", "Scope", "Limits", "Quirks")
_PLAIN = validate.ContainsNoneOf(
    "{}'\"`\\\r\n", error="expected a text in one line, without quotes or braces"
)


class _Base(Address):
    """An address that others begin with."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, *args, **kwargs)).rstrip("/")


class _Pattern(fields.String):
    """A regular expression."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        try:
            re.compile(text)
        except re.error as error:
            raise ValidationError(f"expected a regular expression ({error})") from error
        return text


class SettingSchema(Schema):
    """One setting that an admin enters."""

    type = fields.String(
        load_default="text",
        validate=validate.OneOf(["text", "texts", "number", "address", "secret"]),
        metadata=told("What it is; a text has neither quotes nor braces, texts are a list."),
    )
    description = fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata=told("What an admin has to enter, and where it is found."),
    )
    example = fields.Raw(metadata=told("What it may be; a secret has none."))
    default = fields.Raw(
        metadata=told("What it is unless somebody says; without it, somebody has to.")
    )
    pattern = _Pattern(metadata=told("The form of the whole text.", "[0-9]+"))
    expected = fields.String(
        validate=validate.Length(min=1),
        metadata=told(
            "That form in words; the example is said with it.", "the number of an account"
        ),
    )
    choices = fields.List(fields.String(), metadata=told("All that a text may be."))
    alone = fields.Boolean(
        load_default=False,
        metadata=told(
            "Of a secret: whether nothing beside it says whose data it opens, so that another "
            "secret may be another customer's of the vendor."
        ),
    )

    @validates_schema
    def _has_an_example(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        secret = data["type"] == "secret"
        if secret == ("example" in data):
            raise ValidationError("a secret has no example, and everything else has one", "example")
        if secret and "default" in data:
            raise ValidationError("a secret has no default", "default")
        if "pattern" in data and "expected" not in data:
            raise ValidationError("a pattern has its form in words here", "expected")


class RecipeSchema(Schema):
    """A recipe, but for the settings of its language."""

    label = fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata=told("What people call the system.", "Freshdesk"),
    )
    family = fields.Enum(
        Family,
        by_value=True,
        required=True,
        metadata=told("What kind of system it is.", "ticketing", "CRM"),
    )
    about = fields.String(
        required=True,
        metadata=told("What an admin must know: Auth, Scope, Limits, Quirks, sources."),
    )
    settings = fields.Dict(
        keys=Name(),
        values=fields.Nested(SettingSchema),
        required=True,
        metadata=told("What an admin enters."),
    )
    limits = fields.Nested(
        LimitsSchema, load_default=dict, metadata=told("How hard the system may be asked.")
    )

    account_keys = fields.Dict(
        keys=Name(),
        values=fields.String(),
        load_default=dict,
        metadata=told("The keys of accounts, each with its path in a listed row.", {"id": "id"}),
    )
    asked_by = fields.Dict(
        keys=fields.String(validate=validate.OneOf(WAYS)),
        values=fields.Dict(keys=Name()),
        load_default=dict,
        metadata=told(
            "The keys that it can be asked by beside an id of its own (domain, email, name), each "
            "with the settings with which it is.",
            {"email": {}},
        ),
    )
    ready = fields.Dict(
        keys=Name(),
        values=fields.Dict(keys=Name()),
        load_default=dict,
        metadata=told(
            "The ready-made fields that it has, each with what its declaration says; see "
            "`sidecar init`.",
            {"health": {"path": "h"}},
        ),
    )

    @validates_schema
    def _says_what_an_admin_must_know(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        for heading in _HEADINGS:
            if not re.search(rf"^{heading}  +\S", data["about"], re.MULTILINE):
                raise ValidationError(f"expected a paragraph that begins with {heading}", "about")


def field_of(said: Mapping[str, Any]) -> fields.Field[Any]:
    """Return the field by which the setting that is *said* is loaded."""
    description = {"description": said["description"]}
    if "example" in said:
        description["examples"] = [said["example"]]
    usual: dict[str, Any] = {"metadata": description}
    usual |= {"load_default": said["default"]} if "default" in said else {"required": True}
    match said["type"]:
        case "secret":
            return SecretText(alone=said["alone"], **usual)
        case "address":
            return _Base(**usual)
        case "number":
            return fields.Integer(validate=validate.Range(0), **usual)
        case "texts":
            return fields.List(fields.String(validate=_checks(said)), **usual)
    return fields.String(validate=_checks(said), **usual)


def _example(example: Any) -> str:
    first = example[0] if isinstance(example, list) and example else example
    return f", such as {first}" if first and not isinstance(first, list) else ""


def _checks(said: Mapping[str, Any]) -> list[Any]:
    checks: list[Any] = [_PLAIN]
    if "pattern" in said:
        form = f"expected {said['expected']}{_example(said.get('example'))}"
        plain = form.replace("{", "{{").replace("}", "}}")
        checks.append(validate.Regexp(rf"^(?:{said['pattern']})$", error=plain))
    if "choices" in said:
        checks.append(validate.OneOf(said["choices"]))
    return checks
