"""S7 and S8: what somebody may not see is not in their answer, nor in what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import gallery
from support.web import CARD, TICKET, install

ADDRESS = "/v1/context/iframe/ticket/4711"


@pytest.fixture
def mixed(deploy):
    """A card with a field that only finance may see."""
    secret = replace(gallery.REVENUE, audience=frozenset({"finance"}))
    fields = (gallery.TIER, secret)
    audience = frozenset({"support", "finance"})
    return deploy(
        install(roles=audience), cards={"ticket": replace(CARD, fields=fields, audience=audience)}
    )


@pytest.mark.parametrize("first", ["support", "finance"])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_s7_a_field_for_others_is_absent_whoever_asked_before(mixed, first, accept):
    tokens = {role: mixed.token(roles=frozenset({role})) for role in ("support", "finance")}
    order = [first, *(role for role in tokens if role != first), *tokens]

    seen = [(role, mixed.get(ADDRESS, tokens[role], Accept=accept).text) for role in order]

    for role, text in seen:
        assert ("48,000" in text) == (role == "finance")
        assert ("arr" in text) == (role == "finance")


def test_s7_the_page_itself_holds_no_more_than_the_api(mixed):
    assert "48,000" not in mixed.get(mixed.signed(roles="support")).text
    assert "48,000" in mixed.get(mixed.signed(roles="finance")).text


def test_s8_what_is_kept_for_one_record_is_given_for_no_other(deployment):
    for number in ("4711", "4712"):
        token = deployment.token(replace(TICKET, id=number))
        response = deployment.get(f"/v1/context/iframe/ticket/{number}", token)
        assert response.json["record"]["id"] == number


def test_s8_two_installs_of_one_host_tool_share_no_answer(deploy):
    """Two help desks each have a ticket 1, and they are not the same ticket."""
    deployment = deploy(install("one"), install("two"))

    for name in ("one", "two"):
        deployment.get(ADDRESS, deployment.token(install=name))

    assert len(deployment.engine.asked) == 2


def test_s8_an_answer_to_a_key_and_to_a_visit_are_apart_where_their_roles_are(mixed):
    support = mixed.token(roles=frozenset({"support"}))

    assert "48,000" in mixed.get(ADDRESS, mixed.key("ticket")).text
    assert "48,000" not in mixed.get(ADDRESS, support).text
