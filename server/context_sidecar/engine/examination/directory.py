"""The directory of accounts, looked over: is it there, is it recent, and do its keys tell accounts
apart?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from context_sidecar.core.configuration import Configuration
from context_sidecar.core.errors import SourceError
from context_sidecar.core.source import Source
from context_sidecar.engine.directory import Directory
from context_sidecar.engine.examination.findings import (
    Finding,
    counted,
    doubtful,
    failure,
    well,
    wrong,
)
from context_sidecar.store.accounts import Sync
from context_sidecar.store.coverage import Coverage

SYNC = "synchronisation"
NOTHING = Coverage(0)


def examine_directory(directory: Directory, configuration: Configuration) -> Iterator[Finding]:
    """Examine the directory."""
    state, source = directory.state(), configuration.accounts.source
    yield from _failure(state, source)
    if state.finished_at is None:
        if state.reason is None:
            yield doubtful(
                SYNC,
                "the accounts have not been read yet",
                "`sidecar accounts sync` reads them, and so does `sidecar serve`.",
            )
        return
    read = f"{counted(state.accounts, 'account')}, read {_when(state.finished_at)}"
    if directory.overdue():
        yield wrong(
            SYNC,
            f"{read}: longer ago than they should be",
            "Look whether `sidecar serve` runs: it reads them as often as accounts.refresh says.",
        )
    else:
        yield well(SYNC, read)
    coverage = directory.coverage()
    yield from _names(coverage.get("name", NOTHING))
    for key in _keys(configuration):
        yield from _key(configuration, key, coverage.get(key, NOTHING), state.accounts)


def _failure(state: Sync, source: Source) -> Iterator[Finding]:
    if state.failed_at is None or state.reason is None:
        return
    when = _when(state.failed_at)
    if state.suspected is None:
        yield failure(SYNC, source, SourceError(state.reason, f"when they were read {when}"))
        return
    yield wrong(
        SYNC,
        f"the list read {when} had {counted(state.suspected, 'account')}, too few to be believed",
        f"If {source.label} is right, `sidecar accounts sync --believe` takes it at its word; "
        "else look what our user may see there.",
    )


def _names(found: Coverage) -> Iterator[Finding]:
    """Rows that share an id are one account, whatever they call it."""
    if found.several:
        yield doubtful(
            SYNC,
            f"{counted(found.several, 'account')} listed under more than one name, though under "
            "one id",
            "Look whether accounts.keys.id in sidecar.yaml tells accounts apart; `sidecar accounts "
            "sync` names some of them.",
        )


def _keys(configuration: Configuration) -> list[str]:
    """The keys by which records find accounts, and sources are asked about them."""
    matched = [rule.account for rule in configuration.accounts.match]
    asked = [field.source.key for field in configuration.fields.values()]
    return list(dict.fromkeys([*matched, *asked]))


def _key(
    configuration: Configuration, key: str, found: Coverage, accounts: int
) -> Iterator[Finding]:
    if not found.accounts:
        yield wrong(
            key, "no account has it", f"Look whether accounts.keys.{key} in sidecar.yaml is right."
        )
        return
    asked = sorted(
        {field.source.label for field in configuration.fields.values() if field.source.key == key}
    )
    if found.shared:
        pairs = ", ".join(f"{first} and {last}" for first, last in found.examples)
        yield doubtful(
            key,
            f"{counted(found.shared, 'value')} shared by several accounts (such as {pairs}): "
            "whose record it is cannot be said by these",
            f"Merge the accounts in {configuration.accounts.source.label}, or match by a key that "
            "is unique.",
        )
    if found.several and asked:
        yield doubtful(
            key,
            f"{counted(found.several, 'account')} with more than one: {' and '.join(asked)} cannot "
            "be asked about them",
            f"Leave one in {configuration.accounts.source.label}.",
        )
    yield well(key, f"{found.accounts:,} of {counted(accounts, 'account')} with it")


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC"
