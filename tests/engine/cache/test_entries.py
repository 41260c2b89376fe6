"""What is known, in memory."""

import gc
import json
import tracemalloc

import pytest
from context_sidecar.core.observation import Found, NoMatch, Observation, Remnant, Several
from context_sidecar.engine.cache.entries import Entries, weight
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START

ADDRESS = ("crm", "account", "v1")


def known(data):
    return Observation().answered(Found(data), START)


def test_the_least_recently_used_goes_first():
    entries = Entries(most=2, most_bytes=10**6)
    for key in "ab":
        entries.put((ADDRESS, key), known({"key": key}))
    entries.get((ADDRESS, "a"))

    entries.put((ADDRESS, "c"), known({}))

    assert entries.get((ADDRESS, "b")) is None
    assert entries.get((ADDRESS, "a")) is not None
    assert len(entries) == 2


def test_what_is_larger_than_everything_may_be_is_not_kept_and_replaces_nothing_else():
    entries = Entries(most=10, most_bytes=5000)
    entries.put((ADDRESS, "a"), known({"n": 1}))
    entries.put((ADDRESS, "b"), known({"n": 1}))

    entries.put((ADDRESS, "a"), known({"text": "x" * 6000}))

    assert entries.get((ADDRESS, "a")) is None
    assert entries.get((ADDRESS, "b")) is not None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3000))))
def test_neither_bound_is_ever_passed(puts):
    entries = Entries(most=3, most_bytes=6000)
    for key, size in puts:
        entries.put((ADDRESS, key), known({"text": "x" * size}))

        assert len(entries) <= 3
        assert entries.bytes <= 6000


def of(observation, key="1"):
    return weight((ADDRESS, key), observation)


def test_every_kind_of_answer_has_its_weight():
    small = of(Observation().answered(NoMatch(), START))

    assert of(Observation().answered(Several(("a" * 1000,)), START)) > small + 1000
    assert of(known({"list": ["x" * 1000, "y" * 1000]})) > small + 2000
    assert of(known([{"x" * 1000: 1}])) > small + 1000
    assert of(Observation().answered(Found(1, link="x" * 1000), START)) > small + 1000
    lost = Observation(remnants={"gone": Remnant("x" * 1000, None, START)})
    assert of(lost) > small + 1000
    assert of(Observation(), key="x" * 1000) > small + 900


def test_what_is_there_once_weighs_once():
    text = "x" * 1000

    assert of(known([text] * 10)) < of(known([text])) + 200


def test_an_answer_may_be_nested_as_deeply_as_json_can_be():
    data = []
    for _ in range(5000):
        data = [data]

    assert of(known(data)) > 5000 * 56


SHAPES = {
    "a word": lambda i: {"tier": f"tier {i}"},
    "a row": lambda i: {f"Field_{n}__c": f"value {i} {n}" for n in range(12)},
    "numbers": lambda i: {f"n{n}": i * 1000 + n + n / 7 for n in range(12)},
    "a list": lambda i: [{"id": i * 100 + n, "subject": f"Ticket {i} {n}"} for n in range(15)],
    "nested": lambda i: {
        "owner": {"name": f"Ana {i}", "on": {"days": [f"{i}-{n}" for n in "abc"]}}
    },
    "long": lambda i: {"text": f"{i}" * 5000},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_estimate_is_close_to_the_memory_it_really_takes_and_no_less(shape):
    """The allocator's share, which is not seen from inside, is what `make bench` looks at."""
    rows = [json.dumps(shape(i)) for i in range(2000)]
    gc.collect()
    tracemalloc.start()
    entries = Entries(most=10_000, most_bytes=10**9)
    for number, row in enumerate(rows):
        entries.put((ADDRESS, f"C-{number}"), known(json.loads(row)))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken <= entries.bytes <= taken * 1.6
