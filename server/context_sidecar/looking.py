"""What a deployment looks at by the clock, and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from context_sidecar.engine import changes, connected, disputes, installs, published, quotas
from context_sidecar.engine.examination import ends, watching
from context_sidecar.engine.refresh import Refresher

NOTICE_EVERY = timedelta(seconds=5)
"""How soon it is known that a source was replaced as a whole."""

_EVERY = {
    "changes": changes.LOOKED_AT_EVERY,
    "directory": timedelta(seconds=10),
    "disputes": disputes.LOOKED_AT_EVERY,
    "ends": ends.LOOKED_AT_EVERY,
    "grants": connected.LOOKED_AT_EVERY,
    "installs": installs.LOOKED_AT_EVERY,
    "keys": published.LOOKED_AT_EVERY,
    "quotas": quotas.LOOKED_AT_EVERY,
    "shapes": watching.LOOKED_AT_EVERY,
}
_LATER = {"installs", "quotas", "shapes"}
"""What was looked at when the deployment was opened, or has nothing to see yet."""

Look = Callable[[], object]


def look_by_the_clock(
    refresher: Refresher, looks: Mapping[str, Look], notices: Mapping[str, Look]
) -> None:
    """Let *refresher* have each of these *looks*, by what they are at, and take each source's
    *notice*, by its id."""
    for name, look in looks.items():
        refresher.every(name, _EVERY[name], look, at_once=name not in _LATER)
    for source, notice in notices.items():
        refresher.every(f"notice_{source}", NOTICE_EVERY, notice)
