"""Everybody's rows read at once, for many accounts of a system that takes one in a call."""

from __future__ import annotations

import json

import pytest
from context_sidecar import Found, NoMatch, Reason, SourceError
from support.adapters import ask, plugged
from werkzeug import Response

KEYS = [f"K-{number}" for number in range(1, 31)]
DEALS = {
    "get": "/deals", "params": {"owner": "{key}", "state": "open"}, "select": "rows",
    "total": "total", "key": "owner", "many": "list", "known": "account",
    "in_bulk": {
        "from": 10, "get": "/deals", "params": {"state": "open"}, "select": "rows",
        "total": "total", "paging": {"type": "page", "param": "page"},
    },
}  # fmt: skip
COMPANY = {
    "get": "/companies/{key}", "key": "id",
    "in_bulk": {
        "get": "/companies", "select": "rows", "total": "total",
        "paging": {"type": "page", "param": "page"},
    },
}  # fmt: skip
PAGE = 20


class System:
    """Companies K-1 to K-30, and deals of theirs, on pages of twenty; `calls` are their paths."""

    def __init__(self, server):
        self.calls, self.lost, self.total = [], 0, None
        self.deals = [
            {"id": number, "owner": f"K-{number % 10 + 1}", "state": "open"} for number in range(45)
        ]
        self.companies = [{"id": key} for key in KEYS]
        for path in ("/deals", "/companies"):
            server.expect_request(path).respond_with_handler(self.listed)
        for key in [*KEYS, "nobody"]:
            server.expect_request(f"/companies/{key}").respond_with_handler(self.company)
        self.url = server.url_for("/")

    def listed(self, request):
        self.calls.append(request.path)
        rows = self.deals if request.path == "/deals" else self.companies
        owner, page = request.args.get("owner"), int(request.args.get("page", 1))
        meant = [row for row in rows if owner in (None, row.get("owner"))]
        shown = meant if owner else meant[(page - 1) * PAGE : page * PAGE]
        shown = shown[: len(shown) - self.lost]
        body = {"rows": shown, "total": len(meant) if self.total is None else self.total}
        return Response(json.dumps(body), mimetype="application/json")

    def company(self, request):
        self.calls.append(request.path)
        key = request.path.rpartition("/")[2]
        found = key in KEYS
        body = {"id": key} if found else {"error": "unknown"}
        return Response(json.dumps(body), 200 if found else 404, mimetype="application/json")


@pytest.fixture
def system(httpserver):
    return System(httpserver)


@pytest.fixture
def rest(system):
    lookups = {"account": COMPANY, "deals": DEALS}
    settings = {"base_url": system.url, "check": {"get": "/me"}, "lookups": lookups}
    with plugged("rest", settings) as adapter:
        yield adapter


@pytest.mark.parametrize("lost", [{}, {"owner": {}}, {"owner": {"name": "K-1"}}])
def test_a_row_that_does_not_say_whose_it_is_is_nobodys_only_if_it_says_so(httpserver, lost):
    rows = [{"id": 1, "owner": {"id": "K-1"}}, {"id": 2, "owner": None}, {"id": 3}]
    rows[2] |= {"owner": {"id": None}}
    answer = httpserver.expect_request("/deals").respond_with_handler
    answer(lambda _: Response(json.dumps({"rows": rows}), mimetype="application/json"))
    of = {"get": "/deals", "select": "rows", "key": "owner.id", "many": "list"}
    everyone = {**of, "everyone": True, "batch": 100, "any_key": True}
    settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/me"}}
    with plugged("rest", settings | {"lookups": {"deals": everyone}}) as adapter:
        assert ask(adapter, "K-1", lookup="deals") == Found([{"id": 1, "owner": {"id": "K-1"}}])

        rows[1] = {"id": 2, **lost}
        with pytest.raises(SourceError, match="a row lacks owner") as found:
            ask(adapter, "K-1", lookup="deals")
        assert found.value.reason is Reason.SCHEMA_CHANGED


def test_from_how_many_on_is_declared(rest):
    assert {name: one.bulk.least for name, one in rest.lookups.items()} == {
        "account": 20, "deals": 10,
    }  # fmt: skip


def test_each_takes_its_own_of_everybodys_rows_and_reads_as_if_asked_for_by_itself(system, rest):
    at_once = ask(rest, *KEYS, "nobody", lookup="deals")

    assert system.calls.count("/deals") == 3
    assert len(system.calls) == 5, "and two pages of companies, for those without deals"
    assert at_once["K-1"].data["total"] == 5
    for key in ("K-1", "K-10", "K-30", "nobody"):
        assert at_once[key] == ask(rest, key, lookup="deals")
    assert at_once["K-30"] == Found({"items": [], "total": 0})
    assert at_once["nobody"] == NoMatch(certain=False)


def test_what_is_closed_or_deleted_is_not_there_the_next_time(system, rest):
    ask(rest, *KEYS, lookup="deals")
    system.deals = [row for row in system.deals if row["owner"] != "K-3"]

    assert ask(rest, *KEYS, lookup="deals")["K-3"].data["total"] == 0


def test_a_list_that_is_cut_says_nothing_of_anybody(system, rest):
    """Of whom no row is seen has none: so all must have been seen."""
    system.lost = 1

    with pytest.raises(SourceError) as found:
        ask(rest, *KEYS, lookup="deals")

    assert found.value.reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize("total", [45, 46])
def test_pages_that_move_while_they_are_read_say_nothing_of_anybody(system, rest, total):
    """Of two rows one comes twice, and the other may have been passed over."""
    system.total = total
    system.deals[25] = system.deals[19]

    with pytest.raises(SourceError) as found:
        ask(rest, *KEYS, lookup="deals")

    assert found.value.reason is Reason.BAD_RESPONSE


def test_one_row_for_each_is_read_at_once_too(system, rest):
    answers = ask(rest, *KEYS, "nobody")

    assert system.calls == ["/companies"] * 2
    assert answers["K-7"] == Found({"id": "K-7"})
    assert answers["nobody"] == NoMatch(certain=False)


def test_a_row_that_does_not_say_whose_it_is_spoils_the_answer(system, rest):
    system.deals[3].pop("owner")

    with pytest.raises(SourceError) as found:
        ask(rest, *KEYS, lookup="deals")

    assert found.value.reason is Reason.SCHEMA_CHANGED
