"""What can be broken on purpose, and what an agent should then see."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong in real companies. `expect` says what the card then shows."""

    id: str
    title: str
    expect: str


FAULTS = (
    Fault(
        "crm_slow", "The CRM is slow",
        "Values stay, with their age; a customer not seen before is “on its way”.",
    ),
    Fault(
        "crm_down", "The CRM is down",
        "One line for the outage; the last good values stay, marked once they are old.",
    ),
    Fault(
        "crm_key", "The CRM's key has expired",
        "The card says that the CRM no longer accepts our key, and who has to renew it.",
    ),
    Fault(
        "crm_renamed", "A CRM field was renamed",
        "Only the tier is affected: the CRM changed how it stores it.",
    ),
    Fault(
        "crm_choice", "A new value in a CRM dropdown",
        "“PLATINUM_PLUS” is shown as it is: not in the list, and never guessed.",
    ),
    Fault(
        "billing_old", "The billing file is three days old",
        "Contract status and overdue amount carry the file's own age, however often we look.",
    ),
    Fault(
        "twins", "Two accounts share one domain",
        "Tickets from acme.example name both accounts and choose neither.",
    ),
)  # fmt: skip


class Switches:
    """Which faults are on. Shared by the demo's systems, each in threads of its own."""

    def __init__(self) -> None:
        self._on: set[str] = set()
        self._lock = Lock()

    def turn(self, fault: str, *, on: bool) -> None:
        """Turn *fault* on or off.

        Raises:
            KeyError: there is no such fault.
        """
        if fault not in {known.id for known in FAULTS}:
            raise KeyError(fault)
        with self._lock:
            if on:
                self._on.add(fault)
            else:
                self._on.discard(fault)

    def __contains__(self, fault: str) -> bool:
        with self._lock:
            return fault in self._on
