"""`sidecar manifest`: the package that an admin installs in a host tool."""

from __future__ import annotations

import difflib
import inspect
import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from context_sidecar import plugins
from context_sidecar.config import load
from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.host import Host, PackageFile

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3
_ARCHIVES = {".zip", ".whl"}

_SOMEWHERE = re.compile(r"https://context\.example\.com/hosts/[\w-]+")
"""What stands in guides for an install's own address."""


@click.command()
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write it: a .zip or .whl, or a folder. By default NAME.zip here.",
)
@click.option("--yes", is_flag=True, help="Replace an older package without asking.")
@click.pass_context
def command(ctx: click.Context, *, name: str, out: Path | None, yes: bool) -> None:
    """Build the package that an admin installs in a host tool.

    NAME is an install in sidecar.yaml, or a kind of host that has one install. Where there is an
    older package, what has changed in it is shown first: the places it takes, what it asks for.
    """
    configuration = _load(ctx.obj)
    install = _install(configuration, name)
    host = plugins.host(install.host)
    console = Console()
    try:
        files = {file.path: file.content for file in host.package(configuration, install)}
    except ValueError as error:
        raise click.ClickException(f"The package would be refused:\n{error}") from error
    if files:
        place = out or Path(f"{name}.zip")
        before = _older(place, files)
        for line in _changes(before, files):
            console.print(Text(line))
        if before and before != files and not yes:
            click.confirm(f"Replace {place}?", abort=True)
        _write(place, files)
        click.echo(f"{place}: {len(files)} files for {install.id} ({host.label})\n")
    console.print(Markdown(_next_steps(host, f"{configuration.public_url}/hosts/{install.id}")))


def _load(path: Path) -> Configuration:
    try:
        return load(path, os.environ).configuration
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def _install(configuration: Configuration, name: str) -> Install:
    if name in configuration.installs:
        return configuration.installs[name]
    found = [install for install in configuration.installs.values() if install.host == name]
    if len(found) == 1:
        return found[0]
    known = ", ".join(install.id for install in found or configuration.installs.values())
    wrong = f"Several installs are of {name}" if found else f"There is no install {name}"
    raise click.ClickException(f"{wrong} in sidecar.yaml. Name one of: {known or '(none yet)'}.")


def _older(place: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what stands at *place* of an older package."""
    if place.is_file():
        if not zipfile.is_zipfile(place):
            raise click.ClickException(f"{place} is no package. Name another file with --out.")
        with zipfile.ZipFile(place) as older:
            return {name: older.read(name) for name in older.namelist()}
    return {path: (place / path).read_bytes() for path in files if (place / path).is_file()}


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for path in sorted(before.keys() | after.keys()) if before else ():
        if path not in after:
            yield f"gone: {path}"
        elif path not in before:
            yield f"new: {path}"
        elif before[path] != after[path]:
            yield f"changed: {path}"
            yield from _difference(before[path], after[path])


def _difference(before: bytes, after: bytes) -> Iterator[str]:
    try:
        old, new = (content.decode().splitlines() for content in (before, after))
    except UnicodeDecodeError:
        return
    yield from list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    if place.suffix in _ARCHIVES:
        place.write_bytes(archive([PackageFile(*file) for file in files.items()]))
        return
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)


def archive(files: Sequence[PackageFile]) -> bytes:
    """Return *files* as a zip: sorted, undated and not compressed, so that the same files give the
    same bytes on every machine."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for file in sorted(files, key=lambda file: file.path):
            entry = zipfile.ZipInfo(file.path, _NO_DATE)
            entry.external_attr = _PLAIN_FILE
            entry.create_system = _UNIX
            made.writestr(entry, file.content)
    return target.getvalue()


def _next_steps(host: type[Host], address: str) -> str:
    """Return the part of the host's guide that begins where the package is built, with the samples
    that it speaks of, for the install at *address*."""
    guide = Path(inspect.getfile(host)).with_name("INSTALL.md").read_text()
    parts = re.findall(r"^## (?:Install|Samples)\n.*?(?=^## |\Z)", guide, re.MULTILINE | re.DOTALL)
    return _SOMEWHERE.sub(lambda _: address, "".join(parts) or guide)
