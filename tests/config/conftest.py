"""A folder with a good configuration, and a third party's plug-ins installed beside ours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from context_sidecar import plugins
from context_sidecar.config import load
from context_sidecar.config.document import read
from context_sidecar.core.errors import ConfigurationError, Mistake
from support.canary import CANARY

HERE = Path(__file__).parent


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


class AsWritten(dict[str, str]):
    """An environment that gives each placeholder itself, as an editor sees it."""

    def get(self, name: str, default: Any = None) -> Any:
        return f"${{{name}}}"


@pytest.fixture
def data_in(write: Callable[[str], Path]) -> Callable[[str], Any]:
    """Gives the plain data in a text, with the environment's placeholders as they stand there."""
    return lambda text: read(write(text), AsWritten()).data


@pytest.fixture
def mistakes_in(
    write: Callable[[str], Path], environment: dict[str, str]
) -> Callable[..., tuple[Mistake, ...]]:
    """Gives the mistakes in a text that has some."""

    def mistakes_in(text: str, more: Mapping[str, str] | None = None) -> tuple[Mistake, ...]:
        with pytest.raises(ConfigurationError) as caught:
            load(write(text), environment | (more or {}))
        return caught.value.mistakes

    return mistakes_in


@pytest.fixture
def warnings_in(
    write: Callable[[str], Path], environment: dict[str, str]
) -> Callable[[str], tuple[Mistake, ...]]:
    """Gives the warnings about a text without mistakes."""
    return lambda text: load(write(text), environment).warnings
