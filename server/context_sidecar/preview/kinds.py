"""Everything that can be the matter with one field: the one list that preview and guide read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from context_sidecar.core.field import AgeClock, Field
from context_sidecar.core.reading import Age, Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.preview import happenings
from context_sidecar.preview.stage import Stage
from context_sidecar.wording.states import STATES
from context_sidecar.wording.words import msgid


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be the matter with a field, in messages to translate.

    `when` says when it happens, `promise` what is promised then; `may` and `avoid` what a reader
    may do with it and had better not, each empty where there is nothing to say. `happen` makes it
    happen, and `fits` says whether that came of it: not every contract allows everything.
    """

    id: str
    title: str
    when: str
    promise: str
    may: str
    avoid: str
    happen: Callable[[Stage, Field], Reading]
    fits: Callable[[Reading], bool]

    def of(self, stage: Stage, field: Field) -> Reading | None:
        """Return *field* when this is the matter with it; None where that cannot be."""
        reading = self.happen(stage, field)
        return reading if self.fits(reading) else None


def is_(state: State) -> Callable[[Reading], bool]:
    """Say yes to readings of this *state*."""
    return lambda reading: reading.state is state


_AS_IT_WAS = msgid("Use it as what was true at that time.")
_NOT_STILL = msgid("Do not tell the customer that it is still so.")
_NOT_NONE = msgid("Do not take it for zero or for none.")
_LOOK_THERE = msgid("Look in the source itself.")

