"""A record named on the command line, with what it says about its customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import click

from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.record import Record

if TYPE_CHECKING:
    from context_sidecar.app import Running


def record_of(
    running: Running, host: str, type: str, id: str, *, keys: Iterable[str], install: str
) -> Record:
    """Return the record with *keys*, each written as NAME=VALUE. Without any, the source of the
    install is asked, where the host has one with a source. A key that no rule reads is said to be
    one.

    Raises:
        ClickException: a key is no pair, there is no such install, or it is not clear which is
            meant.
    """
    given = dict(_pair(key) for key in keys)
    _doubt(given, [rule.record for rule in running.configuration.accounts.match])
    installs = [each for each in running.configuration.installs.values() if each.host == host]
    named = [each for each in installs if install in {"", each.id}]
    if install and not named:
        hint = did_you_mean(install, [each.id for each in installs])
        raise click.ClickException(f"{host} has no install {install!r}. {hint}".rstrip())
    if given or not named or not named[0].source:
        return Record(host, type, id, given)
    if len(named) > 1:
        names = ", ".join(each.id for each in named)
        raise click.ClickException(f"Say which install with --install: {names}.")
    return running.sidecar.keys_of(named[0].id, type, id)


def _doubt(given: Iterable[str], read: Collection[str]) -> None:
    for name in given:
        if name not in read:
            hint = did_you_mean(name, dict.fromkeys(read))
            click.echo(f"No rule of accounts.match reads {name!r}. {hint}".rstrip(), err=True)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.ClickException(f"{text!r} is not NAME=VALUE.")
    return name, value
