"""What a text is encoded in that is not what was declared."""

from __future__ import annotations

import codecs

from context_sidecar import Reason, SourceError

_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_HEAD = 200
"""Bytes by which UTF-16 is told: every other one is zero where letters are plain."""

_WIDE = ("utf-16", "utf-32")


def check_encoding(content: bytes, declared: str) -> None:
    """Check that *content* is no UTF-16 where another encoding is *declared*: what is plain in it
    would decode, with zeros between the letters.

    Raises:
        SourceError: BAD_RESPONSE, it is.
    """
    if _holds_zeros(content) and not _wide(declared):
        raise not_encoded(content, declared)


def not_encoded(content: bytes, declared: str) -> SourceError:
    """Return the failure to read *content* as the *declared* encoding, with what it may be in."""
    found = _likely(content)
    if found == "windows-1252":
        remedy = (
            "Have it written in UTF-8, or set `encoding` in the source's settings to what its "
            "writer says: windows-1252 is what spreadsheets in Western Europe write."
        )
    else:
        remedy = f"It looks like {found}: set `encoding: {found}` in the source's settings."
    where = _where(content, declared)
    return SourceError(Reason.BAD_RESPONSE, f"{where}not {_named(declared)}", remedy=remedy)


def _likely(content: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    if _holds_zeros(content):
        head = content[:_HEAD]
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        content.decode()
    except UnicodeError:
        return "windows-1252"
    return "utf-8"


def _where(content: bytes, declared: str) -> str:
    """Say in which line the first character stands that cannot be read, where that can be told."""
    if _wide(declared) or _holds_zeros(content):
        return ""
    try:
        content.decode(declared)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"line {line}: "
    return ""


def _holds_zeros(content: bytes) -> bool:
    head = content[:_HEAD]
    return head.count(0) * 4 > len(head)


def _wide(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith(_WIDE)


def _named(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding
