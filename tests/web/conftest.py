from __future__ import annotations

import shutil

import pytest
from context_sidecar.store.database import open_database
from structlog.testing import capture_logs
from support.web import Deployment, configuration


@pytest.fixture(autouse=True)
def logged():
    """What is logged."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """An up-to-date database, to copy: making one takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "sidecar.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def deploy(tmp_path, empty_database):
    """Starts a deployment with what a test wants different."""
    started = []

    def start(*installs, allowance=None, adapters=None, **changes):
        declared = configuration(tmp_path, *installs, **changes)
        if not declared.data.exists():
            declared.data.mkdir()
            shutil.copy(empty_database, declared.data)
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
