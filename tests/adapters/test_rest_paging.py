"""A long answer is walked to its end, never round in a circle, and never taken for whole if cut."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from context_sidecar import Reason, SourceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.adapters import ask, plugged
from werkzeug import Response

ROWS = [{"id": number} for number in range(7)]


@contextmanager
def listing(server, paging, **query):
    """Plugs in an adapter whose accounts are at /rows, with *paging*."""
    accounts = {"get": "/rows", "select": "rows", "paging": paging} | query
    told = {"base_url": server.url_for("/"), "check": {"get": "/"}, "accounts": accounts}
    with plugged("rest", told) as adapter:
        yield adapter


def serve(server, answer, status=200):
    """Answer each request for /rows by what *answer* makes of its parameters; return them all."""
    asked = []

    def handle(request):
        given = request.get_json(silent=True) or dict(request.args)
        asked.append(given)
        body, headers = answer(given)
        return Response(json.dumps(body), status, headers, content_type="application/json")

    server.expect_request("/rows").respond_with_handler(handle)
    return asked


def always(body):
    """Serve *body*, whatever page is asked for."""
    return lambda _: (body, {})


def pages(size, *, param="page", start=1, served=None):
    """Serve ROWS by page number, of at most *served* rows whatever is asked for."""

    def answer(given):
        first = (int(given[param]) - start) * (served or size)
        return {"rows": ROWS[first : first + (served or size)], "total": len(ROWS)}, {}

    return answer


def ids(adapter):
    return [row.data["id"] for row in adapter.accounts(())]


def failure(adapter):
    with pytest.raises(SourceError) as found:
        ids(adapter)
    return found.value


ALL = [row["id"] for row in ROWS]


def test_pages_by_number_are_asked_for_until_one_is_empty(httpserver):
    asked = serve(httpserver, pages(3))
    paging = {"type": "page", "param": "page", "size_param": "per_page", "size": 3}

    with listing(httpserver, paging) as adapter:
        assert ids(adapter) == ALL

    assert asked == [{"page": str(n), "per_page": "3"} for n in (1, 2, 3, 4)]


def test_a_page_may_be_said_to_be_a_part_and_an_answer_without_pages_may_not(httpserver):
    """As PostgREST says it (https://docs.postgrest.org/en/stable/references/api/pagination_count.html)."""
    serve(httpserver, pages(3), status=206)

    with listing(httpserver, {"type": "page", "param": "page"}) as adapter:
        assert ids(adapter) == ALL

    httpserver.clear()
    serve(httpserver, always(ROWS), status=206)
    with listing(httpserver, {"type": "none"}) as adapter:
        assert "206" in failure(adapter).detail


def test_pages_may_count_from_zero(httpserver):
    serve(httpserver, pages(3, start=0))

    with listing(httpserver, {"type": "page", "param": "page", "start": 0}) as adapter:
        assert ids(adapter) == ALL


def test_a_server_that_gives_shorter_pages_than_asked_for_loses_no_row(httpserver):
    serve(httpserver, pages(100, served=2))

    with listing(httpserver, {"type": "page", "param": "page", "size_param": "n"}) as adapter:
        assert ids(adapter) == ALL


def test_a_declared_total_saves_the_last_question(httpserver):
    asked = serve(httpserver, pages(4))

    with listing(httpserver, {"type": "page", "param": "page"}, total="total") as adapter:
        assert ids(adapter) == ALL

    assert len(asked) == 2


def test_pages_that_end_before_the_total_are_a_failure(httpserver):
    serve(
        httpserver, lambda given: ({"rows": ROWS[:2] if given["page"] == "1" else [], "n": 7}, {})
    )

    with listing(httpserver, {"type": "page", "param": "page"}, total="n") as adapter:
        found = failure(adapter)

    assert (found.reason, found.detail) == (Reason.BAD_RESPONSE, "the answer was cut: 2 rows of 7")


def test_a_mark_for_more_decides_where_there_is_one(httpserver):
    answers = {"1": ([], True), "2": (ROWS, False)}

    def answer(given):
        rows, more = answers[given["page"]]
        return {"rows": rows, "more": more}, {}

    serve(httpserver, answer)

    with listing(httpserver, {"type": "page", "param": "page", "more": "more"}) as adapter:
        assert ids(adapter) == ALL


def test_a_pointer_leads_into_the_body_of_a_post(httpserver):
    asked = []

    def answer(request):
        asked.append(request.get_json())
        first, most = asked[-1]["params"][1]["~/"], asked[-1]["params"][2]
        return Response(json.dumps({"rows": ROWS[first:][:most]}), content_type="application/json")

    httpserver.expect_request("/rpc").respond_with_handler(answer)
    accounts = {
        "post": "/rpc", "json": {"params": [[], {"~/": 0}, 0]}, "select": "rows",
        "paging": {
            "type": "offset", "param": "/params/1/~0~1", "size_param": "/params/2", "size": 5
        },
    }  # fmt: skip
    settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/"}, "accounts": accounts}
    with plugged("rest", settings) as adapter:
        assert ids(adapter) == ALL

    assert asked == [{"params": [[], {"~/": n}, 5]} for n in (0, 5, 7)]


def test_an_offset_goes_on_by_the_rows_that_came(httpserver):
    asked = serve(httpserver, lambda given: ({"rows": ROWS[int(given["skip"]) :][:2]}, {}))
    paging = {"type": "offset", "param": "skip", "size_param": "limit", "size": 5}

    with listing(httpserver, paging) as adapter:
        assert ids(adapter) == ALL

    assert [given["skip"] for given in asked] == ["0", "2", "4", "6", "7"]


@pytest.mark.parametrize("end", [None, "", False])
def test_a_cursor_is_followed_to_its_end(httpserver, end):
    following = {None: (ROWS[:3], "x"), "x": (ROWS[3:], end)}

    def answer(given):
        rows, mark = following[given.get("after")]
        return {"rows": rows, "meta": {"next": mark}}, {}

    asked = serve(httpserver, answer)

    with listing(
        httpserver, {"type": "cursor", "param": "after", "cursor": "meta.next"}
    ) as adapter:
        assert ids(adapter) == ALL
    assert asked == [{}, {"after": "x"}]


def test_a_cursor_may_end_by_a_mark_for_more(httpserver):
    serve(httpserver, always({"rows": ROWS, "next": "x", "more": False}))
    paging = {"type": "cursor", "param": "after", "cursor": "next", "more": "more"}

    with listing(httpserver, paging) as adapter:
        assert ids(adapter) == ALL


SAYING_NOTHING = [
    {"type": "page", "param": "page", "more": "meta.more"},
    {"type": "offset", "param": "skip", "more": "meta.more"},
    {"type": "cursor", "param": "after", "cursor": "meta.next"},
    {"type": "cursor", "param": "after", "cursor": "meta.next", "more": "more"},
    {"type": "next_link", "next": "meta.next"},
]


@pytest.mark.parametrize("paging", SAYING_NOTHING, ids=lambda one: f"{one['type']}-{len(one)}")
def test_a_page_that_does_not_say_whether_there_is_another_is_not_the_last(httpserver, paging):
    serve(httpserver, always({"rows": ROWS, "more": True}))

    with listing(httpserver, paging) as adapter:
        found = failure(adapter)

    assert found.reason is Reason.SCHEMA_CHANGED
    assert found.detail == "a page lacks meta, which says whether there is another"
    assert "|| `null`" in found.remedy


def test_a_page_that_says_that_there_is_another_and_not_where_is_not_the_last(httpserver):
    serve(httpserver, always({"rows": ROWS, "more": True, "next": None}))
    paging = {"type": "cursor", "param": "after", "cursor": "next", "more": "more"}

    with listing(httpserver, paging) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE


class TestWhereTheLastPageSaysNothing:
    """As declared: the cursor, or the address, may be left out."""

    @pytest.mark.parametrize(
        "paging",
        [
            {"type": "cursor", "param": "after", "cursor": "meta.next || `null`"},
            {"type": "next_link", "next": "meta.next || `null`"},
        ],
        ids=["cursor", "next_link"],
    )
    def test_it_is_the_last(self, httpserver, paging):
        serve(httpserver, always({"rows": ROWS}))

        with listing(httpserver, paging) as adapter:
            assert ids(adapter) == ALL

    @pytest.mark.parametrize(
        ("size", "total", "whole"), [(8, None, True), (7, "n", True), (7, None, False)]
    )
    def test_a_full_page_needs_another_proof(self, httpserver, size, total, whole):
        serve(httpserver, always({"rows": ROWS, "n": 7}))
        paging = {"type": "cursor", "param": "after", "cursor": "next || `null`"}
        paging |= {"size_param": "limit", "size": size}

        with listing(httpserver, paging, **({"total": total} if total else {})) as adapter:
            if whole:
                assert ids(adapter) == ALL
            else:
                assert failure(adapter).reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize("lost", [False, True])
    def test_or_the_next_is_asked_for_by_its_number(self, httpserver, lost):
        """Something in between may drop the header Link."""

        def answer(given):
            number = int(given.get("page", 1))
            link = f'</rows?page={number + 1}>; rel="next"' if number < 4 and not lost else ""
            return {"rows": ROWS[(number - 1) * 2 :][:2]}, {"link": link}

        asked = serve(httpserver, answer)

        with listing(httpserver, {"type": "next_link", "param": "page", "size": 2}) as adapter:
            assert ids(adapter) == ALL
        assert asked == [{}, {"page": "2"}, {"page": "3"}, {"page": "4"}]

    def test_a_full_last_page_is_followed_by_an_empty_one(self, httpserver):
        asked = serve(httpserver, lambda given: ({"rows": [] if given else ROWS}, {}))

        with listing(httpserver, {"type": "next_link", "param": "page", "size": 7}) as adapter:
            assert ids(adapter) == ALL
        assert asked == [{}, {"page": "2"}]


def test_an_account_that_comes_on_two_pages_fails_the_list(httpserver):
    serve(httpserver, lambda given: ({"rows": ROWS[int(given["page"]) * 2 :][:3]}, {}))

    with listing(httpserver, {"type": "page", "param": "page", "start": 0}) as adapter:
        found = failure(adapter)

    assert (found.reason, found.detail) == (
        Reason.BAD_RESPONSE, "an account came twice in one list",
    )  # fmt: skip


def test_in_a_body_the_page_stands_beside_the_query(httpserver):
    asked = serve(
        httpserver, lambda given: ({"rows": [] if given["offset"] else ROWS}, {})
    )  # fmt: skip
    accounts = {"post": "/rows", "json": {"where": "all"}, "select": "rows"}
    accounts |= {"paging": {"type": "offset", "param": "offset"}}
    told = {"base_url": httpserver.url_for("/"), "check": {"get": "/"}, "accounts": accounts}

    with plugged("rest", told) as adapter:
        assert ids(adapter) == ALL

    assert asked == [{"where": "all", "offset": 0}, {"where": "all", "offset": 7}]


@pytest.mark.parametrize("address", ["{base}rows?page=2", "/rows?page=2", "?page=2", "rows?page=2"])
def test_the_address_of_the_next_page_may_be_whole_or_relative(httpserver, address):
    def answer(given):
        if given:
            return {"rows": ROWS[3:], "next": None}, {}
        return {"rows": ROWS[:3], "next": address.format(base=httpserver.url_for("/"))}, {}

    serve(httpserver, answer)

    with listing(httpserver, {"type": "next_link", "next": "next"}) as adapter:
        assert ids(adapter) == ALL


def test_the_address_of_the_next_page_may_be_in_the_header_link(httpserver):
    def answer(given):
        if given:
            return {"rows": ROWS[3:]}, {"link": '</rows>; rel="prev"'}
        return {"rows": ROWS[:3]}, {
            "link": '</rows?page=9>; rel="last", </rows?page=2>; rel="next"'
        }

    asked = serve(httpserver, answer)

    with listing(httpserver, {"type": "next_link"}) as adapter:
        assert ids(adapter) == ALL
    assert asked == [{}, {"page": "2"}]


@pytest.mark.parametrize(
    "address", ["https://evil.example/rows", "http://169.254.169.254/", "//evil.example"]
)
def test_a_next_page_elsewhere_is_not_fetched(httpserver, address):
    serve(httpserver, always({"rows": ROWS, "next": address}))

    with listing(httpserver, {"type": "next_link", "next": "next"}) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize(
    ("paging", "calls"),
    [
        ({"type": "page", "param": "page"}, 2),
        ({"type": "offset", "param": "skip"}, 2),
        ({"type": "cursor", "param": "after", "cursor": "next"}, 2),
        ({"type": "next_link", "next": "link"}, 2),
    ],
)
def test_a_server_that_ignores_paging_is_found_out(httpserver, paging, calls):
    """It gives the same page for ever."""
    asked = serve(httpserver, always({"rows": ROWS, "next": "x", "link": "/rows"}))

    with listing(httpserver, paging) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE

    assert len(asked) <= calls


def test_pages_without_end_are_a_failure_and_not_a_shorter_list(httpserver):
    asked = serve(httpserver, lambda given: ({"rows": [{"id": given["page"]}]}, {}))

    with listing(httpserver, {"type": "page", "param": "page", "maximum": 5}) as adapter:
        found = failure(adapter)

    assert (found.reason, found.detail, len(asked)) == (
        Reason.BAD_RESPONSE, "more than 5 pages", 5,
    )  # fmt: skip


def test_a_page_that_fails_amid_the_list_fails_the_list(httpserver):
    httpserver.expect_ordered_request("/rows").respond_with_json({"rows": ROWS})
    httpserver.expect_ordered_request("/rows").respond_with_data("", 503)

    with listing(httpserver, {"type": "page", "param": "page"}) as adapter:
        assert failure(adapter).reason is Reason.SERVER_ERROR


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 30), served=st.integers(1, 10), size=st.integers(1, 10))
def test_every_row_comes_once_whatever_the_pages(httpserver, count, served, size):
    rows = [{"id": number} for number in range(count)]

    def answer(given):
        first = int(given["skip"])
        return {"rows": rows[first : first + min(served, int(given["limit"]))]}, {}

    httpserver.clear()
    serve(httpserver, answer)
    paging = {"type": "offset", "param": "skip", "size_param": "limit", "size": size}

    with listing(httpserver, paging) as adapter:
        assert ids(adapter) == list(range(count))


