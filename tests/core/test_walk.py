"""Pages are walked forward only."""

import pytest
from context_sidecar import Reason, SourceError, Walk


def test_every_place_is_come_to_once():
    walk = Walk()

    assert [walk.to(place) for place in ("x", "y", "z")] == ["x", "y", "z"]


@pytest.mark.parametrize("circle", ["xx", "xyx", "xyzy"])
def test_a_circle_ends_where_it_closes(circle):
    walk = Walk()
    *way, again = circle
    for place in way:
        walk.to(place)

    with pytest.raises(SourceError, match="circles") as caught:
        walk.to(again)
    assert caught.value.reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize("place", [None, ""], ids=["null", "empty"])
def test_a_next_page_is_somewhere(place):
    with pytest.raises(SourceError, match="and not where"):
        Walk().to(place)


def test_two_lists_may_have_the_same_places():
    assert Walk().to("x") == Walk().to("x")
