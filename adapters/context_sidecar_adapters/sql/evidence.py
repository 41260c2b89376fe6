"""What a none is believed by: a canary that is found, or a row in every table that the query reads.
Null, 0 and false may be all that a joined table says which shows us nothing, so they need it, too.

A call is judged once, for all its keys, and nothing is asked for where each has a value in each
column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache, partial

from context_sidecar import Answer, Answers, Found, SourceError, proven, proven_by

from context_sidecar_adapters.sql.looks import Looks

Ask = Callable[[Sequence[str], Collection[str]], Answers]


def believed(ask: Ask, looks: Looks, canary: str) -> Ask:
    """Return *ask* with what it does not find, and what is null, 0 or false, proven or not
    believed: by *looks* at tables, or by a *canary*, where it is not "", which goes along with
    every question. It proves what its own row has a value for, and *looks* do the rest."""

    def asked(keys: Sequence[str], names: Collection[str]) -> Answers:
        answers = ask(list(dict.fromkeys([*keys, canary] if canary else keys)), names)
        doubt = cache(partial(looks.doubt, has_rows=any(map(_has_rows, answers.values()))))
        given = partial(_given, answers)
        prove = proven(given, canary) if canary else proven_by(given, lambda *_: doubt())
        told = prove(keys, names)
        own = told[canary] if canary else None
        hollow = {key: columns for key in keys if (columns := _hollow(told[key], own))}
        if not hollow:
            return {key: told[key] for key in keys}
        why = own if isinstance(own, SourceError) else doubt()
        return {key: _without(told[key], hollow.get(key, ()), why) for key in keys}

    return asked


def _given(answers: Answers, keys: Sequence[str], names: Collection[str]) -> Answers:
    return answers


def _has_rows(answer: Answer | SourceError) -> bool:
    return isinstance(answer, Found) and bool(answer.data)


def _hollow(answer: Answer | SourceError, canary: Answer | SourceError | None) -> tuple[str, ...]:
    """Return the columns in which neither *answer* has a value nor the *canary*."""
    if not isinstance(answer, Found) or not isinstance(answer.data, dict):
        return ()
    own = canary.data if isinstance(canary, Found) and isinstance(canary.data, dict) else {}
    silent = (name for name, value in answer.data.items() if _says_nothing(value))
    return tuple(name for name in silent if _says_nothing(own.get(name)))


def _says_nothing(value: object) -> bool:
    return not value or (isinstance(value, str) and re.fullmatch(r"-?0+(\.0+)?", value) is not None)


def _without(
    answer: Answer | SourceError, columns: Collection[str], why: SourceError | None
) -> Answer | SourceError:
    """Return *answer* with *columns* taken for unread for the reason *why*."""
    if why is None or not isinstance(answer, Found) or not isinstance(answer.data, dict):
        return answer
    rest = {name: value for name, value in answer.data.items() if name not in columns}
    told = f"Null, 0 or false is not believed: {why.detail}. {why.remedy}".strip()
    return replace(answer, data=rest, unread={**answer.unread, **dict.fromkeys(columns, told)})
