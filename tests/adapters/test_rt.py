"""What the Request Tracker adapter makes of each answer that RT can give."""

from __future__ import annotations

import pytest
from context_sidecar import Reason, SourceError, plugins
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.rt_desk import Desk, ticket
from support.vendor import failure


@pytest.fixture
def desk(httpserver):
    desk = Desk(httpserver)
    desk.add(2, "C-1")
    desk.add(1, "C-2")
    return desk


@pytest.fixture
def adapter(desk):
    settings = {"url": desk.url, "user": "sidecar", "password": "s3cret", "queues": ["Support"]}
    with plugged("rt", settings) as opened:
        yield opened


def totals(adapter, *keys):
    answers = adapter.lookups["open_tickets"].ask(keys, ())
    return {key: answer.data["total"] for key, answer in answers.items()}


@pytest.mark.parametrize(
    ("priorities", "number", "said"),
    [
        (None, "50", "Medium"),
        (None, "99", "Medium"),
        (None, "-1", None),
        (None, None, None),
        ({10: "Urgent"}, "10", "Urgent"),
        ({}, "50", "50"),
    ],
)
def test_a_priority_is_called_what_rt_calls_it(desk, priorities, number, said):
    desk.tickets[0]["Priority"] = number
    more = {} if priorities is None else {"priorities": priorities}
    settings = {"url": desk.url, "user": "sidecar", "password": "s3cret", "queues": ["Support"]}
    with plugged("rt", settings | more) as adapter:
        first = ask(adapter, "C-1", lookup="open_tickets").data["items"][0]

    assert first["priority"] == said


def test_a_date_that_is_not_set_is_none(adapter):
    (item,) = ask(adapter, "C-2", lookup="open_tickets").data["items"]

    assert item["created_at"] == "2026-11-20T08:00:00Z"
    assert item["updated_at"] is None


def test_a_batch_is_one_search_and_is_shared_out(desk, adapter):
    assert totals(adapter, "C-1", "C-2", "C-3") == {"C-1": 2, "C-2": 1, "C-3": 0}
    assert len(desk.searches()) == 1


def test_a_batch_is_read_page_by_page(desk, adapter):
    desk.add(150, "C-1")
    desk.add(100, "C-2")

    assert totals(adapter, "C-1", "C-2") == {"C-1": 152, "C-2": 101}
    assert [form["page"] for form in desk.searches()] == ["1", "2", "3"]
    assert {form["per_page"] for form in desk.searches()} == {"100"}


def test_of_many_tickets_the_first_are_listed_and_all_are_counted(desk, adapter):
    desk.add(250, "C-1")

    answer = ask(adapter, "C-1", lookup="open_tickets")

    assert (len(answer.data["items"]), answer.data["total"]) == (100, 252)
    assert len(desk.searches()) == 3


def test_what_many_tickets_have_in_a_field_is_read_from_all_pages(desk, adapter):
    desk.add(250, "C-1")

    data = ask(adapter, "C-1", lookup="open_tickets", names=["fields.Customer"]).data

    assert (len(data["items"]), len(data["fields"]["Customer"])) == (100, 252)


def test_of_more_tickets_than_are_read_no_field_is_told(desk, adapter):
    desk.add(1100, "C-1")

    data = ask(adapter, "C-1", lookup="open_tickets", names=["fields.Customer"]).data

    assert (data["total"], "fields" in data) == (1102, False)


def test_accounts_themselves_are_not_described(adapter):
    assert adapter.shape("account") is None


def test_a_batch_with_too_many_tickets_is_asked_in_halves(desk, adapter):
    desk.add(1100, "C-1")

    assert totals(adapter, "C-1", "C-2", "C-3") == {"C-1": 1102, "C-2": 1, "C-3": 0}
    assert len(desk.searches()) == 3


@pytest.mark.parametrize("total", [1, 4])
def test_a_number_that_does_not_fit_the_rows_is_not_believed(desk, adapter, total):
    desk.false = {"total": total}

    assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    desk.false = {}
    assert totals(adapter, "C-1") == {"C-1": 2}


def test_a_number_that_is_not_told_is_not_guessed(desk, adapter):
    """RT says null where rights differ by queue and $UseSQLForACLChecks is off."""
    desk.false = {"total": None, "pages": None}

    found = failure(adapter, "C-1", lookup="open_tickets")

    assert found.reason is Reason.PERMISSION_DENIED
    assert "$UseSQLForACLChecks" in found.detail


def test_a_ticket_of_somebody_else_spoils_the_answer(desk, adapter):
    """What a search gives that ignores its condition."""
    desk.false = {"items": [ticket(9, "C-7")], "total": 1}

    found = failure(adapter, "C-1", lookup="open_tickets")

    assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)


RESOLVED = {"Status": "resolved"}
ELSEWHERE = {"Queue": {"id": "4", "Name": "Sales"}}


