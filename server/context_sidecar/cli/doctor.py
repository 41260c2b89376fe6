"""`sidecar doctor`: what works, and what is to be mended."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from context_sidecar.core.hints import did_you_mean
from context_sidecar.wording.times import rfc3339

if TYPE_CHECKING:
    from context_sidecar.app import Running
    from context_sidecar.engine.examination import Examined, Finding

_SIGNS = {"well": ("✓", "green"), "doubtful": ("?", "yellow"), "wrong": ("✗", "bold red")}
"""A sign and a colour for each mark; the sign says it without the colour, too."""


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print; json is for programs.",
)
@click.pass_context
def command(ctx: click.Context, *, sources: tuple[str, ...], form: str) -> None:
    """Try every source live, and say what works and what is to be mended.

    Each is asked for some accounts, as cards ask it. The directory, the installs and the data
    folder are looked over, too; with SOURCEs named, these alone are tried. No value is shown but
    codes that a field's choices lack.

    Ends with 0 where nothing is to be mended, and with 1 where something is.
    """
    from context_sidecar.app import open_sidecar  # noqa: PLC0415  loaded only when called

    with open_sidecar(ctx.obj, log_level=logging.CRITICAL) as running:
        _check_names(running, sources)
        examined = _examined(running, sources)
    well = all(one.mark.value != "wrong" for one in examined)
    if form == "json":
        found = {"file": str(ctx.obj), "well": well, "examined": [*map(_as_json, examined)]}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print(examined)
    ctx.exit(0 if well else 1)


def _check_names(running: Running, sources: Collection[str]) -> None:
    declared = running.configuration.sources
    for name in sources:
        if name not in declared:
            hint = did_you_mean(name, declared)
            raise click.BadParameter(f"There is no source {name!r} in sidecar.yaml. {hint}".strip())


def _examined(running: Running, sources: Sequence[str]) -> tuple[Examined, ...]:
    examination = running.examination()
    with Console(stderr=True).status("Examining …") as status:

        def progress(waiting: Sequence[str]) -> None:
            status.update(f"Examining {', '.join(waiting)} …")

        if sources:
            return examination.of(list(dict.fromkeys(sources)), progress)
        return examination.whole(progress)


def _as_json(one: Examined) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.id,
        "label": one.label,
        "mark": one.mark.value,
        "seconds": round(one.seconds, 3),
        "owner": {"team": one.owner.id, "label": one.owner.name} if one.owner else None,
        "runbook": one.runbook,
        "findings": [
            {
                "about": finding.about,
                "mark": finding.mark.value,
                "said": finding.said,
                "remedy": finding.remedy,
                "reason": finding.reason,
                "detail": finding.detail,
                "next_try_at": rfc3339(finding.next_try_at),
            }
            for finding in one.findings
        ],
    }


def _print(examined: Sequence[Examined]) -> None:
    console = Console(soft_wrap=True, highlight=False, emoji=False, markup=False)
    for one in examined:
        console.print(Text.assemble((one.label, "bold"), (_about(one), "dim")))
        for finding in _merged(one.findings):
            for line in _lines(finding, one):
                console.print(line)
        if one.mark.value == "wrong" and (told := _owner(one)):
            console.print(Text(f"    {told}"))
        console.print()
    console.print(_summary(examined))


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """Say once what is the same of several fields."""
    alike: dict[Finding, list[str]] = {}
    for finding in findings:
        alike.setdefault(replace(finding, about=""), []).append(finding.about)
    return [
        replace(
            one, about=", ".join(about), said=_of_each(one.said) if len(about) > 1 else one.said
        )
        for one, about in alike.items()
    ]


def _of_each(said: str) -> str:
    """Say that calls do not count for several lookups together."""
    return re.sub(r"accounts take [\d,]+( to [\d,]+)? calls?", r"\g<0> each", said)


def _about(one: Examined) -> str:
    return {
        "source": f"  {one.id}, {one.seconds:.1f} s",
        "install": f"  {one.id}",
    }.get(one.kind, "")


def _lines(finding: Finding, one: Examined) -> Iterator[Text]:
    sign, style = _SIGNS[finding.mark.value]
    about = "" if finding.about in {"check", one.id} else f"{finding.about}: "
    yield Text.assemble("  ", (sign, style), " ", (about, "bold"), f"{finding.said}.")
    if finding.detail:
        yield Text(f"    {finding.detail}", "dim")
    if finding.remedy:
        yield Text(f"    {finding.remedy}")
    if finding.next_try_at:
        yield Text(f"    Next try at {finding.next_try_at:%Y-%m-%d %H:%M:%S} UTC.")


def _owner(one: Examined) -> str:
    who = f"{one.owner.name} looks after it." if one.owner else ""
    return " ".join(filter(None, (who, one.runbook and f"How to mend it: {one.runbook}")))


def _summary(examined: Sequence[Examined]) -> Text:
    marks = [finding.mark.value for one in examined for finding in _merged(one.findings)]
    wrong, doubtful = marks.count("wrong"), marks.count("doubtful")
    if wrong:
        things = "thing" if wrong == 1 else "things"
        return Text(f"{wrong} {things} to mend, {doubtful} to look at.", "bold red")
    if doubtful:
        return Text(f"All works; {doubtful} to look at.", "yellow")
    return Text("All is well.", "green")
