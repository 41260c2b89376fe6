"""`brand`: what the apps that admins install are called, and their logo."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema
from marshmallow.validate import Length

from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.texts import Text
from context_sidecar.core.configuration import Brand

SMALLEST = 320
"""Pixels; the largest that a host tool asks for."""

LONGEST = 30
"""Characters of a name; every host tool takes as many."""

_LARGEST = 2 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = 24
_WAY = ("brand", "logo")


class BrandSchema(Schema):
    """What the apps that admins install are called, and their logo."""

    name = Text(
        validate=Length(max=LONGEST),
        metadata=about("What they are called (default Context Sidecar).", "Acme Context"),
    )
    logo = Text(
        metadata=about(
            f"Their logo: a square PNG of at least {SMALLEST} pixels; relative to this file.",
            "./logo.png",
        )
    )


def check(draft: Draft) -> None:
    """Check that the logo is one."""
    name = draft.document.at(_WAY)
    if not isinstance(name, str):
        return
    try:
        content = (Path(draft.document.file).parent / name).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        draft.findings.mistake(_WAY, f"the logo cannot be read ({why})", found=None)
        return
    if problem := _problem(content):
        draft.findings.mistake(_WAY, f"expected a square PNG, {problem}")


def build(valid: Mapping[str, Any], file: Path) -> Brand:
    """Return the brand."""
    given = dict(valid.get("brand", {}))
    if "logo" in given:
        given["logo"] = (file.parent / given["logo"]).read_bytes()
    return Brand(**given)


def _problem(content: bytes) -> str:
    """Say what is wrong with a logo (PNG specification, 5.2 and 11.2.2)."""
    if not content.startswith(_PNG) or len(content) < _HEADER:
        return "the file is none"
    if len(content) > _LARGEST:
        return "the file is larger than 2 MB"
    width, height = struct.unpack(">II", content[16:24])
    if width != height:
        return f"it is {width} by {height} pixels"
    return f"of at least {SMALLEST} pixels, it has {width}" if width < SMALLEST else ""
