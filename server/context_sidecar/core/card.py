"""A card's contract: the fields shown in one place to one audience for one decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from context_sidecar.core.attention import AttentionRule
from context_sidecar.core.field import Field


@dataclass(frozen=True, slots=True)
class Card:
    """The fields shown in one place to one audience for one decision.

    `where` are places (`zendesk/ticket`). `deadline` is the time within which the whole answer is
    given, whatever the sources do. `fresh_within` is the freshness that the card promises as a
    whole, where it promises one. `headline` are the ids of the fields that are told beside the
    customer's name already. What explains a field stands among `fields` too.
    """

    id: str
    title: str
    where: tuple[str, ...]
    audience: frozenset[str]
    decision: str
    fields: tuple[Field, ...]
    deadline: timedelta = timedelta(seconds=2)
    attention: tuple[AttentionRule, ...] = ()
    fresh_within: timedelta | None = None
    headline: tuple[str, ...] = ()

    def fields_for(self, roles: Collection[str]) -> tuple[Field, ...]:
        """Return the fields that somebody in *roles* may see. The others are absent, not empty."""
        return tuple(field for field in self.fields if field.audience & frozenset(roles))
