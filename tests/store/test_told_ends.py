"""When credentials end, as their systems told, kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.kept_ends import ToldEnd
from context_sidecar.store.told_ends import ToldEnds
from support.clock import START

WEEK, MONTH = (ToldEnd("one", START + timedelta(days=days)) for days in (7, 30))


@pytest.fixture
def ends(engine):
    return ToldEnds(engine)


def test_what_is_kept_is_known_to_who_opens_it_next(ends, opened):
    ends.keep("crm", WEEK)
    ends.keep("erp", MONTH)

    assert ToldEnds(opened()).read() == {"crm": WEEK, "erp": MONTH}


def test_what_is_kept_takes_the_place_of_what_was_and_nothing_does_too(ends):
    ends.keep("crm", WEEK)
    ends.keep("crm", MONTH)
    assert ends.read() == {"crm": MONTH}

    ends.keep("crm", None)
    assert ends.read() == {}


def test_sources_that_are_gone_are_forgotten(ends):
    ends.keep("crm", WEEK)
    ends.keep("erp", MONTH)
    ends.keep_only({"erp"})

    assert ends.read() == {"erp": MONTH}
