"""`sidecar key`: API keys for programs that ask for context."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from context_sidecar.cli._running import opened


@click.group()
def command() -> None:
    """Make, list and revoke API keys."""


@command.command()
@click.argument("label")
@click.option("--card", "cards", multiple=True, metavar="CARD", help="A card it may read; repeat.")
@click.option("--every-card", is_flag=True, help="It may read every card, later ones too.")
@click.option("--admin", is_flag=True, help="It opens the admin pages: it installs, and removes.")
@click.pass_context
def create(
    ctx: click.Context, label: str, cards: tuple[str, ...], *, every_card: bool, admin: bool
) -> None:
    """Make a key and show it, this once. LABEL says who uses it.

    A key sees a card as the card's audience does. Without any card it opens the documentation and
    the metrics only.
    """
    with opened(ctx.obj) as running:
        for card in cards:
            if card not in running.configuration.cards:
                known = ", ".join(running.configuration.cards)
                raise click.BadParameter(f"There is no card {card!r}. There are: {known}.")
        key, text = running.keys.create(label, {"*"} if every_card else set(cards), admin=admin)
    click.echo(text.reveal())
    click.echo(f"This is key {key.id}. It is shown this once: only its digest is kept.", err=True)


@command.command("list")
@click.pass_context
def show(ctx: click.Context) -> None:
    """Say which keys there are, for which cards, and when they were used last."""
    table = Table("key", "label", "cards", "made", "used", "state")
    with opened(ctx.obj) as running:
        for key in running.keys.list():
            cards = "every card" if "*" in key.cards else ", ".join(sorted(key.cards)) or "none"
            cards += " (admin)" if key.admin else ""
            state = f"revoked {_day(key.revoked_at)}" if key.revoked_at else "in force"
            row = (key.id, key.label, cards, _day(key.created_at), _day(key.used_at), state)
            table.add_row(*row)
    Console(markup=False).print(table)


@command.command()
@click.argument("id")
@click.pass_context
def revoke(ctx: click.Context, id: str) -> None:
    """Revoke a key. Whoever uses it is refused within half a minute."""
    with opened(ctx.obj) as running:
        if not running.keys.revoke(id):
            raise click.ClickException(f"There is no key {id} in force.")
    click.echo(f"Key {id} is revoked.")


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}" if moment else "never"
