"""What an adapter is asked: lookups, each a question about several accounts at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from context_sidecar.core.errors import SourceError
from context_sidecar.core.index import Feeds
from context_sidecar.core.observation import Answer

Answers = Mapping[str, Answer | SourceError]
"""One entry for each key that was asked for: its answer, or why this one key failed."""

Ask = Callable[[Sequence[str], Collection[str]], Answers]


@dataclass(frozen=True, slots=True)
class Offer:
    """A lookup that an adapter has whatever its settings are: its name, how many accounts one call
    takes, and what it `gives`, in words."""

    lookup: str
    batch: int
    gives: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """How a system that takes few accounts in a call gives many all the same, such as by its list:
    from `least` accounts on that nobody waits for, `ask` is given as many as `most`.

    Where its list cannot be had without what does not count, `feeds` tell what has changed: then
    so many are answered from an index that the engine keeps up by them, and `ask` is given no more
    than it takes."""

    least: int
    most: int
    feeds: Feeds | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question that an adapter can answer for several accounts at once.

    `ask(keys, names)` is given at most `batch` distinct keys and the names that the configured
    fields read from the answer (dotted where they go deeper: `Owner.Name`). It returns an entry
    for every key. A name that was asked for and is not in a found answer counts as a changed
    schema, so an adapter fills in a null only where the source has said that there is none.
    `dated` says that its answers carry the source's own time for them (`Found.as_of`). `delivered`
    says that it reads a copy that somebody delivers: to ask again confirms the copy, and not what
    it is a copy of. `bulk` is another way to ask the same of many. `proves_none` is false where
    nothing tells that there is none from what we may not see: `sidecar check` warns of it.
    """

    name: str
    ask: Ask
    batch: int = 1
    dated: bool = False
    delivered: bool = False
    bulk: Bulk | None = None
    proves_none: bool = True


MARK = "lookup"


def lookup(
    *, batch: int = 1, dated: bool = False, delivered: bool = False, bulk: Bulk | None = None
) -> Callable[[Callable[..., Answers]], Callable[..., Answers]]:
    """Mark an adapter's method as a lookup of the method's name, *batch* keys in one call, its
    answers *dated* and *delivered* or not, with another way *bulk* for many; see `Lookup`."""

    def mark(method: Callable[..., Answers]) -> Callable[..., Answers]:
        setattr(method, MARK, (batch, dated, delivered, bulk))
        return method

    return mark
