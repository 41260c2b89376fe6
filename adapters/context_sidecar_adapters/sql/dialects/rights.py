"""What several kinds of database share where they tell what our user may do."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from context_sidecar import Scope

FEW = 5


def few(rights: Sequence[str]) -> list[str]:
    """Return the first of *rights*, and that there are more."""
    return [*rights[:FEW], *(["…"] if len(rights) > FEW else [])]


def is_named(name: str, texts: Collection[str]) -> bool:
    """Whether one of *texts*, which are in SQL, names *name*, in whatever case."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])", re.IGNORECASE)
    return any(word.search(text) for text in texts)


def of_a_file(path: str | None) -> Scope | None:
    """Return whether our process may write another user's file; None where there is no file. It is
    opened read-only all the same."""
    if not path or not Path(path).exists():
        return None
    others = Path(path).stat().st_uid != os.getuid()
    return Scope(excess=("writing the file",) if others and os.access(path, os.W_OK) else ())
