"""Asking an adapter, and letting through only what is whole and plain.

An adapter is written by anybody. Whatever it raises or returns, one account's answer can never
stand under another's key, and nothing but a `SourceError` comes out.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Lookup
from context_sidecar.core.observation import Answer, Found, NoMatch, Several
from context_sidecar.core.parsing import is_web_address
from context_sidecar.core.reasons import Reason
from context_sidecar.core.shape import Shape
from context_sidecar.core.values import plain
from context_sidecar.engine.door.reply import is_deep
from context_sidecar.engine.questions import RECORD

Results = Mapping[str, Answer | SourceError]
"""One entry for each key that was asked for."""

T = TypeVar("T")

log = structlog.get_logger()


def lookup_of(adapter: Adapter, name: str) -> Lookup:
    """Return the lookup called *name*, or the one that asks for a record's keys.

    Raises:
        SourceError: NOT_CONFIGURED, the adapter has none of that name.
    """
    if name.startswith(RECORD):
        return _record_lookup(adapter, name)
    found = adapter.lookups.get(name)
    if found is None:
        raise SourceError(Reason.NOT_CONFIGURED, f"this kind of source has no lookup {name!r}")
    return found


def ask(lookup: Lookup, keys: Sequence[str], names: Collection[str]) -> Results:
    """Ask for *keys*, and return what may be believed of the answers, each key's own.

    Raises:
        SourceError: there is no answer for any key.
    """
    answers = _answers(lookup, keys, names)
    return {key: _sound(answers.get(key)) for key in keys}


def shape_of(adapter: Adapter, lookup: str) -> Shape | None:
    """Return what the system says that the answers of *lookup* look like, if it says anything.

    Raises:
        SourceError: it could not be asked, or there is no such lookup.
    """
    lookup_of(adapter, lookup)
    return told(f"shape of {lookup}", lambda: adapter.shape(lookup))


def told(what: str, call: Callable[[], T]) -> T:
    """Return what *call*, a method of an adapter's, says; *what* names it.

    Raises:
        SourceError: it says nothing.
    """
    said: list[T] = []

    def ask(keys: Sequence[str], names: Collection[str]) -> Mapping[str, Answer]:
        said.append(call())
        return {}

    _answers(Lookup(what, ask), (), ())
    return said[0]


def shared_failure(results: Results) -> SourceError | None:
    """Return a failure of *results* if all of them failed: the source's, then, and not a key's."""
    failures = [result for result in results.values() if isinstance(result, SourceError)]
    return failures[0] if failures and len(failures) == len(results) else None


def _answers(lookup: Lookup, keys: Sequence[str], names: Collection[str]) -> Mapping[str, object]:
    try:
        answers: object = lookup.ask(keys, names)
    except SourceError:
        raise
    except NotImplementedError:
        fault = SourceError(Reason.NOT_CONFIGURED, f"not offered: {lookup.name}")
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        fault = SourceError(Reason.BAD_RESPONSE, f"unexpected shape: {_place(error)}")
    except Exception as error:  # noqa: BLE001  an adapter may have any bug; it must not spread
        log.error("adapter_bug", lookup=lookup.name, place=_place(error))  # noqa: TRY400  no text
        fault = SourceError(Reason.BAD_RESPONSE, f"the adapter failed: {_place(error)}")
    else:
        if isinstance(answers, Mapping):
            return answers
        fault = SourceError(Reason.BAD_RESPONSE, "the adapter gave no mapping of answers")
    raise fault  # out here, so that no value in the adapter's error hangs on it


def _sound(answer: object) -> Answer | SourceError:
    match answer:
        case Found():
            return _sound_found(answer)
        case NoMatch() | SourceError():
            return answer
        case Several(candidates):
            return Several(tuple(map(str, candidates)))
        case None:
            return SourceError(Reason.BAD_RESPONSE, "the adapter gave no answer for this key")
    kind = type(answer).__name__
    return SourceError(Reason.BAD_RESPONSE, f"the adapter gave a {kind} as an answer")


def _sound_found(found: Found) -> Answer | SourceError:
    try:
        data = plain(found.data)
    except (TypeError, RecursionError):
        return SourceError(Reason.BAD_RESPONSE, "the answer is not made of what JSON is made of")
    if is_deep(data):
        return SourceError(Reason.BAD_RESPONSE, "the answer is nested too deep")
    link = found.link if isinstance(found.link, str) and is_web_address(found.link) else ""
    as_of, archived = _sound_time(found.as_of), bool(found.archived)
    return replace(found, data=data, as_of=as_of, link=link, archived=archived)


def _sound_time(as_of: object) -> datetime | None:
    """A time without a zone, or one that UTC has no name for, is no time."""
    if not isinstance(as_of, datetime) or as_of.tzinfo is None:
        return None
    try:
        return as_of.astimezone(UTC)
    except OverflowError:
        return None


def _place(error: Exception) -> str:
    """Say where *error* was raised and of which kind it is. Its text may quote a value."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _record_lookup(adapter: Adapter, name: str) -> Lookup:
    type_ = name.removeprefix(RECORD)

    def records(keys: Sequence[str], names: Collection[str]) -> Results:
        found = {key: adapter.record(type_, key) for key in keys}
        # Somebody looks at this record: that there is none is hard to believe.
        missing = NoMatch(certain=False)
        return {key: missing if row is None else Found(row) for key, row in found.items()}

    return Lookup(name, records)