KINDS = (
    Kind(
        "fresh", STATES[State.FRESH],
        msgid("The source confirmed the value within the agreed time."),
        msgid("There is no mark, because a mark means trouble."),
        msgid("Rely on it."), "",
        Stage.fresh, is_(State.FRESH),
    ),
    Kind(
        "checking", msgid("Old, and being checked"),
        msgid("Nobody looked for a while, and the source is being asked right now."),
        msgid("The value stays, with its age, and the new one takes its place by itself."),
        msgid("Use it, or wait a second."), "",
        happenings.quiet, is_(State.STALE),
    ),
    Kind(
        "old", msgid("Old, because the source is not answering"),
        msgid("The value is older than agreed, and the source could not be read since."),
        msgid("The last value stays, with its age and the reason."),
        _AS_IT_WAS, _NOT_STILL,
        happenings.old_and_failing, is_(State.STALE),
    ),
    Kind(
        "old-blocked", msgid("Old, until a person acts"),
        msgid("The value is older than agreed, and trying again does not help."),
        msgid("The last value stays, with its age and the team that has to act."),
        _AS_IT_WAS, _NOT_STILL,
        happenings.blocked, is_(State.STALE),
    ),
    Kind(
        "behind", msgid("Old in the source itself"),
        msgid("The source answers, but what it has is older than agreed."),
        msgid("The age shown is that of the data, however often we ask."),
        _AS_IT_WAS, msgid("Do not press “Check again” for it: there is nothing newer."),
        happenings.behind,
        lambda reading: reading.state is State.STALE
        and reading.field.clock is AgeClock.SOURCE,
    ),
    Kind(
        "denied", msgid("Not found the last time"),
        msgid("The source had the record, and did not find it when it was last asked."),
        msgid("The last value stays, marked, until the source has been asked once more."),
        _AS_IT_WAS, msgid("Do not take it for gone: a source that restarts finds nothing, too."),
        happenings.denied, is_(State.STALE),
    ),
    Kind(
        "held-back", msgid("Not shown"),
        msgid("The source cannot confirm the value, and the contract says not to show it then."),
        msgid("No value is shown, so that nobody acts on a wrong one."),
        _LOOK_THERE, msgid("Do not use what you remember."),
        happenings.old_and_failing, is_(State.FAILED),
    ),
    Kind(
        "too-old", msgid("Too old to use"),
        msgid("The source has not confirmed the value for longer than it may be used."),
        msgid(
            "It is never shown as current. Where the contract allows it, “Show anyway” shows it."
        ),
        msgid("Open “Show anyway” if an old value is better than none."),
        msgid("Do not treat it as true today."),
        happenings.too_old, lambda reading: reading.age is Age.EXPIRED,
    ),
    Kind(
        "archived", msgid("Archived"),
        msgid("The source has archived the record that the value is of."),
        msgid("The value is shown, and the card says once that the record is archived."),
        msgid("Use it as what that record says."),
        msgid("Do not assume that somebody still keeps it up to date."),
        happenings.archived, lambda reading: reading.archived,
    ),
    Kind(
        "missing", STATES[State.MISSING],
        msgid("The source confirms that there is no value."),
        msgid("It says “None”, which is not the same as not known."),
        msgid("Rely on it: there is none."), "",
        happenings.missing, is_(State.MISSING),
    ),
    Kind(
        "unmatched", STATES[State.UNMATCHED],
        msgid("The source has no record of this customer."),
        msgid("Nothing is shown instead, and the card says what was looked for."),
        _LOOK_THERE, _NOT_NONE,
        happenings.unmatched, is_(State.UNMATCHED),
    ),
    Kind(
        "merged", msgid("Merged into another record"),
        msgid("The source has merged the record of this customer into another one."),
        msgid("Nothing is shown instead, and the other record is named."),
        msgid("Look at the other record in the source itself."), _NOT_NONE,
        happenings.merged, lambda reading: bool(reading.merged_into),
    ),
    Kind(
        "not-asked", msgid("Could not be asked"),
        msgid("The customer has no number, or several, by which the source could be asked."),
        msgid("The source is not asked, and nothing is guessed."),
        _LOOK_THERE, _NOT_NONE,
        happenings.not_asked, lambda reading: bool(reading.lacks),
    ),
    Kind(
        "ambiguous", STATES[State.AMBIGUOUS],
        msgid("The source has several records for this customer."),
        msgid("All are named, and none is chosen."),
        msgid("Find the right one in the source itself."),
        msgid("Do not take the first because it looks right."),
        happenings.ambiguous, is_(State.AMBIGUOUS),
    ),
    Kind(
        "invalid", STATES[State.INVALID],
        msgid("The source wrote something outside the agreed type or list."),
        msgid("It is shown as it was written, and never turned into something else."),
        msgid("Read it with care."),
        msgid("Do not guess which value of the list it stands for."),
        happenings.invalid, is_(State.INVALID),
    ),
    Kind(
        "retyped", msgid("Of another type"),
        msgid("What the source has there is of another type by now: a text is a number, say."),
        msgid("It is shown as it was written until the owning team has looked at it."),
        msgid("Read it with care."), msgid("Do not assume that it means the same as before."),
        happenings.retyped, lambda reading: reading.retyped,
    ),
    Kind(
        "pending", STATES[State.PENDING],
        msgid("The answer is late."),
        msgid("It appears by itself, without a reload."),
        msgid("Go on with something else."),
        msgid("Do not take it for none: nobody knows yet."),
        happenings.pending, is_(State.PENDING),
    ),
)  # fmt: skip

DISPUTED = Kind(
    "disputed", msgid("Reported as wrong"),
    msgid("Somebody has pressed “This looks wrong”."),
    msgid("Everybody sees it until the owning team closes it."),
    msgid("Ask the team before you rely on it."), "",
    Stage.fresh, is_(State.FRESH),
)  # fmt: skip
"""What people say of a value; whatever else is the matter with it, it stays."""

BY_ITSELF = (
    msgid("There is no value yet, and the source cannot be read just now."),
    msgid("It is tried again by itself, and the card says when."),
)
BY_A_PERSON = (
    msgid("There is no value yet, and trying again does not help."),
    msgid("The card says which team has to act."),
)


def failures(stage: Stage, field: Field) -> Iterator[tuple[Reason, Reading]]:
    """Yield *field* without a value, once for each reason."""
    for reason in Reason:
        yield reason, happenings.never(stage, field, reason)


def kinds_of(stage: Stage, field: Field) -> Iterator[tuple[Kind, Reading]]:
    """Yield what can be the matter with *field*, with what it then reads."""
    for kind in KINDS:
        reading = kind.of(stage, field)
        if reading is not None:
            yield kind, reading
