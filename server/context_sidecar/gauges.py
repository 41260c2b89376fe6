"""What the metrics tell of the moment: how sources and the directory fare, and what people say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from context_sidecar.core.credential import Credential, Validity
from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.accounts import Sync
from context_sidecar.web.metrics import Gauge


def of_sources(sources: Mapping[str, SourceRunner]) -> Iterator[Gauge]:
    """Tell how each source is getting on."""
    for name, source in sources.items():
        health = source.health()
        label = {"source": name}
        yield "sidecar_source_waiting", "Keys that wait to be asked for.", label, health.waiting
        yield "sidecar_source_calls", "Calls under way.", label, health.under_way
        for circuit in Circuit:
            yield (
                "sidecar_source_circuit", "Whether calls flow, by the circuit's state.",
                {**label, "state": circuit.value}, float(health.circuit is circuit),
            )  # fmt: skip
        for standing in health.left:
            yield from _of_quota(standing, {**label, "quota": standing.quota.name})
        slowed = "Whether it takes several times as long as it usually does."
        yield "sidecar_source_slowed", slowed, label, float(health.slowed is not None)
        unindexed = "Lookups that are not kept up by what changes, though they could be."
        yield "sidecar_source_unindexed", unindexed, label, len(health.unindexed)
        blocked = float(health.blocked is not None)
        yield "sidecar_source_blocked", "Whether it waits for a person.", label, blocked


def _of_quota(standing: Standing, label: dict[str, str]) -> Iterator[Gauge]:
    left = "What the vendor says is left of a quota."
    yield "sidecar_source_quota_left", left, label, standing.left
    if standing.limit is not None:
        yield "sidecar_source_quota_limit", "The whole of that quota.", label, standing.limit
    if standing.resets_at:
        told = "When that quota is whole again, in seconds since 1970."
        yield (
            "sidecar_source_quota_reset_timestamp_seconds", told, label,
            standing.resets_at.timestamp(),
        )  # fmt: skip


def of_credentials(credentials: Iterable[Credential]) -> Iterator[Gauge]:
    """Tell how many days are left of each credential whose end is known, and which sources wait for
    somebody to connect them."""
    for credential in credentials:
        label = {"source": credential.source.id}
        if credential.days is not None:
            told = (
                "Days of the calendar until that on which the credential ends; negative after it."
            )
            yield "sidecar_source_credential_days", told, label, credential.days
        if credential.connects:
            blocked = float(credential.validity is Validity.BLOCKED)
            told = "Whether somebody has to connect it first."
            yield "sidecar_source_unconnected", told, label, blocked


def of_directory(state: Sync) -> Iterator[Gauge]:
    """Tell how large and how old the directory is, and whether that is about to change."""
    yield "sidecar_accounts", "Accounts in the directory.", {}, state.accounts
    told = "When the directory was last brought up to date, in seconds since 1970; 0 for never."
    read_at = state.finished_at.timestamp() if state.finished_at else 0
    yield "sidecar_accounts_read_timestamp_seconds", told, {}, read_at
    for reason in Reason:
        yield (
            "sidecar_accounts_failed", "Whether bringing it up to date has failed since, and why.",
            {"reason": reason.value}, float(state.reason is reason),
        )  # fmt: skip


def of_disputes(teams: Iterable[str], counted: Mapping[str, int]) -> Iterator[Gauge]:
    """Tell how many values wait for each team because somebody said that they are wrong."""
    for team in teams:
        count = counted.get(team, 0)
        yield "sidecar_disputes_open", "Values said to be wrong.", {"team": team}, count
