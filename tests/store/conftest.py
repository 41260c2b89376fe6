import pytest
from context_sidecar.store.database import open_database
from support.postgres import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return new_database()
    return f"sqlite:///{tmp_path}/data/sidecar.db"


@pytest.fixture
def opened(url):
    """Opens the database (again), and closes what it opened when the test ends."""
    engines = []

    def open_it():
        engines.append(open_database(url))
        return engines[-1]

    yield open_it
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(opened):
    return opened()
