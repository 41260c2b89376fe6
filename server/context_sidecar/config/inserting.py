"""Putting declarations into `sidecar.yaml`, which people write by hand: nothing else in it changes,
neither a comment nor a blank."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from context_sidecar.config.tree import Loader

SECTION = "fields"
_USUAL_INDENT = "  "


class NoPlaceError(Exception):
    """There is no place in the file where declarations could stand; the text says why."""


def inserted(text: str, blocks: Iterable[str]) -> str:
    """Return *text*, a whole `sidecar.yaml`, with *blocks* of YAML at the end of its `fields`.

    Raises:
        NoPlaceError: `fields` is written in braces.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    section = _section(text)
    if section is None:
        return _joined([*lines, "", f"{SECTION}:"], blocks, _USUAL_INDENT, len(lines) + 2, newline)
    key, mapping = section
    if not isinstance(mapping, MappingNode) or not mapping.value:
        line = key.start_mark.line
        lines[line] = _emptied(lines[line], mapping)
        return _joined(lines, blocks, _USUAL_INDENT, line + 1, newline)
    if mapping.flow_style:
        raise NoPlaceError(
            f"{SECTION} stands in braces. Write each of them in lines of its own, or take what is "
            "printed without --write."
        )
    before = " " * mapping.value[0][0].start_mark.column
    return _joined(lines, blocks, before, _after(mapping, lines), newline)


def names(text: str) -> list[str]:
    """Return the names of the fields that *text*, a whole `sidecar.yaml`, declares."""
    section = _section(text)
    entries = section[1].value if section and isinstance(section[1], MappingNode) else ()
    return [key.value for key, _ in entries]


def _section(text: str) -> tuple[Node, Node] | None:
    whole = Loader(text).get_single_node()
    entries = whole.value if isinstance(whole, MappingNode) else ()
    return next(((key, node) for key, node in entries if key.value == SECTION), None)


def _emptied(line: str, node: Node) -> str:
    """Return the line of `fields` without its nothing: `fields: {}` is `fields:`."""
    if node.start_mark.index == node.end_mark.index:
        return line
    start, end = node.start_mark.column, node.end_mark.column
    return f"{line[:start].rstrip()}{line[end:]}"


def _after(mapping: MappingNode, lines: list[str]) -> int:
    """Return the number of the line after *mapping*: with the comments that belong to its last
    entry, which are indented, and without the blank ones that follow."""
    end = _last_line(mapping) + 1
    while not lines[end - 1].strip():  # which end a text of several lines
        end -= 1
    while end < len(lines) and lines[end].startswith(" ") and lines[end].lstrip()[:1] == "#":
        end += 1
    return end


def _last_line(node: Node) -> int:
    """Return the number of the last line that *node* has something in. The end of a block is marked
    where the next thing begins."""
    match node:
        case MappingNode() if not node.flow_style and node.value:
            return max(_last_line(part) for entry in node.value for part in entry)
        case SequenceNode() if not node.flow_style and node.value:
            return max(map(_last_line, node.value))
        case ScalarNode(style=style) if style in {"|", ">"}:
            return int(node.end_mark.line - (node.end_mark.column == 0))
    return int(node.end_mark.line)


def _joined(lines: list[str], blocks: Iterable[str], before: str, place: int, newline: str) -> str:
    added = [line for block in blocks for line in indent(block, before).splitlines()]
    return newline.join([*lines[:place], *added, *lines[place:]]) + newline
