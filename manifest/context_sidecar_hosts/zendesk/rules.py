"""What Zendesk accepts as an app, checked before an admin uploads anything.

The rules are those of Zendesk's own validator (github.com/zendesk/zendesk_apps_support, version
4.52), drawn tighter: its warnings are mistakes here, and what a card in a sidebar has no use for
(other products, other places, secrets and sign-in among the parameters, requirements) is refused,
so that an upgrade can never ask an admin for more without a change to this file.
"""

from __future__ import annotations

import json
import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from context_sidecar import PackageFile
from marshmallow import Schema, ValidationError, fields, validate

Files = Mapping[str, bytes]

SIDEBARS = ("ticket_sidebar", "new_ticket_sidebar", "user_sidebar", "organization_sidebar")
LOGOS = {"assets/logo.png": (320, 320), "assets/logo-small.png": (128, 128)}
ENDINGS = {".json", ".png"}

_A_SECRET = re.compile(rb"""(?i)(token|secret|password|pwd|key)["']?\s*[:=]\s*["'][^"'\s]{4,}""")


class Switch(fields.Boolean):
    """True or false, and no other word for them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("expected true or false")
        return value


class Author(Schema):
    """Who made the app."""

    name = fields.String(required=True, validate=validate.Length(min=1))
    email = fields.String()
    url = fields.String(validate=validate.Regexp(r"https?://[^/\s]+"))


class Place(Schema):
    """What a location shows. The address is ours, its first part a setting of the admin's."""

    url = fields.String(
        required=True,
        validate=validate.Regexp(r"\{\{setting\.\w+\}\}/|https://[^/\s]+|http://localhost[:/]"),
    )


class Locations(Schema):
    """Where the app shows itself: in sidebars of Zendesk Support."""

    support = fields.Dict(
        keys=fields.String(validate=validate.OneOf(SIDEBARS)),
        values=fields.Nested(Place),
        required=True,
        validate=validate.Length(min=1, error="no card is declared for a place in Zendesk"),
    )


class Parameter(Schema):
    """A setting that the admin fills in, for everybody to read."""

    name = fields.String(
        required=True,
        validate=[
            validate.Regexp(r"[a-z_]+$"),
            validate.NoneOf(["name"]),
            validate.Regexp(r"(?!.*(token|key|pwd|password))", error="looks like a secret"),
        ],
    )
    type = fields.String(validate=validate.OneOf(["text", "url", "checkbox", "number"]))
    required = Switch()
    default = fields.String()


class Manifest(Schema):
    """manifest.json, with no more in it than these."""

    name = fields.String()
    author = fields.Nested(Author, required=True)
    version = fields.String()
    framework_version = fields.String(
        required=True, data_key="frameworkVersion", validate=validate.Equal("2.0")
    )
    default_locale = fields.String(
        required=True,
        data_key="defaultLocale",
        validate=validate.Regexp(r"[a-z]{2,3}(-\w{2,3})?$"),
    )
    private = Switch(required=True, validate=validate.Equal(comparable=True))
    signed_urls = Switch(
        required=True,
        data_key="signedUrls",
        validate=validate.Equal(comparable=True, error="without it we would accept no visit"),
    )
    location = fields.Nested(Locations, required=True)
    parameters = fields.List(fields.Nested(Parameter), load_default=list)


class Words(Schema):
    """One language of the app."""

    class _App(Schema):
        name = fields.String(required=True, validate=validate.Length(min=1))
        short_description = fields.String()
        long_description = fields.String()
        installation_instructions = fields.String()
        parameters = fields.Dict(load_default=dict)

    app = fields.Nested(_App, required=True)


def broken(files: Sequence[PackageFile]) -> list[str]:
    """Return what is wrong with an app of *files*, in words; nothing where Zendesk takes it."""
    contents = {file.path: file.content for file in files}
    return [*_manifest(contents), *_allowed(contents), *_logos(contents)]


def _manifest(files: Files) -> Iterator[str]:
    try:
        manifest = Manifest().load(_json(files, "manifest.json"))
        names = [parameter["name"] for parameter in manifest["parameters"]]
        if len(set(names)) != len(names):
            yield "manifest.json: two parameters have one name"
        locales = {path for path in files if path.startswith("translations/")}
        for path in sorted(locales | {f"translations/{manifest['default_locale']}.json"}):
            yield from _translation(files, path, names)
    except (ValueError, ValidationError) as error:
        yield f"manifest.json: {error}"


def _translation(files: Files, path: str, parameters: Sequence[str]) -> Iterator[str]:
    try:
        labels = Words().load(_json(files, path))["app"]["parameters"]
        for name in parameters:
            if not labels.get(name, {}).get("label"):
                yield f"{path}: no label for the parameter {name}"
    except (ValueError, ValidationError) as error:
        yield f"{path}: {error}"


def _json(files: Files, path: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [name for name, number in Counter(name for name, _ in pairs).items() if number > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)} stands there twice")
        return dict(pairs)

    if path not in files:
        raise ValueError("the file is missing")
    return json.loads(files[path], object_pairs_hook=unique)


def _allowed(files: Files) -> Iterator[str]:
    for path, content in files.items():
        place = PurePosixPath(path)
        if place.suffix not in ENDINGS:
            yield f"{path}: only {' and '.join(sorted(ENDINGS))} belong into the app"
        if place.name == "manifest.json" and path != "manifest.json":
            yield f"{path}: a second manifest"
        if place.is_absolute() or ".." in place.parts:
            yield f"{path}: leaves the package"
        if place.suffix == ".json" and _A_SECRET.search(content):
            yield f"{path}: looks as if it held a secret"


def _logos(files: Files) -> Iterator[str]:
    for path, size in LOGOS.items():
        content = files.get(path, b"")
        found = struct.unpack(">II", content[16:24]) if content[1:4] == b"PNG" else None
        if found != size:
            yield f"{path}: must be a PNG of {size[0]} by {size[1]}"
