"""What can be broken on purpose, and what an agent should then see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong in real companies. `expect` says what the card then shows."""

    id: str
    title: str
    expect: str


FAULTS = (
    Fault(
        "crm_down", "The CRM is down",
        "One line for the outage, and who looks after it. Its values stay, marked with their age.",
    ),
    Fault(
        "crm_slow", "The CRM is slow",
        "Nobody waits: the card says that the CRM is late, and shows what it said last.",
    ),
    Fault(
        "crm_key", "The CRM's key has expired",
        "The card says that the CRM no longer accepts our key, and who has to renew it.",
    ),
    Fault(
        "crm_renamed", "A CRM field was renamed",
        "Only the tier is marked: the CRM changed how it stores it.",
    ),
    Fault(
        "crm_choice", "A new value in a CRM dropdown",
        "Acme's tier reads “PLATINUM_PLUS”, as it came: it is not in the list, and never guessed.",
    ),
    Fault(
        "billing_old", "The billing file is three days old",
        "Contract and overdue amount carry the file's own age, however often we look.",
    ),
    Fault(
        "twins", "Two accounts share one domain",
        "Acme's tickets name both accounts and choose neither.",
    ),
)  # fmt: skip

_ONE_BEHIND_THE_OTHER = ("crm_down", "crm_slow", "crm_key", "crm_renamed", "crm_choice")
"""Who cannot reach the CRM does not see that its key has expired, and so on."""

AGEING = frozenset({"crm_down", "crm_slow", "crm_key", "crm_renamed"})
"""What is seen only once the values from before are old."""


class Switches:
    """Which faults are on. Shared by the demo's systems, each in threads of its own.

    `long_ago` is true while the CRM answers as it did two hours ago, when all was well.
    """

    def __init__(self) -> None:
        self.long_ago = False
        self._on: set[str] = set()
        self._changed = Condition()

    def turn(self, fault: str, *, on: bool) -> None:
        """Turn *fault* on or off.

        Raises:
            KeyError: there is no such fault.
        """
        if fault not in {known.id for known in FAULTS}:
            raise KeyError(fault)
        with self._changed:
            if on:
                self._on.add(fault)
            else:
                self._on.discard(fault)
            self._changed.notify_all()

    @contextmanager
    def two_hours_ago(self) -> Iterator[None]:
        """Let the CRM answer as it did two hours ago."""
        self.long_ago = True
        try:
            yield
        finally:
            self.long_ago = False

    def wait_while(self, fault: str, seconds: float) -> None:
        """Wait for as long as *fault* is on, at most so many *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: fault not in self._on, seconds)

    def ages(self) -> bool:
        """Whether something is on that is seen only once the values from before are old."""
        return any(fault in self for fault in AGEING)

    def behind(self, fault: Fault) -> str:
        """Say what keeps *fault* from being seen, if it is on and something does."""
        if fault.id not in self:
            return ""
        if fault.id in _ONE_BEHIND_THE_OTHER:
            before = _ONE_BEHIND_THE_OTHER[: _ONE_BEHIND_THE_OTHER.index(fault.id)]
            for one in FAULTS:
                if one.id in before and one.id in self:
                    return f"Not to be seen behind “{one.title}”."
        if "twins" in self and fault.id != "twins":
            return "Not on Acme's tickets, which name two accounts now."
        return ""

    def __contains__(self, fault: str) -> bool:
        with self._changed:
            return fault in self._on
