"""A source, tried live: is it there, does it let us in, and does it answer what the fields ask?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import Field
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.observation import Answer, Found, NoMatch, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine import paths
from context_sidecar.engine.asking import Results
from context_sidecar.engine.examination.fields import examine_field
from context_sidecar.engine.examination.findings import (
    Finding,
    counted,
    doubtful,
    failure,
    well,
    wrong,
)
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of

CALLS = 3
"""Calls that each lookup is tried with."""

CHECK = "check"
ACCOUNTS = "accounts"


def examine_source(
    trial: Trial,
    fields: Sequence[Field],
    samples: Samples,
    now: datetime,
    *,
    account_keys: Mapping[str, str] | None = None,
) -> Iterator[Finding]:
    """Examine the source that *trial* tries, and *fields*, which are read from it.

    *account_keys* are there for the source that owns accounts: what they are known by, and where
    in a listed row that stands.
    """
    try:
        said, took = trial.check()
    except SourceError as error:
        if account_keys is not None:
            samples.give_up(error)
        yield failure(CHECK, trial.source, error)
        if fields:
            yield doubtful(CHECK, f"{counted(len(fields), 'field')} could not be tried")
        return
    yield well(CHECK, said)
    if took > trial.source.limits.timeout:
        yield _slow(trial.source, took)
    if account_keys is not None:
        yield from _list(trial.source, samples, account_keys)
    for lookup, group in groupby(sorted(fields, key=_lookup), key=_lookup):
        yield from _examine_lookup(trial, lookup, list(group), samples, now)


def _lookup(field: Field) -> str:
    return field.lookup


def _slow(source: Source, took: timedelta) -> Finding:
    limit = source.limits.timeout
    return doubtful(
        CHECK,
        f"its check took {took.total_seconds():.1f} seconds, and a card's call may take "
        f"{spelled(limit)}",
        Reason.TIMEOUT.entry.owner,
    )


def _list(source: Source, samples: Samples, keys: Mapping[str, str]) -> Iterator[Finding]:
    """Examine the beginning of the list of accounts."""
    try:
        rows = samples.list_first()
    except SourceError as error:
        yield failure(ACCOUNTS, source, error)
        return
    if not rows:
        yield wrong(ACCOUNTS, "its list of accounts is empty", Reason.PERMISSION_DENIED.entry.owner)
        return
    absent = [found for key, path in keys.items() if (found := _absent_key(key, path, rows))]
    yield from absent
    if not absent:
        yield well(ACCOUNTS, f"lists accounts, with {', '.join(keys)}")


def _absent_key(key: str, path: str, rows: Sequence[AccountRow]) -> Finding | None:
    for row in rows:
        try:
            paths.search(path, row.data)
        except AbsentError:
            continue
        return None
    hint = did_you_mean(path, sorted(set(map(str, rows[0].data))))
    remedy = f"{hint} Correct accounts.keys.{key} in sidecar.yaml.".strip()
    said = f"there is no `{path}` in the list of accounts, which the key {key} is read from"
    return wrong(ACCOUNTS, said, remedy, Reason.SCHEMA_CHANGED)


def _examine_lookup(
    trial: Trial, lookup: str, fields: Sequence[Field], samples: Samples, now: datetime
) -> Iterator[Finding]:
    source = trial.source
    read_by = ", ".join(field.id for field in fields)
    try:
        keys = samples.keys(source.key)
    except SourceError as error:
        why = f"{samples.owner.label} {error.reason.entry.agent}"
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
        results = _asked(trial, lookup, keys[: batch * CALLS], batch, fields)
    except SourceError as error:
        yield failure(lookup, source, error)
        return
    yield from _judge(source, lookup, results, batch)
    founds = [one for one in results.values() if isinstance(one, Found)]
    for field in fields if founds else ():
        others = {name for other in fields if other is not field for name in names_of(other)}
        yield from examine_field(field, founds, others, now)


def _asked(
    trial: Trial, lookup: str, keys: Sequence[str], batch: int, fields: Sequence[Field]
) -> Results:
    names = frozenset().union(*map(names_of, fields))
    results: dict[str, Answer | SourceError] = {}
    for start in range(0, len(keys), batch):
        results |= trial.ask(lookup, keys[start : start + batch], names)
    return results


def _judge(source: Source, lookup: str, results: Results, batch: int) -> Iterator[Finding]:
    """Say of how many accounts the source knows something."""
    of = len(results)
    errors: dict[Reason, list[SourceError]] = {}
    for result in results.values():
        if isinstance(result, SourceError):
            errors.setdefault(result.reason, []).append(result)
    for alike in errors.values():
        found = failure(lookup, source, alike[0])
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
        yield well(
            lookup,
            f"{known:,} of {counted(of, 'account')} found{lacking}; 1,000 accounts take "
            f"{counted(ceil(1000 / batch), 'call')}",
        )
