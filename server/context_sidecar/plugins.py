"""Where adapters and hosts come from: packages named by entry points, ours and third parties' by
the same door.

An entry point of the group `context_sidecar.adapters` or `context_sidecar.hosts` names a package;
every module (or folder) in it is one plug-in of that name. Nothing is imported before it is used,
so that an adapter with a heavy library costs only those who configure it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TypeVar

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.host import Host

ADAPTERS = "context_sidecar.adapters"
HOSTS = "context_sidecar.hosts"

T = TypeVar("T")


@cache
def names(group: str) -> Mapping[str, str]:
    """Return the plug-ins of *group* by name, each with the module that holds it."""
    found: dict[str, str] = {}
    for entry in entry_points(group=group):
        package = import_module(entry.module)
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                found[module.name] = f"{entry.module}.{module.name}"
    return dict(sorted(found.items()))


def adapter(name: str) -> type[Adapter]:
    """Return the adapter called *name*.

    Raises:
        KeyError: there is none.
    """
    return _only(Adapter, names(ADAPTERS)[name])  # type: ignore[type-abstract]  # asked for by its port


def host(name: str) -> type[Host]:
    """Return the host called *name*.

    Raises:
        KeyError: there is none.
    """
    return _only(Host, f"{names(HOSTS)[name]}.host")  # type: ignore[type-abstract]  # as above


def _only(kind: type[T], module: str) -> type[T]:
    found = [
        member
        for member in vars(import_module(module)).values()
        if isinstance(member, type)
        and issubclass(member, kind)
        and member is not kind
        and member.__module__ == module
        and not member.__name__.startswith("_")
    ]
    if len(found) != 1:
        raise TypeError(f"{module} must define exactly one {kind.__name__}, not {len(found)}")
    return found[0]
