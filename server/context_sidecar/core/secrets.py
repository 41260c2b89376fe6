"""A secret that cannot be printed by accident."""

from __future__ import annotations

from typing import NoReturn, Self


class Secret:
    """A value that shows itself only when asked by name.

    `str`, `repr` and format strings give a mask, so a secret that strays into a log line, an
    error or a page stays a mask there. It cannot be pickled; a copy is the secret itself.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself, for the one place that sends it."""
        return self._value

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
