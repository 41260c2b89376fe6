"""What is known, in memory."""

import gc
import tracemalloc

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


def test_every_kind_of_answer_has_its_weight():
    small = weight(Observation().answered(NoMatch(), START))

    assert weight(Observation().answered(Several(("a" * 1000,)), START)) > small + 1000
    assert weight(known({"list": ["x" * 1000] * 2})) > small + 1000
    lost = Observation(remnants={"gone": Remnant("x" * 1000, None, START)})
    assert weight(lost) > small + 1000


def test_the_estimate_is_no_less_than_the_memory_it_really_takes():
    rows = [{f"Field_{n}__c": f"value {i} {n}" for n in range(12)} for i in range(2000)]
    gc.collect()
    tracemalloc.start()
    entries = Entries(most=10_000, most_bytes=10**9)
    for number, row in enumerate(rows):
        entries.put((ADDRESS, str(number)), known({str(k): str(v) + "" for k, v in row.items()}))
    del rows
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken <= entries.bytes
