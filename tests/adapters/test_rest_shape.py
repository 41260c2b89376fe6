"""Which rows of an answer count, what is given of them, and what shows that there are no others."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from context_sidecar import Found, NoMatch, Reason, SourceError
from support import wire
from support.adapters import ask, plugged
from werkzeug import Response

ROWS = [
    {"id": 1, "owner": "K-1", "title": "Printer", "state": 2, "urgent": None},
    {"id": 2, "owner": "K-1", "title": "Coffee", "state": 9, "urgent": True},
]
LIST = {"get": "/tickets", "params": {"owner": "{key}"}, "key": "owner", "many": "list"}


@pytest.fixture
def rest(httpserver):
    opened = []

    def make(lookup, **more):
        settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/me"}}
        opened.append(plugged("rest", settings | {"lookups": {"account": lookup}} | more))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture
def tickets(httpserver):
    def answer(rows, total=None):
        body = rows if total is None else {"rows": rows, "total": total}
        httpserver.expect_request("/tickets").respond_with_json(body)

    return answer


def failure(adapter, *keys):
    with pytest.raises(SourceError) as found:
        ask(adapter, *(keys or ("K-1",)))
    return found.value


class TestRows:
    def test_those_count_that_are_declared_to(self, tickets, rest):
        tickets(ROWS)

        assert ask(rest({**LIST, "counts": "state != `9`"}), "K-1") == Found(ROWS[:1])

    def test_those_that_do_not_must_be_ours_and_all_there_too(self, tickets, rest):
        lookup = {**LIST, "counts": "state != `9`", "select": "rows", "total": "total"}
        tickets(ROWS, 3)

        assert failure(rest(lookup)).reason is Reason.BAD_RESPONSE

        stranger = {**LIST, "counts": "state != `9`", "select": "rows", "key": "title"}
        assert failure(rest(stranger)).reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(
        ("ids", "found"),
        [
            ([1, 2], Found({"title": "Coffee"})),
            ([2], Found({"title": "Coffee"})),
            ([1], Found({"title": "Printer"}, archived=True)),
        ],
        ids=str,
    )
    def test_one_that_is_archived_counts_where_its_key_has_no_other(
        self, tickets, rest, ids, found
    ):
        tickets([{**row, "active": row["id"] == 2} for row in ROWS if row["id"] in ids])
        one = {**LIST, "many": "one", "archived": "!active", "gives": {"title": "title"}}

        assert ask(rest(one), "K-1") == found

    @pytest.mark.parametrize("active", [{}, {"active": None}, {"active": "yes"}], ids=str)
    def test_of_one_that_does_not_say_whether_it_is_archived_nothing_is_believed(
        self, tickets, rest, active
    ):
        tickets([{**ROWS[0], **active}])

        error = failure(rest({**LIST, "many": "one", "archived": "!active"}))

        assert error.reason is Reason.SCHEMA_CHANGED
        assert "active" in error.detail

    def test_what_is_given_is_named_worded_and_in_order(self, tickets, rest):
        gives = {"id": "to_string(id)", "status": "state", "urgent": "urgent"}
        tickets(ROWS)

        adapter = rest({**LIST, "gives": gives, "words": {"status": {"2": "Open"}}})

        assert ask(adapter, "K-1").data == [
            {"id": "1", "status": "Open", "urgent": None},
            {"id": "2", "status": 9, "urgent": True},
        ]

    @pytest.mark.parametrize(
        "read",
        [
            {"counts": "!closed"},
            {"counts": "contains(`[1]`, closed)"},
            {"gives": {"x": "closed"}},
            {"gives": {"x": "closed.by.name"}},
            {"gives": {"x": "closed[0] | name"}},
            {"gives": {"x": "{a: title, b: closed}"}},
            {"gives": {"x": "join('', ['a', closed])"}},
        ],
    )
    def test_a_row_that_lacks_what_is_read_is_a_changed_schema(self, tickets, rest, read):
        tickets(ROWS)

        found = failure(rest({**LIST, **read}))

        assert found.reason is Reason.SCHEMA_CHANGED
        assert found.detail.startswith("a row lacks closed")

    @pytest.mark.parametrize(
        "read",
        [{"counts": "at.state > `1`"}, {"gives": {"x": "at.state"}}],
        ids=["counts", "gives"],
    )
    def test_so_is_one_that_lacks_a_part_of_what_is_read(self, tickets, rest, read):
        tickets([{**ROWS[0], "at": {}}])

        assert failure(rest({**LIST, **read})).detail == "a row lacks at.state"

    def test_whether_a_row_counts_is_yes_or_no(self, tickets, rest):
        """A number that is null is neither more nor less than another, and no nought."""
        tickets([{**ROWS[0], "due": None}])

        found = failure(rest({**LIST, "counts": "due > `0`"}))

        assert (found.reason, found.detail) == (
            Reason.SCHEMA_CHANGED, "a row of which due > `0` cannot be told",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("condition", "said"),
        [
            ("!closed", "false"),
            ("!closed", None),
            ("id == `1` && closed", "false"),
            ("closed != 'done'", 3),
            ("closed == `1`", "1"),
            ('!contains(`["3"]`, to_string(closed))', None),
            ('!contains(`["3"]`, to_string(closed))', {"value": 3}),
            ('!contains(`["done"]`, closed)', ["done"]),
            ("!contains('done', closed)", 3),
        ],
        ids=str,
    )
    def test_nor_is_it_told_by_what_is_of_another_type(self, tickets, rest, condition, said):
        """JMESPath takes the text "false" for true, and a text and a number for not equal."""
        tickets([{**ROWS[0], "closed": said}])

        assert failure(rest({**LIST, "counts": condition})).reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(
        "condition", ["closed == `null`", "not_null(closed, `0`) != `1`"], ids=str
    )
    def test_a_null_is_told_where_it_is_asked_for(self, tickets, rest, condition):
        row = {**ROWS[0], "closed": None}
        tickets([row])

        assert ask(rest({**LIST, "counts": condition}), "K-1") == Found([row])

    @pytest.mark.parametrize(
        "read", ["join(', ', people[].name)", "people[?name].id", "people[0].name"]
    )
    def test_what_the_items_of_a_list_lack_is_a_changed_schema_too(self, tickets, rest, read):
        tickets([{**ROWS[0], "people": [{"id": 1}]}])

        found = failure(rest({**LIST, "gives": {"x": read}}))

        assert (found.reason, found.detail) == (
            Reason.SCHEMA_CHANGED, f"a row lacks name in {read}",
        )  # fmt: skip

    @pytest.mark.parametrize("may", [{}, {"may": None}, {"may": "false"}], ids=str)
    def test_what_is_asked_before_a_value_is_given_is_yes_or_no(self, tickets, rest, may):
        tickets([ROWS[0] | may])

        found = failure(rest({**LIST, "gives": {"x": "may && state || `null`"}}))

        assert found.reason is Reason.SCHEMA_CHANGED

    def test_a_property_with_an_alternative_may_be_left_out(self, tickets, rest):
        tickets(ROWS[:1])

        adapter = rest({**LIST, "gives": {"x": "closed || title"}})

        assert ask(adapter, "K-1").data == [{"x": "Printer"}]

    def test_what_may_be_left_out_of_a_row_is_left_out_of_what_is_given(self, tickets, rest):
        """None would say that there is nothing, which a renamed property does not say."""
        rows = [
            {**ROWS[0], "due": {"on": "2026-11-20"}},
            {**ROWS[0], "id": 3, "due": None},
            {**ROWS[0], "id": 4, "due": {}},
            {**ROWS[0], "id": 5},
        ]
        tickets(rows)

        adapter = rest({**LIST, "gives": {"id": "id", "due": "due.on"}, "left_out": ["due"]})

        assert ask(adapter, "K-1").data == [
            {"id": 1, "due": "2026-11-20"}, {"id": 3, "due": None}, {"id": 4}, {"id": 5},
        ]  # fmt: skip

    def test_what_is_hidden_in_one_row_is_known_of_none(self, tickets, rest):
        lookup = {**LIST, "gives": {"id": "id", "pay": "pay"}, "hidden": {"pay": "!may"}}
        tickets([{**ROWS[0], "pay": 0, "may": False}, {**ROWS[1], "pay": 7, "may": True}])

        answer = ask(rest(lookup), "K-1")

        assert answer.data == [{"id": 1}, {"id": 2, "pay": 7}]
        assert set(answer.unread) == {"[].pay", "items[].pay"}
        assert answer.unread["[].pay"].startswith("pay is hidden from our user: give it the right ")

    @pytest.mark.parametrize("may", [None, "false"])
    def test_whether_something_is_hidden_is_yes_or_no(self, tickets, rest, may):
        lookup = {**LIST, "gives": {"id": "id", "pay": "pay"}, "hidden": {"pay": "!may"}}
        tickets([{**ROWS[0], "pay": 0, "may": may}])

        assert failure(rest(lookup)).reason is Reason.SCHEMA_CHANGED

    def test_one_row_is_shaped_as_well(self, httpserver, rest):
        httpserver.expect_request("/tickets/1").respond_with_json(ROWS[0])

        adapter = rest({"get": "/tickets/{key}", "gives": {"subject": "title"}})

        assert ask(adapter, "1") == Found({"subject": "Printer"})


class TestLate:
    """A day is over by the source's own clock."""

    @pytest.fixture
    def late(self, rest):
        """Returns which of *days* are late to a source whose clock says *now*."""

        def numbers(*days, now, read="late_after", **more):
            rows = [{"id": n, "owner": "K-1", "due": day} for n, day in enumerate(days)]
            head = f"HTTP/1.1 200 OK\r\nDate: {now}\r\nContent-Type: application/json\r\n\r\n"
            with wire.serve(wire.says(head.encode() + json.dumps(rows).encode())) as server:
                adapter = rest({**LIST, read: "due"}, base_url=server.url, **more)
                return [row["id"] for row in ask(adapter, "K-1").data]

        return numbers

    EVENING = "Fri, 20 Nov 2026 22:30:00 GMT"

    def test_from_the_day_after_and_never_where_there_is_none(self, late):
        assert late("2026-11-19", "2026-11-20", "2026-11-21", None, "", now=self.EVENING) == [0]

    def test_what_lasts_is_what_is_not_over(self, late):
        days = ("2026-11-19", "2026-11-20", "2026-11-21", None, "")

        assert late(*days, now=self.EVENING, read="lasts_until") == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("zone", "now", "expected"),
        [
            ("UTC", EVENING, []),
            ("Europe/Berlin", EVENING, []),
            ("Europe/Berlin", "Fri, 20 Nov 2026 23:30:00 GMT", [0, 1]),
            ("UTC", "Sat, 21 Nov 2026 00:30:00 GMT", [0, 1, 2]),
        ],
    )
    def test_its_day_is_that_of_the_declared_zone(self, late, zone, now, expected):
        days = ("2026-11-20", "2026-11-20T22:00:00Z", "2026-11-20T23:10:00Z")

        assert late(*days, now=now, time_zone=zone) == expected

    def test_a_midnight_stands_for_its_date_everywhere(self, late):
        midnight = "2026-11-20T00:00:00Z"

        assert late(midnight, now=self.EVENING, time_zone="America/New_York") == []

    @pytest.mark.parametrize("day", ["soon", 20261119, {"date": "2026-11-19"}], ids=str)
    def test_what_is_no_day_is_a_changed_schema(self, tickets, rest, day):
        tickets([ROWS[0] | {"due": day}])

        assert failure(rest({**LIST, "late_after": "due"})).reason is Reason.SCHEMA_CHANGED

    def test_a_day_that_is_gone_is_a_changed_schema(self, tickets, rest):
        tickets(ROWS)

        found = failure(rest({**LIST, "late_after": "due"}))

        assert (found.reason, found.detail) == (Reason.SCHEMA_CHANGED, "a row lacks due")

    def test_how_many_there_are_is_how_many_are_late(self, tickets, rest):
        rows = [ROWS[0] | {"due": day} for day in ("2026-01-31", "9999-01-31")]
        tickets(rows, 2)

        adapter = rest({**LIST, "late_after": "due", "select": "rows", "total": "total"})

        assert ask(adapter, "K-1").data == rows[:1]


