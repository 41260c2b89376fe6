"""S16, for what does not speak HTTP: a line goes to the address that was judged, and in time."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.dialing import dialing
from support import wire

LIMITS = Limits(timeout=timedelta(seconds=8))


def refusal(resolve, *, host="files.example", allow_private=False):
    with pytest.raises(SourceError) as found:
        dialing(LIMITS, allow_private=allow_private, resolve=resolve)(host, 22)
    return found.value


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
def test_s16_a_private_address_gets_no_line(address):
    found = refusal(lambda *_: ["1.1.1.1", address])

    assert found.reason is Reason.NOT_CONFIGURED
    assert address in found.detail


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1"])
def test_s16_an_ip_address_in_disguise_gets_no_line(host):
    found = refusal(lambda *_: ["127.0.0.1"], host=host, allow_private=True)

    assert found.reason is Reason.NOT_CONFIGURED


def test_a_line_goes_to_the_judged_address_and_knows_what_is_left_of_the_time():
    asked = []

    def resolve(host, seconds):
        asked.append(host)
        return ["127.0.0.1"]

    with wire.serve(wire.says(b"hello")) as server:
        dial = dialing(LIMITS, allow_private=True, resolve=resolve)
        with dial("files.example", server.port) as line:
            line.sendall(b"\r\n\r\n")
            assert line.recv(5) == b"hello"
            assert 0 < line.gettimeout() <= 8
        with deadline.within(2), dial("files.example", server.port) as line:
            assert 0 < line.gettimeout() <= 2

    assert asked == ["files.example"] * 2


def test_the_next_address_is_tried_where_nobody_answers_at_the_first():
    with wire.serve(wire.says(b"hello")) as server:
        dial = dialing(LIMITS, allow_private=True, resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
        with dial("files.example", server.port) as line:
            line.sendall(b"\r\n\r\n")
            assert line.recv(5) == b"hello"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(OSError("no"), Reason.UNREACHABLE), (TimeoutError("late"), Reason.TIMEOUT)],
    ids=["unknown", "late"],
)
def test_a_name_that_has_no_address_in_time(fault, reason):
    def resolve(host, seconds):
        raise fault

    assert refusal(resolve).reason is reason


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(SourceError) as found:
        dialing(LIMITS, allow_private=True)("127.0.0.1", port)

    assert found.value.reason is Reason.UNREACHABLE
