"""What a source's vendor says is left of its quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.findings import Finding, doubtful, well, wrong
from context_sidecar.engine.sources.allowance import LASTING_RESERVE

QUOTA = "quota"


def examine_quotas(standings: Iterable[Standing]) -> Iterator[Finding]:
    """Say what is left of each, in the order of the quotas' spans, longest first."""
    for standing in sorted(standings, key=lambda one: one.quota.per, reverse=True):
        yield _examined(standing)


def _examined(standing: Standing) -> Finding:
    said, quota = told(standing), standing.quota
    if standing.left <= 0 and quota.lasting:
        gone = wrong(QUOTA, said, Reason.RATE_LIMITED.entry.owner, Reason.RATE_LIMITED)
        return replace(gone, next_try_at=standing.until.replace(microsecond=0))
    low = standing.limit is not None and standing.left <= standing.limit * LASTING_RESERVE
    if low and quota.lasting:
        rest = "What is left is kept for people: nothing is refreshed in the background until then."
        return doubtful(QUOTA, said, f"{rest} {Reason.RATE_LIMITED.entry.owner}")
    return well(QUOTA, said)


def told(standing: Standing) -> str:
    """Say what is left: `120 of 5,000 calls left (daily), until 2026-11-27 00:00 UTC`."""
    of = "" if standing.limit is None else f" of {standing.limit:,}"
    ends = f", until {standing.resets_at:%Y-%m-%d %H:%M} UTC" if standing.resets_at else ""
    return f"{standing.left:,}{of} {standing.quota.counts} left ({standing.quota.name}){ends}"
