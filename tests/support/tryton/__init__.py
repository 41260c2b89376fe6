"""A real Tryton of a test's own: PyPI's packages in an environment of their own, a folder, a port.

    tryton = Tryton(tmp_path)
    tryton.start()
    tryton.call("model.res.user.write", [2], {"password": "another"}, {})

The database takes a minute to make. `python -m support.tryton` (tests/setup) makes it and keeps it
as a template, which every Tryton copies; else the first start on a machine does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import httpx

from support.ports import free_port
from support.real import lacking
from support.running import Program

HERE = Path(__file__).parent
TOOLS = Path(__file__).parents[3] / ".tools"
BIN = TOOLS / "tryton" / "bin"
"""Run by its Python: scripts name the place where they were installed, which may be another."""
TEMPLATES = TOOLS / "tryton-databases"
DATABASE = "acme"
ROOT = ("admin", "admin-may-do-all")
READER = ("sidecar", "sidecar-reads-only")
CLERK = ("clerk", "clerk-reads-only")
MODULES = ("party", "account_invoice", "sale_subscription", "project")


def require() -> None:
    """Skip the test where Tryton is not installed, and say so; in CI that is a failure."""
    if not (BIN / "trytond").exists():
        lacking("Tryton is not installed")


class Tryton:
    """A Tryton that lives in *folder*; see the module's text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / f"{DATABASE}.sqlite"
        self._program = Program(folder / "server.log")
        self._configuration = folder / "trytond.conf"
        self._configuration.write_text(
            f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{self.port}\n"
            f"[password]\npasslib = {HERE / 'passlib.ini'}\n"
        )

    def start(self) -> None:
        """Start Tryton and wait until it answers for its database."""
        if not self.database.exists():
            shutil.copy(template(), self.database)
        self._program.start(
            [BIN / "python", BIN / "trytond", "-c", self._configuration, "-d", DATABASE],
            self._answers,
            folder=self.folder,
        )

    def stop(self) -> None:
        """Stop Tryton; what it keeps stays in the folder."""
        self._program.stop()

    def call(self, method: str, *params: Any) -> Any:
        """Call *method* as the administrator, and return its result."""
        said = {"id": 0, "method": method, "params": list(params)}
        answer = httpx.post(f"{self.url}/{DATABASE}/", json=said, auth=ROOT, timeout=60)
        told = answer.raise_for_status().json()
        if "error" in told:
            raise RuntimeError(f"Tryton: {told['error']}")
        return told["result"]

    def id_of(self, model: str, field: str, value: str) -> int:
        """Return the id of the one record of *model* that has *value* in *field*."""
        [found] = self.call(f"model.{model}.search", [[field, "=", value]], 0, None, None, {})
        return int(found)

    def change(self, login: str, **values: Any) -> None:
        """Change a user."""
        self.call("model.res.user.write", [self.id_of("res.user", "login", login)], values, {})

    def make(self) -> None:
        """Make the database, and fill it."""
        self.database.touch()
        password = self.folder / "password"
        password.write_text(ROOT[1])
        administer = (
            BIN / "python", BIN / "trytond-admin", "-c", self._configuration, "-d", DATABASE,
            "--all", "--email", "root@acme.example", "--activate-dependencies", "-u", *MODULES,
        )  # fmt: skip
        self._run(*administer, TRYTONPASSFILE=str(password))
        self._run(BIN / "python", HERE / "seed.py", self._configuration, DATABASE)

    def _run(self, *command: str | Path, **outside: str) -> None:
        done = subprocess.run(
            command, env=os.environ | outside, cwd=self.folder, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"Tryton: {done.stdout}{done.stderr}")

    def _answers(self) -> bool:
        said = {"id": 0, "method": "common.server.version", "params": []}
        try:
            return httpx.post(f"{self.url}/", json=said, timeout=30).status_code == 200
        except httpx.TransportError:
            return False


def template() -> Path:
    """Return a filled database to copy; made once for a seed, by whoever comes first."""
    made_of = (HERE / "requirements.txt", HERE / "passlib.ini", HERE / "seed.py")
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in made_of)).hexdigest()[:16]
    kept = TEMPLATES / f"{mark}.sqlite"
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with tempfile.TemporaryDirectory() as folder:
                made = Tryton(Path(folder))
                made.make()
                shutil.move(made.database, kept)
    return kept
