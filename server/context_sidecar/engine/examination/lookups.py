"""A lookup, tried with some accounts, as cards ask it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import Field
from context_sidecar.core.observation import Found, NoMatch, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.archived import put_away
from context_sidecar.engine.examination.cost import Cost
from context_sidecar.engine.examination.fields import examine_field
from context_sidecar.engine.examination.findings import (
    Finding,
    counted,
    doubtful,
    well,
    wrong,
)
from context_sidecar.engine.examination.measuring import measured
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.shapes import examine_shape
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of
from context_sidecar.engine.sources.asking import Results
from context_sidecar.engine.sources.calling import SLOW_SHARE

CALLS = 3
"""Calls that each lookup is tried with."""


def examine_lookup(
    trial: Trial,
    lookup: str,
    fields: Sequence[Field],
    samples: Samples,
    drifts: Drifts,
    now: datetime,
) -> Iterator[Finding]:
    """Examine *lookup*, and *fields*, all those that are read from it."""
    source = trial.source
    read_by = ", ".join(field.id for field in fields)
    try:
        keys = samples.keys(source.key)
    except SourceError as error:
        why = f"{samples.owner.label} {error.said}"
        yield doubtful(
            lookup, f"not tried for {read_by}: there is no account to try with, as {why}"
        )
        return
    if not keys:
        yield wrong(
            lookup,
            f"not tried for {read_by}: no account has the key {source.key}",
            f"Look whether accounts.keys.{source.key} and sources.{source.id}.key are right.",
        )
        return
    try:
        batch = trial.batch_of(lookup)
        names = frozenset().union(*map(names_of, fields))
        results, cost = measured(trial, lookup, keys[: batch * CALLS], names)
    except SourceError as error:
        yield trial.failed(lookup, error)
        if error.reason is Reason.SCHEMA_CHANGED:
            yield from examine_shape(trial, lookup, fields, (), drifts)
        return
    yield from _judge(trial, lookup, results, cost)
    yield from put_away(source, results, partial(samples.id, source.key))
    if cost.per_ask > SLOW_SHARE * source.limits.timeout.total_seconds():
        yield _slow(source, lookup, cost)
    founds = [one for one in results.values() if isinstance(one, Found)]
    changed = list(examine_shape(trial, lookup, fields, founds, drifts))
    yield from changed
    gone = {one.about for one in changed if one.reason is Reason.SCHEMA_CHANGED}
    memory = drifts.memory((source.id, lookup))
    for field in (one for one in fields if founds and one.id not in gone):
        others = {name for other in fields if other is not field for name in names_of(other)}
        yield from examine_field(field, founds, others, memory, now)


def _slow(source: Source, lookup: str, cost: Cost) -> Finding:
    limit = source.limits.timeout
    return doubtful(
        lookup,
        f"one call took {cost.per_ask:.1f} seconds, and a card's may take {spelled(limit)}",
        f"{Reason.TIMEOUT.entry.owner} Some vendors slow a caller down before they refuse it: then "
        "lower limits.rate.",
    )


def _not_kept_up(source: Source, lookup: str, error: SourceError) -> Finding:
    return doubtful(
        lookup,
        f"what has changed cannot be kept up with: {source.label} {error.said}"
        f"{f' ({error.detail})' if error.detail else ''}",
        "Each account is asked for by itself, which takes a call for each. "
        f"{error.remedy or error.reason.entry.owner}",
    )


def _judge(trial: Trial, lookup: str, results: Results, cost: Cost) -> Iterator[Finding]:
    """Say of how many accounts the source knows something."""
    source = trial.source
    of = len(results)
    errors: dict[Reason, list[SourceError]] = {}
    for result in results.values():
        if isinstance(result, SourceError):
            errors.setdefault(result.reason, []).append(result)
    for alike in errors.values():
        found = trial.failed(lookup, alike[0])
        if len(alike) < of:
            found = replace(found, said=f"{found.said}: {len(alike):,} of {counted(of, 'account')}")
        yield found
    several = sum(isinstance(result, Several) for result in results.values())
    if several:
        yield doubtful(
            lookup,
            f"{several:,} of {counted(of, 'account')} have several records there, of which none "
            "is guessed",
            f"Merge them in {source.label}, or name a key that is unique there.",
        )
    unknown = sum(isinstance(result, NoMatch) for result in results.values())
    if unknown == of:
        yield wrong(
            lookup,
            f"it knows none of {counted(of, 'account')} by {source.key}",
            f"Look whether sources.{source.id}.key is the key that {source.label} knows accounts "
            "by, and whether our user may see them.",
        )
    elif known := sum(isinstance(result, Found) for result in results.values()):
        lacking = f", {unknown:,} unknown there" if unknown else ""
        kept_up_by = 0
        try:
            kept_up_by = trial.kept_up_by(lookup)
        except SourceError as error:
            yield _not_kept_up(source, lookup, error)
        takes = cost.said(trial.at_once_from(lookup), kept_up_by)
        yield well(lookup, f"{known:,} of {counted(of, 'account')} found{lacking}; {takes}")
