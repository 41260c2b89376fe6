"""A record that lost its content reads as a failure: what is not there is no none.

A system answers 200, and with the key that was asked for, and all else is gone; or one property is,
or there is null, or an empty object, where others have their fields. Nothing that had a value may
read as none, nought or nobody then, unless the vendor tells in this way that there is none. Where
it does, that is said beside the sample of the adapter, `TELLS_NONE`: the places, by how it is told.

Every part of every answer is lost once: what a sample `play`s is asked once, and its answers are
told again without the part. What is looked at are the ready-made fields, those that the system
describes, and all others of the row. Where a system can be asked `OTHERWISE`, its sample says with
which further settings, and for which key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import pytest
from context_sidecar import Found, NoMatch
from context_sidecar.core.evidence import AbsentError
from context_sidecar.engine.paths import names, search
from support.adapters import plugged
from support.lost import KINDS, NULL, Loss, Rehearsed
from support.samples import over_http, sample

PLAYED = [
    pytest.param(name, way, id=f"{name} {way}".strip())
    for name in over_http()
    if hasattr(sample(name), "play")
    for way in ["", *getattr(sample(name), "OTHERWISE", ())]
]
NOTHING = None, "", 0, "0", [], {}
NONE, TELLS, FAILS = "none", "a value", "a failure"


def told(answer: Any, path: str) -> str:
    """What is told of the field at *path*."""
    match answer:
        case NoMatch():
            return NONE if answer.certain else FAILS
        case Found():
            try:
                return NONE if _is_nothing(search(path, answer.data)) else TELLS
            except AbsentError:
                return FAILS
    return FAILS


def _is_nothing(value: Any) -> bool:
    match value:
        case {"items": rows, **rest}:
            return rows == [] and not rest.get("amount")
        case {"amount": amount}:
            return _is_nothing(amount)
    return value in NOTHING


def paths(kind: Any, lookup: str, shape: Any, answer: Found) -> tuple[set[str], set[str]]:
    """The fields that a card may have of an answer: those that are known by their names, and all
    others of its row."""
    known = {
        ready.get("path") or ("@" if ready.get("query") else name)
        for name, ready in kind.ready.items()
        if ready.get("query", "account") == lookup
    }
    known |= {one.path for one in shape.fields} if shape else set()
    row = answer.data if isinstance(answer.data, Mapping) else {}
    rest = {"@"} if not row or "items" in row else set(_leaves(row))
    return known, (rest | set(_in_items(answer.data))) - known


def _in_items(data: Any) -> Iterator[str]:
    place, rows = ("items[]", data["items"]) if "items" in data else ("[]", data)
    for row in rows if isinstance(rows, list) else ():
        yield from (f"{place}.{path}" for path in _leaves(row))


def _leaves(row: Mapping[str, Any], way: tuple[str, ...] = ()) -> Iterator[str]:
    for name, value in row.items():
        here = (*way, name if name.isidentifier() else json.dumps(name))
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        elif not isinstance(value, list):
            yield ".".join(here)


def key_of(facts: Any, lookup: str) -> str:
    """A key under which there is something, best not too much."""
    found = [
        (isinstance(answer, int), key)
        for (one, key), answer in getattr(facts, "FOUND", {}).items()
        if one == lookup and answer
    ]
    return min(found)[1] if found else facts.KEY


def asked(lookup: Any, keys: list[str], wanted: list[str]) -> Any:
    try:
        return lookup.ask(keys, wanted)[keys[0]]
    except Exception as error:  # noqa: BLE001  the engine takes whatever an adapter raises
        return error


def asked_for(lookup: Any, key: str) -> Iterator[list[str]]:
    """Yield the keys to ask for: *key* alone, and among so many that the system is asked for all
    of them at once."""
    yield [key]
    if lookup.bulk and not lookup.bulk.feeds:
        others = range(900_000, 900_000 + max(lookup.bulk.least, lookup.batch + 1) - 1)
        yield [key, *map(str, others)]


def lost_answers(
    adapter: Any, keys_of: Callable[[str], str], kind: str
) -> Iterator[tuple[str, Loss, list[str]]]:
    """Yield each lookup and each loss with the fields that read as none by it, and had a value."""
    door = adapter.http
    for lookup in adapter.lookups.values():
        key = keys_of(lookup.name)
        adapter.http = rehearsed = Rehearsed(door, key)
        found = asked(lookup, [key], [])
        assert isinstance(found, Found), (lookup.name, found)
        known, others = paths(type(adapter), lookup.name, adapter.shape(lookup.name), found)
        fields = sorted(known | others)
        wanted = sorted({one for path in fields for one in names(path)})
        for keys in asked_for(lookup, key):
            rehearsed.forget()
            whole = asked(lookup, keys, wanted)
            have = [path for path in fields if told(whole, path) == TELLS]
            assert have, (lookup.name, whole)
            for loss in rehearsed.losses(kind):
                with rehearsed.losing(loss):
                    less = asked(lookup, keys, wanted)
                nones = [path for path in have if told(less, path) == NONE]
                left = [path for path in nones if not says_itself(loss, path, known)]
                yield lookup.name, loss, left


def says_itself(loss: Loss, path: str, known: set[str]) -> bool:
    """Whether the field at *path* is itself null, by what it is or by what it is a part of, and not
    by the loss of a place for fields that are known by their names."""
    *_, name = loss.way or ("",)
    if loss.kind == NULL and "[]" in path:
        return True
    *above, own = path.replace('"', "").split(".")
    return loss.kind == NULL and (own == name or (path not in known and name in above))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "way"), PLAYED)
def test_what_is_lost_is_no_none(name, way, kind, httpserver):
    facts = sample(name)
    more, key = getattr(facts, "OTHERWISE", {}).get(way, ({}, ""))
    excused = getattr(facts, "TELLS_NONE", {}).get(kind, ())
    used, wrong = set(), {}

    settings = facts.settings(facts.play(httpserver).url) | more
    with plugged(name, settings) as adapter:
        keys_of = (lambda _: key) if key else partial(key_of, facts)
        for lookup, loss, nones in lost_answers(adapter, keys_of, kind):
            fitting = {one for one in excused if fnmatchcase(loss.place, one)}
            if nones and not fitting:
                wrong[lookup, loss.place] = nones
            used |= fitting if nones else set()

    assert wrong == {}
    assert way or used == set(excused), "said to tell that there is none, and does not"
