"""An API by configuration alone: what is asked, what counts as an answer, what does not."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from context_sidecar import AccountRow, Found, NoMatch, Reason, Several, SourceError
from support.adapters import ask, plugged
from werkzeug import Request, Response

ACME = {"id": "K-1", "name": "Acme", "tier": "ENT", "changed": "2026-11-23T08:00:00Z"}
BOLT = {"id": "K-2", "name": "Bolt", "tier": "PRO", "changed": "2026-11-22T08:00:00Z"}

DIRECT = {"get": "/companies/{key}"}
SEARCH = {
    "get": "/companies",
    "params": {"ids": "{keys}"},
    "batch": 50,
    "select": "companies",
    "key": "id",
}
TICKETS = {"get": "/tickets", "params": {"company": "{key}"}, "select": "tickets", "key": "company"}
TICKETS |= {"many": "list"}


@pytest.fixture
def api(httpserver):
    """The API of a small CRM, as long as nothing else is expected first."""
    httpserver.expect_request("/me").respond_with_json({"email": "sidecar@example.com"})
    httpserver.expect_request("/companies/K-1").respond_with_json(ACME)
    httpserver.expect_request("/companies/K-9").respond_with_json({"error": "unknown"}, status=404)
    return httpserver


@pytest.fixture
def rest(httpserver, request):
    """Plugs the adapter in, with one lookup and whatever else is said."""
    opened = []

    def make(lookup=DIRECT, *, timeout=10, **more):
        settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/me"}}
        settings |= {"lookups": {"account": lookup}} | more
        opened.append(plugged("rest", settings, timeout=timeout))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def failure(adapter, *keys, **asked):
    with pytest.raises(SourceError) as found:
        ask(adapter, *(keys or ("K-1",)), **asked)
    return found.value


class TestOneKeyInThePath:
    def test_its_row_is_the_answer_with_its_time_and_its_link(self, api, rest):
        link = "https://app.example.com/c/{id}?tab={name}"

        adapter = rest({**DIRECT, "as_of": "changed", "link": link})

        assert ask(adapter, "K-1") == Found(
            ACME,
            datetime(2026, 11, 23, 8, tzinfo=UTC),
            "https://app.example.com/c/K-1?tab=Acme",
        )

    @pytest.mark.parametrize("status", [404, 410])
    @pytest.mark.parametrize("many", ["one", "list"])
    def test_not_found_is_a_denial_that_a_wrong_address_would_be_answered_with_too(
        self, httpserver, rest, status, many
    ):
        httpserver.expect_request("/companies/K-9").respond_with_json({}, status=status)

        assert ask(rest({**DIRECT, "many": many}), "K-9") == NoMatch(certain=False)

    def test_nothing_where_not_found_was_due_is_not_sure(self, httpserver, rest):
        """It may be another kind of answer by now."""
        httpserver.expect_request("/companies/K-7").respond_with_json([])

        assert ask(rest(DIRECT), "K-7") == NoMatch(certain=False)

    def test_not_found_is_certain_beside_a_canary_that_is_found(self, api, rest):
        assert ask(rest({**DIRECT, "canary": "K-1"}), "K-9") == NoMatch()

    @pytest.mark.parametrize("status", [404, 410])
    @pytest.mark.parametrize("kind", ["text/html", "text/plain", ""])
    def test_what_is_no_json_and_says_not_found_is_no_word_of_the_api(
        self, httpserver, rest, status, kind
    ):
        httpserver.expect_request("/companies/K-1").respond_with_data(
            "404 page not found", status, content_type=kind
        )

        found = failure(rest())

        assert (found.reason, found.certain) == (Reason.ENDPOINT_GONE, False)

    def test_a_row_of_another_key_is_refused(self, httpserver, rest):
        """A merged company is answered in the place of the one that was asked for."""
        httpserver.expect_request("/companies/K-1").respond_with_json(BOLT)

        assert failure(rest({**DIRECT, "key": "id"})).reason is Reason.SCHEMA_CHANGED

    def test_not_found_may_be_said_in_the_body(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_json({"result": "no such"})

        adapter = rest({**DIRECT, "not_found": {"when": "result == 'no such'"}})

        assert ask(adapter, "K-1") == NoMatch()

    @pytest.mark.parametrize("body", [[1], [["K-1"]]])
    def test_what_is_no_row_is_a_changed_schema(self, httpserver, rest, body):
        httpserver.expect_request("/companies/K-1").respond_with_json(body)

        assert failure(rest()).reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(
        "body",
        [
            None, 5, "text", {"error": "x"}, {"errors": [{"message": "x"}], "data": None},
            {"Fault": {"code": 1}, "type": "ERROR"}, {"success": False, "error": {"code": 500}},
        ],
    )  # fmt: skip
    def test_what_holds_nothing_or_an_error_alone_is_unreadable_and_may_pass(
        self, httpserver, rest, body
    ):
        httpserver.expect_request("/companies/K-1").respond_with_json(body)

        assert failure(rest()).reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"statusCode": 403, "message": "no"}, Reason.PERMISSION_DENIED),
            ({"statusCode": 404, "error": "x", "messages": ["x"]}, Reason.ENDPOINT_GONE),
            ({"status": 401, "error": "x", "path": "/companies"}, Reason.CREDENTIAL_EXPIRED),
            ({"statusCode": 502, "data": {"id": "K-1"}}, Reason.SERVER_ERROR),
            ({"statusCode": 200, "error": "x"}, Reason.BAD_RESPONSE),
            ({"statusCode": "403", "error": "x"}, Reason.BAD_RESPONSE),
        ],
        ids=["Nest", "Nest, not found", "Spring", "with data", "a success", "a text"],
    )
    def test_an_error_that_says_a_status_is_what_that_stands_for(
        self, httpserver, rest, body, reason
    ):
        httpserver.expect_request("/companies/K-1").respond_with_json(body)
        assert failure(rest()).reason is reason

        errors = [{"status": [403], "reason": "rate_limited"}]
        declared = Reason.RATE_LIMITED if reason is Reason.PERMISSION_DENIED else reason
        assert failure(rest(errors=errors)).reason is declared

    @pytest.mark.parametrize(
        "record",
        [
            {"id": "K-1", "status": 404, "error": "late"},
            {"id": "K-1", "statusCode": 500, "name": "Acme"},
        ],
        ids=["status", "statusCode"],
    )
    def test_a_record_may_have_a_status_of_its_own(self, httpserver, rest, record):
        httpserver.expect_request("/companies/K-1").respond_with_json(record)

        assert ask(rest(), "K-1").data == record

    def test_an_envelope_may_say_that_all_is_well(self, httpserver, rest):
        said = {"statusCode": 200, "message": "OK", "data": ACME}
        httpserver.expect_request("/companies/K-1").respond_with_json(said)

        lookup = {"get": "/companies/{key}", "select": "data"}
        assert ask(rest(lookup), "K-1").data == ACME

    @pytest.mark.parametrize("own", [{"error": "last import failed"}, {"error": None, "ok": True}])
    def test_a_record_may_have_a_property_of_the_name(self, httpserver, rest, own):
        record = {"id": "K-1", "name": "Acme"} | own
        httpserver.expect_request("/companies/K-1").respond_with_json(record)

        assert ask(rest(), "K-1").data == record


class TestSearch:
    def test_a_batch_is_one_call_and_each_row_finds_its_key(self, httpserver, rest):
        httpserver.expect_ordered_request(
            "/companies", query_string={"ids": "K-1,K-2,K-9"}
        ).respond_with_json({"companies": [BOLT, ACME]})

        answers = ask(rest(SEARCH), "K-1", "K-2", "K-9")

        assert answers == {"K-1": Found(ACME), "K-2": Found(BOLT), "K-9": NoMatch(certain=False)}

    def test_keys_can_be_sent_as_a_repeated_parameter(self, httpserver, rest):
        httpserver.expect_request("/companies", query_string="ids=K-1&ids=K-2").respond_with_json(
            {"companies": []}
        )

        assert ask(rest({**SEARCH, "lists_as": "each"}), "K-1", "K-2")["K-1"] == NoMatch(
            certain=False
        )

    def test_keys_and_names_can_be_sent_in_a_body(self, httpserver, rest):
        body = {"filter": {"id": ["K-1", "K-2"]}, "fields": ["name", "tier"], "limit": 50}
        httpserver.expect_request("/search", method="POST", json=body).respond_with_json([ACME])
        template = {"filter": {"id": "{keys}"}, "fields": "{names}", "limit": 50}
        lookup = {"post": "/search", "json": template, "batch": 50, "key": "id"}

        answers = ask(rest(lookup), "K-1", "K-2", names=("tier", "name"))

        assert answers["K-1"] == Found(ACME)

    def test_keys_can_stand_between_quotes_in_a_query_language(self, httpserver, rest):
        query = "SELECT name FROM company WHERE id IN ('K-1','K-2')"
        httpserver.expect_request("/query", query_string={"q": query}).respond_with_json([ACME])
        template = "SELECT {names} FROM company WHERE id IN ('{keys}')"
        lookup = {"get": "/query", "params": {"q": template}, "batch": 50, "key": "id"}

        assert ask(rest(lookup), "K-1", "K-2", names=("name",))["K-1"] == Found(ACME)

    def test_an_empty_list_is_no_match_and_a_missing_list_is_a_changed_schema(
        self, httpserver, rest
    ):
        httpserver.expect_ordered_request("/companies").respond_with_json({"companies": []})
        httpserver.expect_ordered_request("/companies").respond_with_json({"organisations": []})
        adapter = rest(SEARCH)

        assert ask(adapter, "K-1") == NoMatch(certain=False)
        assert failure(adapter).reason is Reason.SCHEMA_CHANGED

    def test_a_filter_that_is_ignored_is_found_out(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME, BOLT]})

        found = failure(rest(SEARCH), "K-1")

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)
        assert "K-2" not in str(found)

    def test_case_is_ignored_where_declared(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME]})

        assert ask(rest({**SEARCH, "ignore_case": True}), "k-1") == Found(ACME)
        assert failure(rest(SEARCH), "k-1").reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize("everyone", [False, True], ids=["search", "everybody"])
    def test_letters_that_fold_into_others_are_no_case(self, everyone, httpserver, rest):
        others = {"id": "WEISS", "name": "Weiss & Co"}
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME, others]})
        params = {} if everyone else SEARCH["params"]
        lookup = {**SEARCH, "params": params, "everyone": everyone, "ignore_case": True}

        answers = ask(rest(lookup), "k-1", "Weiß")

        assert answers == {"k-1": Found(ACME), "Weiß": NoMatch(certain=False)}

    def test_two_rows_under_one_key_are_named_and_none_is_chosen(self, httpserver, rest):
        twin = {**ACME, "name": "Acme (old)"}
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME, twin]})

        assert ask(rest({**SEARCH, "name": "name"}), "K-1") == Several(("Acme", "Acme (old)"))

    def test_a_status_for_not_found_says_nothing_about_a_key_in_a_search(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({}, status=404)

        assert failure(rest(SEARCH)).reason is Reason.ENDPOINT_GONE

    def test_a_batch_that_was_cut_is_refused(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME], "all": 2})

        found = failure(rest({**SEARCH, "total": "all"}), "K-1", "K-2")

        assert found.reason is Reason.BAD_RESPONSE

    def test_a_total_that_is_no_number_is_a_changed_schema(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({"companies": [ACME]})

        assert failure(rest({**SEARCH, "total": "all"})).reason is Reason.SCHEMA_CHANGED


class TestLists:
    ROWS = ({"company": "K-1", "title": "Printer"}, {"company": "K-1", "title": "Login"})

    def test_all_rows_of_a_key_are_its_list(self, httpserver, rest):
        httpserver.expect_request("/tickets", query_string={"company": "K-1"}).respond_with_json(
            {"tickets": self.ROWS}
        )

        assert ask(rest(TICKETS), "K-1") == Found(list(self.ROWS))

    def test_a_list_that_is_longer_than_its_page_says_how_long(self, httpserver, rest):
        httpserver.expect_request("/tickets").respond_with_json({"tickets": self.ROWS, "n": "40"})

        answer = ask(rest({**TICKETS, "total": "n"}), "K-1")

        assert answer == Found({"items": list(self.ROWS), "total": 40})


class TestCanary:
    def test_none_is_believed_while_the_canary_is_found(self, api, rest):
        assert ask(rest({**DIRECT, "canary": "K-1"}), "K-9") == NoMatch()

    def test_none_is_a_refusal_when_the_canary_is_gone_too(self, api, rest):
        answer = ask(rest({**DIRECT, "canary": "K-9"}), "K-9")

        assert answer.reason is Reason.PERMISSION_DENIED

    def test_the_check_looks_for_it(self, api, rest):
        rest({**DIRECT, "canary": "K-1"}).check()
        with pytest.raises(SourceError, match="must always be found"):
            rest({**DIRECT, "canary": "K-9"}).check()


class TestFailuresThatLookLikeSuccess:
    def test_a_declared_error_in_a_success_is_that_failure_with_its_code(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_json(
            {"error": {"code": "TOKEN_OLD", "text": "K-1 may not"}}
        )
        errors = [{"when": "error", "reason": "credential_expired", "code": "error.code"}]

        found = failure(rest(errors=errors))

        assert (found.reason, found.code) == (Reason.CREDENTIAL_EXPIRED, "TOKEN_OLD")
        assert "K-1" not in str(found)

    def test_a_declared_error_goes_before_what_its_status_means(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_json({"why": "ip"}, status=403)
        rule = {"status": [403], "when": "why == 'ip'", "reason": "ip_not_allowed"}

        causes = ["address_not_allowed", "locked_out"]

        found = failure(rest(errors=[{**rule, "certain": False, "causes": causes}]))

        assert (found.reason, found.certain) == (Reason.IP_NOT_ALLOWED, False)
        assert [cause.value for cause in found.possible_causes] == causes

    def test_the_first_rule_that_fits_decides(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_json({"fault": 2}, status=400)
        errors = [
            {"when": "fault == `1`", "reason": "permission_denied"},
            {"status": [400], "reason": "rate_limited"},
            {"when": "fault == `2`", "reason": "server_error"},
        ]

        assert failure(rest(errors=errors)).reason is Reason.RATE_LIMITED

    def test_a_declared_error_may_be_a_status_for_not_found(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_json({"code": 7}, status=404)

        found = failure(rest(errors=[{"when": "code == `7`", "reason": "permission_denied"}]))

        assert found.reason is Reason.PERMISSION_DENIED

    def test_an_answer_that_is_not_ok_is_no_answer(self, httpserver, rest):
        httpserver.expect_ordered_request("/companies").respond_with_json(
            {"success": False, "companies": []}
        )
        httpserver.expect_ordered_request("/companies").respond_with_json(
            {"success": True, "companies": []}
        )
        adapter = rest(SEARCH, ok="success")

        assert failure(adapter).reason is Reason.BAD_RESPONSE
        assert ask(adapter, "K-1") == NoMatch(certain=False)

    @pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", ""])
    def test_an_empty_list_that_is_not_called_json_is_no_answer(
        self, httpserver, rest, content_type
    ):
        httpserver.expect_request("/companies").respond_with_data(
            '{"companies": []}', content_type=content_type
        )

        assert failure(rest(SEARCH)).reason is Reason.BAD_RESPONSE

    def test_a_media_type_can_be_declared_to_be_json(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_data(
            '{"companies": []}', content_type="text/javascript"
        )

        assert ask(rest(SEARCH, media_types=["text/javascript"]), "K-1") == NoMatch(certain=False)

    def test_json_by_any_of_its_names_counts(self, httpserver, rest):
        httpserver.expect_request("/companies/K-1").respond_with_data(
            json.dumps(ACME), content_type="application/vnd.crm+json; charset=utf-8"
        )

        assert ask(rest(), "K-1") == Found(ACME)


class TestSigningIn:
    @pytest.mark.parametrize(
        ("sign_in", "header", "value"),
        [
            ({"type": "bearer", "token": "T0P-secret"}, "Authorization", "Bearer T0P-secret"),
            (
                {"type": "basic", "user": "u", "password": "T0P-secret"},
                "Authorization",
                "Basic " + base64.b64encode(b"u:T0P-secret").decode(),
            ),
            ({"type": "header", "header": "X-Key", "key": "T0P-secret"}, "X-Key", "T0P-secret"),
        ],
    )
    def test_the_credential_goes_where_it_is_declared(
        self, httpserver, rest, sign_in, header, value
    ):
        httpserver.expect_request(
            "/me", headers={header: value, "X-Tenant": "acme"}
        ).respond_with_json({"email": "sidecar@example.com"})
        adapter = rest(
            sign_in=sign_in, headers={"X-Tenant": "acme"}, check={"get": "/me", "says": "email"}
        )

        assert adapter.check() == "signed in as sidecar@example.com"

    def test_no_credential_is_in_any_error(self, httpserver, rest):
        secret = "T0P-secret"

        def echo(request: Request) -> Response:
            return Response(json.dumps({"code": request.headers["X-Key"]}), 401)

        httpserver.expect_request("/companies/K-1").respond_with_handler(echo)
        adapter = rest(
            sign_in={"type": "header", "header": "X-Key", "key": secret},
            errors=[{"status": [401], "reason": "credential_expired", "code": "code"}],
        )

        found = failure(adapter)

        assert secret not in f"{found} {found.code} {found!r} {found.__context__}"


class TestListingAccounts:
    def test_every_row_is_an_account_with_its_link(self, httpserver, rest):
        httpserver.expect_request(
            "/companies", query_string={"fields": "id,name"}
        ).respond_with_json([ACME, {**BOLT, "id": None}])
        listing = {"get": "/companies", "params": {"fields": "{names}"}}
        listing |= {"link": "https://app.example.com/{id}"}

        rows = list(rest(accounts=listing).accounts({"name", "id"}))

        assert rows == [
            AccountRow(ACME, "https://app.example.com/K-1"),
            AccountRow({**BOLT, "id": None}),
        ]

    def test_a_list_that_was_cut_is_a_failure_after_its_rows(self, httpserver, rest):
        httpserver.expect_request("/companies").respond_with_json({"all": 3, "rows": [ACME, BOLT]})
        rows = rest(accounts={"get": "/companies", "select": "rows", "total": "all"}).accounts(())

        assert next(rows) == AccountRow(ACME)
        with pytest.raises(SourceError, match="2 rows of 3"):
            list(rows)

    def test_without_a_declared_list_there_is_none(self, rest):
        with pytest.raises(SourceError) as found:
            rest().accounts(())

        assert found.value.reason is Reason.NOT_CONFIGURED


TICKET = {"get": "/tickets/{key}", "keys": {"requester_email": "from.email", "org": "org_id"}}


class TestRecords:
    def test_a_record_tells_the_keys_it_has(self, httpserver, rest):
        httpserver.expect_request("/tickets/7").respond_with_json(
            {"from": {"email": "ana@acme.example"}, "org_id": None}
        )

        assert rest(records={"ticket": TICKET}).record("ticket", "7") == {
            "requester_email": "ana@acme.example"
        }

    def test_a_record_that_is_not_there_is_none(self, httpserver, rest):
        httpserver.expect_request("/tickets/8").respond_with_json({}, status=404)

        assert rest(records={"ticket": TICKET}).record("ticket", "8") is None

    def test_several_records_under_one_id_are_no_record(self, httpserver, rest):
        httpserver.expect_request("/tickets/7").respond_with_json([{"id": 1}, {"id": 2}])

        with pytest.raises(SourceError) as found:
            rest(records={"ticket": TICKET}).record("ticket", "7")
        assert found.value.reason is Reason.BAD_RESPONSE

    def test_a_type_that_is_not_declared_is_said_to_be_so(self, rest):
        with pytest.raises(SourceError) as found:
            rest().record("ticket", "7")

        assert found.value.reason is Reason.NOT_CONFIGURED


def test_a_broken_api_is_a_reason_and_a_mended_one_an_answer(httpserver, rest):
    adapter = rest()
    httpserver.expect_ordered_request("/companies/K-1").respond_with_data("", 503)
    httpserver.expect_ordered_request("/companies/K-1").respond_with_json(ACME)

    assert failure(adapter).reason is Reason.SERVER_ERROR
    assert ask(adapter, "K-1") == Found(ACME)


def test_the_check_says_where_it_got_an_answer(api, rest):
    assert rest().check() == f"{api.url_for('/')} answers"


def test_a_check_that_does_not_say_whom_it_was_to_name_has_failed(api, rest):
    with pytest.raises(SourceError) as found:
        rest(check={"get": "/me", "says": "login"}).check()

    assert found.value.reason is Reason.SCHEMA_CHANGED
