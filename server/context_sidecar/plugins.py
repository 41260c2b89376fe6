"""Where adapters and hosts come from: packages named by entry points, ours and third parties' by
the same door.

An entry point of the group `context_sidecar.adapters` or `context_sidecar.hosts` names a package;
every module (or folder) in it is one plug-in of that name, and so is, among adapters, every recipe:
a YAML file. Nothing is imported or read before it is used, so that an adapter with a heavy library
costs only those who configure it.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeVar, cast

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.configuration import Install
from context_sidecar.core.host import Host

ADAPTERS = "context_sidecar.adapters"
HOSTS = "context_sidecar.hosts"

_RECIPE = ".yaml"

T = TypeVar("T")


@cache
def names(group: str) -> Mapping[str, str]:
    """Return the plug-ins of *group* by name, each with the module, or the recipe's file, that
    holds it."""
    found: dict[str, str] = {}
    for entry in entry_points(group=group):
        package = import_module(entry.module)
        if group == ADAPTERS:
            found |= {file.stem: str(file) for file in _recipes(package.__path__)}
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                found[module.name] = f"{entry.module}.{module.name}"
    return dict(sorted(found.items()))


def adapter(name: str) -> type[Adapter]:
    """Return the adapter called *name*.

    Raises:
        KeyError: there is none.
    """
    place = names(ADAPTERS)[name]
    if is_recipe(place):
        return recipe(Path(place))
    return _only(Adapter, place)  # type: ignore[type-abstract]  # asked for by its port


def about(name: str) -> str:
    """Return what the adapter called *name* says of itself: Auth, Scope, Limits, Quirks.

    Raises:
        KeyError: there is none.
    """
    place = names(ADAPTERS)[name]
    return inspect.getdoc(adapter(name) if is_recipe(place) else import_module(place)) or ""


def is_recipe(place: str) -> bool:
    """Whether the plug-in at *place*, as `names` gives it, is a recipe."""
    return place.endswith(_RECIPE)


@cache
def recipe(file: Path) -> type[Adapter]:
    """Return the adapter that the recipe in *file* is, written in an adapter that is none.

    Raises:
        ConfigurationError: it has mistakes; all of them.
    """
    places = names(ADAPTERS).items()
    languages = {name: partial(adapter, name) for name, place in places if not is_recipe(place)}
    # By name: what reads `sidecar.yaml` reads recipes, too, and knows the plug-ins itself.
    recipes = import_module("context_sidecar.config.recipes")
    return cast("type[Adapter]", recipes.adapter_of(file, languages))


def host(name: str) -> type[Host]:
    """Return the host called *name*.

    Raises:
        KeyError: there is none.
    """
    return _only(Host, f"{names(HOSTS)[name]}.host")  # type: ignore[type-abstract]  # as above


def needs(installs: Iterable[Install]) -> dict[str, Sequence[str]]:
    """Return, by its id, what each install still needs before its visits are accepted."""
    return {install.id: host(install.host).needs(install) for install in installs}


def keys_at(installs: Iterable[Install]) -> Iterator[str]:
    """Give the addresses of the keys that requests of these *installs* are proven by; of one that
    still needs something, nothing is proven by any key."""
    for install in installs:
        kind = host(install.host)
        if not kind.needs(install):
            yield kind.keys_at


def _recipes(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for file in Path(folder).glob(f"*{_RECIPE}"):
            if not file.name.startswith("_"):
                yield file


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
