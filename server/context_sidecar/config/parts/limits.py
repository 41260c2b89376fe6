"""`limits`: how hard a source may be asked, by `sidecar.yaml` or by a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from marshmallow import Schema

from context_sidecar.config.contract import about
from context_sidecar.config.scalars import Rate, Span, Whole
from context_sidecar.core.source import Limits


class LimitsSchema(Schema):
    """How hard a source may be asked."""

    timeout = Span(
        timedelta(milliseconds=100),
        timedelta(minutes=2),
        metadata=about(
            "How long one whole call may take (default: as its adapter says, mostly 3s).", "3s"
        ),
    )
    concurrency = Whole(
        1,
        64,
        metadata=about("Calls under way at once (default: as its adapter says, mostly 4).", 8),
    )
    rate = Rate(
        metadata=about(
            "Calls that may start in a time (default: as its adapter says).", "100/min", "10000/day"
        )
    )


def limits_of(part: Mapping[str, Any], usual: Limits) -> Limits:
    """Return the limits that *part* declares, beside those that are *usual*."""
    given = dict(part)
    if "rate" in given:
        given["rate"], given["per"] = given["rate"]
    return replace(usual, **given)
