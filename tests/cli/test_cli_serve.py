"""`sidecar serve`: the real server, as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
from context_sidecar.core.secrets import Secret
from context_sidecar.proof import signed_url
from context_sidecar.web import bodies, server
from context_sidecar.web.listening import free_address
from support.deployment import SECRET, write_deployment
from support.ports import free_port, listens, wait_for

SIDECAR = Path(sys.executable).with_name("sidecar")
PUBLIC = "https://context.example.com"


class Served:
    """A server on *port*."""

    def __init__(self, process, port, log):
        self.process, self.port, self.log = process, port, log

    def command(self, *arguments):
        """Run another command on the same deployment."""
        configuration = self.log.with_name("sidecar.yaml")
        return subprocess.run(
            [SIDECAR, "--config", configuration, *arguments],
            check=True, capture_output=True, text=True, timeout=30,
            env=os.environ | {"DESK_SECRET": SECRET},
        )  # fmt: skip

    def ask(self, method, path, headers=None, body=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def raw(self, content):
        """Open a connection and send *content*, which need be no request."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(content)
        return connection

    def page(self, **parameters):
        """Open a signed address; return the page."""
        said = {"record": "ticket/7", "user": "ana", **parameters}
        address = signed_url.sign(PUBLIC, "intranet", Secret(SECRET), said, now=datetime.now(UTC))
        status, headers, body = self.ask("GET", address.removeprefix(PUBLIC))
        assert status == 200, body
        return headers, body.decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@contextmanager
