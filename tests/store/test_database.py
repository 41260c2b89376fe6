"""A database opens quickly, is brought up to date once, and is never misread."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from context_sidecar.core.errors import DatabaseRefused
from context_sidecar.store.database import MIGRATIONS, answers, head, open_database
from context_sidecar.store.schema import metadata, pins
from sqlalchemy import insert, inspect, select, text


def test_a_new_database_has_every_table(engine):
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_the_migrations_make_exactly_the_declared_tables(engine):
    """Columns, types, keys, indexes and what may be null: a table changed in one place only is
    found here."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_migrations_keep_the_tables_whose_rows_are_their_own_index(engine):
    """Alembic does not compare `WITHOUT ROWID`, so it is compared here."""
    declared = {
        table.name
        for table in metadata.sorted_tables
        if table.dialect_options["sqlite"]["with_rowid"] is False
    }
    with engine.connect() as connection:
        made = connection.scalars(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")
        )
        assert set(made) == declared


def test_the_last_file_is_the_head_of_the_migrations():
    assert head() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_what_is_in_it_survives_opening_again(opened):
    with opened().begin() as connection:
        connection.execute(insert(pins).values(name="a", value="1"))
    with opened().connect() as connection:
        assert connection.scalar(select(pins.c.value)) == "1"


def test_an_up_to_date_database_opens_without_loading_alembic(opened, url):
    opened()
    check = (
        "import sys\n"
        "from context_sidecar.store.database import open_database\n"
        f"open_database({url!r}).dispose()\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=30)


def test_those_that_open_an_empty_database_together_make_its_tables_once(opened):
    barrier = Barrier(4, timeout=20)

    def open_it(_):
        barrier.wait()
        return inspect(opened()).get_table_names()

    with ThreadPoolExecutor(4) as pool:
        assert all("accounts" in names for names in pool.map(open_it, range(4)))


def test_a_database_that_a_newer_version_wrote_is_refused_and_left_alone(opened):
    with opened().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for _ in range(2):
        with pytest.raises(DatabaseRefused, match=r"newer version .* revision 9999.* up to \d{4}"):
            opened()


def test_a_step_that_fails_leaves_nothing_half_made(opened, engine):
    """Somebody else's table has the name of one that is still to be made."""
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("CREATE TABLE pins (x INTEGER)"))
    with pytest.raises(DatabaseRefused, match="pins"):
        opened()
    assert inspect(engine).get_table_names() == ["pins"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_only_we_may_read_the_file(engine, tmp_path):
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data/sidecar.db").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(DatabaseRefused, match=r"data/sidecar\.db cannot be opened"):
        open_database(f"sqlite:///{tmp_path}/data/sidecar.db")


def test_a_server_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(DatabaseRefused) as refused:
        open_database("postgresql+psycopg://sidecar:s3cret@127.0.0.1:1/sidecar?password=s3cret")
    assert "127.0.0.1:1/sidecar cannot be opened" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_database_that_is_gone_says_so_instead_of_failing(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/sidecar.db")
    assert answers(engine)

    engine.dispose()
    (tmp_path / "sidecar.db").unlink()
    (tmp_path / "sidecar.db").mkdir()

    assert not answers(engine)
