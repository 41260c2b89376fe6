"""`sidecar receipt`: what a card said to somebody, by the code in their summary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

import click
from rich.console import Console
from rich.table import Table

from context_sidecar.cli._running import opened

if TYPE_CHECKING:
    from context_sidecar.core.receipt import Line, Receipt


@click.command()
@click.argument("code")
@click.option(
    "--check",
    "text",
    type=click.File(encoding="utf-8"),
    help="A file with the summary, or - to paste it: is it what was shown?",
)
@click.pass_context
def command(ctx: click.Context, code: str, text: TextIO | None) -> None:
    """Show what was on somebody's card when they copied it, by the CODE in the summary.

    What the values were is not kept; a digest of each line is, against which --check holds a text.
    It ends with 1 where the text is not what was shown.
    """
    from context_sidecar.core.receipt import read_code  # noqa: PLC0415

    wanted = read_code(code)
    if wanted is None:
        raise click.BadParameter("A code looks like 7F3K-Q2MD.", param_hint="CODE")
    with opened(ctx.obj) as running:
        receipt = running.receipts.find(wanted)
    if receipt is None:
        raise click.ClickException(f"There is no receipt {wanted}. Receipts are kept for 400 days.")
    _show(receipt)
    if text and not _is_whole(receipt, text.read()):
        raise click.exceptions.Exit(1)


def _show(receipt: Receipt) -> None:
    seen = f"{receipt.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    who = receipt.visitor or "Somebody whom the host tool did not name"
    click.echo(
        f"{who} saw the card {receipt.card!r} about {receipt.place}/{receipt.record_id} at {seen}, "
        f"through the install {receipt.install!r}"
        + (
            f"; the account was {receipt.account_id}."
            if receipt.account_id
            else "; no customer was found."
        )
    )
    if not receipt.account_id:
        return
    table = Table("field", "how far to trust it", "as of", "confirmed")
    for line in _first_of_each(receipt):
        table.add_row(line.field, line.state, _second(line.as_of), _second(line.confirmed_at))
    Console(markup=False).print(table)


def _first_of_each(receipt: Receipt) -> list[Line]:
    """A list's entries have lines of their own, which say nothing more here."""
    return list({line.field: line for line in reversed(receipt.lines) if line.field}.values())[::-1]


def _is_whole(receipt: Receipt, text: str) -> bool:
    added, lacking = receipt.added(text), receipt.lacking(text)
    for line in added:
        click.secho(f"Not shown: {line.strip()}", fg="red")
    for missing in lacking:
        about = f"about {missing.field}" if missing.field else "about the card as a whole"
        click.secho(f"Shown, and not in the text: a line {about}", fg="yellow")
    if not added and not lacking:
        click.secho("The text is exactly what was shown.", fg="green")
    return not added and not lacking


def _second(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else ""