def serving(folder, slow=""):
    write_deployment(folder, slow)
    port, log = free_port(), folder / "log"
    command = [SIDECAR, "--config", folder / "sidecar.yaml", "serve", "--port", str(port)]
    environment = os.environ | {"DESK_SECRET": SECRET}
    with log.open("w") as stream:
        process = subprocess.Popen(command, stderr=stream, env=environment)
        try:
            wait_for(port)
            yield Served(process, port, log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(15)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server that stays."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def ending(tmp_path):
    """A server that a test may end."""
    with serving(tmp_path) as running:
        yield running


def until(holds):
    """Wait for *holds* to hold: for the first synchronisation of the directory, for example."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_from_a_signed_address_to_a_live_card(served):
    until(lambda: served.ask("GET", "/readyz")[0] == 200)
    headers, page = served.page(**{"key.requester_email": "x@brandt.example"})
    token = re.search('data-token="([^"]+)"', page)[1]
    bearer = {"Authorization": f"Bearer {token}", "Accept": "text/html"}

    first = served.ask("GET", "/v1/context/iframe/ticket/7", bearer)
    held = {**bearer, "If-None-Match": first[1]["etag"]}
    again = served.ask("GET", "/v1/context/iframe/ticket/7", held)

    assert "Brandt &amp; S" in page
    assert "frame-ancestors https://desk.example.com;" in headers["content-security-policy"]
    assert first[0] == 200
    assert first[2].decode().startswith("<section")
    assert again[0] == 304
    assert again[2] == b""


def test_what_is_asked_again_is_answered_from_memory(served):
    until(lambda: served.ask("GET", "/readyz")[0] == 200)
    _, page = served.page(**{"key.requester_email": "x@brandt.example"})
    token = re.search('data-token="([^"]+)"', page)[1]
    bearer = {"Authorization": f"Bearer {token}"}
    key = served.command("key", "create", "metrics").stdout.strip()

    def hits():
        text = served.ask("GET", "/metrics", {"Authorization": f"Bearer {key}"})[2].decode()
        return float(re.search(r"^sidecar_hot_total ([0-9.]+)", text, re.MULTILINE)[1])

    before = hits()
    answers = [served.ask("GET", "/v1/context/iframe/ticket/7", bearer) for _ in range(5)]

    assert hits() >= before + 3
    assert {(status, body) for status, _, body in answers} == {(200, answers[0][2])}


def test_how_the_directory_came_about_is_in_the_log_and_among_the_metrics(served):
    until(lambda: served.ask("GET", "/readyz")[0] == 200)
    key = served.command("key", "create", "metrics").stdout.strip()
    counted = served.ask("GET", "/metrics", {"Authorization": f"Bearer {key}"})[2].decode()
    assert "\nsidecar_accounts 3.0\n" in counted
    assert '\nsidecar_accounts_failed{reason="timeout"} 0.0\n' in counted
    assert float(
        re.search(r"^sidecar_accounts_read_timestamp_seconds (.+)", counted, re.MULTILINE)[1]
    )
    (noted,) = [json.loads(line) for line in served.log.read_text().splitlines()
                if '"accounts_synchronised"' in line]  # fmt: skip
    assert (noted["outcome"], noted["accounts"]) == ("published", 3)


def test_an_id_with_a_slash_arrives_whole(served):
    _, page = served.page(record="ticket/a/b c", **{"key.requester_email": "x@brandt.example"})
    token = re.search('data-token="([^"]+)"', page)[1]
    address = re.search(f'data-context-url="{PUBLIC}([^"]+)"', page)[1]

    status, _, body = served.ask("GET", address, {"Authorization": f"Bearer {token}"})

    assert address.endswith("/a%2Fb%20c")
    assert status == 200
    assert json.loads(body)["record"]["id"] == "a/b c"


def test_it_ends_when_told_to(ending):
    ending.ask("GET", "/healthz")

    began = time.monotonic()

    assert ending.stop() == 0
    assert time.monotonic() - began < 10


def test_nobody_goes_on_answering_when_who_watches_is_killed(ending):
    ending.process.kill()
    ending.process.wait(15)

    until(lambda: not listens(ending.port))


def answering_for(watching):
    """The processes that *watching* has begun, but for the one that tidies up after them."""
    told = Path(f"/proc/{watching}/task").glob("*/children")
    children = {child for one in told for child in one.read_text().split()}
    commands = {child: Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return [int(one) for one, command in commands.items() if "resource_tracker" not in command]


def test_that_the_process_that_answers_is_killed_is_told_before_the_other_ends(ending):
    """As a system does that is short of memory."""
    [answering] = answering_for(ending.process.pid)
    os.kill(answering, signal.SIGKILL)

    assert ending.process.wait(15) == 1
    assert "Error: The process that answers was killed (SIGKILL)" in ending.log.read_text()
    assert not listens(ending.port)


@pytest.fixture
def hanging():
    """A source that takes a connection and says nothing, and whether it has been asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked, over = threading.Event(), threading.Event()

        def take():
            connection, _ = listener.accept()
            with connection:
                asked.set()
                over.wait(30)

        thread = threading.Thread(target=take)
        thread.start()
        yield listener.getsockname()[1], asked
        over.set()
        thread.join(10)


def test_what_is_under_way_is_answered_before_it_ends(tmp_path, hanging):
    port, asked = hanging
    answers = []
    with serving(tmp_path, slow=f"http://127.0.0.1:{port}") as served:
        until(lambda: served.ask("GET", "/readyz")[0] == 200)
        made = served.command("key", "create", "a test", "--every-card")
        bearer = {"Authorization": f"Bearer {made.stdout.strip()}"}

        def ask():
            answers.append(served.ask("GET", "/v1/accounts/2/context", bearer))

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
        status = served.stop()
        thread.join(15)

    assert status == 0
    assert answers[0][0] == 200
    states = {each["field"]: each["state"] for each in json.loads(answers[0][2])["readings"]}
    assert states == {"tier": "invalid", "health": "pending"}


def test_it_does_not_start_with_a_mistake_in_the_configuration(folder):
    (folder / "sidecar.yaml").write_text("version: 1\n")

    ended = subprocess.run(
        [SIDECAR, "--config", folder / "sidecar.yaml", "serve"],
        check=False, capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "cards" in ended.stderr


def refused(folder, *arguments):
    """What `sidecar serve` says that does not start."""
    done = subprocess.run(
        [SIDECAR, "--config", folder / "sidecar.yaml", "serve", *arguments],
        check=False, capture_output=True, text=True, timeout=30,
        env=os.environ | {"DESK_SECRET": SECRET},
    )  # fmt: skip
    assert done.returncode != 0
    return done.stderr


def test_a_second_server_at_the_same_address_does_not_start(served):
    """They would share what is asked, and a forgotten one answer by its old configuration."""
    assert refused(served.log.parent, "--port", str(served.port)) == (
        f"Error: Cannot listen at 127.0.0.1:{served.port}: something listens there already. "
        "End it, or say another --port.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "192.0.2.1"], "192.0.2.1:8710: this machine does not have that address."),
        (["--host", "nowhere.invalid"], "nowhere.invalid:8710: no such host is known."),
        (["--port", "80000"], "80000 is not in the range 1<=x<=65535."),
    ],
)
def test_an_address_that_cannot_be_listened_at_is_told_in_a_sentence(served, arguments, said):
    assert refused(served.log.parent, *arguments).strip().endswith(said)


def test_a_host_by_its_name_is_listened_at_by_its_address():
    assert free_address("localhost", free_port()) in {"127.0.0.1", "::1"}


def test_s31_clients_that_send_slowly_take_no_worker_from_others(served):
    """More of them than there are threads, each with a body that never ends."""
    slow = [
        served.raw(b"POST /hosts/intranet HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        for _ in range(100)
    ]
    try:
        began = time.monotonic()
        statuses = [served.ask("GET", "/healthz")[0] for _ in range(20)]

        assert statuses == [200] * 20
        assert time.monotonic() - began < 5
        assert served.page()[1]
        refused = served.ask("POST", "/hosts/intranet", body=b"x")
        assert refused[0] == 503
        assert refused[1]["retry-after"] == "1"
    finally:
        for connection in slow:
            connection.close()
    until(lambda: served.ask("POST", "/hosts/intranet", body=b"x")[0] == 401)
    assert bodies.PLACES < server.QUICK_THREADS


def test_s31_clients_that_never_finish_their_headers_or_never_read_take_nothing(served):
    idle = [served.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ") for _ in range(100)]
    deaf = [served.raw(b"GET /hosts/intranet HTTP/1.1\r\nHost: x\r\n\r\n" * 20) for _ in range(20)]
    try:
        assert served.ask("GET", "/healthz")[0] == 200
    finally:
        for connection in idle + deaf:
            connection.close()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 1000,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"POST /v1/visits HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/visits HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"POST /hosts/intranet HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
def test_what_is_no_request_harms_nobody(served, content):
    with served.raw(content) as connection:
        connection.settimeout(2)
        try:
            answer = connection.recv(4096)
        except OSError:
            answer = b""

    assert b" 500" not in answer[:16]
    assert b"Traceback" not in answer
    assert served.ask("GET", "/healthz")[0] == 200


def test_the_log_has_no_proof_in_it(ending):
    _, page = ending.page()
    token = re.search('data-token="([^"]+)"', page)[1]
    ending.ask("GET", "/v1/context/iframe/ticket/7", {"Authorization": f"Bearer {token}"})
    ending.stop()

    written = ending.log.read_text()

    assert '"path": "/hosts/intranet"' in written
    assert "signature" not in written
    assert token not in written
    assert SECRET not in written


@pytest.mark.parametrize(("last", "status"), [(b"]", b"204"), (b"", b"400")])
def test_a_body_arrives_whole_however_it_is_sent(served, last, status):
    """In pieces, and without saying how long it will be."""
    head = b"POST /v1/policy-reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [b"[{}", b", {}" * 1000, b", {}", last]
    with served.raw(head) as connection:
        for piece in filter(None, pieces):
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

        assert connection.recv(12) == b"HTTP/1.1 " + status


def test_many_at_once_are_all_answered(served):
    until(lambda: served.ask("GET", "/readyz")[0] == 200)
    _, page = served.page(**{"key.requester_email": "x@brandt.example"})
    token = re.search('data-token="([^"]+)"', page)[1]
    start, statuses = threading.Barrier(20, timeout=10), []

    def ask():
        start.wait()
        for _ in range(5):
            headers = {"Authorization": f"Bearer {token}"}
            statuses.append(served.ask("GET", "/v1/context/iframe/ticket/7", headers)[0])

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    assert statuses == [200] * 100
