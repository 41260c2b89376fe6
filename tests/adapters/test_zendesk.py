"""What the Zendesk adapter makes of each answer that Zendesk can give."""

from __future__ import annotations

import base64

import pytest
from context_sidecar import AccountRow, Found, NoMatch, Reason, SourceError, plugins
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.vendor import failure
from support.zendesk import ACME, AGENT, ANONYMOUS, BOLT, Zendesk, organization, ticket


@pytest.fixture
def zendesk(httpserver):
    return Zendesk(httpserver)


@pytest.fixture
def settings(zendesk):
    return {"url": zendesk.url, "user": "agent@acme.example", "api_token": "s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("zendesk", settings) as opened:
        yield opened


class TestAccount:
    def test_an_organization_is_found_by_its_external_id_whatever_the_case(self, zendesk, adapter):
        answer = ask(adapter, "c-1")

        assert answer == Found(
            zendesk.organizations[0], link=f"{zendesk.url}/agent/organizations/{ACME}"
        )
        assert answer.data["organization_fields"] == {"tier": "ENT", "health": None}

    def test_by_the_id_of_zendesk_itself(self, settings):
        with plugged("zendesk", settings | {"by": "id"}) as adapter:
            assert ask(adapter, str(BOLT)).data["name"] == "C-2"

    def test_a_batch_is_one_call(self, zendesk, adapter):
        answers = ask(adapter, "C-1", "C-2")

        assert [answer.data["id"] for answer in answers.values()] == [ACME, BOLT]
        assert [request.path for request in zendesk.asked] == ["/api/v2/organizations/show_many"]

    def test_no_such_organization_is_no_match_once_we_know_that_we_see_all(self, zendesk, adapter):
        assert ask(adapter, "C-1", "C-9")["C-9"] == NoMatch()
        assert "/api/v2/users/me" in [request.path for request in zendesk.asked]

    @pytest.mark.parametrize(("by", "key"), [("external_id", "C-1,C-2"), ("id", "C-1")])
    def test_a_key_that_would_spoil_the_batch_fails_alone(self, settings, by, key):
        good = {"external_id": "C-1", "id": str(ACME)}[by]

        with plugged("zendesk", settings | {"by": by}) as adapter:
            answers = ask(adapter, good, key)

        assert isinstance(answers[good], Found)
        assert answers[key].reason is Reason.NOT_CONFIGURED

    def test_more_rows_than_were_announced_are_not_believed(self, zendesk, adapter):
        zendesk.refuse(200, {"organizations": [], "count": 1})

        assert failure(adapter, "C-1").reason is Reason.BAD_RESPONSE

    def test_a_row_that_was_not_asked_for_spoils_the_answer(self, zendesk, adapter):
        zendesk.refuse(200, {"organizations": [organization(9, "C-9")], "count": 1})

        assert failure(adapter, "C-1").reason is Reason.SCHEMA_CHANGED


class TestOpenTickets:
    def test_each_organization_gets_its_own(self, zendesk, adapter):
        answers = ask(adapter, "C-1", "C-2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]
        assert answers["C-2"].data["items"] == [
            {
                "id": "3",
                "title": "Ticket 3",
                "status": "open",
                "priority": "high",
                "created_at": "2026-11-20T08:00:00Z",
                "updated_at": "2026-11-21T08:00:00Z",
                "url": f"{zendesk.url}/agent/tickets/3",
            }
        ]

    def test_none_is_a_list_of_none(self, zendesk, adapter):
        zendesk.tickets = []

        assert ask(adapter, "C-1", lookup="open_tickets").data == {"items": [], "total": 0}

    def test_of_many_the_first_hundred_come_with_the_true_number(self, zendesk, adapter):
        zendesk.tickets = [ticket(number, ACME) for number in range(1500)]

        data = ask(adapter, "C-1", lookup="open_tickets").data

        assert (len(data["items"]), data["total"]) == (100, 1500)

    def test_what_was_solved_since_it_was_indexed_does_not_count(self, zendesk, adapter):
        zendesk.tickets.append(ticket(4, ACME, "solved"))

        data = ask(adapter, "C-1", lookup="open_tickets").data

        assert [item["id"] for item in data["items"]] == ["1", "2"]
        assert data["total"] == 2

    def test_an_unknown_organization_has_no_tickets_to_count(self, adapter):
        assert ask(adapter, "C-9", lookup="open_tickets") == NoMatch()

    @pytest.mark.parametrize(
        ("me", "reason"),
        [
            (ANONYMOUS, Reason.CREDENTIAL_EXPIRED),
            (AGENT | {"restricted_agent": True}, Reason.PERMISSION_DENIED),
            (AGENT | {"role": "end-user"}, Reason.PERMISSION_DENIED),
        ],
    )
    def test_a_user_who_may_not_see_all_never_reads_as_none(self, zendesk, adapter, me, reason):
        """Zendesk answers 200, with what this user may see: less, or nothing."""
        zendesk.me, zendesk.tickets = me, []

        assert failure(adapter, "C-1", lookup="open_tickets").reason is reason

        zendesk.me = AGENT
        assert ask(adapter, "C-1", lookup="open_tickets").data["total"] == 0

    def test_a_ticket_of_another_organization_spoils_the_answer(self, zendesk, adapter):
        zendesk.false = {"results": [ticket(9, BOLT)], "count": 1}

        assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.SCHEMA_CHANGED

    def test_a_ticket_that_comes_twice_is_not_counted_twice(self, zendesk, adapter):
        zendesk.false = {"results": [ticket(9, ACME)] * 2, "count": 2}

        assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    def test_a_number_that_does_not_fit_the_rows_is_not_believed(self, zendesk, adapter):
        zendesk.false = {"count": 7}

        assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.BAD_RESPONSE


MANY = [f"C-{number}" for number in range(1, 301)]


class TestOpenTicketsOfMany:
    """Nobody waits for so many: they come from the export of one search."""

    @pytest.fixture(autouse=True)
    def many(self, zendesk):
        zendesk.organizations = [organization(n, f"C-{n}") for n in range(1, 301)]
        zendesk.tickets = [ticket(n, n % 200 + 1, "open") for n in range(1, 1201)]

    def test_a_call_takes_all_there_are_and_a_page_five_hundred_tickets(self, zendesk, adapter):
        answers = ask(adapter, *MANY, lookup="open_tickets")

        assert [answers[key].data["total"] for key in MANY] == [6] * 200 + [0] * 100
        paths = [one.path.removeprefix("/api/v2") for one in zendesk.asked]
        assert paths.count("/search/export") == 3
        assert paths.count("/search") == 0
        assert len(paths) == 7

    def test_each_reads_as_if_it_were_asked_for_by_itself(self, zendesk, adapter):
        zendesk.tickets += [ticket(2000, 7, "solved"), ticket(2001, None)]

        many = ask(adapter, *MANY, lookup="open_tickets")

        for key in ("C-7", "C-8", "C-250"):
            zendesk.tickets.sort(key=lambda one: one["updated_at"], reverse=True)
            assert many[key] == ask(adapter, key, lookup="open_tickets")

    def test_what_is_solved_or_deleted_is_not_there_the_next_time(self, zendesk, adapter):
        ask(adapter, *MANY, lookup="open_tickets")
        zendesk.tickets = [one for one in zendesk.tickets if one["organization_id"] != 5]

        assert ask(adapter, *MANY, lookup="open_tickets")["C-5"].data["total"] == 0

    def test_pages_that_move_while_they_are_read_say_nothing_of_anybody(self, zendesk, adapter):
        zendesk.tickets.insert(600, zendesk.tickets[3])

        answer = failure(adapter, *MANY, lookup="open_tickets")

        assert answer.reason is Reason.BAD_RESPONSE

    def test_an_unknown_organization_has_no_tickets_to_count(self, adapter):
        answers = ask(adapter, *MANY, "X-9", lookup="open_tickets")

        assert answers["X-9"] == NoMatch()

    def test_an_export_that_is_cut_is_none(self, zendesk, adapter, monkeypatch):
        """Of whom no ticket is seen has none: so it must have been read to its end."""
        monkeypatch.setattr(zendesk, "exported", lambda _: {
            "results": zendesk.tickets[:500], "meta": {"has_more": True, "after_cursor": None},
        })  # fmt: skip

        answer = failure(adapter, *MANY, lookup="open_tickets")

        assert answer.reason is Reason.BAD_RESPONSE

    def test_a_user_who_may_not_see_all_never_reads_as_none(self, zendesk, adapter):
        zendesk.me, zendesk.tickets = AGENT | {"restricted_agent": True}, []

        answer = failure(adapter, *MANY, lookup="open_tickets")

        assert answer.reason is Reason.PERMISSION_DENIED


class TestAccounts:
    def test_all_pages_are_listed(self, zendesk, adapter):
        zendesk.organizations = [organization(n, f"C-{n}") for n in range(1, 251)]

        rows = list(adapter.accounts({"external_id"}))

        assert [row.data["id"] for row in rows] == list(range(1, 251))
        assert rows[0] == AccountRow(
            zendesk.organizations[0], f"{zendesk.url}/agent/organizations/1"
        )

    def test_a_list_that_goes_in_circles_ends(self, zendesk, adapter):
        meta = {"has_more": True, "after_cursor": "same"}
        zendesk.page = lambda _: {"organizations": [], "meta": meta}

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE

    def test_a_user_who_may_not_see_all_lists_nothing(self, zendesk, adapter):
        zendesk.me = ANONYMOUS

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.CREDENTIAL_EXPIRED


class TestRecord:
    def test_a_ticket_names_its_requester_and_organization(self, adapter):
        assert adapter.record("ticket", "35") == {
            "requester_email": "ana@acme.example",
            "requester_name": "Ana",
            "organization_id": str(ACME),
            "organization_external_id": "C-1",
            "organization_name": "C-1",
            "organization_domain": "acme.example",
        }

    def test_a_user_without_an_organization_has_no_keys_of_one(self, adapter):
        assert adapter.record("user", "9") == {
            "requester_email": "ana@acme.example",
            "requester_name": "Ana",
            "requester_external_id": "p-9",
        }

    def test_of_two_domains_none_is_guessed(self, zendesk, adapter):
        zendesk.organizations[0]["domain_names"] = ["acme.example", "acme.test"]

        keys = adapter.record("organization", str(ACME))
        assert set(keys) <= set(adapter.record_keys_of("organization"))

        assert keys["organization_id"] == str(ACME)
        assert "organization_domain" not in keys

    def test_no_such_ticket_is_none(self, adapter):
        assert adapter.record("ticket", "36") is None

    def test_other_things_have_no_keys(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("macro", "1")
        assert found.value.reason is Reason.NOT_CONFIGURED


REFUSALS = [
    (401, {"error": "Couldn't authenticate you"}, {}, Reason.CREDENTIAL_EXPIRED),
    (401, {"error": "invalid_token", "error_description": "…"}, {}, Reason.CREDENTIAL_EXPIRED),
    (403, {"error": {"title": "Forbidden", "message": "…"}}, {}, Reason.PERMISSION_DENIED),
    (403, {"error": "insufficient_scope"}, {}, Reason.PERMISSION_DENIED),
    (404, {"error": "InvalidEndpoint", "description": "Not found"}, {}, Reason.ENDPOINT_GONE),
    (404, "<h1>No help desk at acme.zendesk.com</h1>", {}, Reason.ENDPOINT_GONE),
    (429, "Too many requests", {"Retry-After": "7"}, Reason.RATE_LIMITED),
    (429, {"error": "APIRateLimitExceeded"}, {"ratelimit-reset": "7"}, Reason.RATE_LIMITED),
    (422, {"error": "unavailable", "description": "…"}, {}, Reason.SERVER_ERROR),
    (503, "<h1>Down for maintenance</h1>", {"Retry-After": "7"}, Reason.SERVER_ERROR),
    (500, "", {}, Reason.SERVER_ERROR),
    (200, "<h1>Oops</h1>", {}, Reason.BAD_RESPONSE),
]


@pytest.mark.parametrize(("status", "body", "headers", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    zendesk, adapter, status, body, headers, reason
):
    zendesk.refuse(status, body, {"x-request-id": "r-1", **headers})

    found = failure(adapter, "C-1")

    assert found.reason is reason
    assert found.retry_after == (7 if headers else None)
    if status != 200:
        assert found.request_id == "r-1"
    assert "s3cret" not in str(found)

    zendesk.mend()
    assert isinstance(ask(adapter, "C-1"), Found)


def test_the_vendors_own_code_is_kept(zendesk, adapter):
    zendesk.refuse(401, {"error": "Couldn't authenticate you"})

    assert failure(adapter, "C-1").code == "Couldn't authenticate you"


def test_check_says_who_we_are(zendesk, adapter):
    assert adapter.check() == f"Zendesk at {zendesk.url} as Sidecar (agent)"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"user": "a@b.example", "api_token": "t"},
            "Basic " + base64.b64encode(b"a@b.example/token:t").decode(),
        ),
        ({"token": "t"}, "Bearer t"),
    ],
)
def test_both_ways_to_sign_in(zendesk, given, expected):
    with plugged("zendesk", {"url": zendesk.url, **given}) as adapter:
        ask(adapter, "C-1")

    assert zendesk.asked[0].headers["Authorization"] == expected


@pytest.mark.parametrize(
    "given", [{}, {"user": "a"}, {"token": "t", "user": "a", "api_token": "t"}, {"by": "name"}]
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("zendesk").Settings().load({"url": "https://acme.zendesk.com", **given})
