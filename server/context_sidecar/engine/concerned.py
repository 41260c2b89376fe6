"""Whom a change is, or may be, about. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from context_sidecar.core.keys import key_text
from context_sidecar.core.observation import Answer, Found, Observation
from context_sidecar.core.push import Change


def names_all(change: Change) -> bool:
    """Whether *change* names the keys of all whom it is about, so that none has to be searched."""
    return bool(change.keys) and not change.ids and not change.items


def listed(known: Iterable[tuple[str, Observation]]) -> Mapping[str, Collection[str] | None]:
    """Return the ids of the items that are, or were of late, known of each key; None where it may
    have others, as one that is being asked for has."""
    found: dict[str, Collection[str] | None] = {}
    for key, observation in known:
        items, before = _items_of(observation.answer), found.get(key, ())
        found[key] = None if items is None or before is None else {*items, *before}
    return found


def concerned(
    changes: Iterable[tuple[Change, datetime]],
    known: Mapping[str, Collection[str] | None],
    told: Mapping[str, str],
) -> dict[str, datetime]:
    """Return the keys that *changes* name, and those of the *known* ones that they are, or may be,
    about, each with the time of its last: what nobody can tell to be another's counts as meant."""
    having = _by_item(known)
    found: dict[str, datetime] = {}
    for change, at in sorted(changes, key=lambda one: one[1]):
        found.update(dict.fromkeys(change.keys, at))
        if not (change.keys or change.ids or change.items):
            found.update(dict.fromkeys(known, at))
        if change.ids:
            meant = (key for key in known if key not in told or told[key] in change.ids)
            found.update(dict.fromkeys(meant, at))
        for item in (*change.items, *((None,) if change.items else ())):
            found.update(dict.fromkeys(having.get(item, ()), at))
    return found


def _by_item(known: Mapping[str, Collection[str] | None]) -> Mapping[str | None, Collection[str]]:
    """Return who has each item; under None, who may have any."""
    having: defaultdict[str | None, list[str]] = defaultdict(list)
    for key, items in known.items():
        for item in (None,) if items is None else items:
            having[item].append(key)
    return having


def _items_of(answer: Answer | None) -> frozenset[str] | None:
    """Return the ids of all items that *answer* is a list of; None where it may be about others,
    too: it does not list all of them, or not by their ids, or there is none yet."""
    if answer is None:
        return None
    if not isinstance(answer, Found):
        return frozenset()
    whole = answer.data if isinstance(answer.data, Mapping) else {"items": answer.data}
    items, total = whole.get("items"), whole.get("total")
    if not isinstance(items, list) or (isinstance(total, int) and total > len(items)):
        return None
    ids = [key_text(item.get("id")) if isinstance(item, Mapping) else None for item in items]
    told = frozenset(filter(None, ids))
    return told if all(ids) else None
