"""`${NAME}` and `${file:/path}`: what a file takes from outside, so that no secret stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LARGEST = 64 * 1024
_PART = re.compile(r"\$\$\{|\$\{([^${}\n]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class UnavailableError(Exception):
    """What a placeholder names cannot be had; `remedy` says what to do. Neither tells a value."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its placeholders filled in.

    `values` came from outside, in the place of `origins`, which are the placeholders as they were
    written. `problems` are those that could not be filled.
    """

    text: str = field(repr=False)
    origins: tuple[str, ...] = ()
    values: tuple[str, ...] = field(default=(), repr=False)
    problems: tuple[UnavailableError, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """The variables of *environment*, and files; a relative path starts at *folder*."""

    environment: Mapping[str, str] = field(repr=False)
    folder: Path

    def fill(self, text: str) -> Filled:
        """Fill in every placeholder of *text*; `$${` stands for `${` itself.

        What comes from outside is taken as it is: a placeholder in it is not filled in again.
        """
        origins: list[str] = []
        values: list[str] = []
        problems: list[UnavailableError] = []

        def filling(part: re.Match[str]) -> str:
            if part[0] == "$${":
                return "${"
            try:
                value = self._value(part[1] or "")
            except UnavailableError as problem:
                problems.append(problem)
                return ""
            origins.append(part[0])
            values.append(value)
            return value

        filled = _PART.sub(filling, text)
        return Filled(filled, tuple(origins), tuple(values), tuple(problems))

    def _value(self, name: str) -> str:
        if name.startswith("file:"):
            return self._from_file(self.folder / name.removeprefix("file:"))
        if _NAME.fullmatch(name):
            return self._from_environment(name)
        raise UnavailableError(
            "expected ${NAME} or ${file:/path}", "Write $${ where ${ itself is meant."
        )

    def _from_environment(self, name: str) -> str:
        value = self.environment.get(name)
        if value:
            return value
        state = "not set" if value is None else "empty"
        raise UnavailableError(
            f"the environment variable {name} is {state}", f"Set {name} before sidecar starts."
        )

    def _from_file(self, path: Path) -> str:
        try:
            text = _read(path)
        except OSError as error:
            raise UnavailableError(
                f"the file {path} cannot be read ({error.strerror})",
                "Create it, or let sidecar's user read it.",
            ) from None
        except ValueError:  # its text would quote the content
            raise UnavailableError(
                f"the file {path} is not text in UTF-8", "Save it as UTF-8."
            ) from None
        if not text:
            raise UnavailableError(f"the file {path} is empty", "Write the value into it.")
        return text


def _read(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise UnavailableError(f"{path} is not a file", "Name the file itself.")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UnavailableError(f"the file {path} is larger than 64 KB", "Name the secret's file.")
    return content.decode().rstrip("\r\n")
