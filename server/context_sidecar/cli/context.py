"""`sidecar context`: a card, in the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from context_sidecar.cli._running import opened
from context_sidecar.languages import LANGUAGES

if TYPE_CHECKING:
    from context_sidecar.core.card import Card
    from context_sidecar.core.configuration import Configuration


@click.command()
@click.argument("host")
@click.argument("type")
@click.argument("id")
@click.option("--card", default="", help="Which card; without it the first that is declared here.")
@click.option("--install", default="", help="Which install of the host tool, if it has several.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the record says about its customer; repeat. Without it the install's source is "
    "asked.",
)
@click.option("--locale", default="", help="In which language; without it that of sidecar.yaml.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    type: str,
    id: str,
    *,
    card: str,
    install: str,
    keys: tuple[str, ...],
    locale: str,
    as_json: bool,
) -> None:
    """Show the card about a record, as the card's audience sees it."""
    _check_spoken(locale)
    from context_sidecar.cli._card import show  # noqa: PLC0415
    from context_sidecar.cli._records import record_of  # noqa: PLC0415
    from context_sidecar.wording import answer, words  # noqa: PLC0415

    with opened(ctx.obj) as running:
        configuration = running.configuration
        chosen = _card(configuration, f"{host}/{type}", card)
        if running.directory.state().finished_at is None:
            running.sync()
        record = record_of(running, host, type, id, keys=keys, install=install)
        context = running.sidecar.context(record, chosen, chosen.audience)
        said = answer(context, words(locale or configuration.locale, configuration.time_zone))
    if as_json:
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        show(said)


def _check_spoken(locale: str) -> None:
    if locale and locale.replace("_", "-").partition("-")[0] not in LANGUAGES:
        spoken = ", ".join(LANGUAGES)
        raise click.BadParameter(f"There are no words for {locale!r}, but for {spoken}.")


def _card(configuration: Configuration, place: str, id: str) -> Card:
    declared = [card for card in configuration.cards.values() if place in card.where]
    for card in declared:
        if id in {"", card.id}:
            return card
    places = sorted({place for card in configuration.cards.values() for place in card.where})
    if declared:
        names = ", ".join(card.id for card in declared)
        raise click.ClickException(f"There is no card {id!r} for {place}, but there is: {names}.")
    raise click.ClickException(f"No card is for {place}. There are cards for {', '.join(places)}.")
