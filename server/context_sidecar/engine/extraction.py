"""A field, read out of what a lookup returned: its value, its currency, the source's own time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from context_sidecar.core.evidence import AbsentError, Parts, RetypedError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.remembered import Memory
from context_sidecar.core.shape import EACH
from context_sidecar.core.values import ITEM_PARTS
from context_sidecar.engine.item_names import names_in_items
from context_sidecar.engine.items import Seeking
from context_sidecar.engine.paths import check, read, search
from context_sidecar.engine.questions import names_in_items_of, names_of


def extract(
    field: Field,
    data: object,
    unread: Collection[str] = (),
    *,
    memory: Memory | None = None,
    rewritten: Mapping[str, datetime] = MappingProxyType({}),
) -> Parts:
    """Read *field* out of a lookup's *data*: (raw value, raw currency, the source's own time).

    A source's time that is absent is no time; the field's age then counts accordingly.

    Args:
        field: the contract.
        data: what the lookup returned.
        unread: names that stand in some items and cannot be read there, so that what others have
            is not the whole of it.
        memory: what is remembered of the lookup.
        rewritten: the names whose values are written in another way than the account's were, each
            since a time.

    Raises:
        AbsentError: what the field or its currency is read from is not in *data*. Where that is but
            a part of a list's items, it has what can be read.
        RetypedError: what it is read from is of another type than it was.
    """
    seeking, left_out = Seeking(data), memory.left_out if memory else frozenset()
    raw = read(field.path, data, seeking, left_out)
    currency = read(field.currency_path, data, seeking, left_out) if field.currency_path else None
    check(seeking, left_out, unread)
    parts = _items(field.items, raw, seeking), currency, _time(field.as_of_path, data)
    is_list = field.type is FieldType.LIST
    has_parts = isinstance(raw, Mapping) and not is_list  # which show by themselves what it is
    retyped = _retyped(field, data, memory, rewritten) if memory and not has_parts else ()
    if retyped:
        raise RetypedError(min(retyped), parts)
    if not is_list:
        return parts
    gone = memory.gone_from_items if memory else frozenset()
    lost = (seeking.lacking - left_out) | seeking.sought.intersection(unread)
    lost |= {name for name, there in _parts(field, raw) if not there and name in {*gone, *unread}}
    if lost:
        raise AbsentError(min(lost), parts)
    return parts


def _retyped(
    field: Field, data: object, memory: Memory, rewritten: Mapping[str, datetime]
) -> AbstractSet[str]:
    """Return the names that *field* reads, and that are of another type in *data* by what is
    remembered. How the parts of a list's items are written, they show by themselves; what they are
    filtered by, they do not."""
    names = names_of(field) | names_in_items_of(field)
    if field.type is not FieldType.LIST:
        return memory.odd(names, data, rewritten)
    objects = memory.objects_now(names, data)
    return objects | memory.odd(names_in_items(field.path), data, rewritten)


def told_in_items(
    field: Field, data: object, all_names: AbstractSet[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return which of the names that *field* reads in the items of lists some item in *data* has,
    of *all_names* that items have there, and which none has."""
    seeking, raw = Seeking(data), None
    with suppress(AbsentError):
        raw = read(field.path, data, seeking, ())
        _items(field.items, raw, seeking)
    parts = _parts(field, raw)
    lacking = seeking.lacking | {name for name, there in parts if not there}
    there = {name for name, there in parts if there} | (names_in_items_of(field) & all_names)
    return frozenset(there), frozenset(name for name in lacking if EACH in name)


def _parts(field: Field, raw: object) -> list[tuple[str, bool]]:
    """Return the names that the parts of a list's items have where they come as they are, each with
    whether some item has it; nothing of a list without items."""
    if field.type is not FieldType.LIST or field.items:
        return []
    counted = isinstance(raw, Mapping)
    listed = raw.get("items") if isinstance(raw, Mapping) else raw
    items = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    place = f"({field.path}).items" if counted else field.path
    return [
        (name, any(part in one for one in items))
        for part in ITEM_PARTS
        for name in names_in_items(part, place)
        if items
    ]


def _time(path: str, data: object) -> object:
    if not path:
        return None
    try:
        return search(path, data)
    except AbsentError:
        return None


def _items(paths: Mapping[str, str], raw: object, seeking: Seeking) -> object:
    """Give a list's items the standard names, where the contract says how they are called."""
    if not paths:
        return raw
    if isinstance(raw, Mapping) and isinstance(raw.get("items"), Sequence):
        return {**raw, "items": _items(paths, raw["items"], seeking)}
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return raw
    return [
        {name: seeking.read(path, item) for name, path in paths.items()}
        if isinstance(item, Mapping)
        else item
        for item in raw
    ]