@pytest.mark.parametrize(
    ("dropped", "other"),
    [
        ("Status", RESOLVED),
        ("__Active__", RESOLVED),
        ("Queue", ELSEWHERE),
        ("CF.{Customer}", {"CustomFields": [{"name": "Customer", "values": ["C-7"]}]}),
    ],
    ids=["status", "active", "queue", "customer"],
)
@pytest.mark.parametrize("keys", [["C-1"], ["C-1", "C-2"]], ids=["alone", "in a batch"])
def test_a_condition_that_is_left_out_of_a_search_is_seen(desk, adapter, dropped, other, keys):
    desk.add(**other)
    assert totals(adapter, *keys)["C-1"] == 2

    desk.dropped = {dropped}
    found = failure(adapter, *keys, lookup="open_tickets")
    assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)

    desk.dropped = set()
    assert totals(adapter, *keys)["C-1"] == 2


@pytest.mark.parametrize(
    ("dropped", "other"), [("Status", RESOLVED), ("Queue", ELSEWHERE)], ids=["status", "queue"]
)
def test_it_is_seen_in_what_was_counted_and_not_read_too(desk, adapter, dropped, other):
    desk.add(1100, "C-1")
    desk.add(**other)
    assert totals(adapter, "C-1") == {"C-1": 1102}

    desk.dropped = {dropped}
    assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.SCHEMA_CHANGED


def without_dots(text):
    return text.lower().replace("ü", "u")


def test_what_only_the_database_takes_for_the_customer_s_name_is_nobody_s(desk, adapter):
    """Some collations of MariaDB and MySQL compare without accents."""
    desk.reads = without_dots
    desk.add(1, "Müller")
    desk.add(2, "Muller")

    assert totals(adapter, "Müller") == {"Müller": 1}
    assert totals(adapter, "C-1", "muller", "Müller") == {"C-1": 2, "muller": 2, "Müller": 1}

    desk.add(250, "Müller")
    assert totals(adapter, "Muller") == {"Muller": 2}
    desk.tickets = desk.tickets[:-2]
    desk.add(1000, "Muller")
    assert failure(adapter, "Muller", lookup="open_tickets").reason is Reason.BAD_RESPONSE


def test_a_domain_that_only_the_database_takes_for_the_customer_s_is_nobody_s(desk):
    settings = {"url": desk.url, "user": "u", "password": "p", "queues": ["Support"]}
    desk.tickets = [
        ticket(number, "C-1") | {"Requestors": [{"type": "user", "EmailAddress": address}]}
        for number, address in enumerate(["ana@muller.example", "bo@it.MÜLLER.example"])
    ]

    with plugged("rt", settings | {"by": "requestor_domain"}) as by_domain:
        assert totals(by_domain, "müller.example") == {"müller.example": 1}
        assert totals(by_domain, "muller.example") == {"muller.example": 1}


def test_a_ticket_with_two_customers_counts_for_both(desk, adapter):
    desk.add(CustomFields=[{"name": "customer", "values": ["C-1", "C-2"]}])

    assert totals(adapter, "C-1", "C-2") == {"C-1": 3, "C-2": 2}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"message": "Unauthorized"}, Reason.CREDENTIAL_EXPIRED),
        (401, "Authorization required", Reason.CREDENTIAL_EXPIRED),
        (403, {"message": "Forbidden"}, Reason.PERMISSION_DENIED),
        (404, {"message": "Not Found"}, Reason.ENDPOINT_GONE),
        (429, "", Reason.RATE_LIMITED),
        (500, "<h1>Internal Server Error</h1>", Reason.SERVER_ERROR),
        (503, "", Reason.SERVER_ERROR),
        (302, "", Reason.BAD_RESPONSE),
        (200, "<form id='login'>", Reason.BAD_RESPONSE),
        (200, {"message": "not a list"}, None),
        (400, {"message": "Unknown field: Bogus"}, Reason.BAD_RESPONSE),
    ],
)
def test_each_refusal_has_its_reason_until_it_is_mended(desk, adapter, status, body, reason):
    desk.refuse(status, body)

    with pytest.raises((SourceError, KeyError)) as found:
        ask(adapter, "C-1", lookup="open_tickets")
    assert getattr(found.value, "reason", None) is reason
    assert "s3cret" not in str(found.value)

    desk.mend()
    assert totals(adapter, "C-1") == {"C-1": 2}


def test_forbidden_may_also_mean_that_it_does_not_exist(desk, adapter):
    desk.refuse(403, {"message": "Forbidden"})

    assert not failure(adapter, "C-1", lookup="open_tickets").certain


def test_only_tickets_have_keys(adapter):
    with pytest.raises(SourceError) as found:
        adapter.record("asset", "1")

    assert found.value.reason is Reason.NOT_CONFIGURED


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "1-2-3"},
        {"password": None},
        {"queues": []},
        {"queues": ["x' OR 1=1"]},
        {"by": "subject"},
        {"customer_field": "a}b"},
        {"url": "https://user:pw@rt.example.com"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong):
    right = {"url": "https://rt.example.com", "user": "u", "password": "p", "queues": ["Support"]}
    changed = {name: value for name, value in (right | wrong).items() if value is not None}

    with pytest.raises(ValidationError):
        plugins.adapter("rt").Settings().load(changed)
