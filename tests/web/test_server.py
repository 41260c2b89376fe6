"""Which thread answers: Granian's own from memory, ours whatever may wait."""

from __future__ import annotations

import threading

import pytest
from context_sidecar.web import bodies, server
from context_sidecar.web.server import hand_on
from granian.server import mp

TICKET = "/v1/context/iframe/ticket/4711"


class Connection:
    """Takes one response."""

    def __init__(self):
        self.sent = None

    def response_bytes(self, status, headers, body):
        self.sent = (status, headers, body)


@pytest.fixture
def called(deployment):
    """What Granian calls, and which threads answered by the application."""
    seen, answered = [], threading.Event()

    def application(connection, request):
        seen.append((threading.current_thread(), request["wsgi.input"]))
        answered.set()

    return hand_on(deployment.application, application), seen, answered


class Body:
    """A body that knows which thread read it."""

    def __init__(self, content):
        self.content, self.read_by = content, None

    def read(self, size):
        self.read_by = threading.current_thread()
        return self.content[:size]


def request(method="GET", token="made up", body=b"", path=TICKET):
    return {
        "wsgi.input": Body(body),
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
    }


def test_the_granian_that_is_installed_lets_us_hand_on():
    """Another version may not; then serving is as right as before, and slower."""
    assert callable(getattr(mp, server._ADAPTER))


def test_what_is_known_is_answered_at_once(deployment, called):
    call, seen, _ = called
    token, connection = deployment.token(), Connection()
    flask = deployment.get(TICKET, token)

    call(connection, request(token=token))

    status, headers, body = connection.sent
    assert (status, body) == (200, flask.data)
    assert sorted(headers) == sorted(flask.headers)
    assert seen == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_known_is_handed_on(called, method):
    call, seen, answered = called

    call(Connection(), request(method))

    assert answered.wait(10)
    assert seen[0][0] is not threading.current_thread()


def test_a_body_is_read_where_granian_gives_it_and_handed_on_whole(called):
    call, seen, answered = called
    asked = request("POST", body=b"what was sent")

    call(Connection(), asked)

    assert answered.wait(10)
    assert asked["wsgi.input"].read_by is threading.current_thread()
    assert seen[0][1].read() == b"what was sent"


def test_of_a_body_without_end_no_more_is_read_than_shows_that_it_is_too_long(called):
    call, seen, answered = called

    call(Connection(), request("POST", body=b"x" * 1_000_000))

    assert answered.wait(10)
    assert len(seen[0][1].read()) == bodies.LONGEST + 1


def test_a_source_may_tell_of_more_at_once(called):
    call, seen, answered = called

    call(Connection(), request("POST", path="/v1/push/crm", body=b"x" * 3_000_000))

    assert answered.wait(10)
    assert len(seen[0][1].read()) == bodies.LONGEST_PUSHED + 1
