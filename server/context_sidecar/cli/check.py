"""`sidecar check`: is the configuration in order?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from context_sidecar.config import Loaded, excerpt, load
from context_sidecar.core.errors import ConfigurationError, Mistake
from context_sidecar.store.kept_ends import kept_ends


@click.command()
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print; json is for programs.",
)
@click.pass_context
def command(ctx: click.Context, *, strict: bool, form: str) -> None:
    """Say all that is wrong with sidecar.yaml, each with its line and its remedy.

    Ends with 0 where it can be used, and with 1 where it cannot.
    """
    path: Path = ctx.obj
    loaded: Loaded | None = None
    try:
        loaded = load(path, os.environ, kept_ends)
        findings = loaded.warnings
    except ConfigurationError as error:
        findings = error.mistakes
    usable = loaded is not None and not (strict and findings)
    if form == "json":
        click.echo(json.dumps(_report(path, findings, usable=usable), indent=2, ensure_ascii=False))
    else:
        _print(path, findings, loaded)
    ctx.exit(0 if usable else 1)


def _report(path: Path, findings: tuple[Mistake, ...], *, usable: bool) -> dict[str, object]:
    return {"file": str(path), "usable": usable, "findings": [asdict(one) for one in findings]}


def _print(path: Path, findings: tuple[Mistake, ...], loaded: Loaded | None) -> None:
    console = Console(soft_wrap=True, highlight=False, emoji=False, markup=False)
    lines = excerpt.lines(path) if console.is_terminal and findings else []
    for finding in findings:
        console.print(_line(finding))
        if finding.line <= len(lines):
            console.print(_excerpt(finding, lines[finding.line - 1]))
    console.print(_summary(path, findings, loaded))


def _line(finding: Mistake) -> Text:
    place = f"{finding.file}:{finding.line}:{finding.column}: "
    kind, style = ("warning", "yellow") if finding.warning else ("mistake", "bold red")
    text = Text.assemble((place, "bold"), (f"{kind}: ", style))
    return text.append(str(finding).removeprefix(place))


def _excerpt(finding: Mistake, line: str) -> Text:
    number = f"{finding.line:>6} │ "
    before = line[: finding.column - 1]
    caret = "".join(letter if letter == "\t" else " " for letter in before)
    return Text.assemble(
        (number, "dim"), line, "\n", (f"{'':>6} │ ", "dim"), caret, ("^", "bold red")
    )


def _summary(path: Path, findings: tuple[Mistake, ...], loaded: Loaded | None) -> Text:
    warnings = sum(finding.warning for finding in findings)
    counted = [
        f"{count} {kind}{'' if count == 1 else 's'}"
        for count, kind in ((len(findings) - warnings, "mistake"), (warnings, "warning"))
        if count
    ]
    if loaded is None:
        return Text(f"{path}: {', '.join(counted)}.", "bold red")
    configuration = loaded.configuration
    parts = ", ".join(
        f"{len(part)} {name}{'' if len(part) == 1 else 's'}"
        for part, name in (
            (configuration.sources, "source"),
            (configuration.fields, "field"),
            (configuration.cards, "card"),
            (configuration.installs, "install"),
        )
    )
    told = f"; {', '.join(counted)}" if counted else ""
    return Text(f"{path} is in order: {parts}{told}.", "yellow" if counted else "green")
