"""Values that are written in another way than in the answer before."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.rewritten import rewritten
from context_sidecar.core.shape import kind_of
from hypothesis import assume, given
from hypothesis import strategies as st
from support.clock import START

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({"a": 1201}, {"a": "1.201"}, ["a"]),
        ({"a": "x"}, {"a": 7}, ["a"]),
        ({"a": True}, {"a": "false"}, ["a"]),
        ({"a": {"b": 1}}, {"a": {"b": "1"}}, ["a.b"]),
        ({"a": [1, 2]}, {"a": ["1"]}, ["a"]),
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": 1}, {"a": None}, []),
        ({"a": 1}, {"a": ""}, []),
        ({"a": 1}, {}, []),
        ({}, {"a": 1}, []),
        ({"a": [1, "x"]}, {"a": ["1"]}, []),
        ({"a": [{"b": 1}]}, {"a": [{"b": "1"}]}, []),
    ],
    ids=str,
)
def test_what_is_of_another_kind_than_in_the_answer_before_is_named(before, after, names):
    assert rewritten(before, after, {}, START) == dict.fromkeys(names, START)


def test_it_is_known_since_when_until_it_is_written_as_it_was():
    known = Observation()
    for value, at in ((1201, START), ("1.201", START), ("1.202", LATER)):
        known = known.answered(Found({"seats": value}), at)
    assert known.rewritten == {"seats": START}

    assert known.answered(Found({"seats": None}), LATER).rewritten == {"seats": START}
    assert known.answered(Found({"seats": 1203}), LATER).rewritten == {}


SCALARS = st.one_of(st.integers(), st.text(min_size=1), st.booleans())


@given(values=st.lists(SCALARS, min_size=2))
def test_only_what_differs_from_the_first_is_rewritten(values):
    kinds = [kind_of(value) for value in values]
    assume(len(set(kinds)) <= 2)
    known = {}
    for before, after in pairwise(values):
        known = rewritten({"a": before}, {"a": after}, known, START)

    assert bool(known) == (kinds[-1] is not kinds[0])
