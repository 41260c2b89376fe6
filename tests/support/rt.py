"""A real Request Tracker 5 of a test's own: Debian's packages, a folder, a port, no root.

    with request_tracker(tmp_path) as rt:
        ticket = rt.add_ticket("Printer on fire", requestor="ana@acme.example", customer="C-1001")
        page.goto(f"{rt.url}/Ticket/Display.html?id={ticket}")

The first start on a machine makes the database (about 4 s) and keeps it as a template; a later
start copies that and takes as long as RT takes to load its Perl (about 3 s).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from context_sidecar import PackageFile, Secret

from support.ports import free_port
from support.real import lacking
from support.running import Program

SETUP = Path("/usr/sbin/rt-setup-database-5")
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
TEMPLATES = Path(__file__).parents[2] / ".tools" / "rt"
PACKAGES = "request-tracker5 rt5-db-sqlite rt5-standalone"


@dataclass(frozen=True)
class Login:
    name: str
    password: str


ROOT = Login("root", "password")
AGENT = Login("agent", "agent-looks-at-tickets")
API_USER = Login("sidecar", "sidecar-reads-tickets")

COST = 4
"""How much work it is to check a password, as in each call: the least that RT takes. Its usual 12
takes a quarter of a second."""

SEED = f"""
@Queues = ({{ Name => 'Support', Description => 'Customers write here' }});
@CustomFields = ({{
    Name => 'Customer', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket',
    Queue => 'Support',
}});
@Users = (
    {{ Name => '{AGENT.name}', RealName => 'Ágnes "Aggie" Ó Néill', Privileged => 1,
       EmailAddress => 'agnes@rt.example', Password => '{AGENT.password}' }},
    {{ Name => '{API_USER.name}', RealName => 'Context Sidecar', Privileged => 1,
       EmailAddress => 'sidecar@rt.example', Password => '{API_USER.password}' }},
);
@ACL = (
    (map {{ {{ UserId => '{AGENT.name}', Queue => 'Support', Right => $_ }} }}
        qw(SeeQueue ShowTicket SeeCustomField ReplyToTicket CommentOnTicket OwnTicket
           ModifyTicket CreateTicket)),
    (map {{ {{ UserId => '{API_USER.name}', Queue => 'Support', Right => $_ }} }}
        qw(SeeQueue ShowTicket SeeCustomField)),
);
"""


def require() -> None:
    """Skip the test where RT is not installed, and say so; in CI that is a failure."""
    if not (SETUP.exists() and SERVER.exists()):
        lacking(f"Request Tracker 5 is not installed (apt-get install {PACKAGES})")


class RequestTracker:
    """A Request Tracker that lives in *folder*; see the module's text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program = Program(folder / "log" / "server.log")
        for part in ("plugins", "html", "mason", "sessions", "var", "log", "site", "mail"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._configure()

    def install(
        self, package: Iterable[PackageFile], secret: Secret, configuration: str = ""
    ) -> None:
        """Install our extension as its INSTALL.md says: the folder where RT looks for its site's
        plug-ins, its configuration to the site's, the secret in a file; then *configuration*, what
        an admin writes besides. RT must not run yet."""
        for file in package:
            place = self.folder / "plugins" / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.content)
        extension = self.folder / "plugins" / "RT-Extension-ContextSidecar"
        secret_file = self.folder / "context-sidecar.secret"
        secret_file.write_text(f"{secret.reveal()}\n")
        with (self.folder / "RT_SiteConfig.pm").open("a") as site:
            site.write((extension / "etc" / "ContextSidecar.pm").read_text())
            site.write(f"Set($ContextSidecarSecretFile, '{secret_file}');\n{configuration}\n1;\n")

    def start(self) -> None:
        """Start RT and wait until it answers."""
        database = self.folder / "rt.db"
        if not database.exists():
            shutil.copy(_template(), database)
        reach = ("--host", "127.0.0.1", "--port", str(self.port))
        self._program.start(
            [SERVER, *reach, "--max-workers", "3"],
            self._answers,
            environment=self._environment(),
        )

    def stop(self) -> None:
        """Stop RT with all its workers; what it keeps stays in the folder."""
        self._program.stop()

    def log(self) -> str:
        """Return what RT has logged."""
        return "\n".join(
            file.read_text(errors="replace") for file in sorted((self.folder / "log").iterdir())
        )

    def call(self, method: str, path: str, *, login: Login = ROOT, **arguments: Any) -> Any:
        """Call RT's REST2 API and return its JSON.

        Raises:
            httpx.HTTPStatusError: RT refused.
        """
        answer = httpx.request(
            method,
            f"{self.url}/REST/2.0{path}",
            auth=(login.name, login.password),
            timeout=30,
            **arguments,
        )
        answer.raise_for_status()
        return answer.json()

    def add_ticket(
        self,
        subject: str,
        *,
        requestor: str = "",
        customer: str = "",
        **values: Any,
    ) -> int:
        """Add a ticket and return its id; *values* are in RT's words: `Status`, `Priority`."""
        ticket: dict[str, Any] = {"Queue": "Support", "Subject": subject, "Content": subject}
        if requestor:
            ticket["Requestor"] = requestor
        if customer:
            ticket["CustomFields"] = {"Customer": customer}
        return int(self.call("POST", "/ticket", json=ticket | values)["id"])

    def change_ticket(self, id: int, **values: Any) -> None:
        """Change a ticket's *values*, in RT's own words: `Status="resolved"`."""
        self.call("PUT", f"/ticket/{id}", json=values)

    def lock_user(self, login: Login = API_USER) -> None:
        """Let RT refuse *login* from now on."""
        self.call("PUT", f"/user/{login.name}", json={"Disabled": 1})

    def unlock_user(self, login: Login = API_USER) -> None:
        """Let RT accept *login* again."""
        self.call("PUT", f"/user/{login.name}", json={"Disabled": 0})

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/NoAuth/Login.html", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self) -> Mapping[str, str]:
        return os.environ | {
            "RT_SITE_CONFIG": str(self.folder / "RT_SiteConfig.pm"),
            "RT_SITE_CONFIG_DIR": str(self.folder / "site"),
            "TMPDIR": str(self.folder / "mail"),  # where `testfile` puts what it sends
        }

    def _configure(self) -> None:
        (self.folder / "RT_SiteConfig.pm").write_text(
            f"""
            Set($rtname, 'rt.example');
            Set($Organization, 'rt.example');
            Set($WebDomain, '127.0.0.1');
            Set($WebPort, {self.port});
            Set($DatabaseType, 'SQLite');
            Set($DatabaseName, '{self.folder}/rt.db');
            Set($MailCommand, 'testfile');
            Set($LogDir, '{self.folder}/log');
            Set($LogToFile, 'warning');
            Set($LogToSyslog, undef);
            Set($LogToSTDERR, undef);
            Set($BcryptCost, {COST});
            $RT::LocalPluginPath = '{self.folder}/plugins';
            $RT::MasonLocalComponentRoot = '{self.folder}/html';
            $RT::MasonDataDir = '{self.folder}/mason';
            $RT::MasonSessionDir = '{self.folder}/sessions';
            $RT::VarPath = '{self.folder}/var';
            1;
            """
        )


