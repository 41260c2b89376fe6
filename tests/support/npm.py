"""Vendors' own tools from npm, kept in .tools by tests/setup."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from support.real import lacking

TOOLS = Path(__file__).parents[2] / ".tools" / "node_modules"


def need(*packages: str) -> None:
    """Skip the test where one of *packages* is not there."""
    for package in packages:
        if not (TOOLS / package).is_dir():
            lacking(f"{package} is not installed")


def run(*command: str | Path, said: Any = None) -> str:
    """Run a program of Node's with *said* as JSON on its standard input; return what it prints."""
    with tempfile.TemporaryDirectory(prefix="sidecar-npm-") as left:  # Forge leaves its bundles
        done = subprocess.run(
            list(map(str, command)),
            input=json.dumps(said),
            capture_output=True,
            text=True,
            env=os.environ | {"NODE_PATH": str(TOOLS), "TMPDIR": left},
            timeout=100,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def bundle(source: Path, target: Path, **aliases: Path) -> Path:
    """Bundle *source*, with what it imports, into the one file *target* for Node; `card=folder`
    is where `@card` leads."""
    need("esbuild")
    leads = [f"--alias:@{name}={place}" for name, place in aliases.items()]
    how = ["--bundle", "--platform=node", "--format=cjs", "--jsx=automatic", "--log-level=warning"]
    run(TOOLS / ".bin" / "esbuild", source, *how, *leads, f"--outfile={target}")
    return target
