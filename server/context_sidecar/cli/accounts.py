"""`sidecar accounts`: which customers are known, by which keys, and whose a record is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from context_sidecar.cli._running import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from context_sidecar.app import Running
    from context_sidecar.core.account import Account, Match
    from context_sidecar.core.quota import Standing
    from context_sidecar.core.record import Record
    from context_sidecar.engine.directory import Synced
    from context_sidecar.engine.directory.listing import Listing


@click.group()
def command() -> None:
    """Bring the directory of accounts up to date, and look into it."""


@command.command()
@click.option("--believe", is_flag=True, help="Take a list that shrank or is empty at its word.")
@click.pass_context
def sync(ctx: click.Context, *, believe: bool) -> None:
    """Read all accounts from the source that owns them, and say what was found.

    Ends with 1 where the directory stays as it was.
    """
    with opened(ctx.obj) as running, Console(stderr=True).status("Reading accounts …") as status:

        def progress(listing: Listing) -> None:
            status.update(f"Reading accounts … {listing.rows:,}")

        synced = running.directory.sync(believe=believe, progress=progress)
        source = running.configuration.accounts.source
        left = running.sources[source.id].health().left
    _tell(synced, source.label, left)


@command.command("list")
@click.option("--first", default=50, show_default=True, help="How many at most.")
@click.pass_context
def show(ctx: click.Context, first: int) -> None:
    """List accounts in the order of their ids."""
    with opened(ctx.obj) as running:
        accounts, state = running.directory.some(first), running.directory.state()
    _print(accounts)
    if state.finished_at is None:
        click.echo("Nothing has been read yet: `sidecar accounts sync` does.", err=True)
    elif state.accounts > len(accounts):
        click.echo(f"{len(accounts):,} of {state.accounts:,} accounts.", err=True)


@command.command()
@click.argument("key")
@click.argument("value")
@click.pass_context
def find(ctx: click.Context, key: str, value: str) -> None:
    """Find accounts by one of their keys: `find domain acme.example`.

    Ends with 1 where there is none.
    """
    with opened(ctx.obj) as running:
        declared = running.configuration.accounts.keys
        if key not in declared:
            known = ", ".join(declared)
            raise click.BadParameter(f"There is no key {key!r}. There are: {known}.")
        normal = running.directory.normalise(key, value)
        accounts = running.directory.find(key, value)
    if normal is None:
        raise click.ClickException(f"{value!r} identifies nobody: {_why_nobody(key)}.")
    if not accounts:
        raise click.ClickException(f"No account has the {key} {normal!r}.")
    _print(accounts)


@command.command()
@click.argument("host")
@click.argument("type")
@click.argument("id")
@click.argument("keys", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--install", default="", help="Which install of the host tool, if it has several.")
@click.pass_context
def match(
    ctx: click.Context, host: str, type: str, id: str, *, keys: tuple[str, ...], install: str
) -> None:
    """Say whose a record is, and how that was found, rule by rule.

    KEY=VALUE is what the record says about its customer; without any the install's source is asked.
    Ends with 1 where there is not exactly one account.
    """
    from context_sidecar.cli._records import record_of  # noqa: PLC0415  loaded when called

    with opened(ctx.obj) as running:
        record = record_of(running, host, type, id, keys=keys, install=install)
        _explain(running, record)
        found = running.directory.match(record)
    _conclude(found)


def _print(accounts: Iterable[Account]) -> None:
    table = Table("id", "name", "keys", show_lines=False)
    for account in accounts:
        keys = "\n".join(
            f"{key}: {', '.join(values)}"
            for key, values in account.keys.items()
            if key not in {"id", "name"}
        )
        table.add_row(account.id, account.name, keys)
    Console(markup=False, highlight=False).print(table)


def _why_nobody(key: str) -> str:
    if key == "domain":
        return "it is a free mail service, no public domain, or more than one address"
    return "it is empty"


def _tell(synced: Synced, source: str, left: Sequence[Standing]) -> None:
    from context_sidecar.engine.directory import Outcome  # noqa: PLC0415

    listing = synced.listing
    stays = f"The directory stays as it was, accounts in it: {synced.before:,}."
    match synced.outcome:
        case Outcome.PUBLISHED:
            click.echo(f"Accounts in {source}: {listing.accounts:,}; before: {synced.before:,}.")
            _tell_what_was_found(listing)
        case Outcome.SUPERSEDED:
            click.echo("Another synchronisation began meanwhile and took this one's place.")
        case Outcome.SUSPECTED if not listing.accounts:
            raise click.ClickException(
                f"{source} lists no accounts. {stays} A lost permission looks just like that, so "
                "an empty list is never believed by itself; if you know that it is right, say "
                "--believe."
            )
        case Outcome.SUSPECTED:
            raise click.ClickException(
                f"Accounts in {source}: {listing.accounts:,}, less than half of those known. "
                f"{stays} A second list of about this length is believed; if you know that it is "
                "right, say --believe."
            )
        case Outcome.FAILED:
            assert synced.error is not None
            raise click.ClickException(
                f"{source} {synced.error.said} ({synced.error}). {_until(left)}{stays} "
                f"{synced.error.remedy or synced.error.reason.entry.owner}"
            )


def _until(left: Sequence[Standing]) -> str:
    """Say until when a source is not asked of whose quota nothing is *left*."""
    from context_sidecar.engine.examination.quotas import told  # noqa: PLC0415  loaded when called
    from context_sidecar.engine.sources.allowance import used_up  # noqa: PLC0415  as above

    gone = used_up(left)
    if gone is None:
        return ""
    return (
        f"It is not asked while nothing is left: {told(gone)}. Next try at "
        f"{gone.until:%Y-%m-%d %H:%M:%S} UTC. "
    )


def _tell_what_was_found(listing: Listing) -> None:
    for key, number in listing.known_by.items():
        lacking = listing.accounts - number
        click.echo(f"  {key}: {number:,}" + (f", {lacking:,} without" if lacking else ""))
    wrong = (
        ("Rows without an id, left out", listing.without_id, ""),
        ("Accounts without a name, called by their id", listing.without_name, ""),
        (
            "Rows that repeat an id; the account goes by the first one's name, and is found by all",
            listing.duplicates,
            f" ({', '.join(listing.examples)})",
        ),
    )
    for what, number, which in wrong:
        if number:
            click.echo(f"{what}: {number:,}{which}.", err=True)


def _explain(running: Running, record: Record) -> None:
    if not record.keys:
        click.echo("The record says nothing about its customer.")
    for rule in running.configuration.accounts.match:
        written = rule.said_by(record)
        if written is None and record.keys.get(rule.record) is not None:
            click.echo(f"  {rule.record}: only of records in {rule.host}.")
            continue
        if written is None:
            click.echo(f"  {rule.record}: the record does not say.")
            continue
        value = running.directory.normalise(rule.account, written)
        number = len(running.directory.find(rule.account, written))
        said = f"{number} with the {rule.account} {value!r}" if value else _why_nobody(rule.account)
        click.echo(f"  {rule.record} {written!r}: {said}.")


def _conclude(found: Match) -> None:
    from context_sidecar.core.account import Ambiguous, Matched  # noqa: PLC0415

    if isinstance(found, Matched):
        click.echo(f"It is {found.account.name} ({found.account.id}), by {found.by}.")
        return
    if isinstance(found, Ambiguous):
        names = ", ".join(f"{one.name} ({one.id})" for one in found.candidates)
        raise click.ClickException(f"It could be any of these, and none is guessed: {names}.")
    if found.trouble is None:
        raise click.ClickException("No account was found.")
    label, reason = found.trouble.source.label, found.trouble.reason
    said = f"{label} {reason.entry.agent}" if reason else f"{label} has not answered yet"
    raise click.ClickException(f"It cannot be said: {said}.")
