"""How a source is doing, in the words of the admin pages: whether it is asked, what fails of it,
how fast it answers, and what its vendor says is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from context_sidecar.core.source import Source
from context_sidecar.engine.examination.archived import ACCOUNTS
from context_sidecar.engine.examination.findings import Finding, Mark, counted
from context_sidecar.engine.examination.quotas import told
from context_sidecar.engine.failing import Failing
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.health import Health
from context_sidecar.engine.sources.indexes import Unindexed
from context_sidecar.web.admin.checking import Check
from context_sidecar.web.parts import parts
from context_sidecar.wording import words
from context_sidecar.wording.times import SINCE, clock, placed
from context_sidecar.wording.troubles import next_try, say_causes, trouble_since


def faring(health: Health, changed: Iterable[Finding]) -> Check:
    """Return how a source is doing, where this was found to have *changed* there, and what to do
    about it."""
    if health.blocked:
        entry = health.blocked.entry
        remedy = health.remedy or entry.owner
        return Check("refused", f"It waits for a person: {entry.log}.", remedy)
    if health.circuit is not Circuit.CLOSED:
        again = "It is tried again by itself, rarely at first."
        return Check(
            "refused", "Most recent calls failed or were slow, so it is hardly asked.", again
        )
    if health.failing:
        lookups = ", ".join(dict.fromkeys(one.lookup for one in health.failing))
        return Check("refused", f"Not all of it answers: {lookups}.")
    return _lacking(health, changed) or Check("works", "Nothing stands against it.")


def _lacking(health: Health, changed: Iterable[Finding]) -> Check | None:
    """Return what is not as it should be of a source that answers."""
    if others := ", ".join(one.about for one in changed if one.about != ACCOUNTS):
        return Check("soon", f"Not all that it answers is as declared: {others}.")
    if health.unindexed:
        lookups = ", ".join(one.lookup for one in health.unindexed)
        return Check("soon", f"Not all of it is kept up by what changes: {lookups}.")
    if not health.spares:
        kept = "What is left of its quota is kept for people."
        return Check("soon", "Nothing is refreshed in the background.", kept)
    if slow := health.slowed:
        since = clock(words("en", parts().configuration.time_zone), slow.since)
        took = f"{slow.seconds:.1f} s where it took {slow.usual:.1f} s"
        rests = "What is refreshed in the background, which nobody waits for, is asked for less."
        return Check("soon", f"Slower than usual since {since}: {took}.", rests)
    return None


def fails(health: Health) -> list[Check]:
    """Return what fails of a source just now, one by one: what, since when, why, what its vendor
    says, when it is tried again, and what to do about it."""
    now = parts().clock()
    return [_fails(health.source, one, now) for one in health.failing]


def changes(found: Iterable[Finding]) -> list[Check]:
    """Return what was *found* to have changed at a source."""
    states = {Mark.WRONG: "refused", Mark.DOUBTFUL: "soon", Mark.WELL: "works"}
    return [Check(states[one.mark], f"{one.about}: {one.said}.", one.remedy) for one in found]


def unindexed(health: Health) -> list[Check]:
    """Return what cannot be kept up by what a source says has changed: since when, why, and what
    that costs."""
    return [_unindexed(one, parts().clock()) for one in health.unindexed]


def _unindexed(one: Unindexed, now: datetime) -> Check:
    since = placed(words("en", parts().configuration.time_zone), SINCE, one.since, now)
    return Check(
        "soon",
        f"{one.lookup}: it is not kept up by what changes ({since}): {one.why.detail}.",
        "No value is wrong by that. Each account is asked for by itself, which takes a call for "
        f"each. {_AGAIN}",
    )


_AGAIN = "It is tried again by itself, each time that a thousand accounts were asked for, or more."


def _fails(source: Source, one: Failing, now: datetime) -> Check:
    spoken, known = words("en", parts().configuration.time_zone), one.particulars
    what = trouble_since(spoken, source, one.reason, one.since, now, known)
    request = known.request_id and f"request {known.request_id}"
    vendor = ", ".join(filter(None, (known.code, request)))
    told = (
        f"For {counted(one.accounts, 'account')} that somebody looked at.",
        say_causes(spoken, known),
        vendor and f"{source.label} says: {vendor}.",
        next_try(spoken, one.next_try_at, now),
        known.remedy or one.reason.entry.owner,
    )
    return Check("refused", f"{one.lookup}: {what}.", " ".join(filter(None, told)))


def left(health: Health) -> list[str]:
    """Return what is left of each quota, the longest first."""
    standings = sorted(health.left, key=lambda one: one.quota.per, reverse=True)
    return [f"{told(standing)}." for standing in standings]