CHECK = {"get": "/me", "says": "name", "sees_all": "role == 'admin'"}


class TestEverybodysRows:
    """Where the source cannot be asked for some."""

    SWEEP = MappingProxyType(
        {"get": "/tickets", "key": "owner", "many": "list", "everyone": True, "batch": 100}
    )

    def test_each_key_gets_its_own_and_the_rest_is_left_out(self, tickets, rest):
        tickets([*ROWS, ROWS[0] | {"owner": "K-7"}, ROWS[0] | {"owner": None}])

        answers = ask(rest(dict(self.SWEEP)), "K-1", "K-2")

        assert answers == {"K-1": Found(ROWS), "K-2": NoMatch(certain=False)}

    def test_others_may_come_beside_those_that_are_asked_for(self, httpserver, rest):
        asked = httpserver.expect_request("/tickets", query_string={"owners": "K-1,K-2"})
        rows = [row | {"of": ["K-1"]} for row in ROWS]
        asked.respond_with_json([*rows, ROWS[0] | {"owner": "K-7", "of": ["K-7", "K-1"]}])
        lookup = {**self.SWEEP, "params": {"owners": "{keys}"}, "found_by": "of"}

        answers = ask(rest(lookup), "K-1", "K-2")

        assert answers == {"K-1": Found(rows), "K-2": NoMatch(certain=False)}

    def test_a_row_that_no_longer_says_whose_it_is_spoils_all(self, tickets, rest):
        tickets([*ROWS, {"id": 3}])

        assert failure(rest(dict(self.SWEEP)), "K-2").reason is Reason.SCHEMA_CHANGED


