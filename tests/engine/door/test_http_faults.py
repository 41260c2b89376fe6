"""Connections that break, stall and drip: each becomes a reason, none outlasts its time."""

import gzip
import socket
import time
from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from support import wire
from support.doors import door

SHORT = Limits(timedelta(seconds=0.3))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def fault(url, *, limits=SHORT, **connection):
    began = time.monotonic()
    with door(url, limits=limits, **connection) as http, pytest.raises(SourceError) as caught:
        http.get("/")
    return caught.value, time.monotonic() - began


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(wire.never_answers, id="black hole"),
        pytest.param(wire.drips(HEAD + b"X-Slow: ", b"x"), id="headers"),
        pytest.param(wire.drips(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), id="body"),
        pytest.param(wire.drips(CHUNKED, b"1\r\n \r\n"), id="chunks"),
    ],
)
def test_s31_no_source_outlasts_its_time_however_it_drips(behave):
    with wire.serve(behave) as server:
        error, seconds = fault(server.url)

    assert error.reason is Reason.TIMEOUT
    assert 0.3 <= seconds < 2


def test_an_outer_deadline_counts_for_all_calls_together():
    with wire.serve(wire.never_answers) as server, deadline.within(0.3):
        error, seconds = fault(server.url, limits=Limits(timedelta(seconds=60)))

    assert error.reason is Reason.TIMEOUT
    assert seconds < 2


def test_work_in_the_background_may_give_each_call_more_time():
    def slow(connection, over):
        connection.recv(65536)
        over.wait(0.4)
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    with wire.serve(slow) as server, door(server.url, limits=SHORT) as http:
        with pytest.raises(SourceError):
            http.get("/")
        with deadline.each(15):
            assert http.get("/").json() == {}


def test_a_name_that_is_not_resolved_in_time_is_left_behind():
    def hangs(host, seconds):
        raise TimeoutError

    error, _ = fault("http://crm.example", resolve=hangs)

    assert error.reason is Reason.TIMEOUT


def test_a_name_without_an_address_is_unreachable():
    def unknown(host, seconds):
        raise OSError("no such host")

    error, _ = fault("http://crm.example", resolve=unknown)

    assert error.reason is Reason.UNREACHABLE


def test_a_closed_port_is_unreachable():
    with wire.serve(wire.never_answers) as server:
        closed = server.url

    error, _ = fault(closed)

    assert error.reason is Reason.UNREACHABLE
    assert "refused" in error.detail


def test_the_next_address_is_tried_where_one_does_not_answer(httpserver):
    httpserver.expect_request("/").respond_with_json({})
    addresses = ["127.0.0.2", "127.0.0.1"]  # the server listens on the second only
    base = f"http://crm.example:{httpserver.port}"

    with door(base, resolve=lambda *_: addresses) as http:
        assert http.get("/").status == 200


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (wire.says(b""), Reason.UNREACHABLE),
        (wire.says(b"", then_resets=True), Reason.UNREACHABLE),
        (wire.says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Reason.BAD_RESPONSE),
        (wire.says(HEAD + b"Content-Length: 100\r\n\r\n{"), Reason.BAD_RESPONSE),
        (wire.says(CHUNKED + b"5\r\n{"), Reason.BAD_RESPONSE),
        (wire.says(HEAD + b"Content-Length: 9\r\n\r\n{", then_resets=True), Reason.BAD_RESPONSE),
    ],
    ids=["hung up", "reset", "not HTTP", "cut short", "cut short in a chunk", "reset in the body"],
)
def test_a_connection_that_breaks_is_no_answer(behave, reason):
    with wire.serve(behave) as server:
        error, _ = fault(server.url, limits=Limits(timedelta(seconds=10)))

    assert error.reason is reason


def test_tls_with_a_server_that_does_not_speak_it_is_unreachable():
    with wire.serve(wire.says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        error, _ = fault(server.url.replace("http:", "https:"), limits=Limits(timedelta(seconds=9)))

    assert error.reason is Reason.UNREACHABLE
    assert "TLS" in error.detail


@pytest.mark.parametrize(
    "start",
    [HEAD + b"Content-Length: 100000000\r\n\r\n", HEAD + b"\r\n"],
    ids=["said before", "without end"],
)
def test_s17_an_answer_over_the_cap_is_not_read_on(start):
    with wire.serve(wire.drips(start, b"x" * 65536)) as server:
        error, _ = fault(server.url, limits=Limits(timedelta(seconds=20)))

    assert error.reason is Reason.BAD_RESPONSE
    assert "over 1000000 bytes" in error.detail


def test_s17_what_unpacks_to_more_than_the_cap_is_not_unpacked(httpserver):
    bomb = gzip.compress(b"\0" * 50_000_000)
    httpserver.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})

    error, _ = fault(httpserver.url_for("/"), limits=Limits(timedelta(seconds=20)))

    assert "over 1000000 bytes" in error.detail


@pytest.mark.parametrize(
    "packed", [gzip.compress(b'{"whole": true}' * 99)[:-20], b"not gzip"], ids=["cut", "no gzip"]
)
def test_damaged_packing_is_a_bad_response(httpserver, packed):
    httpserver.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})

    error, _ = fault(httpserver.url_for("/"), limits=Limits(timedelta(seconds=20)))

    assert error.reason is Reason.BAD_RESPONSE


def test_an_adapter_may_raise_the_cap(httpserver):
    httpserver.expect_request("/").respond_with_data(b"x" * 2_000_000)

    with door(httpserver.url_for("/"), max_bytes=3_000_000) as http:
        assert len(http.get("/").content) == 2_000_000


def test_a_connection_is_kept_and_used_again():
    def keeps_open(connection, over):
        while connection.recv(65536):
            connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    with wire.serve(keeps_open) as server, door(server.url) as http:
        for _ in range(3):
            http.get("/")

        assert server.connections == 1


def test_a_call_that_was_broken_off_leaves_no_connection_behind_for_the_next():
    """Else the rest of one customer's answer would be read as the answer to the next question."""
    answers = [HEAD + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000]

    def too_much_then_good(connection, over):
        while connection.recv(65536):
            good = HEAD + b"Content-Length: 2\r\n\r\n{}"
            connection.sendall(answers.pop() if answers else good)

    with wire.serve(too_much_then_good) as server, door(server.url) as http:
        with pytest.raises(SourceError):
            http.get("/")

        assert http.get("/").json() == {}
        assert server.connections == 2


def test_a_question_without_a_body_says_nothing_of_one():
    requests = []

    def listens(connection, over):
        requests.append(connection.recv(65536).lower())
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    with wire.serve(listens) as server, door(server.url) as http:
        http.get("/")

    assert b"content-length" not in requests[0]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_a_source_may_be_at_an_ipv6_address():
    answer = wire.says(HEAD + b"Content-Length: 2\r\n\r\n{}")
    with wire.serve(answer, host="::1") as server, door(server.url) as http:
        assert http.get("/").json() == {}
