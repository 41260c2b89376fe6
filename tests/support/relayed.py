"""Real systems that do not answer as web APIs do, each behind a relay: a PostgreSQL, a bucket, and
a server of files.

with relayed.postgresql() as system, plugged(system.adapter, system.settings) as adapter:
    system.relay.fault = "silence"
    system.troubles["403"].begin()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from support import s3, sftp, sql
from support.relay import Relay, relaying

KEY = "C-1"
CSV = "number,tier\nC-1,ENT\n" + "".join(f"X-{number},STD\n" for number in range(5_000))
"""Longer than what is read at once."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that its administrator does, and undoes."""

    begin: Callable[[], object]
    end: Callable[[], object]


@dataclass(frozen=True, slots=True)
class System:
    """A system that has `KEY`.

    Attributes:
        adapter: what reads it, with `settings` that lead to the relay.
        relay: stands before it.
        means: the fault of the golden table that one of the relay's is to it.
        keeps: whether connections to it are kept open.
        troubles: what it may say itself, by the fault of the golden table that it is.
    """

    adapter: str
    settings: Mapping[str, Any]
    relay: Relay
    means: Mapping[str, str] = field(default_factory=dict)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    keeps: bool = False


@contextmanager
def postgresql() -> Iterator[System]:
    """A table in a database, whose answers have no length that would tell that they are cut."""
    url, run = sql.postgresql()
    run(
        "CREATE TABLE customers (id text, tier text)",
        f"INSERT INTO customers VALUES ('{KEY}', 'ENT')",
        "DROP ROLE IF EXISTS relayed",
        "CREATE ROLE relayed LOGIN",
        "GRANT SELECT ON customers TO relayed",
    )
    where = make_url(url)
    relay = Relay(f"{where.query['host']}/.s.PGSQL.5432", cut_after=4)

    def doing(*statements: str) -> Callable[[], None]:
        return lambda: run(*statements)

    anew = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relayed'"
    with relaying(relay) as port:
        settings = {
            "url": f"postgresql+psycopg://relayed@127.0.0.1:{port}/{where.database}?sslmode=disable",
            "timeout": "1s",
            "lookups": {
                "account": {
                    "query": "SELECT id, tier FROM customers WHERE id IN :keys", "key": "id",
                }
            },
        }  # fmt: skip
        yield System(
            "sql", settings, relay, {"a cut answer": "a reset"},
            {
                "401": Trouble(
                    doing("ALTER ROLE relayed NOLOGIN", anew), doing("ALTER ROLE relayed LOGIN")
                ),
                "403": Trouble(
                    doing("REVOKE SELECT ON customers FROM relayed"),
                    doing("GRANT SELECT ON customers TO relayed"),
                ),
                "503": Trouble(
                    doing("ALTER ROLE relayed CONNECTION LIMIT 0", anew),
                    doing("ALTER ROLE relayed CONNECTION LIMIT -1"),
                ),
            },
            keeps=True,
        )  # fmt: skip


@contextmanager
def bucket() -> Iterator[System]:
    """A file in a bucket."""
    with s3.server() as server:
        name = server.new_bucket()
        server.put(name, "customers.csv", CSV.encode())
        user, key = server.new_reader(name)
        host, _, port = server.url.removeprefix("http://").partition(":")
        relay = Relay((host, int(port)), cut_after=2_000)

        with relaying(relay) as port:
            where = {"endpoint_url": f"http://127.0.0.1:{port}", "region": s3.REGION, **key}
            yield System(
                "files", {"url": f"s3://{name}/customers.csv", "key": "number", "s3": where}, relay,
                troubles={
                    "403": Trouble(
                        lambda: server.forbid(user), lambda: server.allow(user, name)
                    ),
                },
            )  # fmt: skip


@contextmanager
def file_server(folder: Path) -> Iterator[System]:
    """A file on an SFTP server, whose answers are enciphered: one that is cut is a connection that
    has broken."""
    (folder / "customers.csv").write_text(CSV)
    with sftp.server(folder) as server:
        relay = Relay(("127.0.0.1", server.port), cut_after=10_000)

        def set_password(password: str) -> Callable[[], None]:
            return lambda: setattr(server, "password", password)

        with relaying(relay) as port:
            url = f"sftp://127.0.0.1:{port}/customers.csv"
            settings = {"url": url, "key": "number", "settle": "0s", "sftp": server.login}
            yield System(
                "files", settings, relay, {"a cut answer": "a reset"},
                {"401": Trouble(set_password("another"), set_password(sftp.PASSWORD))},
            )  # fmt: skip
