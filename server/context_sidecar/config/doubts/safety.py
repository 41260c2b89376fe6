"""Settings that give something away, or that will be refused when they are used."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration

_WEAK_KEY = "name"
_WEAK = "names are a weak key: two customers may share one, and one may have several"


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt written secrets, weak matches, private addresses, missing libraries, plain http and
    unready installs."""
    yield from _written_secrets(draft)
    yield from _weak_matches(configuration)
    yield from _private_addresses(configuration, draft)
    yield from _not_installed(configuration, draft)
    yield from _plain_http(configuration)
    yield from _unready(configuration, draft)


def _written_secrets(draft: Draft) -> Iterator[Doubt]:
    for way, place in draft.findings.secret_ways.items():
        written = way in draft.document.texts and way not in draft.document.origins
        if written and not place.bare:
            yield Doubt(
                way,
                "a secret stands in the file itself",
                "Write ${NAME} or ${file:/path} in its place.",
            )


def _weak_matches(configuration: Configuration) -> Iterator[Doubt]:
    for name, source in configuration.sources.items():
        if source.key == _WEAK_KEY:
            yield Doubt(("sources", name, "key"), _WEAK, "Find a key that this source has too.")
    for index, rule in enumerate(configuration.accounts.match):
        if rule.account == _WEAK_KEY:
            yield Doubt(
                ("accounts", "match", index, "account"),
                _WEAK,
                "Match by an id or a domain before.",
            )
        if rule in configuration.accounts.match[:index]:
            yield Doubt(("accounts", "match", index), "this rule stands above already")


def _private_addresses(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    for name, source in configuration.sources.items():
        host = urlsplit(draft.adapters[name].base_url).hostname
        if host and not source.allow_private and _is_private(host):
            yield Doubt(
                ("sources", name, "settings"),
                f"{host} is a private address, to which no call is made",
                "Say allow_private: true if this is meant.",
            )


def _not_installed(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    for name in configuration.sources:
        missing, _, remedy = draft.adapters[name].lacks.partition(": ")
        if missing:
            yield Doubt(
                ("sources", name, "settings"),
                f"{missing} is not installed here, and nothing can be read without it",
                f"Run {remedy}." if remedy else "",
            )


def _plain_http(configuration: Configuration) -> Iterator[Doubt]:
    for name, install in configuration.installs.items():
        for origin in install.origins:
            host = urlsplit(origin).hostname or ""
            if origin.startswith("http://") and not _is_private(host):
                yield Doubt(
                    ("installs", name), f"anybody on the way can change pages of {origin}",
                    "Use https.",
                )  # fmt: skip


def _unready(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    for name, install in configuration.installs.items():
        for need in draft.hosts[name].kind.needs(install):
            yield Doubt(("installs", name), "no visit is accepted yet", need)


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
