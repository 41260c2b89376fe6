"""How much memory a process takes that has read everything there is of 100,000 accounts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from bench.deployment import Deployment, account_id
from bench.figures import Figure, Promise
from bench.ground import ACCOUNTS, Ground
from context_sidecar.app import utc_now
from context_sidecar.engine.questions import questions

AT_ONCE = 500
MEGABYTE = 1024 * 1024
SIZES = (16, 64)
"""Configured sizes of the cache in memory, in megabytes."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Let a process with either size read everything; compare what it grew with what it may."""
    for size in SIZES:
        file = ground.large.file.with_name(f"sidecar-{size}.yaml")
        declared = yaml.safe_load(ground.large.file.read_text())
        file.write_text(yaml.safe_dump(declared | {"cache": {"memory": f"{size}MB"}}))
        said = subprocess.run(
            [sys.executable, "-m", "bench.memory", str(file)],
            cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        sizes = [resident / MEGABYTE for resident in json.loads(said)]
        grown = max(sizes) - sizes[0]
        yield Figure(
            Promise(f"Memory after 100,000 accounts, {size} MB configured: growth", size, "MB"),
            grown,
            f"from {sizes[0]:.0f} MB; half way {sizes[len(sizes) // 2] - sizes[0]:.0f} MB more",
        )


def read_all(deployment: Deployment) -> Iterator[int]:
    """Read everything of all accounts, and yield the process's size from time to time."""
    with deployment.open() as running:
        asked = questions(running.configuration.fields.values()).values()
        yield resident()
        for first in range(0, ACCOUNTS, AT_ONCE):
            keys = [account_id(number) for number in range(first, first + AT_ONCE)]
            for question in asked:
                known = running.cache.ask(question, keys, now=utc_now(), interactive=True)
                assert not any(one.future for one in known.values())
            yield resident()


def resident() -> int:
    """Return the bytes of memory that this process takes (proc(5): VmRSS)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


if __name__ == "__main__":
    json.dump(list(read_all(Deployment(Path(sys.argv[1])))), sys.stdout)
