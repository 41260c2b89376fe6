"""Hot context against nginx, side by side, both on the same one core.

Ours checks a visit's token and gives a whole card from memory through Granian; nginx gives a static
file of the same bytes with the same headers. Both are asked in turns, and two things are measured:
the requests a second of the best round, and the processor time that a request costs, which says the
same on a machine that is busy with other things too. Run by hand:

    .venv/bin/python tests/bench/bench_hot.py

Needs two cores, wrk, nginx and taskset.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.ports import free_port, wait_for
from support.web import Deployment, configuration

PATH = "/v1/context/iframe/ticket/4711"
SERVER_CORE, CLIENT_CORE = "0", "1"
ROUNDS, SECONDS, CONNECTIONS = 6, 2, 64

NGINX = """
user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000000; etag off;
  default_type "{type}";
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}/root; {headers} }}
}}
"""


@dataclass
class Side:
    """One of the two servers: its process and port, and what was measured of it."""

    pid: int
    port: int
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def measure(self, headers: dict[str, str]) -> None:
        """Ask as fast as it answers, for one round."""
        wishes = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
        before = cpu_seconds(self.pid)
        said = subprocess.run(
            ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s",
             *wishes, f"http://127.0.0.1:{self.port}{PATH}"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        spent = cpu_seconds(self.pid) - before
        assert "Non-2xx" not in said, said
        total, rate = (
            re.search(r"(\d+) requests in", said),
            re.search(r"Requests/sec: +(\S+)", said),
        )
        assert total
        assert rate
        self.rates.append(float(rate[1]))
        self.costs.append(spent / int(total[1]) * 1e6)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its children have used (proc(5), fields 14 and 15)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)


@contextmanager
def running(port: int, *command: str) -> Iterator[Side]:
    """A server on the servers' core, ended afterwards."""
    process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *command])
    try:
        wait_for(port)
        yield Side(process.pid, port)
    finally:
        process.terminate()
        process.wait(15)


def compare(folder: Path, headers: dict[str, str]) -> None:
    """Serve one representation both ways, in turns, and print what came of it."""
    port, nginx_port = free_port(), free_port()
    server = str(Path(__file__).with_name("hot_server.py"))
    with running(port, sys.executable, server, str(port), str(folder)) as ours:
        with urlopen(Request(f"http://127.0.0.1:{port}{PATH}", headers=headers)) as answer:
            body, given = answer.read(), dict(answer.headers)
        path = prepare(folder, nginx_port, body, given)
        with running(nginx_port, "nginx", "-c", str(path)) as nginx:
            for _ in range(ROUNDS):
                ours.measure(headers)
                nginx.measure(headers)
    # Whatever else runs can only slow a round down, so the best of each side is the truest.
    rate, nginx_rate = max(ours.rates), max(nginx.rates)
    cost, nginx_cost = min(ours.costs), min(nginx.costs)
    sys.stdout.write(
        f"{headers['Accept']}, {len(body)} bytes, {CONNECTIONS} connections\n"
        f"  requests/s: {rate:.0f}, nginx {nginx_rate:.0f}: {rate / nginx_rate:.2f}\n"
        f"  µs/request: {cost:.1f}, nginx {nginx_cost:.1f}: {nginx_cost / cost:.2f}\n"
    )


def prepare(folder: Path, port: int, body: bytes, headers: dict[str, str]) -> Path:
    """Lay out a static file with the same bytes and headers; return nginx's configuration."""
    file = folder / "root" / PATH[1:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    own = {"connection", "content-type", "content-length", "server", "date"}
    added = (f"add_header {name} {value!r};" for name, value in headers.items() if name not in own)
    text = NGINX.format(
        folder=folder, port=port, headers=" ".join(added), type=headers["content-type"]
    )
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def main() -> None:
    """Compare the API's answer as a program takes it, and the page's as browsers do."""
    for tool in ("wrk", "nginx", "taskset"):
        assert shutil.which(tool), f"{tool} is needed"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deployment = Deployment(configuration(folder), clock=lambda: datetime.now(UTC))
        proof = {"Authorization": f"Bearer {deployment.token()}"}
        compare(folder, proof | {"Accept": "application/json"})
        compare(folder, proof | {"Accept": "text/html", "Accept-Encoding": "gzip"})


if __name__ == "__main__":
    main()
