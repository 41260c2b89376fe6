"""How a long answer is walked, page by page: never in a circle, never without end, and never taken
for whole when it is not."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath
from context_sidecar import Reason, Response, SourceError


@dataclass(frozen=True, slots=True)
class Step:
    """Which page: what to add to the request, or the whole address that the last page gave."""

    arguments: tuple[tuple[str, str | int], ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, the body they came in, the answer that brought it, and how many rows the
    source says there are in all, where it does. `denied` says that there is nothing under the
    key at all, not even an empty list."""

    rows: Sequence[Any]
    body: Any
    response: Response
    total: int | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Paging(ABC):
    """A way to walk pages. `maximum` is the number of pages after which it gives up, loudly."""

    maximum: int

    @abstractmethod
    def first(self) -> Step:
        """Return the first page to ask for."""

    @abstractmethod
    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """Return the page to ask for after *page*, or None after the last; *seen* rows came."""

    def walk(self, fetch: Callable[[Step], Page]) -> Iterator[Page]:
        """Yield all pages.

        Raises:
            SourceError: the pages repeat or do not end.
        """
        step: Step | None = self.first()
        asked: set[Step] = set()
        last: Page | None = None
        seen = 0
        while step:
            asked.add(step)
            page = fetch(step)
            if last and page.rows and page.rows == last.rows:
                raise _broken("the same page came twice: paging is not applied")
            yield page
            seen += len(page.rows)
            last, step = page, self.after(step, page, seen)
            if step in asked:
                raise _broken("the pages go round in a circle")
            if step and len(asked) >= self.maximum:
                raise _broken(f"more than {self.maximum} pages")


def _broken(detail: str) -> SourceError:
    return SourceError(Reason.BAD_RESPONSE, detail)


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
            return bool(jmespath.search(self.more, page.body))
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
        mark = jmespath.search(self.cursor, page.body)
        ended = self.more and not jmespath.search(self.more, page.body)
        return None if ended or mark in (None, "", False) else self.at(mark)


@dataclass(frozen=True, slots=True)
class ByNextLink(Paging):
    """Pages by the address of the next: in the body, or in the header Link (RFC 8288)."""

    next: str

    def first(self) -> Step:
        """See `Paging`."""
        return Step()

    def after(self, step: Step, page: Page, seen: int) -> Step | None:
        """See `Paging`."""
        if self.next:
            address = jmespath.search(self.next, page.body)
        else:
            found = re.search(
                r'<([^>]*)>[^,]*;\s*rel="?next"?', page.response.headers.get("link", "")
            )
            address = found[1] if found else None
        return Step(address=str(address)) if address else None
