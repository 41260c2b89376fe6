"""`sidecar explore`: the fields of a live system, and their declarations."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from context_sidecar import logs
from context_sidecar.cli import _exploring, _picking
from context_sidecar.config import inserting, load_sources
from context_sidecar.config.declaring import Answers, Asked
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.hints import did_you_mean

if TYPE_CHECKING:
    from context_sidecar.app import Running
    from context_sidecar.engine.examination import Explored


@click.command()
@click.argument("source")
@click.option("--lookup", default="", help="Which lookup of it; `account`, where it has that.")
@click.option("--search", default="", metavar="WORD", help="Only fields that have WORD in them.")
@click.option("--no-samples", is_flag=True, help="Show no values of accounts.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
@click.option("--field", "paths", multiple=True, metavar="PATH", help="Declare this field.")
@click.option("--audience", multiple=True, metavar="ROLE", help="Who may see what is declared.")
@click.option("--decision", default="", help="What someone does differently because of it.")
@click.option("--currency", default="", metavar="CODE", callback=_picking.currency,
              help="Of amounts that name none.")  # fmt: skip
@click.option("--write", is_flag=True, help="Write the declarations into sidecar.yaml.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    source: str,
    lookup: str,
    search: str,
    no_samples: bool,
    as_json: bool,
    paths: tuple[str, ...],
    audience: tuple[str, ...],
    decision: str,
    currency: str,
    write: bool,
) -> None:
    """Show the fields of SOURCE as it has them now, with types, choices and samples.

    Each --field is declared: printed, or with --write put into sidecar.yaml, where nothing else
    changes. In a terminal the fields can be picked by their numbers. What only a person can answer
    is left as a comment, and `sidecar check` asks for it.
    """
    if write and not paths and (as_json or not _asks()):
        raise click.UsageError("--write writes what --field names, such as --field tier --write.")
    with _opened(ctx.obj) as running:
        _tell_of_unknown(running, audience)
        explored = _explored(running, source, lookup, search, sampled=not (no_samples or paths))
        lookups = running.examination().lookups(source)
    taken = inserting.names(ctx.obj.read_text("utf-8"))
    answers = Answers(audience, decision, currency)
    asked = Asked(source, explored.lookup, explored.dated)
    if paths:
        picked = [_picking.named(explored, path) for path in paths]
        _picking.declare(ctx.obj, asked, picked, answers, taken, write=write, as_json=as_json)
    elif as_json:
        told = _exploring.as_json(explored, source, lookups)
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif search and not explored.shape.fields:
        raise click.ClickException(
            f"No field of {source}'s {explored.lookup} has {search!r} in its path, its label or "
            "its choices. Without --search all are shown."
        )
    else:
        _exploring.show(explored, lookups)
        if _asks() and (picked := _picking.asked(explored)):
            answers = _picking.answered(answers, picked)
            write = write or click.confirm(f"Write into {ctx.obj}?", default=True)
            _picking.declare(ctx.obj, asked, picked, answers, taken, write=write)


def _tell_of_unknown(running: Running, audience: Sequence[str]) -> None:
    """Name the roles that nobody has yet: one may be new, or mistyped."""
    configuration = running.configuration
    roles = frozenset().union(
        *(one.audience for one in configuration.cards.values()),
        *(one.audience for one in configuration.fields.values()),
        *(one.roles for one in configuration.installs.values()),
    )
    for role in audience:
        if roles and role not in roles:
            hint = did_you_mean(role, sorted(roles))
            said = f"--audience {role}: no card, field or install has that role yet. {hint}"
            click.echo(said.rstrip(), err=True)


def _opened(path: Path) -> Running:
    """Open the deployment; while its fields, cards or installs have mistakes, without these."""
    from context_sidecar.app import Running, open_sidecar, utc_now  # noqa: PLC0415  loaded only when called

    try:
        return open_sidecar(path, log_level=logging.CRITICAL)
    except ConfigurationError as mistaken:
        try:
            loaded = load_sources(path, os.environ)
        except ConfigurationError:
            raise mistaken from None
    logs.configure(loaded.secrets, level=logging.CRITICAL)
    return Running(loaded.configuration, loaded.secrets, os.environ, utc_now)


def _asks() -> bool:
    """Whether somebody is there to pick."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _explored(
    running: Running, source: str, lookup: str, search: str, *, sampled: bool
) -> Explored:
    from context_sidecar.engine.examination import Unasked  # noqa: PLC0415  loaded only when called

    _check_name(source, list(running.configuration.sources), "source", "in sidecar.yaml")
    examination = running.examination()
    if lookup:
        _check_name(lookup, examination.lookups(source), "lookup", f"of {source}")
    try:
        return examination.explored(source, lookup, search=search, sampled=sampled)
    except Unasked as unasked:
        said = _exploring.refusal(unasked)
        if unasked.source.id != source:
            said = f"There is no account to try {source} with. {said}"
        remedy = unasked.error.remedy or unasked.error.reason.entry.owner
        raise click.ClickException(f"{said}. {remedy}") from None


def _check_name(name: str, known: Sequence[str], kind: str, where: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known)
        raise click.BadParameter(f"There is no {kind} {name!r} {where}. {hint}".rstrip())
