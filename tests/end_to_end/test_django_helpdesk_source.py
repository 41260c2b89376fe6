"""A real django-helpdesk as a source: what the recipe reads of it, and how it is refused."""

from __future__ import annotations

import pytest
from context_sidecar import Found, NoMatch, Reason, SourceError
from support.adapters import ask, plugged
from support.django_helpdesk import AGENT, CUSTOMER, ROOT, DjangoHelpdesk, require

pytestmark = pytest.mark.real

TICKETS = [
    {"title": "Printer on fire", "submitter_email": "ana@acme.example", "customer": "C-1"},
    {"title": "Solved", "submitter_email": "ana@acme.example", "customer": "C-1", "status": 3},
    {"title": "For the board", "submitter_email": "bo@acme.example", "customer": "C-1",
     "queue": "Board", "priority": 1, "status": 2},
    {"title": "Canary", "customer": "C-0", "queue": "Board"},
    *({"title": f"Number {n}", "submitter_email": "eve@other.example"} for n in range(25)),
]  # fmt: skip


@pytest.fixture(scope="module")
def helpdesk(tmp_path_factory):
    require()
    started = DjangoHelpdesk(tmp_path_factory.mktemp("helpdesk"))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def tickets(helpdesk):
    return helpdesk.add_tickets(*(dict(one) for one in TICKETS))


@pytest.fixture
def as_user(helpdesk, tickets):
    opened = []

    def make(login, **more):
        settings = {"url": helpdesk.url, "user": login.name, "password": login.password} | more
        opened.append(plugged("django_helpdesk", settings))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def failure(call):
    with pytest.raises(SourceError) as refused:
        call()
    return refused.value


def test_the_open_tickets_of_a_customer_are_found_whatever_their_queue(as_user, helpdesk, tickets):
    adapter = as_user(ROOT)

    answers = ask(adapter, "C-1", "C-9", lookup="open_tickets")
    sent = ask(adapter, "Eve@other.example", lookup="open_tickets_of_sender")

    assert [one["title"] for one in answers["C-1"].data] == ["Printer on fire", "For the board"]
    assert answers["C-1"].data[1] == {
        "id": str(tickets[2]), "title": "For the board", "status": "Reopened",
        "priority": "critical", "on_hold": False, "due": None, "requester": "bo@acme.example",
        "url": helpdesk.ticket(tickets[2]),
    }  # fmt: skip
    assert answers["C-9"] == NoMatch(certain=False)
    assert len(sent.data) == 25


def test_a_customer_without_one_has_none_once_a_canary_proves_that_all_are_seen(as_user):
    sees_all = as_user(ROOT, canary="C-0", canary_sender="eve@other.example")

    assert ask(sees_all, "C-9", lookup="open_tickets") == Found([])
    assert ask(sees_all, "nobody@other.example", lookup="open_tickets_of_sender") == Found([])


def test_a_ticket_says_whose_it_is(as_user, tickets):
    adapter = as_user(ROOT)

    assert adapter.record("ticket", str(tickets[0])) == {
        "requester_email": "ana@acme.example",
        "cf_customer": "C-1",
    }
    assert adapter.record("ticket", "9999") is None


def test_who_is_not_let_into_a_queue_sees_less_which_a_canary_finds_out(as_user):
    assert failure(as_user(AGENT, canary="C-0").check).reason is Reason.PERMISSION_DENIED


def test_refusals(as_user):
    wrong = as_user(ROOT, password="wrong")

    assert failure(wrong.check).reason is Reason.CREDENTIAL_EXPIRED
    assert failure(as_user(CUSTOMER).check).reason is Reason.PERMISSION_DENIED


def test_a_custom_field_that_is_gone_is_a_changed_schema(as_user):
    adapter = as_user(ROOT, customer_field="account")

    found = failure(lambda: ask(adapter, "C-1", lookup="open_tickets"))

    assert found.reason is Reason.SCHEMA_CHANGED
