"""`sidecar manifest`: the package that an admin installs in a host tool."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from context_sidecar import plugins
from context_sidecar.cli._running import opened
from context_sidecar.config import load
from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.hosting import packaging
from context_sidecar.hosting.guides import guide

_ARCHIVES = {".zip", ".whl"}


@click.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Build the package of every install.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write it: a .zip or .whl, or a folder. By default as one file here. "
    "With --all, the folder of the packages.",
)
@click.option("--yes", is_flag=True, help="Replace an older package without asking.")
@click.pass_context
def command(
    ctx: click.Context, *, name: str | None, every: bool, out: Path | None, yes: bool
) -> None:
    """Build the package that an admin installs in a host tool.

    NAME is an install in sidecar.yaml or of the admin pages, or a kind of host that has one
    install. Where there is an older package, what has changed in it is shown first: the places it
    takes, what it asks for.
    """
    if every == bool(name):
        raise click.UsageError("Name an install, or say --all.")
    configuration = _load(ctx.obj, name)
    console = Console()
    if name:
        _build_one(configuration, name, out, console, yes=yes)
    else:
        _build_all(configuration, out or Path(), console, yes=yes)


def _build_one(
    configuration: Configuration, name: str, out: Path | None, console: Console, *, yes: bool
) -> None:
    install = _install(configuration, name)
    try:
        _build(configuration, install, out or Path(packaging.file_name(install)), console, yes=yes)
    except ValueError as error:
        raise click.ClickException(f"The package would be refused:\n{error}") from error
    host, public = plugins.host(install.host), configuration.public_url
    steps = guide(host, "Install", "Samples", public_url=public, install=install.id)
    console.print(Markdown(steps))


def _build_all(configuration: Configuration, folder: Path, console: Console, *, yes: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    refused = []
    for install in configuration.installs.values():
        place = folder / packaging.path_among_others(install)
        try:
            if not _build(configuration, install, place, console, yes=yes):
                label = plugins.host(install.host).label
                click.echo(f"{install.id}: {label} takes no package.")
        except ValueError as error:
            refused.append(f"{install.id}: {'; '.join(str(error).splitlines())}")
    if refused:
        raise click.ClickException("\n".join(["These packages would be refused:", *refused]))


def _load(path: Path, name: str | None) -> Configuration:
    """Return the configuration; with the installs of the admin pages, where *name* asks for one."""
    try:
        configuration = load(path, os.environ).configuration
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    if name in configuration.installs or not configuration.data.exists():
        return configuration
    with opened(path) as running:
        return running.configuration


def _install(configuration: Configuration, name: str) -> Install:
    if name in configuration.installs:
        return configuration.installs[name]
    found = [install for install in configuration.installs.values() if install.host == name]
    if len(found) == 1:
        return found[0]
    known = ", ".join(install.id for install in found or configuration.installs.values())
    wrong = f"Several installs are of {name}" if found else f"There is no install {name}"
    raise click.ClickException(f"{wrong}. Name one of: {known or '(none yet)'}.")


def _build(
    configuration: Configuration, install: Install, place: Path, console: Console, *, yes: bool
) -> bool:
    """Write the package for *install* to *place*; say whether its tool takes one.

    Raises:
        ValueError: the tool would refuse it; the text says why.
    """
    files = packaging.build(configuration, install, datetime.now(UTC).date())
    if not files:
        return False
    before = _older(place, files)
    for line in packaging.changes(before, files) if before else ():
        console.print(Text(line))
    if before and before != files and not yes:
        click.confirm(f"Replace {place}?", abort=True)
    _write(place, files)
    label = plugins.host(install.host).label
    click.echo(f"{place}: {len(files)} files for {install.id} ({label})\n")
    return True


def _older(place: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what stands at *place* of an older package."""
    if place.is_file():
        try:
            return packaging.unpack(place.read_bytes())
        except zipfile.BadZipFile:
            raise click.ClickException(
                f"{place} is no package. Name another file with --out."
            ) from None
    return {path: (place / path).read_bytes() for path in files if (place / path).is_file()}


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    if place.suffix in _ARCHIVES:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(packaging.archive(files))
        return
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
