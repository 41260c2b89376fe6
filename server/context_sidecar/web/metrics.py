"""What is counted, for Prometheus. Names and labels hold no value, no record and no person."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from context_sidecar.core.context import Context
from context_sidecar.core.reasons import Reason

Gauge = tuple[str, str, dict[str, str], float]
"""One number of the moment: its metric's name and help, its labels, its value."""

_SOON = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)


class Metrics:
    """The counts of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "sidecar_requests",
            "Requests answered, by what was asked and how it went.",
            ["endpoint", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "sidecar_request_seconds",
            "How long a request took, apart from those answered by the hot path.",
            ["endpoint"],
            buckets=_SOON,
            registry=self._registry,
        )
        self._readings = Counter(
            "sidecar_readings",
            "Readings given, by the card and how far they are to be trusted.",
            ["card", "state"],
            registry=self._registry,
        )
        self._outcomes = Counter(
            "sidecar_source_keys",
            "Keys that a source was asked for, by the reason of a failure (empty for an answer).",
            ["source", "lookup", "reason"],
            registry=self._registry,
        )
        self._source_seconds = Histogram(
            "sidecar_source_seconds",
            "How long a call to a source took.",
            ["source", "lookup"],
            buckets=_SOON,
            registry=self._registry,
        )
        self._refused = Counter(
            "sidecar_visits_refused",
            "Requests of host tools that proved nothing.",
            ["install"],
            registry=self._registry,
        )
        self._stopped = Counter(
            "sidecar_policy_reports",
            "What browsers report to have stopped, by the policy's directive.",
            ["directive"],
            registry=self._registry,
        )

        self._disputed = Counter(
            "sidecar_values_disputed",
            "Values that somebody has said to be wrong.",
            ["field"],
            registry=self._registry,
        )
        self._revealed = Counter(
            "sidecar_expired_values_shown",
            "Values too old to use that somebody has looked at all the same.",
            ["field"],
            registry=self._registry,
        )

    def watch(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        """Read *gauges* whenever somebody looks: sizes of caches, states of breakers."""
        self._registry.register(_Watched(gauges))

    def watch_total(self, name: str, meaning: str, total: Callable[[], float]) -> None:
        """Read a count that somebody else keeps, whenever somebody looks."""
        self._registry.register(_Counted(name, meaning, total))

    def request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request that Flask answered."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def answered(self, context: Context) -> None:
        """Count the readings of an answer of the engine's."""
        for reading in context.readings:
            self._readings.labels(context.card.id, reading.state.value).inc()

    def outcome(
        self, source: str, lookup: str, keys: int, reason: Reason | None, seconds: float
    ) -> None:
        """Count one call to a source, for so many *keys*."""
        self._outcomes.labels(source, lookup, reason.value if reason else "").inc(keys)
        self._source_seconds.labels(source, lookup).observe(seconds)

    def refused(self, install: str) -> None:
        """Count a host tool's request that proved nothing."""
        self._refused.labels(install).inc()

    def disputed(self, field: str) -> None:
        """Count a value that somebody says to be wrong."""
        self._disputed.labels(field).inc()

    def revealed(self, field: str) -> None:
        """Count a look at a value that is too old to use."""
        self._revealed.labels(field).inc()

    def stopped(self, directive: str) -> None:
        """Count what a browser says that a page's policy has stopped."""
        self._stopped.labels(directive).inc()

    def text(self) -> bytes:
        """Return all counts in the Prometheus text format."""
        return generate_latest(self._registry)


class _Counted(Collector):
    def __init__(self, name: str, meaning: str, total: Callable[[], float]) -> None:
        self._named = name, meaning
        self._total = total

    def collect(self) -> Iterable[CounterMetricFamily]:
        """Read the count."""
        return [CounterMetricFamily(*self._named, value=self._total())]


class _Watched(Collector):
    def __init__(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Describe nothing in advance, so that nothing is read before it is there."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Read all gauges."""
        families: dict[str, GaugeMetricFamily] = {}
        for name, meaning, labels, value in self._gauges():
            family = families.setdefault(
                name, GaugeMetricFamily(name, meaning, labels=list(labels))
            )
            family.add_metric(list(labels.values()), value)
        return families.values()