@contextmanager
def request_tracker(
    folder: Path,
    package: Iterable[PackageFile] = (),
    secret: Secret | None = None,
    configuration: str = "",
) -> Iterator[RequestTracker]:
    """Give a started Request Tracker of one's own, with our extension where *secret* is given,
    and stop it in the end."""
    require()
    rt = RequestTracker(folder)
    if secret is not None:
        rt.install(package, secret, configuration)
    rt.start()
    try:
        yield rt
    finally:
        rt.stop()


def _template() -> Path:
    """Return a seeded database to copy; made once for a seed, by whoever comes first."""
    mark = hashlib.sha256(f"{COST}{SEED}".encode() + SETUP.read_bytes()).hexdigest()[:16]
    template = TEMPLATES / f"{mark}.db"
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            with tempfile.TemporaryDirectory() as folder:
                _make_database(RequestTracker(Path(folder)))
                shutil.move(Path(folder) / "rt.db", template)
    return template


def _make_database(rt: RequestTracker) -> None:
    seed = rt.folder / "seed"
    seed.write_text(SEED)
    for step in (["init", "--skip-create"], ["insert", "--datafile", str(seed)]):
        done = subprocess.run(
            [SETUP, "--action", *step, "--dba", "", "--dba-password", ""],
            env=rt._environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode or "error" in done.stderr.casefold():
            raise RuntimeError(f"Request Tracker's database: {done.stdout}{done.stderr}")
