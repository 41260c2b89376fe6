"""Whatever the three axes come to, there are words for it in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from context_sidecar.core.field import AgeClock, FieldType, OnFailure
from context_sidecar.core.freshness import state_of
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.wording import LANGUAGES, answer, words
from hypothesis import given
from hypothesis import strategies as st
from support.gallery import NOW, context, field

AGES = {Age.FRESH: 0.5, Age.STALE: 3, Age.EXPIRED: 200}


def reading(
    kind: AnswerKind,
    age: Age,
    fetch: Fetch,
    on_failure: OnFailure = OnFailure.SHOW_STALE,
    clock: AgeClock = AgeClock.CONFIRMED,
    reason: Reason = Reason.TIMEOUT,
) -> Reading:
    """Return the reading that these axes come to, as the honesty rule would."""
    declared = field("it", "It", FieldType.TEXT, on_failure=on_failure, clock=clock)
    state = state_of(kind, age, fetch, on_failure)
    start = NOW - timedelta(hours=AGES[age]) if kind is not AnswerKind.NEVER else None
    known = "Value" if kind is AnswerKind.VALUE else None
    return Reading(
        field=declared,
        state=state,
        answer=kind,
        age=age,
        fetch=fetch,
        value=known if state in {State.FRESH, State.STALE} else None,
        raw="Other" if state is State.INVALID else None,
        last_known=known if age is Age.EXPIRED else None,
        candidates=("One", "Two") if state is State.AMBIGUOUS else (),
        reason=reason if fetch.failed else None,
        as_of=start if clock is AgeClock.SOURCE else None,
        confirmed_at=start,
        stale_at=start and start + declared.stale_after,
        expire_at=start and start + declared.expire_after,
        since=NOW - timedelta(minutes=5) if fetch.failed else None,
        next_try_at=NOW + timedelta(minutes=5) if fetch.failed else None,
    )


def texts(said: Any) -> list[str]:
    """Return every text anywhere in *said*."""
    match said:
        case str():
            return [said]
        case dict():
            return [text for each in said.values() for text in texts(each)]
        case list():
            return [text for each in said for text in texts(each)]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_combination_of_the_axes_has_whole_sentences(language):
    spoken = words(language, "Europe/Berlin")
    for axes in product(AnswerKind, Age, Fetch, OnFailure, AgeClock):
        whole = answer(context(reading(*axes)), spoken)
        (said,) = whole["readings"]
        for each in (said, *said["later"]):
            assert each["display"], axes
            assert each["word"], axes
            assert each["message"], axes
        assert not any("{" in text or "}" in text for text in texts(whole)), axes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_alone_and_for_several_fields(language, reason):
    spoken = words(language, "Europe/Berlin")
    fetch = Fetch.BLOCKED if reason.needs_person else Fetch.FAILING
    one = reading(AnswerKind.VALUE, Age.STALE, fetch, reason=reason)
    other = replace(one, field=replace(one.field, id="other"))
    alone = answer(context(one), spoken)
    together = answer(context(one, other), spoken)
    trouble = spoken.text(reason.entry.agent)
    assert trouble in alone["readings"][0]["note"]
    assert trouble in together["notices"][0]["headline"]
    assert trouble not in together["readings"][0]["note"]


def test_only_what_is_marked_has_a_note():
    spoken = words("en", "UTC")
    for axes in product(AnswerKind, Age, Fetch, OnFailure, AgeClock):
        (said,) = answer(context(reading(*axes)), spoken)["readings"]
        if said["state"] == "fresh":
            assert said["note"] == "", axes
        if said["state"] == "stale":
            assert said["note"].startswith("as of "), axes


def test_an_expired_value_is_in_no_word_that_is_shown():
    spoken = words("en", "UTC")
    for axes in product(AnswerKind, [Age.EXPIRED], Fetch, OnFailure, AgeClock):
        (said,) = answer(context(reading(*axes)), spoken)["readings"]
        assert "Value" not in said["display"] + said["note"], axes
        assert said["value"] is None, axes


@given(st.text(), st.text(min_size=1), st.sampled_from(LANGUAGES))
def test_no_text_from_a_source_breaks_a_sentence(raw, name, language):
    spoken = words(language, "Europe/Berlin")
    invalid = reading(AnswerKind.UNRECOGNISED, Age.FRESH, Fetch.OK)
    several = reading(AnswerKind.SEVERAL, Age.FRESH, Fetch.OK)
    shown = context(replace(invalid, raw=raw), replace(several, candidates=(name,)))
    for text in texts(answer(shown, spoken)["readings"]):
        text.encode()
        assert "\u202e" not in text
        assert "\x00" not in text
