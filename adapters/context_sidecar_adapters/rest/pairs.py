"""Lists of pairs in a row, as an object: what a customer added to a system often comes as such."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import jmespath
from context_sidecar import Reason, SourceError

from context_sidecar_adapters.rest.shape import check_properties


def keyed(row: Any, pairs: Mapping[str, Sequence[str]]) -> Any:
    """Return *row* with an object in place of each list that *pairs* names, by JMESPath expressions
    into what it lists: its name, and its value. A name that comes twice is left out, as nobody can
    tell which of the two is meant.

    Raises:
        SourceError: SCHEMA_CHANGED, there is something else than a list of named things, or one
            lacks what its value is read from.
    """
    if not isinstance(row, Mapping):
        return row
    found = {name: _object(row[name], name, *how) for name, how in pairs.items() if name in row}
    return {**row, **found}


def _object(listed: Any, place: str, name: str, value: str) -> dict[str, Any]:
    things = listed if isinstance(listed, list) else [None]
    names = [jmespath.search(name, one) for one in things]
    if not all(isinstance(one, str) for one in names):
        raise SourceError(Reason.SCHEMA_CHANGED, f"{place} is no list of what has a {name}")
    for one in things:
        check_properties(one, [value])
    times = Counter(names)
    return {
        one: jmespath.search(value, thing)
        for one, thing in zip(names, things, strict=True)
        if times[one] == 1
    }
