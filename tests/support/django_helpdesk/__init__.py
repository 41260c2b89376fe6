"""A real django-helpdesk of a test's own: PyPI's packages in an environment of their own, a folder,
a port.

    helpdesk = DjangoHelpdesk(tmp_path)
    with django_helpdesk(helpdesk, wheel, SECRET):
        [ticket] = helpdesk.add_tickets({"title": "Printer on fire", "customer": "C-1001"})
        page.goto(helpdesk.ticket(ticket))

The first start on a machine makes the database and keeps it as a template, which later ones copy.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from context_sidecar import Secret

from support.ports import free_port
from support.real import lacking
from support.running import Program

HERE = Path(__file__).parent
TOOLS = Path(__file__).parents[3] / ".tools"
PYTHON = TOOLS / "django-helpdesk" / "bin" / "python"
TEMPLATES = TOOLS / "django-helpdesk-databases"


@dataclass(frozen=True)
class Login:
    name: str
    password: str


ROOT = Login("root", "root-may-do-all")
AGENT = Login("agent", "agent-looks-at-tickets")
CUSTOMER = Login("cy", "cy-writes-tickets")


def require() -> None:
    """Skip the test where django-helpdesk is not installed, and say so; in CI that is a failure."""
    if not PYTHON.exists():
        lacking("django-helpdesk is not installed")


class DjangoHelpdesk:
    """A django-helpdesk that lives in *folder*; see the module's text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.secret_file = folder / "context-sidecar.secret"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program = Program(folder / "server.log")

    def install(self, wheel: Path, secret: Secret) -> None:
        """Install our app as its INSTALL.md says: the wheel by pip, the secret in a file."""
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
        self._run(*pip, "--no-index", "--target", str(self.site), str(wheel))
        self.secret_file.write_text(f"{secret.reveal()}\n")

    def start(self) -> None:
        """Start django-helpdesk and wait until it answers."""
        database = self.folder / "helpdesk.db"
        if not database.exists():
            shutil.copy(_template(), database)
        run = ("runserver", "--noreload", "--insecure", f"127.0.0.1:{self.port}")
        self._program.start(
            [PYTHON, "-m", "django", *run],
            self._answers,
            folder=self.folder,
            environment=self._environment(),
        )

    def stop(self) -> None:
        """Stop django-helpdesk; what it keeps stays in the folder."""
        self._program.stop()

    def log(self) -> str:
        """Return what django-helpdesk has logged."""
        return self._program.log()

    def add_tickets(self, *tickets: dict[str, Any]) -> list[int]:
        """Add tickets by django-helpdesk's own models and return their ids; each is said in the
        words of `helpdesk.models.Ticket`, with a `customer` for the custom field of that name."""
        return [int(one) for one in json.loads(self._seed("tickets", said=tickets))]

    def ticket(self, id: int) -> str:
        """Return the address of a ticket's page."""
        return f"{self.url}/tickets/{id}/"

    def _seed(self, *arguments: str, said: Any = None) -> str:
        return self._run("-m", "project.seed", *arguments, said=json.dumps(said))

    def _run(self, *arguments: str, said: str = "") -> str:
        done = subprocess.run(
            [PYTHON, *arguments],
            env=self._environment(),
            cwd=self.folder,
            input=said,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"django-helpdesk: {done.stdout}{done.stderr}")
        return done.stdout

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/login/", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "HELPDESK_FOLDER": str(self.folder),
            "PYTHONPATH": f"{HERE}{os.pathsep}{self.site}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }


@contextmanager
def django_helpdesk(helpdesk: DjangoHelpdesk, wheel: Path, secret: Secret) -> Iterator[None]:
    """Start *helpdesk* with our app, and stop it in the end."""
    helpdesk.install(wheel, secret)
    helpdesk.start()
    try:
        yield
    finally:
        helpdesk.stop()


def _template() -> Path:
    """Return a seeded database to copy; made once for a seed, by whoever comes first."""
    project = HERE / "project"
    made_of = (HERE / "requirements.txt", project / "settings.py", project / "seed.py")
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in made_of)).hexdigest()[:16]
    template = TEMPLATES / f"{mark}.db"
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            with tempfile.TemporaryDirectory() as folder:
                made = DjangoHelpdesk(Path(folder))
                made._run("-m", "django", "migrate", "--verbosity", "0")
                made._seed()
                shutil.move(Path(folder) / "helpdesk.db", template)
    return template
