"""Time spans as people write them in `sidecar.yaml`: `30s`, `5m`, `2h`, `1d`, `2w`."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def duration(text: str) -> timedelta:
    """Return the duration that *text* names: `30s`, `5m`, `2h`, `1d`, `2w`, also `1h30m`, `500ms`.

    Raises:
        ValueError: it names none.
    """
    if match := re.fullmatch(r"([0-9]{1,12})ms", text):
        return timedelta(milliseconds=int(match[1]))
    if not re.fullmatch(r"([0-9]{1,7}[wdhms]){1,5}", text):
        raise ValueError("not a duration such as 30s, 5m, 2h, 1d or 2w")
    parts = re.findall(r"([0-9]+)([wdhms])", text)
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))


def spelled(span: timedelta) -> str:
    """Write *span* in the same way: `90m` is `1h30m`."""
    if span % timedelta(seconds=1):
        return f"{span // timedelta(milliseconds=1)}ms"
    left = span // timedelta(seconds=1)
    text = ""
    for unit, seconds in _UNITS.items():
        count, left = divmod(left, seconds)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
