"""Kept answers: as many bytes as allowed, and none a moment longer than it holds."""

from __future__ import annotations

from context_sidecar.web.renderings import Rendering, Renderings
from hypothesis import given
from hypothesis import strategies as st

PARTS = [("crm", "account", "a"), ("crm", "account", "b"), ("billing", "account", "a")]


def rendering(size=10, *, mark=0, good_until=20.0, parts=()):
    return Rendering(
        body=b"x" * size, media_type="text/html", encoding="", language="en", etag='"x"',
        fingerprint=b"", complete=True, good_until=good_until, parts=frozenset(parts), mark=mark,
    )  # fmt: skip


def test_s31_never_more_bytes_are_kept_than_allowed():
    kept = Renderings(size=20_000)

    for number in range(100):
        kept.keep(number, rendering(1_000))
        assert kept.size <= 20_000

    assert kept.last(99) is not None
    assert kept.last(0) is None


def test_an_answer_larger_than_all_that_may_be_kept_is_not_kept():
    kept = Renderings(size=5_000)
    kept.keep("small", rendering(1_000))

    kept.keep("large", rendering(10_000))

    assert kept.last("large") is None
    assert kept.last("small") is not None


@given(
    parts=st.sets(st.sampled_from(PARTS)),
    before=st.lists(st.sampled_from(PARTS), max_size=8),
    after=st.lists(st.sampled_from(PARTS), max_size=8),
)
def test_an_answer_is_good_until_something_that_it_shows_has_changed(parts, before, after):
    kept = Renderings()
    for part in before:
        kept.changed(*part)
    made = rendering(mark=kept.mark(), parts=parts)
    for part in after:
        kept.changed(*part)

    assert kept.good(made, 0) == parts.isdisjoint(after)


def test_of_a_source_that_became_another_nothing_is_good_from_before():
    kept = Renderings()
    of_crm, of_billing = (rendering(mark=kept.mark(), parts=[part]) for part in PARTS[1:])

    kept.source_changed("crm")

    assert not kept.good(of_crm, 0)
    assert kept.good(of_billing, 0)
    assert kept.good(rendering(mark=kept.mark(), parts=PARTS), 0)


def test_changes_beyond_what_can_be_remembered_are_taken_to_be_of_everything():
    kept = Renderings(changes=2)
    made = rendering(mark=kept.mark(), parts=[PARTS[0]])
    for name in "xyz":
        kept.changed("crm", "account", name)

    assert not kept.good(made, 0), "nobody knows any more what the first change was"
    assert kept.good(rendering(mark=kept.mark(), parts=[PARTS[0]]), 0)


def test_an_answer_ends_with_its_time():
    kept = Renderings()

    assert kept.good(rendering(good_until=5.0), 4.9)
    assert not kept.good(rendering(good_until=5.0), 5.0)


def test_an_answer_from_before_the_clock_was_set_back_is_not_good():
    assert not Renderings().good(rendering(good_until=1_000_000.0), 5.0)
