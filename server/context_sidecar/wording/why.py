"""Why this value: where it comes from, what it was there, what is agreed for it, and when it is
looked at again."""

from __future__ import annotations

from datetime import datetime

from context_sidecar.core.card import Card
from context_sidecar.core.field import Field, OnFailure
from context_sidecar.core.reading import Age, Reading
from context_sidecar.wording.times import STANDING, placed, span
from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words, msgid


def path(field: Field) -> str:
    """Return where in its source the value stands, as an administrator writes it."""
    return field.lookup if field.path == "@" else f"{field.lookup}.{field.path}"


def contract(words: Words, field: Field, card: Card) -> dict[str, str]:
    """Say what is agreed for the value: for whom and where, how old it may be, and what is shown
    when it cannot be had."""
    return {
        "audience": words.text(
            "{roles}, in {places}",
            roles=words.several(sorted(field.audience)),
            places=words.several(card.where),
        ),
        "age": words.text(
            "{stale}, usable up to {expire}",
            stale=span(words, field.stale_after),
            expire=span(words, field.expire_after),
        ),
        "on_failure": words.text(_ON_FAILURE[field.on_failure]),
    }


_ON_FAILURE = {
    OnFailure.SHOW_STALE: msgid("the last value is shown, with a mark"),
    OnFailure.WITHHOLD: msgid("no value is shown"),
}


def mapping(words: Words, reading: Reading) -> str:
    """Say what the source's own value is, where another one stands for it on the card."""
    value, choices = reading.value, reading.field.choices
    if not isinstance(value, str) or choices.get(value, value) == value:
        return ""
    return words.text("“{raw}” stands for “{label}”", raw=visible(value), label=choices[value])


def clocks(words: Words, reading: Reading, now: datetime) -> dict[str, str]:
    """Say both times: the source's own for the value, and when the source last confirmed it to us;
    empty where there is none."""
    return {
        "as_of": _standing(words, reading.as_of, now),
        "confirmed": _standing(words, reading.confirmed_at, now),
    }


def next_check(words: Words, reading: Reading, now: datetime) -> str:
    """Say when the source is asked again; nothing where it cannot be."""
    if reading.lacks:
        return ""
    if reading.age is Age.FRESH and reading.stale_at and not reading.reason:
        return words.text("before {time}", time=_standing(words, reading.stale_at, now))
    if reading.next_try_at and reading.next_try_at > now:
        return _standing(words, reading.next_try_at, now)
    return words.text("now")


def _standing(words: Words, moment: datetime | None, now: datetime) -> str:
    return placed(words, STANDING, moment, now) if moment else ""
