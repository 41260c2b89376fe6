"""An app package: built, as one file, and what is new in it."""

from __future__ import annotations

import difflib
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

from context_sidecar import plugins
from context_sidecar.core.configuration import Configuration, Install

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def templates(folder: Path) -> dict[str, bytes]:
    """Return the files of a host's own folder `package/`, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    }


def build(configuration: Configuration, install: Install, today: date) -> dict[str, bytes]:
    """Return the files of the package for *install*, by path; none where the tool takes none.

    Of *today*, a day by UTC, nothing is in them: it is what a last day is compared with.

    Raises:
        ValueError: the tool would refuse it, or we would; the text says why.
    """
    host, logo = plugins.host(install.host), configuration.brand.logo
    if wrong := host.out_of_date(install, today):
        raise ValueError(wrong)
    files = {file.path: file.content for file in host.package(configuration, install)}
    icons = host.icons.items() if logo else ()
    return files | {path: icon(logo, path, size) for path, size in icons if path in files}


def icon(logo: bytes, path: str, size: int) -> bytes:
    """Return *logo*, a PNG, as the icon at *path*, a PNG or an SVG: so many pixels each way."""
    # It takes a while to load, and most commands build no package.
    from PIL import Image  # noqa: PLC0415

    target = BytesIO()
    with Image.open(BytesIO(logo)) as picture:
        picture.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS).save(target, "PNG")
    if not path.endswith(".svg"):
        return target.getvalue()
    data = b64encode(target.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        f'<image width="{size}" height="{size}" href="data:image/png;base64,{data}"/></svg>\n'
    ).encode()


def file_name(install: Install) -> str:
    """Return what the package for *install* is called, as one file."""
    return plugins.host(install.host).package_name or f"{install.id}.zip"


def path_among_others(install: Install) -> str:
    """Return where the package for *install* stands in a folder of packages: a file name that is
    its tool's own is that of others too, so it has a folder of its own."""
    name = file_name(install)
    return f"{install.id}/{name}" if plugins.host(install.host).package_name else name


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return *files* as a zip: sorted, undated and not compressed, so that the same files give the
    same bytes on every machine."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _NO_DATE)
            entry.external_attr = _PLAIN_FILE
            entry.create_system = _UNIX
            made.writestr(entry, content)
    return target.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip, by path.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    with zipfile.ZipFile(BytesIO(content)) as older:
        return {name: older.read(name) for name in older.namelist()}


def changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Say, line by line, what is new since *before*: the places it takes, what it asks for."""
    for path in sorted(before.keys() | after.keys()):
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
