"""`sidecar init`: a first `sidecar.yaml`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from context_sidecar.cli import _picks
from context_sidecar.cli._flags import by_flags
from context_sidecar.config import load
from context_sidecar.config.starting import (
    Picks,
    Plan,
    Unfinished,
    choices,
    chosen,
    knows_records,
    written,
)
from context_sidecar.core.errors import ConfigurationError, Mistake

_STAND_IN = "sqlite:///stand-in.db"
"""What stands for a secret that is not in the environment yet: a text that a database's address may
be, too."""


@click.command()
@click.option("--source", "sources", multiple=True, metavar="[NAME=]ADAPTER",
              help="A system to read from, such as crm=salesforce; repeat. `sidecar sources` lists "
              "them.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME.SETTING=VALUE",
              help="A setting of a source; repeat. Secrets come from the environment.")  # fmt: skip
@click.option("--owner", default="", metavar="NAME", help="The source that owns the accounts.")
@click.option("--key", "keys", multiple=True, metavar="SOURCE=[KEY:]COLUMN",
              help="By what another source knows the accounts: the column of their owner that "
              "holds it, or a key that they have, such as support=domain; repeat.")  # fmt: skip
@click.option("--host", "hosts", multiple=True, help="A tool that shows cards; repeat.")
@click.option("--field", "fields", multiple=True, metavar="FIELD=NAME[.LOOKUP]:PATH",
              help="Where a ready-made field is, such as tier=crm:Tier__c; repeat.")  # fmt: skip
@click.option("--without", multiple=True, metavar="FIELD", help="A field or card to leave out.")
@click.option("--team", default="revops", show_default=True, help="The team that owns it all.")
@click.option("--team-name", default="Revenue Operations", show_default=True,
              help="What people call it.")  # fmt: skip
@click.option("--notify", default="mailto://revops@example.com", show_default=True,
              help="Where it is told of failures: an address of Apprise.")  # fmt: skip
@click.option("--public-url", default="http://localhost:8710", show_default=True,
              help="Where browsers reach this server.")  # fmt: skip
@click.option("--locale", default="en", show_default=True, help="The language of the cards.")
@click.option("--time-zone", default="UTC", show_default=True, help="The zone of times on cards.")
@click.option("--currency", default="EUR", show_default=True, help="Of amounts that name none.")
@click.option("--force", is_flag=True, help="Take the place of a file that is there.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    sources: Sequence[str],
    settings: Sequence[str],
    keys: Sequence[str],
    hosts: Sequence[str],
    fields: Sequence[str],
    without: Sequence[str],
    team: str,
    team_name: str,
    notify: str,
    owner: str,
    public_url: str,
    locale: str,
    time_zone: str,
    currency: str,
    force: bool,
) -> None:
    """Write a first sidecar.yaml: systems, ready-made fields and cards, each with its contract.

    In a terminal it asks for what was not said. Where fields are is known for some systems, and
    likely for others: what is a guess says so in the file.
    """
    path: Path = ctx.obj
    if path.exists() and not force:
        raise click.ClickException(f"{path} is there already. Move it away, or say --force.")
    asks = not sources and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        picked, tools = _picks.asked() if asks else _picks.said(sources, settings, hosts)
        picks = Picks(
            picked,
            owner=owner,
            hosts=tools,
            keys=_picks.keys(keys),
            found=_picks.places(fields),
            without=frozenset(without),
            team=(team, team_name, notify),
            public_url=public_url,
            locale=locale,
            time_zone=time_zone,
            currency=currency,
        )
        if asks:
            picks = replace(picks, keys={**picks.keys, **_picks.asked_keys(choices(picks))})
        plan = chosen(picks)
        text, secrets = written(picks, plan)
    except Unfinished as error:
        raise click.ClickException(str(error)) from None
    mistakes = _mistakes(path, text, secrets)
    if told := by_flags(mistakes, picks):
        raise click.ClickException("\n".join([*told, "Nothing was written."]))
    path.write_text(text, "utf-8")
    _tell(path, picks, plan, secrets)
    if mistakes:
        raise click.ClickException("\n".join([f"{path} needs a hand:", *map(str, mistakes)]))


def _tell(path: Path, picks: Picks, plan: Plan, secrets: Sequence[str]) -> None:
    click.echo(f"{path}: {_named(plan.fields, 'field')}; {_named(plan.cards, 'card')}.")
    if plan.guesses:
        click.echo(f"Look where these are: {', '.join(sorted(plan.guesses))}.")
    if plan.left_out:
        click.echo(f"In none of these systems: {', '.join(plan.left_out)}.")
    if plan.unshown:
        click.echo(f"On no card of these tools: {', '.join(plan.unshown)}.")
    if plan.unread:
        click.echo(f"Nothing is read from: {', '.join(plan.unread)}. Declare fields of it (sidecar "
                   "explore shows them), or take it out.")  # fmt: skip
    _tell_of_matching(plan)
    for one in choices(picks):
        (first, means), *more = _picks.ways(one).items()
        said = [
            f"--key {one.source}={first} ({means})",
            *(f"{one.source}={way}" for way, _ in more),
        ]
        click.echo(f"By which key {one.source} knows your accounts is a guess. Say it:")
        click.echo(f"  {', or '.join(said)}.")
    lacking = [name for name in secrets if name not in os.environ]
    if lacking:
        click.echo(f"Put into the environment: {', '.join(lacking)}.")
    click.echo("Then: sidecar check, sidecar doctor, sidecar serve.")


def _tell_of_matching(plan: Plan) -> None:
    """Say what is left to do before every record of the tools finds its account."""
    for rule in plan.matching.rules:
        if rule.guess:
            click.echo(
                f"That {rule.record} of a record is {rule.account} of an account is a guess."
            )
    for key, holds in plan.matching.unfilled.items():
        click.echo(f"Fill in accounts.keys.{key}, where the rows of {plan.owner} have {holds}.")
    if plan.matching.waiting:
        places = ", ".join(plan.matching.waiting)
        click.echo(f"  Until then no account is found in {places}.")
    for host, source in plan.tellers.items():
        click.echo(f"Let the install of {host} name the source {source}: it is asked whose its "
                   "records are.")  # fmt: skip
    if plan.nobodys:
        hosts = dict.fromkeys(place.partition("/")[0] for place in plan.nobodys)
        more = " ".join(f"--source {host}" for host in hosts if knows_records(host))
        click.echo(f"On no card, since nothing says whose these are: {', '.join(plan.nobodys)}.")
        if more:
            click.echo(f"  With {more} it is asked.")


def _named(parts: Mapping[str, object], kind: str) -> str:
    return f"{len(parts)} {kind}{'' if len(parts) == 1 else 's'} ({', '.join(parts)})"


def _mistakes(path: Path, text: str, secrets: Sequence[str]) -> Sequence[Mistake]:
    """What would be wrong with the file, whatever the secrets are: tried beside it, since paths in
    it begin there."""
    environment = dict.fromkeys(secrets, _STAND_IN) | dict(os.environ)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".sidecar-init-", suffix=".yaml", encoding="utf-8"
    ) as tried:
        tried.write(text)
        tried.flush()
        try:
            load(Path(tried.name), environment)
        except ConfigurationError as error:
            return [replace(one, file=str(path)) for one in error.mistakes]
    return ()
