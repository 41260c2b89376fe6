"""The values that a field had, which is gone, beside those that other fields have now."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from context_sidecar.core.drift import candidates
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.remembered import Memory, Remembered
from context_sidecar.core.rows import placed
from context_sidecar.engine import paths
from context_sidecar.engine.examination.trial import Trial

ACCOUNTS = 10
"""Accounts whose values are compared."""

FEWEST = 2
"""One account has the same value by chance."""

FIELDS = 10
"""Fields whose values are compared; first of all those that have appeared lately."""


def before(known: Observation) -> object:
    """Return what was known of an account before an answer lacked a part of it."""
    found = known.answer.data if isinstance(known.answer, Found) else None
    data = found if isinstance(found, Mapping) else {}
    for name, one in known.remnants.items():
        data = placed(data, name.split("."), one.value)
    return data


def agreement(
    trial: Trial,
    lookup: str,
    memory: Memory,
    gone: Remembered,
    known: Mapping[str, object],
    taken: Collection[str],
) -> dict[str, float]:
    """Return for which part of some accounts other fields have the value that one had which is
    *gone*; nothing where too little is known.

    Args:
        trial: asks the source.
        lookup: what to ask.
        memory: the fields that there are.
        gone: the field.
        known: what was known of accounts, by their keys.
        taken: names that other fields read.

    Raises:
        SourceError: the source could not be asked.
    """
    values = {key: _value(gone.seen.path, data) for key, data in known.items()}
    had = {key: value for key, value in values.items() if value is not None}
    keys = list(had)[: min(ACCOUNTS, trial.batch_of(lookup))]
    others = [
        one
        for one in candidates(gone, memory, taken)
        if one.seen.given and one.seen.way and one.seen.type in {gone.seen.type, None}
    ]
    asked = ([one for one in others if one.appeared_at] or others)[:FIELDS]
    if not asked or len(keys) < FEWEST:
        return {}
    results = trial.ask(lookup, keys, [one.seen.name for one in asked])
    now = {key: found.data for key, found in results.items() if isinstance(found, Found)}
    return {
        one.seen.name: sum(_value(one.seen.path, now[key]) == had[key] for key in now) / len(now)
        for one in asked
        if now
    }


def _value(path: str, data: object) -> object:
    try:
        return paths.search(path, data)
    except AbsentError:
        return None
