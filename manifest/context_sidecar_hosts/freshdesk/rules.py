"""What Freshworks accepts as an app, checked before an admin uploads anything.

Freshworks' own tool (fdk) is in no registry, so these are its rules as Freshworks wrote them down:
the error catalogue, the manifest's structure, request templates and installation parameters in
github.com/freshworks-developers/marketplace (f58dc92). They are drawn tighter: what a card has no
use for (other modules and places, code on Freshworks' servers, sign-in by OAuth, other kinds of
parameters) is refused, so that an upgrade can never ask an admin for more without a change to this
file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from context_sidecar import PackageFile
from marshmallow import Schema, ValidationError

from context_sidecar_hosts.freshdesk.shapes import Manifest, Parameter, Template

Files = Mapping[str, bytes]

ICON = "app/styles/images/icon.svg"
ENDINGS = re.compile(r"app/((scripts|styles|styles/images)/[a-z-]+\.(js|css|svg)|[a-z]+\.html)")
WHOLE = {"manifest.json", "README.md", "config/requests.json", "config/iparams.json"}
CONTENT_TYPES = (
    "application/json", "application/xml", "text/html", "text/xml", "application/jsonp",
    "text/plain", "text/javascript", "application/vnd.api+json",
)  # fmt: skip
_MOST_TEMPLATES = 100
_DELAYS = 100
_FILLED = re.compile(r"<%=(.*?)%>")
_FORM = re.compile(rb"<(input|button|select|textarea|form|fw-)", re.IGNORECASE)
_BANNED = re.compile(rb"\b(eval|alert)\s*\(|\bvar\s|\brequest\.(get|post|put|delete)\(")


def broken(files: Sequence[PackageFile]) -> list[str]:
    """Return what is wrong with an app of *files*, in words; nothing where Freshworks takes it."""
    contents = {file.path: file.content for file in files}
    found: list[str] = []
    manifest = _loaded(contents, "manifest.json", Manifest(), found)
    requests = _each(contents, "config/requests.json", Template(), found)
    parameters = _each(contents, "config/iparams.json", Parameter(), found)
    if manifest:
        found += _modules(contents, manifest["modules"], requests)
    found += [wrong for name, one in requests.items() for wrong in _request(name, one, parameters)]
    found += [*_allowed(contents), *_pages(contents), *_scripts(contents, requests)]
    return found


def _modules(files: Files, modules: Mapping[str, Any], requests: Files) -> Iterator[str]:
    declared = modules["common"]["requests"]
    for name in sorted(declared.keys() ^ requests.keys()):
        where = "manifest.json" if name in requests else "config/requests.json"
        yield f"{where}: request template {name} is not defined"
    pages = [
        page
        for name, module in modules.items()
        if name != "common"
        for page in module["location"].values()
    ]
    for path in sorted({f"app/{page[part]}" for page in pages for part in ("url", "icon")}):
        if path not in files:
            yield f"manifest.json: {path} not found"


def _request(
    name: str, template: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Iterator[str]:
    place, schema = f"config/requests.json: {name}", template["schema"]
    if template["options"].get("retry_delay", 0) % _DELAYS:
        yield f"{place}: retryDelay is a multiple of {_DELAYS}"
    if _is_number(schema["host"]):
        yield f"{place}: the host is an IP address"
    if _FILLED.search(schema["path"]):
        yield f"{place}: nothing is filled into the path"
    for header, value in schema["headers"].items():
        if header.lower() == "content-type" and value not in CONTENT_TYPES:
            yield f"{place}: Content-Type {value} is not supported"
        for filled in map(str.strip, _FILLED.findall(value)):
            kind, _, parameter = filled.partition(".")
            if kind != "iparam" or parameter not in parameters:
                yield f"{place}: {filled} is no installation parameter"
            elif not parameters[parameter].get("secure"):
                yield f"{place}: {parameter} would be shown to every browser"


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _allowed(files: Files) -> Iterator[str]:
    if ICON not in files:
        yield f"{ICON}: icon.svg not found"
    for path in files:
        if path not in WHOLE and not ENDINGS.fullmatch(path):
            yield f"{path}: does not belong into the app"


def _pages(files: Files) -> Iterator[str]:
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        if b'<script src="{{{appclient}}}"></script>' not in content:
            yield f"{path}: Freshworks' client is not loaded"
        if _FORM.search(content):
            yield f"{path}: plain form elements are not allowed"
        for asset in re.findall(rb'(?:src|href)="([^"{]+)"', content):
            if f"app/{asset.decode()}" not in files:
                yield f"{path}: loads {asset.decode()}, which is not in the app"


def _scripts(files: Files, requests: Mapping[str, Any]) -> Iterator[str]:
    for path, content in files.items():
        if not path.endswith(".js"):
            continue
        if found := _BANNED.search(content):
            yield f"{path}: {found[0].decode().strip()} is not allowed"
        for name in re.findall(rb'invokeTemplate\("([^"]*)"', content):
            if name.decode() not in requests:
                yield f"{path}: request template {name.decode()} is not defined"


def _each(files: Files, path: str, schema: Schema, found: list[str]) -> dict[str, Any]:
    said = _loaded(files, path, None, found)
    if len(said) > _MOST_TEMPLATES:
        found.append(f"{path}: holds more than {_MOST_TEMPLATES}")
    made: dict[str, Any] = {}
    for name, one in said.items():
        try:
            made[name] = schema.load(one)
        except ValidationError as error:
            found.append(f"{path}: {name}: {error}")
    return made


def _loaded(files: Files, path: str, schema: Schema | None, found: list[str]) -> dict[str, Any]:
    try:
        said = json.loads(files[path], object_pairs_hook=_unique)
        if isinstance(said, dict):
            return dict(schema.load(said)) if schema else said
        found.append(f"{path}: expected one JSON object")
    except KeyError:
        found.append(f"{path}: the file is missing")
    except (ValueError, ValidationError) as error:
        found.append(f"{path}: {error}")
    return {}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [name for name, number in Counter(name for name, _ in pairs).items() if number > 1]
    if twice:
        raise ValueError(f"{', '.join(twice)} stands there twice")
    return dict(pairs)
