"""A source, tried live: is it there, does it let us in, and does it answer what the fields ask?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import Field
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine import paths
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.absent import named
from context_sidecar.engine.examination.archived import ACCOUNTS
from context_sidecar.engine.examination.findings import (
    Finding,
    counted,
    doubtful,
    well,
    wrong,
)
from context_sidecar.engine.examination.lookups import examine_lookup
from context_sidecar.engine.examination.quotas import examine_quotas
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.scope import examine_scope
from context_sidecar.engine.examination.shapes import examine_shape
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of

CLOCKS_APART = timedelta(minutes=1)

CHECK = "check"


def examine_source(
    trial: Trial,
    fields: Sequence[Field],
    samples: Samples,
    drifts: Drifts,
    now: datetime,
    *,
    account_keys: Mapping[str, str] | None = None,
    gives_records: bool = False,
) -> Iterator[Finding]:
    """Examine the source that *trial* tries, and *fields*, which are read from it.

    *account_keys* are there for the source that owns accounts: what they are known by, and where
    in a listed row that stands. *gives_records* says that a tool asks it whose a record is.
    """
    owns = samples if account_keys is not None else None
    if nothing_left := trial.nothing_left():
        yield from _unasked(trial, nothing_left, fields, owns)
        return
    try:
        said, took = trial.check()
    except SourceError as error:
        yield from _failed(trial, error, fields, owns, drifts)
        return
    yield well(CHECK, said)
    if took > trial.source.limits.timeout:
        yield _slow(trial.source, took)
    if nothing_left := trial.nothing_left():
        yield from _unasked(trial, nothing_left, fields, owns)
        return
    records = {"records"} if gives_records else set()
    yield from examine_scope(trial, {"account", *_read(fields, account_keys or {}), *records})
    if account_keys is not None:
        yield from _list(trial, samples, account_keys)
    found = (
        finding
        for lookup, group in _by_lookup(fields)
        for finding in examine_lookup(trial, lookup, group, samples, drifts, now)
    )
    yield from dict.fromkeys(found)  # of several lookups an archived account is archived once
    yield from examine_quotas(trial.left())
    if trial.ahead and abs(trial.ahead) > CLOCKS_APART:
        yield _clocks_apart(trial.ahead)


def _failed(
    trial: Trial, error: SourceError, fields: Sequence[Field], owns: Samples | None, drifts: Drifts
) -> Iterator[Finding]:
    """Say that the check failed; *owns* are the samples that its list would give."""
    if owns:
        owns.give_up(error)
    yield trial.failed(CHECK, error)
    yield from examine_quotas(trial.left())
    if fields:
        yield doubtful(CHECK, f"{counted(len(fields), 'field')} could not be tried")
    if error.reason is Reason.SCHEMA_CHANGED:
        for lookup, group in _by_lookup(fields):
            yield from examine_shape(trial, lookup, group, (), drifts)


def _unasked(
    trial: Trial, nothing_left: SourceError, fields: Sequence[Field], owns: Samples | None
) -> Iterator[Finding]:
    """Say that a source is not asked any more; *owns* as above."""
    if owns:
        owns.give_up(nothing_left)
    yield from examine_quotas(trial.left())
    tried = f", and {counted(len(fields), 'field')} could not be tried" if fields else ""
    yield doubtful(CHECK, f"it is not asked while nothing is left{tried}")


def _read(fields: Sequence[Field], account_keys: Mapping[str, str]) -> Iterator[str]:
    """What is used of a source: its lookups, and what is read of each, such as `account.owner`."""
    yield from map(_lookup, fields)
    read = [("account", paths.names(path)) for path in account_keys.values()]
    for lookup, names in [*((one.lookup, names_of(one)) for one in fields), *read]:
        yield from (f"{lookup}.{name.partition('.')[0]}" for name in names)


def _by_lookup(fields: Sequence[Field]) -> Iterator[tuple[str, Sequence[Field]]]:
    for lookup, group in groupby(sorted(fields, key=_lookup), key=_lookup):
        yield lookup, list(group)


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


def _clocks_apart(ahead: timedelta) -> Finding:
    way = "ahead of" if ahead > timedelta(0) else "behind"
    minutes = timedelta(minutes=round(abs(ahead) / timedelta(minutes=1)))
    return doubtful(
        "clock",
        f"its clock is {spelled(minutes)} {way} ours",
        "Let both machines set their clocks by the network (NTP): ages are told by them, and "
        "signatures expire by them.",
    )


def _list(trial: Trial, samples: Samples, keys: Mapping[str, str]) -> Iterator[Finding]:
    """Examine the beginning of the list of accounts."""
    try:
        rows = samples.list_first()
    except SourceError as error:
        yield trial.failed(ACCOUNTS, error)
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
    there = sorted(set(map(str, rows[0].data)))
    hint = did_you_mean(path, there) or named(there)
    remedy = f"{hint} Correct accounts.keys.{key} in sidecar.yaml.".strip()
    said = f"there is no `{path}` in the list of accounts, which the key {key} is read from"
    return wrong(ACCOUNTS, said, remedy, Reason.SCHEMA_CHANGED)
