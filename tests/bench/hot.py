"""What is in memory, against nginx serving the same bytes from a file, both on the same one core.

`sidecar serve` checks a visit's token and gives a whole card; nginx looks at nothing. Both get the
same requests, in turns, from visitors of whom none asks more often than one may: the pace that
everybody is held to is part of what is measured.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from bench import upstream
from bench.deployment import Deployment, headers, path_of, set_up
from bench.figures import Figure, Lacking, Promise
from bench.ground import Ground
from context_sidecar.web.parts import Allowance
from support.ports import free_port, wait_for

SERVER_CORE, CLIENT_CORE = "0", "1"
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 64
FIELDS_SHOWN = 7
FASTEST = 60_000
"""Requests a second that the visitors of a round may ask together; none is refused."""

VISITORS = FASTEST * SECONDS // Allowance().requests
FORMS = {
    "JSON": {"Accept": "application/json"},
    "HTML": {"Accept": "text/html", "Accept-Encoding": "gzip"},
}
"""What is asked for: the API's answer as a program takes it, the card as a browser does."""

NGINX = """
user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; etag off;
  default_type "{type}";
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}/root; {headers} }}
}}
"""

VISITS = """
local requests, turn = {}, 0
function init(arguments)
  for token in io.lines(arguments[1]) do
    wrk.headers["Authorization"] = "Bearer " .. token
    requests[#requests + 1] = wrk.format()
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
"""


@dataclass
class Side:
    """One of the two servers, and what was measured of it: requests a second, and the processor
    time of one in microseconds, which others on the machine disturb less."""

    pid: int
    port: int
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def measure(self, folder: Path, form: dict[str, str]) -> None:
        """Ask as fast as it answers, for one round."""
        wishes = [word for name, value in form.items() for word in ("-H", f"{name}: {value}")]
        before = cpu_seconds(self.pid)
        said = subprocess.run(
            ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s",
             *wishes, "-s", "visits.lua", f"http://127.0.0.1:{self.port}{path_of(1)}",
             "--", "tokens"],
            cwd=folder, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        spent = cpu_seconds(self.pid) - before
        assert "Non-2xx" not in said, said
        self.rates.append(_figure(r"Requests/sec: +(\S+)", said))
        self.costs.append(spent / _figure(r"(\d+) requests in", said) * 1e6)


def measure(ground: Ground) -> Iterator[Figure]:
    """Compare both representations of a card."""
    for tool in ("wrk", "nginx", "taskset"):
        if shutil.which(tool) is None:
            raise Lacking(f"{tool} is not installed")
    if len(os.sched_getaffinity(0)) < 2:
        raise Lacking("it takes two cores: one for the server, one for who asks")
    with upstream.running() as systems:
        deployment = set_up(ground.folder(), systems.address, accounts=10, shown=FIELDS_SHOWN)
        with deployment.served("taskset", "-c", SERVER_CORE) as server:
            for name, form in FORMS.items():
                ours = Side(server.ready().pid, server.port)
                yield from _compare(name, form, deployment, ours)


def _compare(
    name: str, form: dict[str, str], deployment: Deployment, ours: Side
) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "visits.lua").write_text(VISITS)
        body, given = _learn(deployment, ours, folder, form)
        with _nginx(folder, body, given) as nginx:
            for turn in range(ROUNDS):
                _learn(deployment, ours, folder, form, turn)
                ours.measure(folder, form)
                nginx.measure(folder, form)
    # Whatever else runs can only slow a round down, so the best of each side is the truest.
    rate, nginx_rate = max(ours.rates), max(nginx.rates)
    cost, nginx_cost = min(ours.costs), min(nginx.costs)
    size = f"{len(body):,} bytes"
    yield Figure(
        Promise(f"Hot, {name}: requests a second, against nginx", 0.5, "times", "at least"),
        rate / nginx_rate,
        f"{rate:,.0f} and {nginx_rate:,.0f}, {size}",
    )
    yield Figure(
        Promise(f"Hot, {name}: processor time of a request, against nginx", 2, "times"),
        cost / nginx_cost,
        f"{cost:.1f} and {nginx_cost:.1f} µs, {size}",
    )


def _learn(
    deployment: Deployment, ours: Side, folder: Path, form: dict[str, str], turn: int = -1
) -> tuple[bytes, dict[str, str]]:
    """Let the visitors of a turn come, each of whom asks once. Return what the last was told."""
    tokens = [
        deployment.token(1, f"{form['Accept']} {turn} {number}") for number in range(VISITORS)
    ]
    (folder / "tokens").write_text("\n".join(tokens))
    client = HTTPConnection("127.0.0.1", ours.port)
    for token in tokens:
        client.request("GET", path_of(1), headers=headers(token) | form)
        answer = client.getresponse()
        body = answer.read()
        assert answer.status == 200, body
    return body, dict(answer.headers)


@contextmanager
def _nginx(folder: Path, body: bytes, given: dict[str, str]) -> Iterator[Side]:
    """Run nginx with a file of the same bytes, which it gives with the same headers."""
    file = folder / "root" / path_of(1)[1:]
    file.parent.mkdir(parents=True)
    file.write_bytes(body)
    own = {"content-type", "content-length", "server", "date"}
    added = (
        f"add_header {name} {value!r};" for name, value in given.items() if name.lower() not in own
    )
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(
        NGINX.format(folder=folder, port=port, headers=" ".join(added), type=given["content-type"])
    )
    process = subprocess.Popen(["taskset", "-c", SERVER_CORE, "nginx", "-c", str(settings)])
    try:
        wait_for(port)
        yield Side(process.pid, port)
    finally:
        process.terminate()
        process.wait(15)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its children have used (proc(5): stat)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, text
    return float(found[1])
