"""The JSON Schema of `sidecar.yaml`, for editors, from the same definitions that check the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from context_sidecar import plugins
from context_sidecar.config.parts.deployment import FileSchema
from context_sidecar.config.parts.installs import InstallSchema
from context_sidecar.config.parts.sources import SourceSchema
from context_sidecar.config.scalars import Several
from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.settings import Duration, LocalPath, SecretText, TimeZone, Variants

Json = dict[str, Any]

_PLACEHOLDER = {"type": "string", "pattern": r"\$\{"}
_SINGLE = frozenset({"string", "integer", "number", "boolean"})
_WORDS = frozenset({"description", "examples", "default", "title"})
_NARROWING = frozenset({"enum", "format", "pattern", "minimum", "maximum", "maxLength"})

_SHAPES: Mapping[type, Mapping[str, Any]] = MappingProxyType(
    {
        Duration: {"type": "string", "pattern": r"^([0-9]+ms|([0-9]+[wdhms])+)$"},
        SecretText: {"type": "string", "minLength": 1},
        LocalPath: {"type": "string", "minLength": 1},
        TimeZone: {"type": "string", "minLength": 1},
    }
)
"""What editors are told of the fields that adapters and hosts declare their settings with."""


def json_schema() -> Json:
    """Return the JSON Schema (2020-12) of `sidecar.yaml`, with the settings of every adapter and
    host that is installed."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec("sidecar.yaml", "1", "3.1.0", plugins=[plugin])
    converter: Any = plugin.converter  # its methods are not typed
    for refine in (shape, several, variants, names_of_keys, placeholders):
        converter.add_attribute_function(refine)
    spec.components.schema("File", schema=FileSchema)
    schemas = spec.components.schemas
    _plug(converter, schemas[_name(SourceSchema)], "adapter", plugins.ADAPTERS, plugins.adapter)
    _plug(converter, schemas[_name(InstallSchema)], "host", plugins.HOSTS, plugins.host)
    for key, name in converter.refs.items():
        schemas[name] |= getattr(key[0], "json_schema", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sidecar.yaml",
        "description": "The configuration of Context Sidecar.",
        "$ref": "#/$defs/File",
        "$defs": _plain(schemas),
    }


def _name(schema: Any) -> str:
    """Name a schema: ours shortly, those of plug-ins by their module."""
    cls = schema if isinstance(schema, type) else type(schema() if callable(schema) else schema)
    if cls.__module__.startswith(f"{__package__}."):
        return str(cls.__name__).removesuffix("Schema")
    return f"{cls.__module__}.{cls.__qualname__}"


def _plug(converter: Any, part: Json, key: str, group: str, load: Any) -> None:
    """Let the settings of a source (or install) follow its adapter (or host)."""
    part["properties"][key]["anyOf"][0]["enum"] = list(plugins.names(group))
    part["allOf"] = []
    for name in plugins.names(group):
        try:
            settings = load(name).Settings()
        except (
            ImportError,
            ConfigurationError,
        ):  # it lacks a library, or is a recipe with mistakes
            continue
        then: Json = {"properties": {"settings": converter.resolve_nested_schema(settings)}}
        if any(field.required for field in settings.load_fields.values()):
            then["required"] = ["settings"]
        chosen = {"properties": {key: {"const": name}}, "required": [key]}
        part["allOf"].append({"if": chosen, "then": then})


def shape(self: Any, field: fields.Field[Any], ret: Json) -> Json:
    """Add what a field of ours checks."""
    for kind in type(field).__mro__:
        if kind in _SHAPES:
            return dict(_SHAPES[kind])
    return dict(getattr(field, "json_schema", {}))


def several(self: Any, field: fields.Field[Any], ret: Json) -> Json:
    """Allow a single text in the place of a list of one."""
    if not isinstance(field, Several):
        return {}
    listed = {key: ret.pop(key) for key in ("type", "items", "minItems", "uniqueItems")}
    return {"anyOf": [listed["items"], listed]}


def variants(self: Any, field: fields.Field[Any], ret: Json) -> Json:
    """Let the keys of a mapping follow its `type`."""
    if not isinstance(field, Variants):
        return {}
    choices = []
    for name, schema in field.schemas.items():
        choice = self.schema2jsonschema(schema())
        choice["properties"] |= {"type": {"const": name}}
        choice["required"] = ["type", *choice.get("required", ())]
        choices.append(choice)
    return {"oneOf": choices}


def names_of_keys(self: Any, field: fields.Field[Any], ret: Json) -> Json:
    """Say what the keys of a mapping may be called."""
    key = field.key_field if isinstance(field, fields.Dict) else None
    if key is None:
        return {}
    names = dict(getattr(key, "json_schema", {})) | self.field2choices(key)
    return {"propertyNames": names} if names else {}


def placeholders(self: Any, field: fields.Field[Any], ret: Json) -> Json:
    """Allow `${NAME}` wherever a single value is expected of some form."""
    kind = ret.get("type")
    single = isinstance(kind, str) and kind in _SINGLE
    if not single or (kind == "string" and not _NARROWING & ret.keys()):
        return {}
    checked = {key: ret.pop(key) for key in list(ret) if key not in _WORDS}
    return {"anyOf": [checked, _PLACEHOLDER]}


def _plain(schemas: Any) -> Json:
    """Return *schemas* as JSON, their references within the document itself."""

    def spell(value: object) -> str:
        return spelled(value) if isinstance(value, timedelta) else str(value)

    text = json.dumps(schemas, default=spell)
    plain: Json = json.loads(text.replace('"#/components/schemas/', '"#/$defs/'))
    return plain
