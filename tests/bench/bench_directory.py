"""The directory with 100,000 accounts: how long a match takes, a synchronisation, and a start.

Run by hand:

    .venv/bin/python tests/bench/bench_directory.py
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from context_sidecar.app import utc_now
from context_sidecar.core.account import Matched
from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.configuration import Accounts
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.record import Record
from context_sidecar.engine.directory import Directory
from context_sidecar.store.database import open_database
from support.build import source
from support.sources import ScriptedAdapter

ACCOUNTS, MATCHES = 100_000, 20_000

CONTRACT = Accounts(
    source=source(),
    keys={"id": "Id", "name": "Name", "domain": "Website", "erp_number": "ERP", "email": "Emails"},
    refresh=timedelta(hours=1),
    match=(MatchRule("organization", "erp_number"), MatchRule("requester_email", "domain")),
)


class Owner(ScriptedAdapter):
    """Lists the accounts, each known by seven keys."""

    def accounts(self, names: object) -> Iterator[AccountRow]:
        for number in range(ACCOUNTS):
            domain = f"customer{number}.example"
            yield AccountRow(
                {
                    "Id": f"001{number:07}",
                    "Name": f"Customer {number} GmbH",
                    "Website": f"https://www.{domain}/",
                    "ERP": f"K-{number}",
                    "Emails": [f"info@{domain}", f"billing@{domain}", f"it@{domain}"],
                }
            )


def main() -> None:
    """Measure, and say what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/sidecar.db"
        engine = open_database(url)
        directory = Directory(engine, CONTRACT, Owner(), utc_now)
        for what in ("first", "next"):
            with timed(f"{what} synchronisation"):
                directory.sync()
        _match(directory)
        engine.dispose()
        with timed("open again"):
            open_database(url).dispose()
    say("most memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _match(directory: Directory) -> None:
    """Half of the records are found by the first rule, half by the second."""
    times = []
    for turn in range(MATCHES):
        number = random.randrange(ACCOUNTS)
        erp = f"k-{number}" if turn % 2 else "k-unknown"
        keys = {"organization": erp, "requester_email": f"Ana@customer{number}.example"}
        began = perf_counter()
        found = directory.match(Record("rt", "ticket", "1", keys))
        times.append(perf_counter() - began)
        assert isinstance(found, Matched)
    times.sort()
    for name, part in (("median", 0.5), ("p99", 0.99)):
        say(f"match, {name}", f"{1000 * times[int(part * MATCHES)]:.3f} ms")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say how long it takes, and how much of that is the processor's: others may be busy too."""
    began, worked = perf_counter(), process_time()
    yield
    said = f"{perf_counter() - began:.3f} s, of the processor {process_time() - worked:.3f} s"
    say(what, said)


def say(what: str, result: str) -> None:
    """Write one line."""
    sys.stdout.write(f"{what:<24}{result}\n")


if __name__ == "__main__":
    main()
