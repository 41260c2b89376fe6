"""The database: opened by URL, tuned for SQLite where it is SQLite, brought up to date.

Alembic is loaded only when there is something to bring up to date, so that an up-to-date database
opens in milliseconds. Two processes that open an old database together bring it up to date once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    String,
    column,
    create_engine,
    event,
    select,
    table,
    text,
)
from sqlalchemy import inspect as look_into
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from context_sidecar.core.errors import DatabaseRefused

NAME = "sidecar.db"
"""What the database's file is called in the data folder."""

MIGRATIONS = Path(__file__).parent / "migrations"

_REVISION = select(column("version_num", String)).select_from(table("alembic_version"))
_LOCK = 0x51DECA4
# In seconds: as long as another process may need to bring a large database up to date.
_UPGRADE_WAIT = 60


def head() -> str:
    """Return the revision that this version's tables are at: the last file's, by name."""
    last = max(path.name for path in (MIGRATIONS / "versions").glob("r*.py"))
    return last.removeprefix("r").partition("_")[0]


def open_database(url: str | URL) -> Engine:
    """Open the database at *url* and bring its tables up to date.

    The folder and file of an SQLite database are made where they do not exist, for our eyes only:
    they hold what the sources say about customers.

    Raises:
        DatabaseRefused: it cannot be opened, or a newer version of the product wrote it.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    try:
        _make_file(engine.url)
        with engine.connect() as connection:
            current = _revision(connection)
        if current != head():
            _upgrade(engine)
    except (DBAPIError, OSError) as error:
        engine.dispose()
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseRefused(f"The database {_name(engine)} cannot be opened: {cause}") from error
    except DatabaseRefused:
        engine.dispose()
        raise
    return engine


def answers(engine: Engine) -> bool:
    """Whether the database can be asked anything now."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _name(engine: Engine) -> str:
    """The database's address without what may be secret in it: the password is masked."""
    return str(engine.url.set(query={}))


def _make_file(url: URL) -> None:
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)


def _tune_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Let readers read while somebody writes.

    SQLite waits for other connections wherever it can, but not to change the mode of the journal:
    whoever opens a new database together with others has to try again.
    """
    end = monotonic() + _UPGRADE_WAIT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return


def _revision(connection: Connection) -> str | None:
    """The revision of the database's tables; None for an empty database."""
    if not look_into(connection).has_table("alembic_version"):
        return None
    return connection.execute(_REVISION).scalar()


def _upgrade(engine: Engine) -> None:
    # It takes a while to load, which only a database that is not up to date need wait for.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with _alone(engine) as connection:
        current = _revision(connection)
        if current is not None and current not in known:
            raise DatabaseRefused(
                f"The database {_name(engine)} was written by a newer version of Context Sidecar: "
                f"its tables are at revision {current}, and this version knows up to {head()}. "
                "Install that version again, or restore the backup made before it."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that waits until no other process brings the tables up to date."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
        return
    # The driver would begin no transaction before CREATE TABLE, so we begin it ourselves.
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # nobody else shall wait as long
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_UPGRADE_WAIT * 1000}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
