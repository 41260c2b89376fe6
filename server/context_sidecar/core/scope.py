"""What our credential may do at a source, beside what is needed of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What our credential lacks, and what it may do beyond reading what is read: rights in the
    system's own words, or in a few of ours.

    Attributes:
        missing: what it lacks.
        excess: what it may do beyond that; None where the system tells nobody.
        untold: what the system tells others, and not us, such as `the scopes of our token`.
        held: what it has of what may be needed, as far as the system tells: too much where nothing
            that is declared needs it.
        unavoidable: what it may do beyond that as everything may that has what is needed, because
            the system has nothing narrower.
    """

    missing: tuple[str, ...] = ()
    excess: tuple[str, ...] | None = ()
    untold: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    unavoidable: tuple[str, ...] = ()

    @classmethod
    def between(cls, has: Collection[str], needs: Collection[str]) -> Scope:
        """Return what a credential lacks and has in excess that *has* some rights and *needs*
        others, where each right has one name."""
        missing, excess, held = {*needs} - {*has}, {*has} - {*needs}, {*has} & {*needs}
        return cls(tuple(sorted(missing)), tuple(sorted(excess)), held=tuple(sorted(held)))

    def where(self, used: Collection[str], rights: Mapping[str, Collection[str]]) -> Scope:
        """Return it where so much is *used*: what it lacks for others is not missing, and what it
        holds for others is too much. *rights* say what a right is for; others are for everything.
        """

        def needed(right: str) -> bool:
            return bool({*rights.get(right, used)} & {*used})

        missing = tuple(filter(needed, self.missing))
        held = tuple(filter(needed, self.held))
        idle = tuple(right for right in self.held if right not in held)
        unknown = self.excess is None and not idle
        excess = None if unknown else (*(self.excess or ()), *idle)
        return Scope(missing, excess, self.untold, held, self.unavoidable)
