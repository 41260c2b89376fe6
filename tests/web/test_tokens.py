"""S4: the token of a visit is bound to its record, install, visitor and roles, and short-lived."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.web.seal import NEW_KEY_EVERY, OLD_KEY_KEPT, Seal
from context_sidecar.web.tokens import LIFE, VISIT, TokenRefused, Tokens
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st
from support.clock import FakeClock
from support.web import TICKET, install

ADDRESS = "/v1/context/iframe/ticket/4711"

texts = st.text(max_size=40)
visits = st.builds(
    Visit,
    install=st.just("intranet"),
    record=st.none()
    | st.builds(Record, st.just("iframe"), texts, texts, st.dictionaries(texts, texts, max_size=4)),
    visitor=st.builds(Visitor, texts, texts),
    roles=st.frozensets(texts, max_size=4),
    locale=texts,
    theme=texts,
)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "token-keys"


@pytest.fixture
def tokens(file, clock):
    return Tokens(Seal(file, clock), {"intranet": install()}, clock)


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    clock = FakeClock()
    seal = Seal(tmp_path_factory.mktemp("seal") / "token-keys", clock)
    return Tokens(seal, {"intranet": install()}, clock)


@given(visit=visits)
def test_a_token_says_the_visit_that_it_was_given_for(standing, visit):
    assert standing.read(standing.issue(visit).text).visit == visit


def plain_visit(**changes):
    return replace(Visit("intranet", TICKET, Visitor("ana")), **changes)


def test_s4_nobody_can_read_in_a_token_what_the_record_says(tokens):
    text = tokens.issue(plain_visit()).text

    assert "ana" not in text
    assert "acme" not in text


@given(place=st.integers(0, 400), flip=st.integers(1, 255))
def test_s4_a_token_that_was_changed_anywhere_is_refused(standing, place, flip):
    text = bytearray(standing.issue(plain_visit()).text.encode())
    place %= len(text)
    text[place] ^= flip

    # Another character of base64 may stand for the same bits at the very end; then nothing changed.
    try:
        read = standing.read(text.decode("latin-1"))
    except TokenRefused:
        return
    assert read.visit == plain_visit()


@pytest.mark.parametrize("text", ["", "x", "gAAAAA", "a" * 100_000, "é", "\x00"])
def test_what_is_no_token_is_refused(tokens, text):
    with pytest.raises(TokenRefused):
        tokens.read(text)


def test_s4_a_token_lives_ten_minutes(tokens, clock):
    token = tokens.issue(plain_visit())

    clock.forward(minutes=9, seconds=59)
    assert tokens.read(token.text).visit.record == TICKET
    clock.forward(seconds=1)

    assert timedelta(minutes=10) == LIFE
    with pytest.raises(TokenRefused, match="expired"):
        tokens.read(token.text)


def test_s4_a_visit_can_be_renewed_until_its_twelfth_hour_and_no_longer(tokens, clock):
    began = clock()
    token = tokens.issue(plain_visit())

    while clock.forward(minutes=4) < began + VISIT - LIFE / 2:
        token = tokens.renew(tokens.read(token.text))
    last = tokens.read(token.text)

    assert timedelta(hours=12) == VISIT
    assert last.expires_at == began + VISIT
    with pytest.raises(TokenRefused, match="long enough"):
        tokens.renew(last)


@pytest.mark.parametrize(
    "change",
    [
        {"origins": ("https://other.example.com",)},
        {"roles": frozenset({"finance"})},
        {"host": "rt"},
    ],
    ids=str,
)
def test_s9_a_token_ends_when_its_installs_declaration_changes(tokens, file, clock, change):
    token = tokens.issue(plain_visit())
    changed = Tokens(Seal(file, clock), {"intranet": install(**change)}, clock)

    with pytest.raises(TokenRefused, match="install has changed"):
        changed.read(token.text)


def test_s9_a_token_ends_with_its_install(tokens, file, clock):
    gone = Tokens(Seal(file, clock), {}, clock)

    with pytest.raises(TokenRefused):
        gone.read(tokens.issue(plain_visit()).text)


def test_s4_a_token_for_another_record_is_refused(deployment):
    other = deployment.token(replace(TICKET, id="4712"))

    for address in (
        ADDRESS,
        "/v1/context/iframe/ticket/4712x",
        "/v1/context/rt/ticket/4712",
        "/v1/context/iframe/contact/4712",
    ):
        response = deployment.get(address, other)
        assert response.status_code == 403
        assert response.json["type"].endswith(":other-record")


def test_s4_a_token_that_waits_for_its_record_opens_none(deployment):
    assert deployment.get(ADDRESS, deployment.token(None)).status_code == 403


def test_s4_a_token_works_in_the_header_only(deployment):
    token = deployment.token()

    assert deployment.get(f"{ADDRESS}?token={token}").status_code == 401
    assert deployment.client.get(ADDRESS, headers={"Cookie": f"token={token}"}).status_code == 401
    assert deployment.client.get(ADDRESS, headers={"Authorization": token}).status_code == 401
    assert deployment.get(ADDRESS, token).status_code == 200


def test_s4_no_address_that_we_give_out_holds_a_token(deployment):
    page = deployment.get(deployment.signed()).text
    token = page.partition('data-token="')[2].partition('"')[0]

    assert token
    assert page.count(token) == 1


def test_the_keys_survive_a_restart(tokens, file, clock):
    token = tokens.issue(plain_visit()).text

    restarted = Tokens(Seal(file, clock), {"intranet": install()}, clock)

    assert restarted.read(token).visit.install == "intranet"


def test_the_file_of_keys_is_for_its_owner_only(tokens, file):
    tokens.issue(plain_visit())

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_keys_are_replaced_and_open_what_they_closed_for_as_long_as_that_lives(file, clock):
    seal = Seal(file, clock)
    old = seal.close(b"old")
    first = file.read_text()

    clock.forward(seconds=NEW_KEY_EVERY.total_seconds())
    assert seal.open(old) == b"old"
    assert file.read_text() != first
    new = seal.close(b"new")
    clock.forward(seconds=OLD_KEY_KEPT.total_seconds())

    assert OLD_KEY_KEPT > VISIT
    assert seal.open(new) == b"new"
    with pytest.raises(InvalidToken):
        seal.open(old)
    assert len(file.read_text().splitlines()) == 1
