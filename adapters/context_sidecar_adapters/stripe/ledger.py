"""What Stripe has, read object by object and page by page, each of the mode that counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from context_sidecar import (
    Cause,
    Http,
    Reason,
    Row,
    SourceError,
    Walk,
    each_once,
    filtered,
    nothing_shown,
)

from context_sidecar_adapters.stripe.refusals import denies

PAGE = 100
ONE_BY_ONE = 10
"""What more customers than this have is read out of the list of what everybody has."""


class Ledger:
    """The objects of an account, in its live mode or its test mode."""

    def __init__(self, http: Http, *, live: bool) -> None:
        self._http, self._live = http, live

    def one(self, path: str, id: str) -> Row | None:
        """Return the object at *path* with *id*; None where there is none, or none any more."""
        answer = self._http.get(f"{path}/{{id}}", {"id": id}, accept=[HTTPStatus.NOT_FOUND])
        if denies(answer):
            return None
        row: Row = answer.json()
        if row["id"] != id:
            raise SourceError(Reason.SCHEMA_CHANGED, "another object than was asked for")
        return None if row.get("deleted") else self._of_this_mode(row)

    def pages(self, path: str, params: Mapping[str, str]) -> Iterator[tuple[list[Row], datetime]]:
        """Return the pages of the list at *path*, each with when it was by Stripe's own clock."""
        place: dict[str, str] = {}
        more, walk = True, Walk()
        while more:
            answer = self._http.get(path, params={**params, **place, "limit": str(PAGE)})
            page = answer.json()
            rows, more = [self._of_this_mode(row) for row in page["data"]], page["has_more"]
            yield rows, parsedate_to_datetime(answer.headers["date"])
            if more:
                place = {"starting_after": str(walk.to(rows[-1]["id"] if rows else None))}

    def every(self, path: str, params: Mapping[str, str]) -> tuple[list[Row], datetime]:
        """Return all objects of the list at *path*, and when the last were read."""
        read = list(self.pages(path, params))
        return each_once((row for rows, _ in read for row in rows), _id), read[-1][1]

    def of(
        self, path: str, customers: Collection[str], **params: str
    ) -> Iterator[tuple[str, list[Row], datetime]]:
        """Yield each of *customers*, all that the list at *path* has of it, and when that was read.

        Of many it is looked for in what everybody has, which is read to its end as well.
        """
        if len(customers) > ONE_BY_ONE:
            rows, now = self._among(path, frozenset(customers), params)
            yield from ((one, rows.get(one, []), now) for one in customers)
            return
        for one in customers:
            yield one, *self._of_one(path, one, params)

    def _of_one(
        self, path: str, customer: str, params: Mapping[str, str]
    ) -> tuple[list[Row], datetime]:
        rows, now = self.every(path, {"customer": customer, **params})
        return filtered(rows, lambda row: bool(row["customer"] == customer)), now

    def _among(
        self, path: str, customers: Collection[str], params: Mapping[str, str]
    ) -> tuple[dict[str, list[Row]], datetime]:
        """What of the list at *path* is of each of *customers*; that of others is not kept."""
        read = [
            ([row for row in rows if _owner(row) in customers], now)
            for rows, now in self.pages(path, params)
        ]
        theirs: dict[str, list[Row]] = {}
        for row in each_once((row for rows, _ in read for row in rows), _id):
            theirs.setdefault(row["customer"], []).append(row)
        return theirs, read[-1][1]

    def search(self, path: str, query: str) -> list[Row]:
        """Return all objects that *query* finds."""
        rows: list[Row] = []
        place: dict[str, str] = {}
        walk = Walk()
        while True:
            asked = {"query": query, "limit": str(PAGE), **place}
            page = self._http.get(f"{path}/search", params=asked).json()
            rows += map(self._of_this_mode, page["data"])
            if not page["has_more"]:
                return each_once(rows, _id)
            place = {"page": walk.to(page["next_page"])}

    def may_read(self, path: str) -> bool:
        """Whether the list at *path* is shown to us."""
        refused = HTTPStatus.FORBIDDEN
        answer = self._http.get(path, params={"limit": "1"}, accept=[refused])
        return answer.status != refused

    def prove(self) -> None:
        """Make sure that we are shown customers, and those of the right mode."""
        rows = self._http.get("/customers", params={"limit": "1"}).json()["data"]
        if not [self._of_this_mode(row) for row in rows]:
            detail = "we are shown no customer at all: the key is of another account, or it is new"
            raise nothing_shown(detail, (Cause.WRONG_INSTANCE, Cause.NOTHING_THERE))

    def _of_this_mode(self, row: Row) -> Row:
        # What is inside another object does not always say it.
        if row.get("livemode", self._live) is not self._live:
            other = "test" if self._live else "live"
            raise SourceError(Reason.NOT_CONFIGURED, f"the key is one of Stripe's {other} mode")
        return row


def _owner(row: Row) -> str:
    """Whose *row* is: what is nobody's might be anybody's."""
    owner = row["customer"]
    if not isinstance(owner, str):
        raise SourceError(Reason.SCHEMA_CHANGED, "an object that names no customer")
    return owner


def _id(row: Row) -> object:
    return row["id"]
