"""The tools that the workspace can look like: a module each, with its template beside it."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from context_sidecar.demo.look import Look, Stage

TEMPLATES = Path(__file__).parent


def looks(stage: Stage) -> Mapping[str, Look]:
    """Return every look by its name, played on *stage*."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    found = [kind(stage) for kind in Look.__subclasses__() if kind.__module__.startswith(__name__)]
    return {look.name: look for look in sorted(found, key=lambda look: look.name)}
