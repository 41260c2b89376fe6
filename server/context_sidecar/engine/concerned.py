"""Whom a change is, or may be, about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

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
) -> Iterator[str]:
    """Yield those of the *known* keys that *change* is, or may be, about: what nobody can tell to
    be another's counts as meant."""
    everybody = not (change.keys or change.ids or change.items)
    for key in sorted({*known, *change.keys}):
        by_id = change.ids and (key not in told or told[key] in change.ids)
        if everybody or key in change.keys or by_id or _may_list(known.get(key, ()), change.items):
            yield key


def _may_list(theirs: Collection[str] | None, items: Collection[str]) -> bool:
    return bool(items) and (theirs is None or any(item in theirs for item in items))


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
