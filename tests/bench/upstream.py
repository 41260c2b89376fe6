"""The systems behind the sources, in a process of their own: `python -m bench.upstream PORT`.

Any number of them, each at a path of its own: `/s1?keys=a,b` answers a row for each key, after the
fixed time that the system takes. It notes how long every call took it, and hangs where it is told.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from support.ports import free_port, wait_for

FIELDS = tuple(f"f{number}" for number in range(1, 13))
"""What a row holds besides its id."""


@dataclass
class Systems:
    """The systems: how they behave, and what they were asked."""

    seconds: float = 0.0
    hanging: str = ""
    held: int = 0
    begun: int = 0
    calls: list[tuple[str, str, float]] = field(default_factory=list)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests, until it is closed."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                began = perf_counter()
                address = urlsplit(head.split(b" ", 2)[1].decode())
                wanted = {name: said[0] for name, said in parse_qs(address.query).items()}
                if address.path[1:] == self.hanging:
                    await self.hang(reader)
                    return
                body = json.dumps(await self.answer(address.path[1:], wanted)).encode()
                if keys := wanted.get("keys"):
                    self.calls.append((address.path[1:], keys, perf_counter() - began))
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%b" % (len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def answer(self, name: str, wanted: dict[str, str]) -> object:
        """Return what *name* says: `-` is our own door to the systems, for the bench."""
        if name == "-":
            self.seconds = float(wanted.get("seconds", self.seconds))
            self.hanging = wanted.get("hanging", self.hanging).strip()
            calls, self.calls = self.calls, []
            begun, self.begun = self.begun, 0
            return {"calls": calls, "held": self.held, "begun": begun}
        await asyncio.sleep(self.seconds)
        keys = wanted["keys"].split(",")
        return [{"id": key, **dict.fromkeys(FIELDS, f"of {key}")} for key in keys]

    async def hang(self, reader: asyncio.StreamReader) -> None:
        """Hold a call for as long as anybody waits for it."""
        self.held += 1
        self.begun += 1
        try:
            await reader.read()
        finally:
            self.held -= 1


@dataclass(frozen=True)
class Upstream:
    """The running systems, as seen from outside."""

    address: str

    def behave(self, **how: str | float) -> dict[str, Any]:
        """Set `seconds` (what an answer takes) or `hanging` (who never answers; a blank for
        nobody). Return the `calls` since last time, how many have `begun` since then to hang, and
        how many are `held` now."""
        query = "&".join(f"{name}={value}" for name, value in how.items()).replace(" ", "%20")
        with urlopen(f"{self.address}/-?{query}") as answer:
            return json.load(answer)

    def calls(self) -> list[tuple[str, str, float]]:
        """Return the calls since last time: which system, its keys, the seconds it took."""
        return self.behave()["calls"]


@contextmanager
def running(seconds: float = 0.0) -> Iterator[Upstream]:
    """Run the systems, each of which takes so many *seconds* for an answer."""
    port = free_port()
    tests = Path(__file__).parents[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.upstream", str(port)], cwd=tests)
    try:
        wait_for(port)
        upstream = Upstream(f"http://127.0.0.1:{port}")
        upstream.behave(seconds=seconds)
        yield upstream
    finally:
        process.kill()
        process.wait()


async def main(port: int) -> None:
    """Run until killed."""
    server = await asyncio.start_server(Systems().converse, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
