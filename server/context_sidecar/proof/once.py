"""A proof that is good for one use."""

from __future__ import annotations

import hashlib
from datetime import datetime

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Memory


def use_once(memory: Memory, scope: str, proof: str, until: datetime) -> None:
    """Accept *proof* the first time it is shown within *scope*; it is remembered until *until*.

    Call this last, so that a request which fails otherwise uses nothing up.

    Raises:
        VisitRefused: it was shown before.
    """
    digest = hashlib.sha256(repr((scope, proof)).encode()).hexdigest()
    if not memory.first_use(digest, until):
        raise VisitRefused("the proof was used before")
