"""A folder with a good configuration, and a third party's plug-ins installed beside ours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from context_sidecar import plugins

HERE = Path(__file__).parent
CANARY = "canary-7f3e5b!@/x"


@pytest.fixture(scope="module", autouse=True)
def third_party() -> Iterator[None]:
    """Install the plug-ins in `installed/` as pip would: a folder on the path, with metadata."""
    sys.path.insert(0, str(HERE / "installed"))
    plugins.names.cache_clear()
    yield
    sys.path.remove(str(HERE / "installed"))
    plugins.names.cache_clear()


@pytest.fixture(scope="session")
def good() -> str:
    """The text of a configuration without mistakes."""
    return (HERE / "good.yaml").read_text()


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What the good configuration takes from outside; every secret holds the canary."""
    return {
        "REVOPS_SLACK": f"slack://{CANARY}",
        "IT_PAGER": f"pagerduty://{CANARY}",
        "LEDGER_TOKEN": CANARY,
        "DESK_PASSWORD": CANARY,
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a text as `sidecar.yaml`, beside a secret in a file."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "notebook").write_text(f"{CANARY}\n")

    def write(text: str) -> Path:
        path = tmp_path / "sidecar.yaml"
        path.write_text(text)
        return path

    return write
