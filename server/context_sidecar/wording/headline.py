"""What is told beside the customer's name already: a few fields, each in a word or two."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from context_sidecar.core.context import Context
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Reading, State
from context_sidecar.wording.later import at, turns
from context_sidecar.wording.states import state_word
from context_sidecar.wording.times import rfc3339
from context_sidecar.wording.values import display
from context_sidecar.wording.words import Words

_SPEAK_FOR_THEMSELVES = {FieldType.TEXT, FieldType.CHOICE, FieldType.PERSON, FieldType.LINK}


def say_headline(words: Words, context: Context) -> list[dict[str, Any]]:
    """Return, for the answer, the fields of the card's headline that the visitor may see."""
    now, known = context.generated_at, {each.field.id: each for each in context.readings}
    return [
        {
            "field": name,
            **_face(words, known[name], now),
            "later": [
                {"at": rfc3339(turn), **_face(words, at(known[name], turn), turn)}
                for turn in turns(now, known[name])
            ],
        }
        for name in context.card.headline
        if name in known
    ]


def _face(words: Words, reading: Reading, now: datetime) -> dict[str, Any]:
    unmarked = reading.trustworthy or reading.fetch is Fetch.REFRESHING
    return {
        "state": reading.state.value,
        "word": state_word(words, reading),
        "marked": not unmarked and reading.state is not State.PENDING,
        "text": _text(words, reading, now),
    }


def _text(words: Words, reading: Reading, now: datetime) -> str:
    """A value that is not shown leaves its label, so that its mark has something to stand at."""
    field, value = reading.field, reading.value
    if value is None:
        return field.label
    said = display(words, field, value, now)
    if field.type in _SPEAK_FOR_THEMSELVES:
        return said
    word = field.word_for(value) if isinstance(value, Decimal) else ""
    return words.text("{label}: {display}", label=field.label, display=word or said)
