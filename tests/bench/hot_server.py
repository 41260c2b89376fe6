"""Serves the application that `bench_hot.py` measures: `hot_server.py PORT FOLDER`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from context_sidecar.web.parts import Allowance
from context_sidecar.web.server import serve
from support.web import Deployment, configuration


def application():
    """Return the application, with an engine that answers at once."""
    folder = Path(sys.argv[2])
    return Deployment(
        configuration(folder),
        clock=lambda: datetime.now(UTC),
        allowance=Allowance(requests=10**9),
    ).application


if __name__ == "__main__":
    serve(application, "127.0.0.1", int(sys.argv[1]))
