"""How many calls a thousand accounts take, as measured with some."""

import pytest
from context_sidecar.engine.examination.cost import Cost
from hypothesis import given
from hypothesis import strategies as st


def cost(keys, asks, batch, calls, **more):
    return Cost(keys, asks, batch, calls, seconds=1.0, **more)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        (cost(keys=5, asks=1, batch=50, calls=1), "20 calls"),
        (cost(keys=3, asks=3, batch=1, calls=3), "1,000 calls"),
        (cost(keys=5, asks=1, batch=1000, calls=1), "1 call"),
        # A batch that was full tells all: what one ask takes, each takes.
        (cost(keys=100, asks=2, batch=50, calls=6), "60 calls"),
        (cost(keys=3, asks=3, batch=1, calls=6), "2,000 calls"),
        # One that was not may take as many for each ask, or for each account.
        (cost(keys=5, asks=1, batch=50, calls=6), "120 to 1,200 calls"),
        # What half of them take, too, is what an ask takes.
        (cost(keys=3, asks=1, batch=1000, calls=3, alike=True), "3 calls"),
        # A database is spoken to in another way: an ask is a call.
        (cost(keys=5, asks=1, batch=500, calls=0), "2 calls"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_it_is_said_as_far_as_it_is_known(measured, said):
    assert measured.said() == f"1,000 accounts take {said}"


def test_it_is_said_that_many_are_read_at_once():
    said = cost(keys=3, asks=3, batch=1, calls=3).said(20)

    assert said.endswith(
        "1,000 calls one by one; 20 or more that nobody waits for are read at once"
    )


def test_it_is_said_by_how_many_calls_an_index_is_kept_up():
    said = cost(keys=3, asks=3, batch=1, calls=3).said(20, 3)

    assert said.endswith("20 or more that nobody waits for take 3 for what has changed, beside "
                         "those that prove nones")  # fmt: skip


@given(st.integers(1, 500), st.integers(1, 5), st.data())
def test_a_thousand_take_at_least_one_ask_each_and_never_less_than_the_least(batch, asks, data):
    keys = data.draw(st.integers((asks - 1) * batch + 1, asks * batch))
    measured = cost(keys, asks, batch, data.draw(st.integers(0, 5000)))

    least, most = measured.of_thousand()

    assert -(-1000 // batch) <= least <= most
