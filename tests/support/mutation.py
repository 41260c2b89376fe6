"""Changes plain data in one place, for properties that must hold of any file."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Way = tuple[str | int, ...]

ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 1000),
        st.text(max_size=8),
        st.sampled_from(
            ["1h", "crm", "tier", "revops", "notebook/ticket", "https://x.example", "${CANARY}"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=8) | st.sampled_from(["field", "is"]), inner, max_size=3),
    ),
    max_leaves=4,
)


@st.composite
def mutations(draw: st.DrawFn, data: Any) -> Any:
    """Give *data* with one of its parts put aside, renamed, put elsewhere or replaced."""
    changed = copy.deepcopy(data)
    ways = list(_ways(changed))
    way = draw(st.sampled_from(ways))
    part = _at(changed, way[:-1])
    match draw(st.sampled_from(["replace", "delete", "rename", "move"])):
        case "replace":
            part[way[-1]] = draw(ANYTHING)
        case "delete":
            del part[way[-1]]
        case "rename" if isinstance(part, dict):
            part[draw(st.text(max_size=8))] = part.pop(way[-1])
        case _:
            part[way[-1]] = copy.deepcopy(_at(changed, draw(st.sampled_from(ways))))
    return changed


def _ways(data: Any, way: Way = ()) -> Iterator[Way]:
    steps = data.items() if isinstance(data, dict) else enumerate(data)
    for step, inner in steps:
        yield (*way, step)
        if isinstance(inner, dict | list):
            yield from _ways(inner, (*way, step))


def _at(data: Any, way: Way) -> Any:
    for step in way:
        data = data[step]
    return data