TICKETS = {"get": "/c/{key}/tickets", "many": "list", "select": "rows", "total": "total"}


@contextmanager
def list_of_one_key(server, second, **query):
    """Plugs in an adapter that asks for the tickets of a key, on pages; *second* answers page 2."""

    def handle(request):
        page = int(request.args["page"])
        status, body = (200, {"rows": ROWS[:3], "total": 50}) if page == 1 else second
        return Response(json.dumps(body), status, content_type="application/json")

    server.expect_request("/c/K-1/tickets").respond_with_handler(handle)
    lookup = TICKETS | {"paging": {"type": "page", "param": "page"}} | query
    told = {"base_url": server.url_for("/"), "check": {"get": "/"}, "lookups": {"account": lookup}}
    with plugged("rest", told) as adapter:
        yield adapter


@pytest.mark.parametrize("status", [404, 410])
def test_a_later_page_that_is_not_found_is_a_cut_answer_and_no_end(httpserver, status):
    with list_of_one_key(httpserver, (status, {})) as adapter, pytest.raises(SourceError) as found:
        ask(adapter, "K-1")

    assert found.value.reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize(
    ("gives", "first", "second", "whole"),
    [
        ({"id": "n"}, [{"n": 1, "at": 1}], [{"n": 1, "at": 2}], False),
        ({"title": "n"}, [{"n": 1, "at": 1}], [{"n": 1, "at": 2}], True),
        ({"title": "n"}, [{"n": 1}], [{"n": 1}, {"n": 2}], False),
        ({"title": "n"}, [{"n": 1}, {"n": 1}], None, True),
        ({"id": "n"}, [{"n": 1}, {"n": 1}], None, False),
    ],
    ids=["same-id", "no-id", "equal", "equal-on-one-page", "same-id-on-one-page"],
)
def test_a_row_that_comes_twice_is_no_second_one(httpserver, gives, first, second, whole):
    """By the id that it is declared to have, else where it is equal to one of another page."""

    def handle(request):
        number = int(request.args["page"])
        rows = first if number == 1 else (second or []) if number == 2 else []
        body = {"rows": rows, "more": number == 1 and second is not None}
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/c/K-1/tickets").respond_with_handler(handle)
    lookup = {"get": "/c/{key}/tickets", "many": "list", "select": "rows", "gives": gives}
    lookup |= {"paging": {"type": "page", "param": "page", "more": "more"}}
    told = {"base_url": httpserver.url_for("/"), "check": {"get": "/"}}
    with plugged("rest", told | {"lookups": {"account": lookup}}) as adapter:
        if whole:
            assert len(ask(adapter, "K-1").data) == 2
        else:
            with pytest.raises(SourceError) as found:
                ask(adapter, "K-1")
            assert found.value.reason is Reason.BAD_RESPONSE


def test_a_later_page_whose_body_says_not_found_is_a_cut_answer_too(httpserver):
    second = 200, {"error": "no such page", "rows": []}
    query = {"total": "total || `0`", "not_found": {"when": "error"}}

    with (
        list_of_one_key(httpserver, second, **query) as adapter,
        pytest.raises(SourceError) as found,
    ):
        ask(adapter, "K-1")

    assert found.value.reason is Reason.BAD_RESPONSE


def test_the_largest_total_that_a_page_names_counts(httpserver):
    with list_of_one_key(httpserver, (200, {"rows": [], "total": 0})) as adapter:
        assert ask(adapter, "K-1").data == {"items": ROWS[:3], "total": 50}


def test_a_list_of_accounts_is_cut_if_any_page_named_more(httpserver):
    def answer(given):
        first = given["page"] == "1"
        return {"rows": ROWS[:3] if first else [], "total": 50 if first else 0}, {}

    serve(httpserver, answer)

    with listing(httpserver, {"type": "page", "param": "page"}, total="total") as adapter:
        assert failure(adapter).detail == "the answer was cut: 3 rows of 50"
