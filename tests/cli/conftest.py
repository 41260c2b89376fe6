from __future__ import annotations

import pytest
from click.testing import CliRunner
from context_sidecar.cli import main
from support.deployment import SECRET, write_deployment


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A deployment that reads one file."""
    write_deployment(tmp_path)
    monkeypatch.setenv("DESK_SECRET", SECRET)
    monkeypatch.setenv("SIDECAR_CONFIG", str(tmp_path / "sidecar.yaml"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def sidecar(folder):
    """Runs the command with these arguments."""

    def run(*arguments, status=0):
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done

    return run
