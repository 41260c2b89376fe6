"""A list without any row is empty of a key that there is. Of any other it says nothing, and is not
taken for none: the key may be wrong, and "no overdue invoices" a lie."""

from __future__ import annotations

import json
import re
from types import MappingProxyType

import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, SourceError
from marshmallow import ValidationError
from support.adapters import ask, plugged
from werkzeug import Response

TICKETS = {"get": "/tickets", "params": {"owners": "{keys}"}, "batch": 50}
TICKETS |= {"select": "rows", "key": "owner", "many": "list"}
OURS = {"get": "/tickets", "params": {"owners": "{key}"}, "key": "owner", "many": "list"}
OURS |= {"select": "rows", "total": "total"}
SWEEP = {"get": "/tickets", "select": "rows", "key": "owner", "many": "list", "everyone": True}
SWEEP |= {"batch": 100, "any_key": True}
ACCOUNT = {"get": "/companies/{key}", "key": "id"}
ROW = {"id": 1, "owner": "K-1", "state": "open"}


@pytest.fixture
def asked(httpserver):
    """A system with companies from K-1 on, of which K-1 has tickets; yields what it is asked."""
    calls = []

    def tickets(request):
        calls.append(request.args.get("owners", "all"))
        shown = [ROW, ROW | {"id": 2, "state": "done"}]
        rows = [
            row for row in shown if row["owner"] in request.args.get("owners", "K-1").split(",")
        ]
        return Response(json.dumps({"rows": rows, "total": len(rows)}), mimetype="application/json")

    def company(request):
        key = request.path.rpartition("/")[2]
        calls.append(key)
        known = re.fullmatch(r"K-\d\d?", key)
        body = {"id": key} if known else {"error": "unknown"}
        return Response(json.dumps(body), 200 if known else 404, mimetype="application/json")

    def companies(request):
        calls.append("list")
        rows = [{"id": f"K-{number}"} for number in range(1, 100)]
        return Response(json.dumps(rows), mimetype="application/json")

    httpserver.expect_request("/tickets").respond_with_handler(tickets)
    httpserver.expect_request(re.compile("/companies/.*")).respond_with_handler(company)
    httpserver.expect_request("/companies").respond_with_handler(companies)
    return calls


@pytest.fixture
def rest(httpserver):
    opened = []

    def make(lookup, account=ACCOUNT, **more):
        settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/me"}}
        settings |= {"lookups": {"account": account, "tickets": lookup}} | more
        opened.append(plugged("rest", settings))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def tickets(adapter, *keys):
    return ask(adapter, *keys, lookup="tickets")


class TestWithoutEvidence:
    def test_a_key_without_rows_is_not_known(self, asked, rest):
        assert tickets(rest(TICKETS), "K-2") == NoMatch(certain=False)
        assert tickets(rest(OURS), "K-2") == NoMatch(certain=False)

    def test_rows_that_do_not_count_are_evidence(self, asked, rest):
        lookup = {**TICKETS, "counts": "state == 'new'"}

        answers = tickets(rest(lookup), "K-1", "K-2")

        assert answers == {"K-1": Found([]), "K-2": NoMatch(certain=False)}


def test_a_row_that_lost_whose_it_is_is_not_nobodys_where_all_are_somebodys(httpserver, rest):
    httpserver.expect_request("/tickets").respond_with_json({"rows": [ROW | {"owner": None}]})

    assert tickets(rest({**SWEEP, "canary": ""}), "K-1") == NoMatch(certain=False)
    with pytest.raises(SourceError, match="came without owner"):
        tickets(rest({**SWEEP, "canary": "", "always": ["owner"]}), "K-1")


class TestKnown:
    """The lookup `known` finds the keys that there are."""

    def test_what_it_finds_may_have_none(self, asked, rest):
        answers = tickets(rest({**TICKETS, "known": "account"}), "K-1", "K-2", "nobody")

        assert answers["K-1"].data[0] == ROW
        assert answers["K-2"] == Found([])
        assert answers["nobody"] == NoMatch(certain=False)

    def test_it_is_asked_for_those_without_rows_alone(self, asked, rest):
        tickets(rest({**TICKETS, "known": "account"}), "K-1", "K-2")
        assert asked == ["K-1,K-2", "K-2"]

    def test_a_list_with_a_total_has_none_of_none(self, asked, rest):
        answer = tickets(rest({**OURS, "known": "account"}), "K-2")

        assert answer == Found({"items": [], "total": 0})

    def test_many_are_found_in_its_list(self, asked, rest):
        account = {**ACCOUNT, "from_list": 20}
        keys = [f"K-{number}" for number in range(2, 40)]

        lookup = {**TICKETS, "known": "account"}
        answers = tickets(rest(lookup, account, accounts={"get": "/companies"}), *keys, "nobody")

        assert answers == dict.fromkeys(keys, Found([])) | {"nobody": NoMatch(certain=False)}
        assert asked[1:] == ["list"]

    def test_its_canary_proves_it_too(self, asked, rest):
        seen = rest({**TICKETS, "known": "account"}, {**ACCOUNT, "canary": "K-1"})
        blind = rest({**TICKETS, "known": "account"}, {**ACCOUNT, "canary": "gone"})

        assert tickets(seen, "nobody") == NoMatch()
        assert tickets(blind, "nobody").reason is Reason.PERMISSION_DENIED

    def test_where_it_fails_nothing_is_claimed(self, httpserver, rest):
        empty = {"rows": [], "total": 0}
        httpserver.expect_request("/tickets").respond_with_json(empty)
        httpserver.expect_request("/companies/K-2").respond_with_json({}, status=503)

        with pytest.raises(SourceError) as found:
            tickets(rest({**TICKETS, "known": "account"}), "K-2")
        assert found.value.reason is Reason.SERVER_ERROR


