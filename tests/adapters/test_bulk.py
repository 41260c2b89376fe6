"""Many accounts of systems that take few in a call, as the background asks for them: what everybody
has is read at once, people are answered by themselves, and a list that costs more is left.
"""

from __future__ import annotations

import pytest
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question
from support.cached import Cached
from support.samples import sample
from support.zendesk import Zendesk, organization, ticket

TICKETS, DEALS = Question("crm", "open_tickets"), Question("crm", "open_deals")


@pytest.fixture
def opened():
    rigs = []

    def opened(name, settings):
        rigs.append(Cached(name, settings))
        return rigs[0]

    yield opened
    for one in rigs:
        one.close()


def calls(api, end):
    return len([one for one in api.asked if one.path.endswith(end)])


@pytest.fixture
def zendesk(httpserver):
    zendesk = Zendesk(httpserver)
    zendesk.organizations = [organization(n, f"C-{n}") for n in range(1, 101)]
    zendesk.tickets = [ticket(n, n % 100 + 1) for n in range(1, 301)]
    return zendesk


def test_open_tickets_at_zendesk_take_one_export_and_people_a_search(zendesk, opened):
    rig = opened("zendesk", {"url": zendesk.url, "token": "s3cret"})
    keys = [f"C-{n}" for n in range(1, 101)]

    known = rig.ask_all(TICKETS, keys)

    assert {one.answer.data["total"] for one in known.values()} == {3}
    assert (calls(zendesk, "/search/export"), calls(zendesk, "/search")) == (1, 0)

    rig.clock.forward(days=2)
    assert isinstance(rig.ask(TICKETS, "C-7").answer, Found)
    assert (calls(zendesk, "/search/export"), calls(zendesk, "/search")) == (1, 1)


def test_an_export_that_took_more_calls_than_there_are_accounts_is_left(zendesk, opened):
    rig = opened("zendesk", {"url": zendesk.url, "token": "s3cret"})
    zendesk.tickets = [ticket(n, 1) for n in range(1, 30_001)]
    rig.ask_all(TICKETS, [f"C-{n}" for n in range(1, 51)])
    assert calls(zendesk, "/search/export") == 60

    rig.clock.forward(days=2)
    rig.ask_all(TICKETS, [f"C-{n}" for n in range(1, 51)])

    assert calls(zendesk, "/search/export") == 60
    assert calls(zendesk, "/search") == 50


def test_open_deals_at_pipedrive_take_a_page_of_them(httpserver, opened):
    facts = sample("pipedrive")
    api = facts.play(httpserver)
    rig = opened("pipedrive", facts.settings(api.url))
    keys = [str(n) for n in range(11, 41)]

    known = rig.ask_all(DEALS, keys)

    assert [len(known[key].answer.data) for key in ("11", "12", "13")] == [1, 700, 0]
    assert calls(api, "/deals") == 4
    assert calls(api, "/organizations") == 1, "of 28 without any, whether there are such"


def test_open_conversations_at_chatwoot_take_pages_of_all_that_are_not_resolved(httpserver, opened):
    facts = sample("chatwoot")
    api = facts.play(httpserver)
    api.conversations += [facts.conversation(n, 20) for n in range(200, 240)]
    rig = opened("chatwoot", facts.settings(api.url))
    keys = [str(n) for n in range(11, 60)]

    known = rig.ask_all(Question("crm", "open_conversations"), keys)

    assert [len(known[key].answer.data) for key in ("11", "12", "13", "20")] == [2, 20, 0, 40]
    assert calls(api, "/conversations/filter") == 3
    assert calls(api, "/conversations") == 0


def test_conversations_that_move_while_they_are_read_are_not_believed(httpserver, opened):
    """One of the second page gets a message, and goes before all others."""
    facts = sample("chatwoot")
    api = facts.play(httpserver)
    api.conversations += [facts.conversation(n, 20) for n in range(200, 240)]
    answer, rows = api.answer, api.conversations

    def moving(request):
        answered = answer(request)
        if request.path.endswith("/filter") and request.get_json()["page"] == 1:
            rows.insert(0, rows.pop(50))
        return answered

    api.answer = moving
    rig = opened("chatwoot", facts.settings(api.url))
    keys = [str(n) for n in range(11, 60)]

    failed = rig.ask_all(Question("crm", "open_conversations"), keys)
    assert {one.reason for one in failed.values()} == {Reason.BAD_RESPONSE}

    rig.clock.forward(minutes=5)
    mended = rig.ask_all(Question("crm", "open_conversations"), ["11", "13"])
    assert [len(mended[key].answer.data) for key in ("11", "13")] == [2, 0]


def test_an_export_that_fails_keeps_nobody_from_being_known(zendesk, opened):
    rig = opened("zendesk", {"url": zendesk.url, "token": "s3cret"})
    keys = [f"C-{n}" for n in range(1, 61)]
    limited = {"error": "APIRateLimitExceeded", "description": "…"}
    said = {"retry-after": "60", "ratelimit-limit": "400", "ratelimit-remaining": "390"}
    zendesk.refuse(429, limited, said, only="search/export")
    failed = rig.ask_all(TICKETS, keys)
    assert {one.reason for one in failed.values()} == {Reason.RATE_LIMITED}

    assert isinstance(rig.ask(TICKETS, "C-70").answer, Found), "who looks is answered by a search"

    rig.clock.forward(seconds=60)
    mended = rig.ask_all(TICKETS, keys)

    assert {one.answer.data["total"] for one in mended.values()} == {3}
    assert calls(zendesk, "/search/export") == 1
