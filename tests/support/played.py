"""A vendor's API, played by declaration: what it holds, how it is asked for, how it says no.

    api = Played(server, entry=bearer("s3cret"), no_entry=(401, {"error": "who?"}))
    api.one("/companies/{id}", COMPANIES, missing=(404, {"error": "not found"}))
    api.many("/tickets", TICKETS, by={"company": "company_id"}, pages=by_page(), says=bare)

It can be made to lie as vendors do, with a success: it `ignores` one of the filters that it is
asked with, or ALL of them, `repeats` the first page in the place of the next, `loses` the pages
after it, gives a row of a page twice (`doubles`), `forgets` a property of its rows, `drops` one of
its answers, and `hides` all rows.
And it changes, as its admins change it: what it `calls` by another name from then on, and what
it `says` wherever it has something of that name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from support.vendor import Vendor, reply

Row = dict[str, Any]
Entry = Callable[[Request], bool]
Matches = Callable[[Row, Any], bool]
Meets = Callable[[Row], bool]


@dataclass(frozen=True)
class Conditions:
    """A parameter that holds several filters: `parts` tells those that are in what is said with
    it, each with its name, and `meets` whether a row is one that such a part asks for."""

    parts: Callable[[Any], Iterable[tuple[str, Any]]]
    meets: Matches


class _All:
    def __contains__(self, name: object) -> bool:
        return True


ALL = _All()
"""Whatever there is."""


@dataclass(frozen=True)
class Page:
    """The `rows` of one page of a list that has `total`; `next` is where the next one begins."""

    rows: list[Row]
    total: int
    next: int | str | None
    request: Request


def by_page(param: str = "page", size: str = "per_page", most: int = 100, start: int = 1):
    """Pages by number, of at most *most* rows; a larger size that is asked for is cut to that."""

    def cut(rows: list[Row], request: Request) -> Page:
        asked = sent(request)
        number, length = int(asked.get(param, start)), min(int(asked.get(size, most)), most)
        end = (number - start + 1) * length
        more = number + 1 if end < len(rows) else None
        return Page(rows[end - length : end], len(rows), more, request)

    return cut


def by_offset(param: str = "offset", size: str = "limit", most: int = 100):
    """Pages by the number of rows before them; also plays cursors, which are nobody's business."""

    def cut(rows: list[Row], request: Request) -> Page:
        asked = sent(request)
        begin, length = int(asked.get(param, 0)), min(int(asked.get(size, most)), most)
        end = begin + length
        return Page(rows[begin:end], len(rows), end if end < len(rows) else None, request)

    return cut


def at_once(rows: list[Row], request: Request) -> Page:
    return Page(rows, len(rows), None, request)


def bare(page: Page) -> Response:
    return reply(page.rows)


def listed(name: str) -> Callable[[Page], Response]:
    return lambda page: reply({name: page.rows})


def linked(page: Page) -> Response:
    """The rows alone; the next page is in the header Link."""
    if page.next is None:
        return reply(page.rows)
    query = urlencode(page.request.args.to_dict() | {"page": str(page.next)})
    return reply(page.rows, 200, {"link": f'<{page.request.base_url}?{query}>; rel="next"'})


def sent(request: Request) -> Mapping[str, Any]:
    """Return the arguments of *request*, wherever they are."""
    return request.args if request.method == "GET" else {**request.args, **request.get_json()}


def _arguments(request: Request) -> Mapping[str, Any]:
    """Return them with all values of those that come more than once."""
    if request.method != "GET":
        return sent(request)
    several = request.args.lists()
    return {name: values if len(values) > 1 else values[0] for name, values in several}


def basic(user: str, password: str) -> Entry:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return header("Authorization", f"Basic {pair}")


def header(name: str, value: str) -> Entry:
    return lambda request: request.headers.get(name) == value


@dataclass
class _Route:
    method: str
    path: re.Pattern[str]
    answer: Callable[[Request, dict[str, str]], Response]


@dataclass
class Lies:
    """What the API does wrong while it says that all is well."""

    ignores: Container[str] = frozenset()
    repeats: bool = False
    loses: bool = False
    doubles: bool = False
    hides: bool = False
    forgets: frozenset[str] = field(default_factory=frozenset)
    drops: frozenset[str] = field(default_factory=frozenset)
    calls: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)


