"""A YAML file as plain data that still knows where each setting stands and where it came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import Reader

from context_sidecar.config.outside import Outside
from context_sidecar.config.places import TOP, Place, Spot, Way
from context_sidecar.config.tree import Loader, Tree
from context_sidecar.core.errors import ConfigurationError, Mistake

_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration file, read.

    `data` is made of what JSON is made of. `texts` are its scalars as they were written, with
    placeholders filled in. `origins` are the placeholders of a setting, `values` what came in their
    place. `broken` are settings whose placeholders could not be filled, so that nothing further can
    be said of them. `mistakes` are what is wrong with the file as YAML, though it could be read.
    """

    file: str
    data: Any = field(repr=False)
    spots: Mapping[Way, Spot]
    texts: Mapping[Way, str] = field(repr=False)
    origins: Mapping[Way, tuple[str, ...]]
    values: Mapping[Way, tuple[str, ...]] = field(repr=False)
    broken: frozenset[Way]
    mistakes: tuple[Mistake, ...]

    def spot(self, way: Way) -> Spot:
        """Return where the setting at *way* stands, or else what it would stand in."""
        while way not in self.spots:
            way = way[:-1]
        return self.spots[way]

    def without(self, sections: Collection[str]) -> Document:
        """Return it as if it had nothing in these *sections*."""
        ours = {way: spot for way, spot in self.spots.items() if way[:1] not in _ways_to(sections)}
        kept = {name: part for name, part in self.data.items() if name not in sections}
        return replace(self, data=kept | {name: {} for name in sections}, spots=ours)

    def at(self, way: Way) -> Any:
        """Return the data at *way*, or None where there is none."""
        found = self.data
        if way not in self.spots:
            return None
        for step in way:
            found = found[step]
        return found


def _ways_to(sections: Collection[str]) -> Collection[Way]:
    return {(section,) for section in sections}


def read(path: Path, environment: Mapping[str, str]) -> Document:
    """Read the YAML file at *path* and fill in what it takes from outside.

    Raises:
        ConfigurationError: there is no such file, or it is no YAML.
    """
    text = _text(path)
    try:
        node = Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError((_syntax(str(path), text, error),)) from None
    except (ValueError, OverflowError):  # "\\UFFFFFFFF" is no character, which PyYAML lets pass
        raise _refused(path, "expected YAML: an escape sequence stands for no character") from None
    except RecursionError:
        raise _refused(path, "expected fewer levels inside each other") from None
    if node is None:
        raise _refused(
            path, "expected a configuration, found an empty file", "Begin with `version: 1`."
        )
    tree = Tree(str(path), Outside(environment, path.parent))
    data = tree.grow(node)
    return Document(
        str(path), data, tree.spots, tree.texts, tree.origins, tree.values,
        frozenset(tree.broken), tuple(tree.mistakes),
    )  # fmt: skip


def given(name: str, data: Any) -> Document:
    """Return *data* that did not come from a file, such as what a form says, as a document called
    *name*. Nothing in it is taken from outside: `${` is what it is."""
    ways = dict(_ways(data, ()))
    return Document(
        name,
        data,
        spots={way: Spot(TOP, TOP) for way in ways},
        texts={way: str(part) for way, part in ways.items() if not isinstance(part, dict | list)},
        origins={},
        values={},
        broken=frozenset(),
        mistakes=(),
    )


def _ways(data: Any, way: Way) -> Iterator[tuple[Way, Any]]:
    yield way, data
    inner = data.items() if isinstance(data, dict) else ()
    for step, part in enumerate(data) if isinstance(data, list) else inner:
        yield from _ways(part, (*way, step))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise _refused(
            path, f"the file cannot be read ({error.strerror})", "Name it with --config."
        ) from None
    if len(content) > _LARGEST:
        raise _refused(path, "expected a file of at most 4 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        raise _refused(path, "expected text in UTF-8", "Save it as UTF-8.", before) from None
    if strange := Reader.NON_PRINTABLE.search(text):
        code = f"U+{ord(strange[0]):04X}"
        raise _refused(
            path, f"expected printable text, found the character {code}",
            "Delete it.", text[: strange.start()],
        )  # fmt: skip
    return text


def _refused(path: Path, problem: str, hint: str = "", before: str = "") -> ConfigurationError:
    """The file as a whole cannot be used; *before* is what stands before the problem."""
    lines = re.split(r"\r\n|\r|\n", before)
    place = Place(len(lines), len(lines[-1]) + 1) if before else TOP
    return ConfigurationError(
        (Mistake(str(path), place.line, place.column, "(file)", "", problem, hint),)
    )


def _syntax(file: str, text: str, error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = " ".join(filter(None, (error.context, error.problem)))
    hint = ""
    if "'\\t'" in problem:
        hint = "Indent with spaces."
    elif "${" in (text.split("\n")[line : line + 1] or [""])[0]:
        hint = 'Inside { } and [ ], put "${…}" in quotes.'
    return Mistake(file, line + 1, column + 1, "(file)", "", f"expected YAML: {problem}", hint)
