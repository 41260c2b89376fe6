"""Collects what is wrong with a file: each finding with its place, and no secret in any."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from context_sidecar.config.document import Document
from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.places import SecretPlace, Way, dotted, shown
from context_sidecar.core.errors import ConfigurationError, Mistake
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.scrub import MASK, SHORTEST, scrub

_LONG_LINE = 12
_CREDENTIALS = re.compile(r"//[^/\s@]*@")


class Findings:
    """The mistakes and warnings about one document.

    Attributes:
        document: what they are about.
        secret_ways: the settings that may hold a secret, whose value is never quoted.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.secret_ways: dict[Way, SecretPlace] = {}
        self._found = list(document.mistakes)
        self._mistaken: set[Way] = set()

    def mistake(
        self, way: Way, expected: str, hint: str = "", *, found: str | None = None,
        at_key: bool = False,
    ) -> None:  # fmt: skip
        """Note that the setting at *way* is not as *expected*. What is said first of it stands.

        Args:
            way: the setting; where there is none, the key of what it would stand in is pointed at.
            expected: what should be there, beginning in lower case and without a full stop.
            hint: what to do, as a sentence.
            found: what is there; described from the file if left out.
            at_key: whether the key is to blame and not its value.
        """
        at_key = at_key or way not in self.document.spots
        if way in self._mistaken or (not at_key and self._settled(way)):
            return
        self._mistaken.add(way)
        if found is None:
            found = "" if at_key else self.described(way)
        if self._gives_away(way, expected):
            expected = "expected another value"
        self._note(way, expected, found, hint, at_key=at_key)

    def doubt(self, doubts: Iterable[Doubt]) -> None:
        """Note *doubts* as warnings."""
        for doubt in doubts:
            at_key = doubt.way not in self.document.texts
            self._note(doubt.way, doubt.problem, "", doubt.remedy, at_key=at_key, warning=True)

    def unknown(self, way: Way, expected: str, known: Iterable[str]) -> None:
        """Note that the name at *way* is none of the *known* ones, and hint at the nearest."""
        quoted = way in self.document.texts and self._quotable(way)
        hint = did_you_mean(self.document.texts[way], known) if quoted else ""
        self.mistake(way, expected, hint)

    def described(self, way: Way) -> str:
        """Say what stands at *way*, without giving a secret away."""
        if way in self.document.origins:
            return f"a value from {' and '.join(self.document.origins[way])}"
        kind = self.kind(way)
        if way not in self.document.texts or kind == "nothing":
            return kind
        if not self._quotable(way):
            return f"{kind} that is kept secret"
        text = _CREDENTIALS.sub(f"//{MASK}@", self.document.texts[way])
        return f"`{shown(text)}`"

    def kind(self, way: Way) -> str:
        """Say what kind of thing stands at *way*."""
        match self.document.at(way):
            case None:
                return "nothing"
            case dict():
                return "a mapping"
            case list() as entries:
                return "a list" if entries else "an empty list"
            case bool():
                return "true or false"
            case int() | float():
                return "a number"
        return "a text"

    def secrets(self) -> frozenset[str]:
        """Return what came from outside, and the secrets in the file itself."""
        outside = {value for values in self.document.values.values() for value in values}
        return telling(outside | self.written_secrets())

    def written_secrets(self) -> set[str]:
        """Return the values of the settings that hold a secret."""
        return {
            self.document.texts[way] for way in self.secret_ways.keys() & self.document.texts.keys()
        }

    def close(self) -> tuple[Mistake, ...]:
        """Return the warnings.

        Raises:
            ConfigurationError: there are mistakes; all of them, in the order of the file.
        """
        secrets = self.secrets()
        found = sorted(
            {_scrubbed(finding, secrets) for finding in self._found},
            key=lambda finding: (finding.line, finding.column, finding.path, finding.expected),
        )
        mistakes = tuple(finding for finding in found if not finding.warning)
        if mistakes:
            raise ConfigurationError(mistakes)
        return tuple(found)

    @property
    def any(self) -> bool:
        """Whether there is a mistake so far."""
        return any(not finding.warning for finding in self._found)

    def _quotable(self, way: Way) -> bool:
        hidden = any(way[: len(secret)] == secret for secret in self.secret_ways)
        return not hidden and way not in self.document.origins

    def _gives_away(self, way: Way, text: str) -> bool:
        """Whether *text*, in a plug-in's words, quotes a secret that is too short to be masked
        everywhere."""
        inside = (at for at in self.document.texts if at[: len(way)] == way)
        values: set[str] = set()
        for at in inside:
            values.update(self.document.values.get(at, ()))
            if not self._quotable(at):
                values.add(self.document.texts[at])
        return any(
            re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)
            for value in values
            if 0 < len(value) < SHORTEST
        )

    def _settled(self, way: Way) -> bool:
        """Whether it is already known that the setting, or a part of it, could not be read."""
        return any(broken[: len(way)] == way for broken in self.document.broken)

    def _note(
        self, way: Way, expected: str, found: str, hint: str, *, at_key: bool, warning: bool = False
    ) -> None:
        spot = self.document.spot(way)
        place = spot.key if at_key else spot.value
        self._found.append(
            Mistake(
                self.document.file, place.line, place.column, dotted(way),
                found, expected, hint, warning,
            )
        )  # fmt: skip


def telling(secrets: Iterable[str]) -> frozenset[str]:
    """Return the texts that would give one of *secrets* away: each as a whole, and its longer
    lines, as an error may quote only one line of a key."""
    found: set[str] = set()
    for secret in secrets:
        lines = (line.strip() for line in secret.splitlines())
        found |= {secret, *(line for line in lines if len(line) >= _LONG_LINE)}
    return frozenset(filter(None, found))


def _scrubbed(finding: Mistake, secrets: Collection[str]) -> Mistake:
    return replace(
        finding,
        found=scrub(finding.found, secrets),
        expected=scrub(finding.expected, secrets),
        hint=scrub(finding.hint, secrets),
    )
