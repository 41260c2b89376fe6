"""A real MariaDB in a folder of its own, thrown away at the end.

with mariadb.server() as server:
    server.run("CREATE DATABASE warehouse")
    server.url("reader", "secret", "warehouse")
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy import URL

from support.ports import free_port, wait_for
from support.real import lacking

_SMALL = (
    "--skip-name-resolve",  # so that only addresses count
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=4M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
)
_TABLES = Path("/usr/share/mysql")


class MariaDB:
    """A server whose files are in *folder*; `root` may do all, and needs no password."""

    def __init__(self, program: str, folder: Path) -> None:
        self._socket = folder / "socket"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._command = (
            program, "--no-defaults", f"--datadir={folder / 'data'}", *_SMALL,
            *(["--user=root"] if os.getuid() == 0 else []),
        )  # fmt: skip
        self._log = folder / "log"
        (folder / "data").mkdir()
        self._make_system_tables()

    def url(self, user: str, password: str, database: str) -> str:
        """Return the address of *database*, for SQLAlchemy with PyMySQL."""
        url = URL.create("mysql+pymysql", user, password, "127.0.0.1", self._port, database)
        return url.render_as_string(hide_password=False)

    def run(self, *statements: str) -> list[Any]:
        """Run *statements* as root, one after the other; return the rows of the last."""
        with self.connected() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Give root's own connection."""
        connection = pymysql.connect(
            unix_socket=str(self._socket), user="root", autocommit=True, charset="utf8mb4"
        )
        try:
            yield connection
        finally:
            connection.close()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        reach = (f"--socket={self._socket}", f"--port={self._port}", "--bind-address=127.0.0.1")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([*self._command, *reach], stdout=log, stderr=log)
        try:
            wait_for(self._port)
        except OSError as error:
            said = self._log.read_text()[-2000:]
            raise AssertionError(f"MariaDB does not start: {said}") from error

    def stop(self) -> None:
        """Stop it."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it hang inside, as a disk lets it: the network still takes what it is sent."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _make_system_tables(self) -> None:
        """Do what mariadb-install-db does, which wants a package more than the server itself."""
        files = ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
        script = "CREATE DATABASE mysql;\nUSE mysql;\n"
        script += "".join((_TABLES / name).read_text(encoding="utf-8") for name in files)
        done = subprocess.run(
            [*self._command, "--bootstrap"],
            input=script.encode(), capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-2000:]


@contextmanager
def server() -> Iterator[MariaDB]:
    """Give a running server; where there is none to be had, skip the test and say so."""
    program = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    if not program or not _TABLES.exists():
        lacking("MariaDB is not installed")
    with tempfile.TemporaryDirectory(prefix="sidecar-mariadb-") as folder:
        made = MariaDB(program, Path(folder))
        made.start()
        made.run("DROP USER root@'127.0.0.1'")  # or this address would be known to the server
        try:
            yield made
        finally:
            made.stop()
