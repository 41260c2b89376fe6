"""Whom a change is, or may be, about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

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
    change: Change, known: Mapping[str, Collection[str] | None], told: Mapping[str, str]
) -> list[str]:
    """Return the keys that *change* names, and those of the *known* ones that it is, or may be,
    about: what nobody can tell to be another's counts as meant."""
    found = set(change.keys)
    if not (change.keys or change.ids or change.items):
        found.update(known)
    if change.ids:
        found.update(key for key in known if key not in told or told[key] in change.ids)
    if change.items:
        items = frozenset(change.items)
        found.update(
            key for key, theirs in known.items() if theirs is None or not items.isdisjoint(theirs)
        )
    return sorted(found)


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
