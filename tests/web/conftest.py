from __future__ import annotations

import pytest
from structlog.testing import capture_logs
from support.web import Deployment, configuration


@pytest.fixture(autouse=True)
def logged():
    """What is logged."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def deploy(tmp_path):
    """Starts a deployment with what a test wants different."""
    started = []

    def start(*installs, allowance=None, adapters=None, **changes):
        declared = configuration(tmp_path, *installs, **changes)
        more = {"allowance": allowance} if allowance else {}
        more |= {"adapters": adapters} if adapters else {}
        started.append(Deployment(declared, **more))
        return started[-1]

    yield start
    for each in started:
        each.changes.close()
        each.database.dispose()


@pytest.fixture
def deployment(deploy):
    return deploy()