class TestProof:
    """A call that shows some row, whosever it is, to everybody who may see such."""

    PROVEN = MappingProxyType(
        {**TICKETS, "known": "account", "proof": {"get": "/any", "select": "rows"}}
    )

    @pytest.fixture
    def shown(self, httpserver):
        """What is shown of anybody."""
        rows, self.calls = [ROW], []

        def handle(request):
            self.calls.append(request.path)
            return Response(json.dumps({"rows": rows}), mimetype="application/json")

        httpserver.expect_request("/any").respond_with_handler(handle)
        return rows

    def test_a_list_is_empty_where_others_are_shown(self, asked, shown, rest):
        assert tickets(rest(dict(self.PROVEN)), "K-2") == Found([])

    def test_where_nothing_is_shown_of_anybody_nothing_is_claimed(self, asked, shown, rest):
        shown.clear()
        adapter = rest(dict(self.PROVEN))

        with pytest.raises(SourceError) as found:
            tickets(adapter, "K-2")

        assert (found.value.reason, found.value.certain) == (Reason.PERMISSION_DENIED, False)
        assert found.value.possible_causes == (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE)
        shown.append(ROW)
        assert tickets(adapter, "K-2") == Found([])

    def test_it_is_asked_once_for_many_and_not_where_there_are_rows(self, asked, shown, rest):
        adapter = rest(dict(self.PROVEN))

        tickets(adapter, "K-1", "K-2", "K-3")
        assert self.calls == []
        tickets(adapter, "K-2", "K-3")
        assert self.calls == ["/any"]

    def test_what_does_not_count_is_shown_all_the_same(self, asked, shown, rest):
        shown.clear()
        lookup = {**self.PROVEN, "counts": "state == 'new'"}

        assert tickets(rest(lookup), "K-1") == Found([])

    def test_one_row_that_is_not_found_is_none_with_it_and_uncertain_without(
        self, asked, shown, rest
    ):
        one = {name: said for name, said in self.PROVEN.items() if name not in {"many", "known"}}

        assert tickets(rest(one), "K-2") == NoMatch()
        del one["proof"]
        assert tickets(rest(one), "K-2") == NoMatch(certain=False)

    def test_a_key_has_no_meaning_in_it(self, asked, rest):
        lookup = {**TICKETS, "proof": {"get": "/any", "params": {"owners": "{keys}"}}}

        with pytest.raises(ValidationError, match="has no meaning here"):
            rest(lookup)

    @pytest.mark.parametrize(
        ("more", "proves"),
        [
            ({}, False),
            ({"known": "account"}, False),
            ({"canary": "K-1"}, True),
            ({"proof": {"get": "/any"}}, True),
            ({"any_key": True, "proof": {"get": "/any"}}, False),
            ({"any_key": True, "canary": "K-1"}, True),
        ],
        ids=["nothing", "known", "canary", "proof", "any key", "any key, canary"],
    )
    def test_a_lookup_says_whether_its_nones_are_proven(self, asked, rest, more, proves):
        """That the account is known says nothing of whether its tickets are shown."""
        adapter = rest({**TICKETS, **more})
        assert adapter.lookups["tickets"].proves_none is proves

    def test_who_is_known_to_see_all_needs_no_proof(self, asked, rest):
        adapter = rest(TICKETS, check={"get": "/me", "sees_all": "admin"})
        assert adapter.lookups["tickets"].proves_none


class TestKeysInThePath:
    MINE = MappingProxyType({"get": "/c/{key}/tickets", "many": "list", "select": "rows"})

    def test_what_is_found_there_may_have_none(self, httpserver, rest):
        httpserver.expect_request("/c/K-2/tickets").respond_with_json({"rows": []})
        assert tickets(rest(dict(self.MINE)), "K-2") == Found([])

    def test_where_nothing_would_be_not_found_it_proves_nothing(self, httpserver, rest):
        httpserver.expect_request("/c/K-2/tickets").respond_with_json({"rows": []})
        lookup = {**self.MINE, "not_found": {"status": []}}

        assert tickets(rest(lookup), "K-2") == NoMatch(certain=False)

    def test_what_the_body_calls_not_found_is_no_empty_list(self, httpserver, rest):
        httpserver.expect_request("/c/K-2/tickets").respond_with_json({"rows": [], "lost": True})
        lookup = {**self.MINE, "not_found": {"when": "lost"}}

        assert tickets(rest(lookup), "K-2") == NoMatch()


class TestAnyKey:
    """Where people write into a row what they like, nothing knows which keys there are."""

    def test_none_is_believed_once_the_canary_is_found(self, asked, rest):
        assert tickets(rest({**SWEEP, "canary": "K-1"}), "K-2") == Found([])
        assert tickets(rest({**SWEEP, "canary": "K-9"}), "K-2").reason is Reason.PERMISSION_DENIED

    def test_without_a_canary_the_key_is_not_known(self, asked, rest):
        assert tickets(rest(SWEEP), "K-2") == NoMatch(certain=False)
