"""The lines of a file, to be shown beside a mistake, without what may be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml import MappingNode, Node, SequenceNode

from context_sidecar.config.tree import Loader

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_VISIBLE = re.compile(r"\$\{[^{}]*\}|[\s\"']")
_DELICATE = frozenset({"settings", "notify"})


def lines(path: Path) -> list[str]:
    """Return the lines of the YAML file at *path*, masked where a secret could stand in them.

    That is every value in `settings` and `notify`; placeholders stay. There are no lines where the
    file cannot be read as YAML, for then nobody can tell which values those are.
    """
    try:
        text = path.read_text("utf-8-sig")
        node = Loader(text).get_single_node()
    except (OSError, ValueError, OverflowError, RecursionError, yaml.YAMLError):
        return []
    for start, end in _delicate(node, set(), hidden=False):
        text = text[:start] + _masked(text[start:end]) + text[end:]
    return _BREAK.split(text)


def _delicate(
    node: Node | None, seen: set[tuple[Node, bool]], *, hidden: bool
) -> Iterator[tuple[int, int]]:
    """Give where the values begin and end that could be secret; each is as long when masked."""
    if node is None or (node, hidden) in seen:
        return
    seen.add((node, hidden))
    match node:
        case MappingNode():
            for key, child in node.value:
                yield from _delicate(child, seen, hidden=hidden or key.value in _DELICATE)
        case SequenceNode():
            for child in node.value:
                yield from _delicate(child, seen, hidden=hidden)
        case _ if hidden:
            yield node.start_mark.index, node.end_mark.index


def _masked(text: str) -> str:
    end = 0
    parts = []
    for shown in _VISIBLE.finditer(text):
        parts += ["•" * (shown.start() - end), shown[0]]
        end = shown.end()
    return "".join([*parts, "•" * (len(text) - end)])
