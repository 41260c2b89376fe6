"""The public keys that host tools publish: there when they are needed, waited for by nobody."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import jwt
import pytest
from context_sidecar.core.host import nothing_published
from context_sidecar.engine.published import GOOD_FOR, PAUSE, PublishedKeys
from context_sidecar.proof.key_sets import read_key_set
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from support.clock import FakeClock
from support.keys import key, key_set, public, published_key
from werkzeug import Response

PATH = "/.well-known/jwks.json"


class KeyServer:
    """A tool's key server: counts how often it is asked."""

    def __init__(self, server) -> None:
        self._server = server
        self.asked = 0
        self.status = 200
        self.document: object = key_set("one")
        server.expect_request(PATH).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self._server.url_for(PATH)

    def _answer(self, request):
        self.asked += 1
        return Response(json.dumps(self.document), self.status, content_type="application/json")


@pytest.fixture
def theirs(httpserver) -> KeyServer:
    return KeyServer(httpserver)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ours(clock) -> PublishedKeys:
    """Fetches in the background, which in these tests is at once."""
    return PublishedKeys(clock, allow_private=True, start=lambda job: job())


def test_a_key_is_known_by_its_name_once_it_was_fetched(ours, theirs):
    called = ours.at(theirs.url)
    ours.look()
    assert called("one") == [public(key("one"))]
    assert called("two") == ()
    assert theirs.asked == 1


def test_nobody_waits_for_the_key_server(clock, theirs):
    begun: list[object] = []
    called = PublishedKeys(clock, allow_private=True, start=begun.append).at(theirs.url)
    assert called("one") == ()
    assert (len(begun), theirs.asked) == (1, 0)
    begun[0]()
    assert called("one")


def test_it_is_fetched_in_a_thread_of_its_own(clock, theirs):
    called = PublishedKeys(clock, allow_private=True).at(theirs.url)
    called("one")
    for job in threading.enumerate():
        if job.name == "published-keys":
            job.join(10)
    assert called("one")


def test_a_new_key_is_there_with_the_first_token_that_names_it(ours, theirs, clock):
    called = ours.at(theirs.url)
    ours.look()
    theirs.document = key_set("one", "two")
    clock.forward(minutes=2)
    assert called("two") == ()
    assert called("two") == [public(key("two"))]
    assert called("one")


def test_a_key_that_is_published_no_more_is_gone_with_the_next_look(ours, theirs, clock):
    called = ours.at(theirs.url)
    ours.look()
    theirs.document = key_set("two")
    ours.look()
    assert called("one") == ()


@pytest.mark.parametrize("up", [True, False])
def test_a_flood_of_names_asks_the_key_server_once_a_minute(ours, theirs, clock, up):
    theirs.status = 200 if up else 500
    called = ours.at(theirs.url)
    for minute in range(3):
        for name in range(500):
            assert called(f"unknown-{minute}-{name}") == ()
        clock.now += PAUSE
    assert theirs.asked == 3


def test_a_flood_does_not_take_the_known_keys_away(ours, theirs, clock):
    called = ours.at(theirs.url)
    ours.look()
    for name in range(500):
        called(f"unknown-{name}")
        assert called("one")


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (500, {"keys": []}),
        (404, {}),
        (302, {}),
        (200, {"keys": []}),
        (200, {"error": "maintenance"}),
        (200, []),
        (200, {"keys": [{"kid": "one"}]}),
        (200, {"keys": "x" * 100_000}),
    ],
)
def test_while_the_keys_cannot_be_fetched_the_last_ones_serve_for_a_day(
    ours, theirs, clock, status, document
):
    called = ours.at(theirs.url)
    ours.look()
    theirs.status, theirs.document = status, document
    clock.now += GOOD_FOR - timedelta(seconds=1)
    with capture_logs() as logged:
        ours.look()
    assert called("one")
    assert [each["event"] for each in logged] == ["keys_not_read"]
    clock.forward(seconds=2)
    assert called("one") == ()
    theirs.status, theirs.document = 200, key_set("one")
    ours.look()
    assert called("one")


def test_each_address_has_its_own_keys(ours, theirs, httpserver):
    httpserver.expect_request("/other").respond_with_json(key_set("two"))
    one, other = ours.at(theirs.url), ours.at(httpserver.url_for("/other"))
    ours.look()
    assert (len(one("one")), len(one("two"))) == (1, 0)
    assert (len(other("one")), len(other("two"))) == (0, 1)
    assert ours.at(theirs.url) == one


def test_a_tool_that_publishes_no_keys_is_asked_for_none(ours):
    assert ours.at("") is nothing_published
    ours.look()


def test_s16_a_key_server_is_no_way_into_our_own_network(theirs, clock):
    ours = PublishedKeys(clock, start=lambda job: job())
    called = ours.at(theirs.url)
    with capture_logs() as logged:
        assert called("one") == ()
        assert called("one") == ()
    assert [each["event"] for each in logged] == ["keys_not_read"]
    assert theirs.asked == 0


def test_two_keys_of_one_name_both_count():
    twice = [published_key("one"), published_key("two") | {"kid": "one"}]
    assert read_key_set({"keys": twice}) == {"one": [public(key("one")), public(key("two"))]}


@pytest.mark.parametrize(
    "changes",
    [
        {"kid": None},
        {"kid": ["one"]},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"use": "enc"},
        {"alg": "PS256"},
        {"alg": "HS256"},
        {"n": "AQAB"},
        {"n": "not base64!"},
        {"n": 5},
        {"e": ""},
        {"e": "AA"},
        {"d": "AQAB"},
    ],
)
def test_s2_a_key_that_is_for_something_else_or_too_weak_is_left_out(changes):
    odd = {name: value for name, value in (published_key("one") | changes).items() if value}
    assert read_key_set({"keys": [odd, published_key("two")]}).keys() == {"two"}


def test_s2_a_short_key_and_one_of_another_kind_are_left_out():
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    short = jwt.algorithms.RSAAlgorithm.to_jwk(weak, as_dict=True) | {"kid": "weak"}
    other = jwt.algorithms.ECAlgorithm.to_jwk(curve, as_dict=True) | {"kid": "curve"}
    assert read_key_set({"keys": [short, other]}) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(JSON, st.dictionaries(st.sampled_from(["kid", "kty", "n", "e", "use", "alg"]), JSON))
def test_whatever_is_published_is_no_key_and_no_error(document, changes):
    assert read_key_set(document) == {}
    read_key_set({"keys": [document, published_key("one") | changes]})
