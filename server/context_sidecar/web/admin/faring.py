"""How a source is doing, in the words of the admin pages: whether it is asked, how fast it answers,
and what its vendor says is left."""

from __future__ import annotations

from context_sidecar.engine.examination.quotas import told
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.health import Health
from context_sidecar.web.admin.checking import Check
from context_sidecar.web.parts import parts
from context_sidecar.wording import words
from context_sidecar.wording.times import clock


def faring(health: Health) -> Check:
    """Return how a source is doing, and what to do about it."""
    if health.blocked:
        entry = health.blocked.entry
        remedy = health.remedy or entry.owner
        return Check("refused", f"It waits for a person: {entry.log}.", remedy)
    if health.circuit is not Circuit.CLOSED:
        again = "It is tried again by itself, rarely at first."
        return Check("refused", "Most recent calls failed, so it is hardly asked.", again)
    if slow := health.slowed:
        since = clock(words("en", parts().configuration.time_zone), slow.since)
        took = f"{slow.seconds:.1f} s where it took {slow.usual:.1f} s"
        rests = "What is refreshed in the background, which nobody waits for, is asked for less."
        return Check("soon", f"Slower than usual since {since}: {took}.", rests)
    return Check("works", "Nothing stands against it.")


def left(health: Health) -> list[str]:
    """Return what is left of each quota, the longest first."""
    standings = sorted(health.left, key=lambda one: one.quota.per, reverse=True)
    return [f"{told(standing)}." for standing in standings]
