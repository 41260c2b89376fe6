"""`sidecar sources`: what can be read from."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from context_sidecar import catalogue, plugins
from context_sidecar.catalogue import Entry, Setting
from context_sidecar.core.hints import did_you_mean


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def command(*, name: str | None, as_json: bool) -> None:
    """List the systems that can be read from, each as its adapter describes itself.

    With NAME, say all of one: how it signs in, and what it may do then, its limits and quirks, its
    lookups, its settings.
    """
    if name is None:
        found = catalogue.entries()
        if as_json:
            click.echo(_json([one.as_json() for one in found]))
        else:
            _print_all(found)
        return
    known = plugins.names(plugins.ADAPTERS)
    if name not in known:
        hint = did_you_mean(name, known) or "`sidecar sources` lists them."
        raise click.BadParameter(f"There is no adapter {name!r}. {hint}")
    found_one = catalogue.entry(name)
    if as_json:
        click.echo(_json(found_one.as_json()))
    else:
        _print_one(found_one)


def _json(found: object) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def _print_all(found: Sequence[Entry]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("adapter", "family", "made by"):
        table.add_column(column, no_wrap=True)
    table.add_column("what it gives (accounts in a call)")
    for one in found:
        made_by = "recipe" if one.recipe else "code"
        table.add_row(Text(one.name, "bold"), one.family, made_by, ", ".join(_gives(one)))
    console = _console()
    console.print(table)
    console.print("\n`sidecar sources NAME` says all of one.")


def _gives(one: Entry) -> list[str]:
    """Its lookups, and what it gives beside them."""
    lookups = [f"{offer.lookup} ({offer.batch:,})" for offer in one.lookups]
    return [*(lookups or ["what is declared"]), *_more(one)]


def _more(one: Entry) -> list[str]:
    more = {"list of accounts": one.lists_accounts, "keys of records": one.knows_records}
    return [name for name, there in more.items() if there]


def _print_one(one: Entry) -> None:
    console = _console()
    console.print(Text.assemble((one.name, "bold"), f"  {one.family}"))
    console.print(Text(one.summary))
    parts = {"Auth": one.sign_in, "Scope": one.scope, "Limits": one.limits, "Quirks": one.quirks}
    for heading, text in parts.items():
        if text:
            console.print(Text.assemble("\n", (f"{heading}  ", "bold"), text))
    console.print(Text("\nLookups", "bold"))
    for offer in one.lookups:
        calls = f"{offer.batch:,} in a call" if offer.batch > 1 else "one in a call"
        gives = " ".join(offer.gives.split())
        console.print(Text.assemble("  ", (offer.lookup, "bold"), f" ({calls})  {gives}"))
    if not one.lookups:
        console.print("  as declared in its settings")
    for more in _more(one):
        console.print(f"  {more}")
    console.print(Text("\nSettings", "bold"))
    for setting in one.settings:
        console.print(Text.assemble("  ", (setting.name, "bold"), f" ({_kind(setting)})"))
        console.print(Text(f"      {setting.description}"))


def _kind(setting: Setting) -> str:
    kind = f"one of {', '.join(setting.choices)}" if setting.choices else setting.kind
    if setting.required:
        return f"{kind}, required"
    return f"{kind}, default {setting.default}" if setting.default else f"{kind}, optional"


def _console() -> Console:
    return Console(highlight=False, emoji=False, markup=False)
