"""`sidecar preview`: every state of every field, to look at before anybody meets it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from context_sidecar.config import load
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.hints import did_you_mean
from context_sidecar.preview import File, preview
from context_sidecar.wording import words

_FIRST = "index.html"
_OURS = 'name="generator" content="Context Sidecar"'


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("preview"),
    show_default=True,
    help="The folder to write to; an older preview in it is replaced.",
)
@click.option("--card", default="", help="Which card; without it, all of them.")
@click.option("--locale", default="", help="In which language; without it that of sidecar.yaml.")
@click.pass_context
def command(ctx: click.Context, *, out: Path, card: str, locale: str) -> None:
    """Write pages that show every state of every field, and the guide that explains them.

    No source is asked, and every value is made up. The folder opens without a server: begin with
    its index.html; guide.html is for those who work with the cards.
    """
    configuration = load(ctx.obj, os.environ).configuration
    spoken = words(locale or configuration.locale, configuration.time_zone)
    cards = _chosen(configuration, card)
    files = preview(configuration, spoken, datetime.now(UTC), cards)
    _write(out, files)
    number = sum(path.startswith("cards/") for path in files)
    click.echo(f"{out / _FIRST}: {number} situations. {out / 'guide.html'}: the guide to them.")


def _chosen(configuration: Configuration, id: str) -> tuple[Card, ...]:
    known = configuration.cards
    if id and id not in known:
        raise click.BadParameter(f"There is no card {id!r}. {did_you_mean(id, known)}")
    return (known[id],) if id else ()


def _write(out: Path, files: Mapping[str, File]) -> None:
    first = out / _FIRST
    if out.is_dir() and any(out.iterdir()) and not (first.is_file() and _OURS in first.read_text()):
        raise click.ClickException(f"{out} holds something else. Name another folder with --out.")
    with click.progressbar(files.items(), label="Writing the preview") as counted:
        for path, made in counted:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(made())
