"""What people have granted us at vendors' pages: sealed, changed by one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.grant import Tokens
from context_sidecar.core.secrets import Secret
from context_sidecar.store.grants import Grants, GrantsOutOfReach
from context_sidecar.store.schema import grants
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from sqlalchemy import select, text
from support.clock import START, FakeClock

KEY = Fernet.generate_key().decode()
TOKENS = Tokens(
    Secret("access-canary"),
    START + timedelta(hours=1),
    refresh=Secret("refresh-canary"),
    refresh_until=START + timedelta(days=100),
)
SOON = timedelta(seconds=30)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def kept(engine, clock):
    return Grants(engine, Vault([KEY]), clock).of("books")


@pytest.fixture
def given(kept):
    kept.give("client", TOKENS, "Ana")
    return kept


def test_a_grant_is_kept_as_it_was_given(given, clock):
    grant = given.read()

    assert (grant.client, grant.tokens, grant.granted_by) == ("client", TOKENS, "Ana")
    assert (grant.granted_at, grant.expires) == (clock(), TOKENS.refresh_until)
    assert grant.held_until is grant.refused_at is None


def test_there_is_none_before_it_is_given_and_after_it_is_forgotten(kept):
    assert kept.read() is None
    assert not kept.forget()
    kept.give("client", TOKENS, "Ana")
    assert kept.forget()
    assert kept.read() is None


def test_s18_no_token_is_in_the_database_or_in_what_is_printed(given, engine):
    with engine.connect() as connection:
        row = connection.execute(select(grants)).one()

    assert "canary" not in repr(row)
    assert "canary" not in repr(given.read())


def test_another_key_opens_nothing_and_the_older_of_two_does(given, engine, clock):
    other = Fernet.generate_key().decode()

    lost = Grants(engine, Vault([other]), clock).of("books").read()
    rotated = Grants(engine, Vault([other, KEY]), clock).of("books").read()

    assert lost.tokens is None
    assert lost.expires == TOKENS.refresh_until
    assert rotated.tokens == TOKENS


def test_a_row_that_was_moved_to_another_source_does_not_open(given, engine, clock):
    with engine.begin() as connection:
        connection.execute(text("UPDATE grants SET source = 'other'"))

    assert Grants(engine, Vault([KEY]), clock).of("other").read().tokens is None


def test_one_holds_it_until_they_let_go_or_their_time_is_over(given, clock):
    version = given.read().version
    holder = given.hold(version, SOON)

    assert holder
    assert given.hold(version, SOON) is None
    given.let_go("somebody else")
    assert given.hold(version, SOON) is None
    given.let_go(holder)
    assert given.hold(version, SOON)
    clock.forward(seconds=31)
    assert given.hold(version, SOON)


def test_whoever_has_seen_an_old_version_changes_nothing(given):
    old = given.read().version
    new = replace(TOKENS, access=Secret("another-canary"))

    assert given.replace(old, new)
    assert not given.replace(old, TOKENS)
    assert not given.refuse(old)
    assert given.hold(old, SOON) is None
    assert given.read().tokens == new


def test_what_is_given_anew_is_not_overwritten_by_a_renewal_of_what_was(given):
    old = given.read().version
    given.forget()
    given.give("client", TOKENS, "Ben")

    assert not given.replace(old, replace(TOKENS, access=Secret("old-canary")))
    assert given.read().granted_by == "Ben"


def test_a_refusal_is_remembered_until_it_is_given_anew(given, clock):
    assert given.refuse(given.read().version)
    assert given.read().refused_at == clock()

    given.give("client", TOKENS, "Ana")
    assert given.read().refused_at is None


def test_a_renewal_that_comes_late_counts_more_than_a_refusal(given):
    version = given.read().version
    given.refuse(version)

    assert given.replace(version, TOKENS)
    assert given.read().refused_at is None


def test_what_was_granted_for_a_source_that_is_gone_is_forgotten(engine, clock):
    all_of_them = Grants(engine, Vault([KEY]), clock)
    for source in ("books", "crm"):
        all_of_them.of(source).give("client", TOKENS, "Ana")

    all_of_them.keep_only({"crm"})

    assert all_of_them.given() == {"crm": clock().timestamp()}


def test_a_database_that_does_not_answer_is_told_from_a_grant_that_is_not_there(kept, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE grants"))

    with pytest.raises(GrantsOutOfReach):
        kept.read()
