"""What databases, sheets and files hold, as what JSON is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason


def cell(column: str, value: object, zone: tzinfo | None = None) -> Any:
    """Return *value*, found in *column*, as what JSON is made of; nothing becomes a float.

    Numbers that JSON has no words for, decimals, times, ids and addresses become their text. A
    time without a zone is in *zone*, if one is given.

    Raises:
        SourceError: BAD_RESPONSE, bytes have no text.
    """
    match value:
        case None | bool() | int() | str() | float():
            return str(value) if isinstance(value, float) and not math.isfinite(value) else value
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=zone)).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): cell(column, part, zone) for name, part in value.items()}
        case list() | tuple() | set():
            return [cell(column, part, zone) for part in value]
        case bytes() | bytearray() | memoryview():
            raise SourceError(Reason.BAD_RESPONSE, f"column {column} holds bytes, not text")
    return str(value)
