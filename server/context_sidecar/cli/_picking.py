"""Fields that an admin picks, and their declarations: printed, or written into `sidecar.yaml`."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml
from babel.core import get_global

from context_sidecar.config import load
from context_sidecar.config.declaring import Answers, Asked, declared
from context_sidecar.config.inserting import NoPlaceError, inserted
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.field import FieldType
from context_sidecar.core.hints import did_you_mean

if TYPE_CHECKING:
    from context_sidecar.core.shape import ShapeField
    from context_sidecar.engine.examination import Explored


def named(explored: Explored, path: str) -> ShapeField:
    """Return the field that *path* reads.

    Raises:
        ClickException: there is none.
    """
    known = {one.path: one for one in explored.shape.fields}
    known |= {one.name: one for one in explored.shape.fields if one.way}
    if path not in known:
        hint = did_you_mean(path, known)
        raise click.ClickException(f"{explored.lookup} gives no {path!r}. {hint}".rstrip())
    return known[path]


def currency(ctx: click.Context, param: click.Parameter, said: str) -> str:
    """Check a flag, as `_currency` does."""
    return _currency(said)


def _currency(said: str) -> str:
    """Return the currency that was *said*, as ISO 4217 writes it.

    Raises:
        BadParameter: it is none.
    """
    code = said.strip().upper()
    if code and code not in get_global("all_currencies"):
        raise click.BadParameter(f"{said!r} is no currency of ISO 4217, such as EUR or USD.")
    return code


def asked(explored: Explored) -> list[ShapeField]:
    """Ask which fields to declare."""
    fields = explored.shape.fields
    said = click.prompt(
        "Which to declare? Numbers, such as 2 5; nothing for none", default="", show_default=False
    )
    numbers = [int(one) for one in re.findall(r"\d+", said)]
    if wrong := [one for one in numbers if not 1 <= one <= len(fields)]:
        raise click.ClickException(f"There is no number {wrong[0]}.")
    return [fields[number - 1] for number in dict.fromkeys(numbers)]


def answered(answers: Answers, picked: Collection[ShapeField]) -> Answers:
    """Ask for what only a person can answer, and nobody has yet."""
    audience, decision, code = answers.audience, answers.decision, answers.currency
    if not audience:
        said = click.prompt("Who may see them? Roles; nothing for later", default="")
        audience = tuple(re.findall(r"[\w-]+", said))
    if not decision and len(picked) == 1:
        decision = click.prompt(
            "What does someone do differently because of it? Nothing for later", default=""
        )
    amounts = any(one.type is FieldType.MONEY and not one.currency for one in picked)
    if amounts and not code:
        code = click.prompt(
            "In which currency are amounts? Nothing for later", default="", value_proc=_currency
        )
    return Answers(audience, decision, code)


def declare(
    file: Path,
    asked_of: Asked,
    picked: Sequence[ShapeField],
    answers: Answers,
    taken: Collection[str],
    *,
    write: bool,
    as_json: bool = False,
) -> None:
    """Print the declarations of the fields *picked*, or write them into *file* and say what is
    still to be answered there; *as_json*, print them for programs, written or not.

    Raises:
        ClickException: one cannot be declared, or there is no place for them.
    """
    names, blocks = list(taken), []
    for one in picked:
        if not one.given:
            click.echo(f"{one.name}: add it to the query of {asked_of.lookup}, too.", err=True)
        try:
            name, block = declared(one, asked_of, answers, names)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        names.append(name)
        blocks.append(block)
    if write:
        _write(file, blocks)
    if as_json:
        fields = yaml.safe_load("\n".join(blocks))
        told = {"file": str(file) if write else None, "fields": fields}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if not write:
        click.echo("\n".join(blocks), nl=False)
        return
    click.echo(f"{file}: {', '.join(names[len(taken) :])} declared.")
    _say_what_is_open(file)


def _write(file: Path, blocks: Sequence[str]) -> None:
    """Put *blocks* into *file*, whole or not at all."""
    with file.open(encoding="utf-8", newline="") as old:
        text = old.read()
    try:
        text = inserted(text, blocks)
    except NoPlaceError as error:
        raise click.ClickException(f"{file}: {error}") from None
    target = file.resolve()
    with tempfile.NamedTemporaryFile(
        "w", dir=target.parent, encoding="utf-8", newline="", delete=False
    ) as new:
        new.write(text)
    shutil.copymode(target, new.name)
    Path(new.name).replace(target)


def _say_what_is_open(file: Path) -> None:
    try:
        findings = load(file, os.environ).warnings
    except ConfigurationError as error:
        findings = error.mistakes
    for finding in findings:
        click.echo(str(finding))
