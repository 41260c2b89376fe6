"""`sidecar reseal`: from an old key of what is stored sealed to a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from context_sidecar.cli._running import opened

_NAMED = {
    "install": ("install", "installs"),
    "package": ("package", "packages"),
    "grant": ("grant", "grants"),
    "consent": ("sign-in under way", "sign-ins under way"),
}


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Seal everything that is stored sealed again, with the first key.

    To replace the key, put a new one in front of the old one in SIDECAR_INSTALLS_KEY, or in
    installs-key in the data folder; start every `sidecar serve` anew; then call this. Afterwards
    the old one can be taken out.

    Ends with 1 where something was sealed with a key that is not there; all else is sealed again.
    """
    from context_sidecar.store.resealing import reseal  # noqa: PLC0415  loaded only when called

    with opened(ctx.obj) as running:
        done = reseal(running.database, running.vault)
    if done.again:
        click.echo(f"Sealed again with the first key: {_counted(done.again)}.")
    else:
        click.echo("Nothing was sealed with a key behind the first.")
    if done.closed:
        names = "; ".join(
            f"{_NAMED[kind][1]} {_names(kind, of)}" for kind, of in done.closed.items()
        )
        raise click.ClickException(
            f"No key here opens these: {names}. Bring the key back that sealed them, and call this "
            "again; or enter the installs and connect the sources anew."
        )
    click.echo("The first key opens everything now: those behind it can be taken out.")


def _counted(several: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {_NAMED[kind][number != 1]}" for kind, number in several.items())


def _names(kind: str, of: Sequence[str]) -> str:
    """A sign-in has no name that says anything to anybody."""
    return f"({len(of)})" if kind == "consent" else ", ".join(of)
