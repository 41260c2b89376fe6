"""A real server that a test runs: a program of its own, whose log is a file."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0


class Program:
    """A program in a process group of its own, so that its workers end with it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: Sequence[str | Path],
        answers: Callable[[], bool],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start *command* and wait until it *answers*.

        Raises:
            RuntimeError: it ended, or does not answer in time; its log is said.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{Path(command[0]).name} did not start:\n{self.log()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it, and what it started; it may be stopped already."""
        if self._process is None:
            return
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
                self._process.wait(ENDS_WITHIN)
            except ProcessLookupError:
                self._process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                continue
            break
        self._process = None

    def log(self) -> str:
        """Return what it has logged."""
        return self._log.read_text(errors="replace")
