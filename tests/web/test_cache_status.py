"""`Cache-Status` (RFC 9211): how each source's part of an answer was had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.web.cache_status import header, members
from hypothesis import given
from hypothesis import strategies as st
from support import gallery

NOW = gallery.NOW


def status(context, *, asked_at=NOW, forced=False, now=NOW):
    text = header(members(context, asked_at, forced=forced), int(now.timestamp()))
    return {part.partition(";")[0]: part.partition("; ")[2] for part in text.split(", ")}


def test_each_source_is_told_once_however_many_fields_it_has():
    assert status(gallery.context()) == {
        "billing": "hit; ttl=3300",
        "crm": "hit; ttl=3300",
        "helpdesk": "hit; ttl=3300",
    }


def test_the_time_to_live_is_that_of_the_oldest_value_and_turns_negative():
    old = gallery.observed(Found(gallery.VALUES), ago=timedelta(hours=2))
    context = gallery.context(gallery.reading(gallery.TIER, old), gallery.reading(gallery.STATUS))

    assert status(context) == {"crm": "hit; ttl=-3600"}
    assert status(context, now=NOW + timedelta(minutes=1)) == {"crm": "hit; ttl=-3660"}


def test_what_arrived_for_this_answer_was_fetched_and_stored():
    early = NOW - timedelta(minutes=6)

    assert status(gallery.context(), asked_at=early)["crm"] == "fwd=miss; stored; ttl=3300"
    assert status(gallery.context(), asked_at=early, forced=True)["crm"].startswith("fwd=request")


def test_a_source_that_could_not_be_asked_has_no_part_in_the_answer():
    assert status(gallery.GALLERY["not-asked"]()).keys() == {"crm", "helpdesk"}


def test_what_is_on_its_way_was_not_there():
    pending = gallery.reading(gallery.TIER, Observation(), under_way=True)

    assert status(gallery.context(pending)) == {"crm": "fwd=miss"}


def test_what_is_old_and_being_fetched_is_forwarded_as_stale():
    old = gallery.observed(Found(gallery.VALUES), ago=timedelta(hours=2))
    reading = gallery.reading(gallery.TIER, old, under_way=True)

    assert status(gallery.context(reading)) == {"crm": "fwd=stale; ttl=-3600"}
    assert status(gallery.context(reading), forced=True) == {"crm": "fwd=request; ttl=-3600"}


@pytest.mark.parametrize("reason", Reason)
def test_a_failure_is_named_by_its_reason(reason):
    context = gallery.source_down(reason, ago=timedelta(hours=2))

    assert f"detail={reason}" in status(context)["crm"]


@given(name=st.text(min_size=1, max_size=30))
def test_a_source_may_be_called_anything(name):
    """RFC 9211, 2: a member's name is a string or a token, in printable ASCII (RFC 8941, 3.3)."""
    field = replace(gallery.TIER, source=replace(gallery.CRM, id=name))

    text = header(members(gallery.context(gallery.reading(field)), NOW), 0)

    assert text.isascii()
    assert text.isprintable()
    assert "; hit" in text
