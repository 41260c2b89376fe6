"""The one word, for every combination of the three axes and both answers to failure.

The rules are read from the top; the first that fits gives the word. Each is as a person would say
it, and together they cover all 6 x 3 x 6 x 2 combinations.
"""

from itertools import product

import pytest
from context_sidecar.core.field import OnFailure
from context_sidecar.core.freshness import state_of
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, State

ANY = "any"

RULES = """
    answer        age          fetch                on_failure   word
    never         any          ok                   any          pending
    never         any          refreshing           any          pending
    never         any          any                  any          failed

    any           expired      refreshing           any          pending
    any           expired      any                  any          failed

    any           any          blocked              withhold     failed
    any           stale        retrying|failing     withhold     failed

    no_match      any          any                  any          unmatched
    several       any          any                  any          ambiguous
    unrecognised  any          any                  any          invalid

    value|none    stale        any                  any          stale
    value         fresh        any                  any          fresh
    none          fresh        any                  any          missing
"""

ROWS = [line.split() for line in RULES.splitlines()[2:] if line.strip()]
EVERY = list(product(AnswerKind, Age, Fetch, OnFailure))


def word(*axes):
    for number, (*fits, said) in enumerate(ROWS):
        if all(fit == ANY or axis in fit.split("|") for fit, axis in zip(fits, axes, strict=True)):
            return number, said
    raise AssertionError(f"no rule for {axes}")


@pytest.mark.parametrize(("answer", "age", "fetch", "on_failure"), EVERY)
def test_the_word_is_the_one_that_the_rules_give(answer, age, fetch, on_failure):
    _, said = word(answer, age, fetch, on_failure)
    assert state_of(answer, age, fetch, on_failure) == said


def test_every_combination_has_its_rule_and_every_rule_its_combination():
    assert len(EVERY) == 6 * 3 * 6 * 2
    assert {word(*axes)[0] for axes in EVERY} == set(range(len(ROWS)))


def test_every_word_is_said_somewhere():
    assert {word(*axes)[1] for axes in EVERY} == set(State)
