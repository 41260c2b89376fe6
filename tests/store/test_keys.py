"""API keys: shown once, kept as a digest, scoped, revocable."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from context_sidecar.store.keys import ApiKeys
from context_sidecar.store.schema import api_keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.clock import START, FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def keys(engine, clock):
    return ApiKeys(engine, clock)


def test_a_key_is_found_by_its_text(keys):
    made, text = keys.create("billing run", ["ticket", "company"])

    found = keys.find(text.reveal())

    assert found is not None
    assert (found.id, found.label) == (made.id, "billing run")
    assert found.cards == {"ticket", "company"}


def test_a_key_reads_the_cards_that_it_was_made_for(keys):
    some, every, none = (keys.create("x", cards)[0] for cards in (["ticket"], ["*"], []))

    assert (some.may_read("ticket"), some.may_read("company")) == (True, False)
    assert (every.may_read("ticket"), every.may_read("later")) == (True, True)
    assert not none.may_read("ticket")


def test_s18_what_is_kept_opens_nothing(keys, engine):
    _, text = keys.create("x", ["ticket"])

    with engine.connect() as connection:
        row = connection.execute(select(api_keys)).one()

    assert text.reveal() not in repr(row)
    assert text.reveal().split("_", maxsplit=2)[2] not in repr(row)
    assert keys.find(row.digest) is None
    assert text.reveal() not in f"{text} {text!r} {keys.list()}"


def test_a_key_can_be_told_from_other_secrets(keys):
    _, text = keys.create("x", [])

    assert re.fullmatch(r"sidecar_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", text.reveal())


def test_no_two_keys_are_alike(keys):
    assert len({keys.create("x", [])[1].reveal() for _ in range(50)}) == 50


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=st.text(max_size=80))
def test_any_other_text_opens_nothing(keys, text):
    assert keys.find(text) is None


def test_a_key_with_a_letter_changed_opens_nothing(keys):
    _, secret = keys.create("x", ["*"])
    text = secret.reveal()

    for place in range(len("sidecar_"), len(text)):
        other = "a" if text[place] != "a" else "b"
        assert keys.find(text[:place] + other + text[place + 1 :]) is None


def test_a_revoked_key_opens_nothing_and_is_still_listed(keys, clock):
    made, text = keys.create("x", ["*"])
    clock.forward(days=3)

    assert keys.revoke(made.id)
    assert keys.find(text.reveal()) is None
    assert [key.revoked_at for key in keys.list()] == [clock()]


def test_only_a_key_in_force_can_be_revoked(keys):
    made, _ = keys.create("x", [])

    assert not keys.revoke("unheard-of")
    assert keys.revoke(made.id)
    assert not keys.revoke(made.id)


def test_it_is_noted_when_a_key_was_used_last_to_the_hour(keys, clock):
    _, text = keys.create("x", [])
    used = []
    for minutes in (0, 30, 30, 90):
        clock.forward(minutes=minutes)
        keys.find(text.reveal())
        used.append(keys.list()[0].used_at)

    hour = timedelta(hours=1)
    assert used == [START, START, START + hour, START + 2.5 * hour]


def test_keys_are_listed_the_oldest_first(keys, clock):
    for label in ("first", "second", "third"):
        keys.create(label, [])
        clock.forward(seconds=1)

    assert [key.label for key in keys.list()] == ["first", "second", "third"]
