"""What the things that a lookup lists have in fields besides those that it gives of each, such as
custom fields of a customer's open tickets: for each such field a list of values, below `fields`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Found
from context_sidecar.core.rows import Row
from context_sidecar.core.shape import Shape, ShapeField

BELOW = "fields."


@dataclass(frozen=True, slots=True)
class ListedFields:
    """The fields of open *things*, which stand in a list with its `total`; *ended* is how people
    bring one to its end.

    A field is told of all the things or of none: of some it would be another answer.
    """

    things: str
    ended: str

    def shape(self, fields: Iterable[ShapeField], key: str) -> Shape:
        """Return the shape of such a list whose things have *fields*, each below `fields`; *key* is
        the one that names their customer, "" where none does."""
        told = (
            ShapeField((), FieldType.LIST, f"Open {self.things}", self.things, optional=False),
            ShapeField(("total",), FieldType.NUMBER, "How many are open", "number", optional=False),
        )
        ordered = sorted(fields, key=lambda one: one.label.casefold())
        return Shape((*told, *ordered)).keyed(f"{BELOW}{key}")

    def wanted(self, names: Collection[str]) -> list[str]:
        """Return which fields *names* are read from: those below `fields`."""
        return sorted(name.removeprefix(BELOW) for name in names if name.startswith(BELOW))

    def found(
        self,
        listing: Mapping[str, Any],
        rows: Sequence[Row],
        fields: Collection[str],
        read: Callable[[], Mapping[str, list[Any]]],
        link: str,
    ) -> Found:
        """Return the answer *listing*, with what *read* gives of its *rows* where *fields* are
        asked for; where *rows* are not all that it counts, with what is to be done about that."""
        if not fields:
            return Found(listing, link=link)
        if len(rows) < listing["total"]:
            too_many = (
                f"The customer has more open {self.things} than are read one by one. {self.ended} "
                "those that are done, or show how many there are in place of what they have."
            )
            return Found(listing, link=link, unread={"fields": too_many})
        return Found({**listing, "fields": read()}, link=link)
