"""What to notice first, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from context_sidecar.core.attention import Attention
from context_sidecar.core.context import Context
from context_sidecar.wording.notices import Notice
from context_sidecar.wording.states import state_word
from context_sidecar.wording.words import Words


def say_attention(
    words: Words, line: Attention, context: Context, notices: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Return *line* for the answer. It is `told` where one of *notices* says already that it could
    not be judged."""
    text = headline = line.rule.say
    if not line.judged:
        readings = {each.field.id: each for each in context.readings}
        because = words.several(
            words.text("{field} ({state})", field=readings[name].field.label,
                       state=state_word(words, readings[name]))
            for name in line.because
        )  # fmt: skip
        text = words.text("Could not be judged because of {fields}.", fields=because)
        headline = words.text("Not judged: {line}", line=line.rule.say)
    return {
        "severity": line.rule.severity.value,
        "judged": line.judged,
        "say": line.rule.say,
        "headline": headline,
        "message": text,
        "because": list(line.because),
        "told": not line.judged and any(line.rule.say in one["unjudged"] for one in notices),
    }


def unjudged(lines: Iterable[Attention], notice: Notice) -> list[str]:
    """Return what the rules say that could not be judged for the cause of *notice* alone."""
    fields = set(notice.fields)
    return [line.rule.say for line in lines if not line.judged and fields.issuperset(line.because)]
