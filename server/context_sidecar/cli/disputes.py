"""`sidecar disputes`: what people who look at cards say to be wrong."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from context_sidecar.cli._running import opened

if TYPE_CHECKING:
    from context_sidecar.core.dispute import Dispute


@click.group()
def command() -> None:
    """Look at what people say to be wrong, and close it."""


@command.command("list")
@click.option("--team", default="", help="Only those that this team is to settle.")
@click.option("--closed", is_flag=True, help="Closed ones too, with what came of them.")
@click.pass_context
def show(ctx: click.Context, team: str, *, closed: bool) -> None:
    """List the disputes, the oldest first."""
    with opened(ctx.obj) as running:
        teams = running.configuration.teams
        if team and team not in teams:
            raise click.BadParameter(f"There is no team {team!r}. There are: {', '.join(teams)}.")
        found = running.disputes.all() if closed else running.disputes.open()
        wanted = [one for one in found if team in {"", one.team}]
    if not wanted:
        click.echo("Nobody says that anything is wrong.")
        return
    table = Table("receipt", "since", "account", "field", "team", "who", "what they say")
    if closed:
        table.add_column("what came of it")
    for one in wanted:
        table.add_row(*_row(one), *([_end(one)] if closed else []))
    Console(markup=False).print(table)


@command.command()
@click.argument("code")
@click.option("--because", required=True, help="What came of it: what was wrong, what was done.")
@click.pass_context
def close(ctx: click.Context, code: str, *, because: str) -> None:
    """Close the dispute of the receipt CODE. The card stops showing it within ten seconds."""
    from context_sidecar.core.receipt import read_code  # noqa: PLC0415  loaded only when called

    if not because.strip():
        raise click.BadParameter("Say what came of it.", param_hint="--because")
    with opened(ctx.obj) as running:
        if not running.disputes.close(read_code(code) or code, getpass.getuser(), because.strip()):
            raise click.ClickException(f"There is no open dispute {code}.")
    click.echo(f"The dispute {read_code(code)} is closed.")


def _row(one: Dispute) -> tuple[str, ...]:
    who = f"{one.visitor or 'somebody'} ({one.install})"
    return (one.code, _minute(one.made_at), one.account_id, one.field, one.team, who, one.note)


def _end(one: Dispute) -> str:
    if one.closed_at is None:
        return ""
    return f"{one.outcome} ({one.closed_by}, {_minute(one.closed_at)})"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
