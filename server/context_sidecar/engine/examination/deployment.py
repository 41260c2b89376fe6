"""The deployment itself, looked over: its folder, its public address, and the host tools that it
is installed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import CacheLimits, Configuration, Install
from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Connection
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.http import open_http
from context_sidecar.engine.examination.findings import Finding, doubtful, well, wrong

MEGABYTE = 1024 * 1024
TOO_LITTLE = 100 * MEGABYTE
"""Bytes; with less than this free a database soon cannot be written."""


def examine_deployment(configuration: Configuration, clock: Clock) -> Iterator[Finding]:
    """Examine the folder of the database, and whether we answer at our public address."""
    yield _folder(configuration.data, configuration.cache)
    yield _address(configuration.public_url, clock)


def examine_install(
    configuration: Configuration, install: Install, needs: Sequence[str]
) -> Iterator[Finding]:
    """Examine *install*, which still *needs* so much."""
    if install.suspended:
        yield doubtful(install.id, "suspended: it shows nothing to anybody", "Let it work again.")
    for need in needs:
        yield wrong(install.id, "no visit is accepted yet", need)
    cards = [
        card.title
        for card in configuration.cards.values()
        if any(place.startswith(f"{install.host}/") for place in card.where)
        and (card.audience & install.roles or not install.roles)
    ]
    if not cards:
        yield doubtful(
            install.id, f"nobody sees a card there: none is for {install.host} and its roles"
        )
    elif not needs:
        pages = " and ".join(install.origins)
        yield well(install.id, f"{', '.join(cards)} on pages of {pages}")


def examine_unusable(name: str, why: str) -> Iterator[Finding]:
    """Tell *why* an install that was made in the admin pages cannot be used."""
    yield wrong(name, "it does not work", why)


def _folder(data: Path, limits: CacheLimits) -> Finding:
    try:
        with TemporaryFile(dir=data) as file:
            file.write(b"written")
    except OSError as error:
        return wrong(
            "data", f"{data} cannot be written to ({error.strerror})", "Make it ours to write to."
        )
    free = shutil.disk_usage(data).free
    said = f"{data} can be written to, and {_size(free)} are free"
    if free < TOO_LITTLE:
        return wrong("data", said, "Make room there: nothing can be kept soon.")
    used = sum(file.stat().st_size for file in data.glob("sidecar.db*"))
    if free < limits.disk_bytes - used:
        return doubtful(
            "data",
            f"{said}, less than cache.disk may come to use ({_size(limits.disk_bytes)})",
            "Make room there, or lower cache.disk.",
        )
    return well("data", said)


def _size(number: int) -> str:
    return f"{number / MEGABYTE / 1024:,.1f} GB" if number >= 1024 * MEGABYTE else _small(number)


def _small(number: int) -> str:
    return f"{number // MEGABYTE:,} MB"


def _address(url: str, clock: Clock) -> Finding:
    limits = Limits()
    door = open_http(Connection(url), limits, allow_private=True, clock=clock)
    try:
        with deadline.within(limits.timeout.total_seconds()):
            answer = door.get("/healthz").json()
    except SourceError as error:
        return doubtful(
            "public_url",
            f"{url} does not answer as ours from here ({error.detail})",
            "Start `sidecar serve`, and let the web server in front of it lead there. From this "
            "machine it may rightly be out of reach.",
        )
    finally:
        door.close()
    if answer != {"ok": True}:
        return wrong(
            "public_url", f"something else answers at {url}",
            "Let the web server in front of `sidecar serve` lead there.",
        )  # fmt: skip
    return well("public_url", f"{url} answers")
