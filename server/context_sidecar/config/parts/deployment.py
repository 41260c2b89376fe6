"""The whole of `sidecar.yaml`, and what it says about the deployment itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError, localedata
from marshmallow import Schema
from marshmallow.fields import Dict, List, Nested, String
from marshmallow.validate import OneOf

from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.parts.accounts import AccountsSchema
from context_sidecar.config.parts.brand import BrandSchema
from context_sidecar.config.parts.cards import CardSchema
from context_sidecar.config.parts.fields import FieldSchema
from context_sidecar.config.parts.installs import InstallSchema
from context_sidecar.config.parts.sources import SourceSchema
from context_sidecar.config.parts.teams import TeamSchema
from context_sidecar.config.scalars import Size, Whole
from context_sidecar.config.texts import Name, PublicUrl, Text
from context_sidecar.core.configuration import CacheLimits

_EXPOSABLE = ("docs", "metrics")


class CacheSchema(Schema):
    """How much the cache may hold."""

    memory_entries = Whole(100, 10_000_000, metadata=about("Entries in memory (default 50000)."))
    memory = Size(
        metadata=about(
            "Bytes in memory (default 96MB): of what sources said, and of answers made of it.",
            "96MB",
        )
    )
    disk = Size(metadata=about("Bytes in the database (default 1GB).", "1GB"))


class FileSchema(Schema):
    """The whole file."""

    version = Whole(1, 1, required=True, metadata=about("The version of this format.", 1))
    public_url = PublicUrl(
        required=True,
        metadata=about("The address at which browsers reach us.", "https://context.example.com"),
    )
    locale = Text(load_default="en", metadata=about("The usual language of people.", "en", "de"))
    time_zone = Text(
        load_default="UTC", metadata=about("The usual time zone of people.", "Europe/Berlin")
    )
    data = Text(
        load_default="data",
        metadata=about("The folder of the database; relative to this file.", "./data"),
    )
    trusted_proxies = Whole(
        0, 10, load_default=0,
        metadata=about("Hops in front of us whose forwarding headers are believed.", 1),
    )  # fmt: skip
    expose = List(
        String(validate=OneOf(_EXPOSABLE)), metadata=about("What is open without a key.", ["docs"])
    )
    brand = Nested(
        BrandSchema, metadata=about("What the apps that admins install are called and look like.")
    )
    cache = Nested(CacheSchema, metadata=about("How much the cache may hold."))
    teams = Dict(
        Name(), Nested(TeamSchema), required=True, metadata=about("Who owns what, and who is told.")
    )
    sources = Dict(
        Name(), Nested(SourceSchema), required=True, metadata=about("The systems we read from.")
    )
    accounts = Nested(AccountsSchema, required=True, metadata=about("The directory of accounts."))
    fields = Dict(  # type: ignore[assignment]  # declared so, it is no attribute
        Name(), Nested(FieldSchema), required=True, metadata=about("The pieces of context.")
    )
    cards = Dict(
        Name(), Nested(CardSchema), required=True, metadata=about("The fields shown in one place.")
    )
    installs = Dict(
        Name(), Nested(InstallSchema), metadata=about("The host tools that may show cards.")
    )


def check(draft: Draft) -> None:
    """Check that the language and the time zone exist."""
    if not _is_locale(draft.valid.get("locale", "en")):
        known = [name.replace("_", "-") for name in localedata.locale_identifiers()]
        draft.findings.unknown(("locale",), "expected a language such as en, de or pt-BR", known)
    if not _is_zone(draft.valid.get("time_zone", "UTC")):
        expected = "expected a time zone such as Europe/Berlin"
        draft.findings.unknown(("time_zone",), expected, available_timezones())


def _is_locale(tag: str) -> bool:
    try:
        Locale.parse(tag.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def folder(valid: Mapping[str, Any], file: Path) -> Path:
    """Return the folder of the database."""
    return (file.parent / str(valid["data"])).resolve()


def cache_limits(valid: Mapping[str, Any]) -> CacheLimits:
    """Return how much the cache may hold."""
    names = {"memory_entries": "memory_entries", "memory": "memory_bytes", "disk": "disk_bytes"}
    given = valid.get("cache", {})
    return CacheLimits(**{names[key]: value for key, value in given.items()})
