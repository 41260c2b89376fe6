"""That a source was not asked for a customer, because the list of customers says no single key of
theirs in it. Nothing of it was said by that source."""

from __future__ import annotations

from dataclasses import dataclass

from context_sidecar.core.account import Account
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.source import Source
from context_sidecar.wording.keys import key_label
from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer, where there is exactly one, and the source that lists customers."""

    account: Account | None
    listed_in: Source | None


def not_asked(words: Words, reading: Reading, whose: Whose) -> str:
    """Say what the list of customers lacks, or has several of, so that the source was not asked."""
    parts = {**_parts(words, reading, whose), "source": reading.field.source.label}
    if reading.state is not State.AMBIGUOUS:
        return words.text(
            "{accounts} has no {key} for this customer, so {source} was not asked.", **parts
        )
    keys = whose.account.keys.get(reading.lacks, ()) if whose.account else ()
    return words.text(
        "{accounts} has more than one {key} for this customer, so {source} was not asked: {keys}.",
        keys=words.several(map(visible, keys)), **parts,
    )  # fmt: skip


def not_asked_note(words: Words, reading: Reading, whose: Whose) -> str:
    """Say the same in a line."""
    parts = _parts(words, reading, whose)
    if reading.state is not State.AMBIGUOUS:
        return words.text("{accounts} has no {key} for this customer", **parts)
    return words.text("{accounts} has more than one {key} for this customer", **parts)


def _parts(words: Words, reading: Reading, whose: Whose) -> dict[str, str]:
    listed_in = whose.listed_in
    accounts = listed_in.label if listed_in else words.text("The list of customers")
    return {"accounts": accounts, "key": key_label(words, reading.lacks)}
