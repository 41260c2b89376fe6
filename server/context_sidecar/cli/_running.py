"""The deployment, opened for one command."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from context_sidecar.app import Running


def opened(path: Path) -> Running:
    """Open the deployment declared at *path*, with no log but of what goes wrong.

    Raises:
        ConfigurationError: the configuration has mistakes; all of them.
    """
    from context_sidecar.app import open_sidecar  # noqa: PLC0415  loaded only when called

    return open_sidecar(path, log_level=logging.WARNING)
