"""How a long answer is walked, page by page: never in a circle, never without end, and never taken
for whole when it is not."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath
from context_sidecar import Reason, Response, SourceError, Walk

from context_sidecar_adapters.rest.shape import properties


@dataclass(frozen=True, slots=True)
class Step:
    """Which page: what to add to the request, or the whole address that the last page gave."""

    arguments: tuple[tuple[str, str | int], ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, the body they came in, the answer that brought it, and how many rows the
    source says there are in all, where it does. `denied` says that there is nothing under the
    key at all, not even an empty list, `ended` that it says so, in the place of rows."""

    rows: Sequence[Any]
    body: Any
    response: Response
    total: int | None = None
    denied: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Paging(ABC):
    """A way to walk pages. `maximum` is the number of pages after which it gives up, loudly."""

    maximum: int

    @abstractmethod
    def first(self) -> Step:
        """Return the first page to ask for."""

    @abstractmethod
    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """Return the page to ask for after *page*, or None after the last; *seen* rows came.

        Raises:
            SourceError: nothing says whether it is the last.
        """

    def walk(self, fetch: Callable[[Step], Page]) -> Iterator[Page]:
        """Yield all pages.

        Raises:
            SourceError: the pages repeat or do not end.
        """
        step: Step | None = self.first()
        walk = Walk()
        last: Page | None = None
        asked = seen = 0
        while step:
            asked += 1
            page = fetch(walk.to(step))
            if last and page.rows and page.rows == last.rows:
                raise _broken("the same page came twice: paging is not applied")
            yield page
            seen += len(page.rows)
            last, step = page, None if page.ended else self.after(step, page, seen)
            if step and asked >= self.maximum:
                raise _broken(f"more than {self.maximum} pages")


def _broken(detail: str) -> SourceError:
    return SourceError(Reason.BAD_RESPONSE, detail)


def _told(expression: str, page: Page) -> Any:
    """Return what *page* says at *expression* of the pages after it. That it says nothing is no
    word for the last one: `a || b` says of a name that it may be left out.

    Raises:
        SourceError: SCHEMA_CHANGED, what *expression* begins with is not there.
    """
    said = page.body if isinstance(page.body, Mapping) else {}
    if lacking := properties(expression) - said.keys():
        detail = f"a page lacks {', '.join(sorted(lacking))}, which says whether there is another"
        remedy = (
            f"Look whether the last page leaves it out by right: if so, write {expression} || "
            "`null` in the paging of sidecar.yaml."
        )
        raise SourceError(Reason.SCHEMA_CHANGED, detail, remedy=remedy)
    return jmespath.search(expression, page.body)


@dataclass(frozen=True, slots=True)
class OnePage(Paging):
    """The whole answer in one page. One of `most` rows may have been cut, without a word."""

    most: int = 0

    def first(self) -> Step:
        """See `Paging`."""
        return Step()

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        if self.most and seen >= self.most:
            raise _broken(f"{seen} rows, and there may be more")
        return None


@dataclass(frozen=True, slots=True)
class _Sized(Paging):
    param: str
    size_param: str
    size: int
    more: str

    def at(self, place: int | str | None) -> Step:
        """Return the page at *place*; None stands for the beginning."""
        arguments = () if place is None else ((self.param, place),)
        sized = ((self.size_param, self.size),) if self.size_param else ()
        return Step(arguments + sized)

    def goes_on(self, page: Page, seen: int) -> bool:
        """Whether there is a next page: as the source says; else until a page is empty, since
        many a server gives shorter pages than were asked for."""
        if self.more:
            return bool(_told(self.more, page))
        return bool(page.rows) and (page.total is None or seen < page.total)


@dataclass(frozen=True, slots=True)
class ByPage(_Sized):
    """Pages by number, from `start`."""

    start: int

    def first(self) -> Step:
        """See `Paging`."""
        return self.at(self.start)

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        number = int(dict(step.arguments)[self.param])
        return self.at(number + 1) if self.goes_on(page, seen) else None


@dataclass(frozen=True, slots=True)
class ByOffset(_Sized):
    """Pages by the number of rows before them."""

    def first(self) -> Step:
        """See `Paging`."""
        return self.at(0)

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        return self.at(seen) if self.goes_on(page, seen) else None


@dataclass(frozen=True, slots=True)
class ByCursor(_Sized):
    """Pages by a mark that each page gives for the next."""

    cursor: str

    def first(self) -> Step:
        """See `Paging`."""
        return self.at(None)

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        if self.more and not _told(self.more, page):
            return None
        mark = _told(self.cursor, page)
        if mark not in (None, "", False):
            return self.at(mark)
        if self.more:
            raise _broken("a page says that there is another, and not where")
        full = bool(self.size_param) and len(page.rows) >= self.size
        if full and page.total is None and not properties(self.cursor):
            raise _broken("a full page, and no word of whether there is another")
        return None


@dataclass(frozen=True, slots=True)
class ByNextLink(Paging):
    """Pages by the address of the next: in the body, or in the header Link (RFC 8288). After a page
    of `size` rows without one, the next is asked for by its number, as `param`: what may be left
    out at the end may have got lost, too."""

    next: str
    param: str = ""
    size: int = 0

    def first(self) -> Step:
        """See `Paging`."""
        return Step()

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        if self.next:
            address = _told(self.next, page)
        else:
            found = re.search(
                r'<([^>]*)>[^,]*;\s*rel="?next"?', page.response.headers.get("link", "")
            )
            address = found[1] if found else None
        full = bool(self.param) and len(page.rows) >= self.size
        if not address and full and (page.total is None or seen < page.total):
            return Step(((self.param, seen // self.size + 1),))
        return Step(address=str(address)) if address else None