def test_a_key_of_another_form_fails_alone_and_is_not_sent(httpserver, rest):
    found = [{"id": 1}]
    httpserver.expect_request("/tickets", query_string="ids=1").respond_with_json(found)

    batch = {"get": "/tickets", "params": {"ids": "{keys}"}, "key": "id", "batch": 50}
    answers = ask(rest({**batch, "form": "[0-9]+"}), "1", "K-1")

    assert answers["1"] == Found(found[0])
    assert answers["K-1"].reason is Reason.NOT_CONFIGURED


class TestSeesAll:
    """A user from whom something is hidden gets 200, and less."""

    @pytest.fixture
    def me(self, httpserver):
        def answer(**me):
            httpserver.expect_request("/me").respond_with_json({"name": "Sidecar"} | me)

        return answer

    @pytest.mark.parametrize("role", ["guest", None])
    def test_a_list_or_none_is_not_believed_of_others(self, me, tickets, rest, role):
        me(role=role)
        tickets([])

        for lookup in (LIST, {**LIST, "many": "one"}):
            found = failure(rest(lookup, check=CHECK))
            assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

        tickets(ROWS)
        assert failure(rest(LIST, check=CHECK)).reason is Reason.PERMISSION_DENIED

    def test_it_is_of_one_who_sees_all(self, httpserver, me, tickets, rest):
        me(role="admin")
        tickets([])
        httpserver.expect_request("/c/K-1/tickets").respond_with_json([])

        mine = {"get": "/c/{key}/tickets", "many": "list"}
        assert ask(rest(mine, check=CHECK), "K-1") == Found([])
        assert ask(rest({**LIST, "many": "one"}, check=CHECK), "K-1") == NoMatch()

    def test_what_was_found_needs_no_proof(self, tickets, rest, httpserver):
        tickets(ROWS[:1])

        assert ask(rest({**LIST, "many": "one"}, check=CHECK), "K-1") == Found(ROWS[0])
        assert [request.path for request, _ in httpserver.log] == ["/tickets"]

    def test_sums_that_were_found_need_it_as_they_may_lack_what_is_hidden(self, me, tickets, rest):
        me(role="guest")
        tickets(ROWS[:1])
        sums = {**LIST, "many": "one", "sums": True}

        assert failure(rest(sums, check=CHECK), "K-1").reason is Reason.PERMISSION_DENIED

    def test_a_listing_and_a_record_that_is_not_there_need_it_too(self, me, httpserver, rest):
        me(role="guest")
        httpserver.expect_request("/companies").respond_with_json([{"id": 1}])
        httpserver.expect_request("/tickets/9").respond_with_json({}, status=404)
        records = {"ticket": {"get": "/tickets/{key}", "keys": {"requester_email": "from"}}}

        adapter = rest(LIST, check=CHECK, accounts={"get": "/companies"}, records=records)

        for call in (lambda: list(adapter.accounts(())), lambda: adapter.record("ticket", "9")):
            with pytest.raises(SourceError) as found:
                call()
            assert found.value.reason is Reason.PERMISSION_DENIED


def test_not_found_may_come_without_a_body_where_it_is_declared(httpserver, rest):
    direct = {"get": "/tickets/{key}"}
    httpserver.expect_request("/tickets/9").respond_with_data("", 404, content_type="text/plain")

    assert failure(rest(direct), "9").reason is Reason.ENDPOINT_GONE

    declared = {**direct, "not_found": {"status": [404], "empty": True}}
    assert ask(rest(declared), "9") == NoMatch(certain=False)

    page = Response("<h1>Not found</h1>", 404, content_type="text/html")
    httpserver.expect_request("/tickets/8").respond_with_response(page)
    assert failure(rest(declared), "8").reason is Reason.ENDPOINT_GONE


def test_a_key_may_be_the_users_name(httpserver, rest):
    asked = httpserver.expect_request("/tickets/1", headers={"Authorization": "Basic azp4"})
    asked.respond_with_json(ROWS[0])

    sign_in = {"type": "basic_key", "key": "k", "password": "x"}

    assert ask(rest({"get": "/tickets/{key}"}, sign_in=sign_in), "1") == Found(ROWS[0])
