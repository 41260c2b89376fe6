"""Zoho Desk: the request that Zoho sends on with the installation's secret, and the record that the
extension's page names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from context_sidecar import VisitRefused, VisitUnclear, plugins
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.gallery import GALLERY
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

URL = "https://context.example.com/hosts/zoho_desk-support"
KEYS = {"requester_email": "ana@acme.example", "account_id": "29", "account_name": "Acme GmbH"}
NUMBER = "1892000000143237"
SAID: dict[str, Any] = {
    "type": "ticket", "id": NUMBER, "keys": KEYS, "user": "77", "locale": "de",
    "zone": "Asia/Tokyo", "again": False,
}  # fmt: skip
SHOWN = SECRET.reveal()


def sent(said: Any = None, *, shown: str = SHOWN, method: str = "POST", **changes: Any):
    """A request as Zoho's servers send it on."""
    body = said if isinstance(said, bytes) else json.dumps(said or SAID | changes).encode()
    headers = {"x-context-sidecar": shown, "content-type": "application/json"}
    return inbound(URL, method=method, body=body, headers=headers)


def proven(said: Any = None, *, of: dict[str, Any] | None = None, **changes: Any):
    return host("zoho_desk", **(of or {})).prove(sent(said, **changes))


def refused(request, **install: Any) -> str:
    memory = FakeMemory()
    with pytest.raises(VisitRefused) as caught:
        host("zoho_desk", memory, **install).prove(request)
    assert (memory.used, memory.pins) == ({}, {})
    assert SECRET.reveal() not in str(caught.value)
    return str(caught.value)


def test_the_secret_proves_a_visit_of_the_install_to_the_record_that_the_page_names():
    visit = proven()
    assert (visit.visitor.id, visit.locale, visit.time_zone) == ("77", "de", "Asia/Tokyo")
    assert (visit.record.place, visit.record.id) == ("zoho_desk/ticket", NUMBER)
    assert visit.record.keys == KEYS
    assert visit.roles == {"support", "finance"}
    assert not visit.again


def test_the_record_is_no_more_than_a_lookup_key():
    assert not plugins.host("zoho_desk").signs_record


def test_who_presses_the_button_asks_the_sources():
    assert proven(again=True).again
    assert not proven(again="true").again


@pytest.mark.parametrize("type", ["ticket", "contact", "account"])
def test_each_kind_of_record_is_a_place(type):
    assert proven(type=type).record.place == f"zoho_desk/{type}"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "department"}, {"type": ""}, {"type": None}, {"type": ["ticket"]},
        {"id": ""}, {"id": None}, {"id": "4711/.."}, {"id": "x"}, {"id": "-1"}, {"id": "1" * 41},
        {"id": True}, {"id": "٤"}, {"id": "new"},
    ],
)  # fmt: skip
def test_a_record_that_no_card_can_stand_beside_is_unclear(changes):
    with pytest.raises(VisitUnclear, match="names no record") as caught:
        host("zoho_desk").prove(sent(**changes))
    assert caught.value.visit.record is None


@pytest.mark.parametrize(
    "keys",
    [None, [], "x", {"requester_email": {"a": 1}}, {"requester_email": ["x"]}, {"other": "x"},
     {"requester_email": "  "}, {"account_id": True}],
)  # fmt: skip
def test_keys_of_another_kind_or_name_are_none(keys):
    assert proven(keys=keys).record.keys == {}


def test_keys_are_trimmed_and_of_a_reasonable_length():
    known = proven(keys={"account_id": 29, "account_name": f" {'x' * 300}"}).record.keys
    assert known == {"account_id": "29", "account_name": "x" * 200}


@pytest.mark.parametrize("user", [None, {}, ["7"], True])
def test_who_looks_may_stay_unknown(user):
    assert proven(user=user).visitor.id == ""


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("", "is not there"), ("x", "another one"), (f" {SECRET.reveal()}", "another one"),
        (f"Bearer {SECRET.reveal()}", "another one"), (OLD_SECRET.reveal(), "another one"),
        ("{{secret}}", "another one"), ("é\udcff", "another one"),
    ],
)  # fmt: skip
def test_s2_another_secret_or_none_is_refused(shown, why):
    assert why in refused(sent(shown=shown))


@settings(max_examples=1000)
@given(st.integers(0, len(SHOWN) - 1), st.text(max_size=2))
def test_s2_a_secret_changed_anywhere_is_refused(place, put):
    changed = SHOWN[:place] + put + SHOWN[place + 1 :]
    if changed != SHOWN:
        refused(sent(shown=changed))


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_s2_noise_behind_the_right_secret_is_unclear_and_never_an_error_of_another_kind(body):
    with pytest.raises(VisitUnclear):
        host("zoho_desk").prove(sent(body))


@settings(max_examples=500)
@given(
    st.dictionaries(
        st.sampled_from(sorted(SAID)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=3,
        ),
    )
)
def test_s2_whatever_the_page_says_it_is_a_record_of_a_place_or_unclear(changes):
    try:
        visit = proven(SAID | changes)
    except VisitUnclear:
        return
    assert visit.record.type in plugins.host("zoho_desk").places
    assert set(visit.record.keys) <= set(plugins.host("zoho_desk").keys)
    assert all(isinstance(value, str) for value in visit.record.keys.values())


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_the_extension_posts_what_it_asks(method):
    assert "posts" in refused(sent(method=method))


def test_while_a_secret_is_replaced_both_work_and_afterwards_only_the_new_one():
    both = {"settings": {"secret": SECRET, "previous_secret": OLD_SECRET}}
    old = OLD_SECRET.reveal()
    assert proven(of=both)
    assert proven(of=both, shown=old)
    refused(sent(shown=old))


@pytest.mark.parametrize("bad", ["", "short", "a" * 40, "ab" * 20, 7, None])
def test_settings_refuse_a_secret_that_could_be_guessed(bad):
    with pytest.raises(ValidationError):
        plugins.host("zoho_desk").Settings().load({"secret": bad})


@pytest.mark.parametrize("panel", ["rightpanel", "subtab", "lefttab"])
def test_settings_say_where_the_card_stands(panel):
    loaded = plugins.host("zoho_desk").Settings().load({"secret": SECRET, "panel": panel})
    assert loaded["panel"] == panel


def test_settings_refuse_another_panel():
    with pytest.raises(ValidationError):
        plugins.host("zoho_desk").Settings().load({"secret": SECRET, "panel": "topband"})


@pytest.mark.parametrize("situation", GALLERY)
def test_the_page_is_given_the_card_as_plain_parts_that_json_can_say(situation):
    said = answer(GALLERY[situation](), words("en", "UTC"))
    told = host("zoho_desk").render([said], proven())
    assert json.loads(json.dumps(told))["sheet"]["seen"] == said["seen"]