class Played(Vendor):
    """The API that its routes declare, for those who are let in.

    Attributes:
        filters: what rows were asked for by, so far: the names of parameters and of their parts.
        others: whether rows were given, so far, that an ignored filter would have left out.
        unread: what was said, so far, that no filter reads: names of parameters.
    """

    def __init__(
        self, server: HTTPServer, *, entry: Entry, no_entry: tuple[int, Any], missing: Any = ""
    ) -> None:
        super().__init__(server)
        self.entry, self.no_entry, self.missing = entry, no_entry, missing
        self.lies = Lies()
        self.forget()
        self._routes: list[_Route] = []

    def forget(self) -> None:
        """Forget what was asked."""
        self.asked.clear()
        self.filters: dict[str, None] = {}
        self.unread: dict[str, None] = {}
        self.others = False

    def says(self, path: str, body: Any, *, method: str = "GET") -> None:
        """Answer *body*, or what it is by now, if it can be called."""
        self._add(method, path, lambda *_: reply(body() if callable(body) else body))

    def one(
        self,
        path: str,
        rows: list[Row],
        *,
        by: str = "id",
        missing: tuple[int, Any],
        says: Callable[[Row], Any] = lambda row: row,
    ) -> None:
        """Answer the row whose `by` is the `{id}` of *path*, or *missing*."""

        def answer(_: Request, parts: dict[str, str]) -> Response:
            row = next((row for row in rows if str(row[by]) == parts["id"]), None)
            return reply(says(self._shown(row))) if row else reply(missing[1], missing[0])

        self._add("GET", path, answer)

    def many(
        self,
        path: str,
        rows: list[Row],
        *,
        by: Mapping[str, str | Matches | Conditions] | None = None,
        pages: Callable[[list[Row], Request], Page] = at_once,
        says: Callable[[Page], Response] = bare,
        method: str = "GET",
    ) -> None:
        """Answer those of *rows* that *by* picks: by the name of a parameter, the property that it
        is about, or what tells whether a row is meant."""

        def answer(request: Request, parts: dict[str, str]) -> Response:
            asked = _arguments(request)
            filters = dict(_filters(by or {}, asked))
            self.filters |= dict.fromkeys(filters)
            self.unread |= dict.fromkeys(name for name in asked if name not in (by or {}))
            meant = self._meant([] if self.lies.hides else rows, filters)
            page = pages([self._shown(row) for row in meant], request)
            first = pages([self._shown(row) for row in meant], _Unpaged(request))
            if page.rows != first.rows and self.lies.loses:
                return reply({"message": "try again later"}, 503)
            if page.rows != first.rows and self.lies.repeats:
                page = Page(first.rows, page.total, page.next, request)
            if self.lies.doubles:
                page = Page([*page.rows, *page.rows[:1]], page.total, page.next, request)
            return self._dropped(says(page))

        self._add(method, path, answer)

    def answer(self, request: Request) -> Response:
        if not self.entry(request):
            return reply(self.no_entry[1], self.no_entry[0])
        for route in self._routes:
            found = route.path.fullmatch(request.path)
            if found and route.method == request.method:
                return route.answer(request, found.groupdict())
        return reply(self.missing, 404)

    def _answer(self, request: Request) -> Response:
        answer = super()._answer(request)
        if not ((self.lies.calls or self.lies.says) and answer.is_json):
            return answer
        said = _changed(_renamed(answer.get_json(), self.lies.calls), self.lies.says)
        return reply(said, answer.status_code)

    def _meant(self, rows: list[Row], filters: Mapping[str, Meets]) -> list[Row]:
        kept = [meets for name, meets in filters.items() if name not in self.lies.ignores]
        meant = [row for row in rows if all(meets(row) for meets in kept)]
        if len(kept) < len(filters):
            self.others |= any(not meets(row) for row in meant for meets in filters.values())
        return meant

    def _add(self, method: str, path: str, answer: Any) -> None:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
        self._routes.append(_Route(method, re.compile(pattern), answer))

    def _dropped(self, answer: Response) -> Response:
        if not self.lies.drops:
            return answer
        said = answer.get_json()
        return reply({name: said[name] for name in said.keys() - self.lies.drops})

    def _shown(self, row: Row) -> Row:
        return {name: value for name, value in row.items() if name not in self.lies.forgets}


def _renamed(said: Any, names: Mapping[str, str]) -> Any:
    """Return *said* with each of *names*, be it a key, a text or a number, as it is called now."""
    match said:
        case Mapping():
            return {names.get(name, name): _renamed(one, names) for name, one in said.items()}
        case list():
            return [_renamed(one, names) for one in said]
        case str() | int() | float():
            return names.get(str(said), said)
    return said


def _changed(said: Any, now: Mapping[str, Any]) -> Any:
    """Return *said* with what is *now* under its names, wherever something is."""
    match said:
        case Mapping():
            return {name: now.get(name, _changed(one, now)) for name, one in said.items()}
        case list():
            return [_changed(one, now) for one in said]
    return said


class _Unpaged:
    """A request as it was, but for its page: it asks for the first."""

    def __init__(self, request: Request) -> None:
        sizes = re.compile("size|limit|per_page|count|max", re.IGNORECASE)
        self.method = "GET"
        self.args = {name: one for name, one in sent(request).items() if sizes.search(name)}


def _filters(
    by: Mapping[str, str | Matches | Conditions], asked: Mapping[str, Any]
) -> Iterator[tuple[str, Meets]]:
    for name, how in by.items():
        if name in asked and isinstance(how, Conditions):
            for part, said in how.parts(asked[name]):
                yield f"{name}: {part}", _bound(how.meets, said)
        elif name in asked:
            yield name, _bound(partial(_is_meant, how), asked[name])


def _bound(matches: Matches, said: Any) -> Meets:
    return lambda row: matches(row, said)


def _is_meant(how: str | Matches, row: Row, said: Any) -> bool:
    if isinstance(said, Mapping):
        return how(row, said)
    values = [str(one) for one in (said if isinstance(said, list) else str(said).split(","))]
    return str(row.get(how)) in values if isinstance(how, str) else how(row, values)
