"""A long list is walked page by page, by the places that its pages give for the next ones."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

Place = TypeVar("Place", bound=Hashable)


class Walk:
    """A walk through the pages of one list, which never comes to the same place twice."""

    def __init__(self) -> None:
        self._been: set[Hashable] = set()

    def to(self, place: Place) -> Place:
        """Return *place*, a cursor, an address or whatever says where the next page is.

        Raises:
            SourceError: BAD_RESPONSE, the walk has been there, or there is no such place.
        """
        if place is None or place == "":
            detail = "a page says that there is another, and not where"
            raise SourceError(Reason.BAD_RESPONSE, detail)
        if place in self._been:
            raise SourceError(Reason.BAD_RESPONSE, "pages that go in circles")
        self._been.add(place)
        return place
