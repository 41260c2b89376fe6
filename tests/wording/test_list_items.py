"""What stands beneath the title of a list's item."""

from __future__ import annotations

from dataclasses import replace

import pytest
from context_sidecar.core.record import Record
from context_sidecar.core.values import Item, Items
from context_sidecar.wording import answer, words
from context_sidecar.wording.values import as_json
from support import gallery
from support.clock import START


@pytest.mark.parametrize(
    ("locale", "written", "said"),
    [
        ("en", "50", "priority 50"),
        ("de", "50", "Priorität 50"),
        ("en", "urgent", "urgent"),
        ("en", "P1", "P1"),
        ("en", "", ""),
    ],
)
def test_a_priority_that_is_a_mere_number_says_what_it_is(locale, written, said):
    ticket = Items((Item("Nobody can sign in", priority=written),), 1)

    [item] = as_json(words(locale, "UTC"), ticket, START)["items"]

    assert item["priority"] == said


def told(record, records):
    """The ids of the healthy customer's three tickets as the card lists them, and what is said of
    where each is."""
    tickets = gallery.reading(replace(gallery.TICKETS, records=records))
    shown = gallery.context(tickets, record=record)
    [said] = answer(shown, words("de", "UTC"))["readings"]
    return [(item["id"], item["here"]) for item in said["value"]["items"]]


def test_the_record_on_screen_comes_last_and_is_told_from_the_others():
    seen = told(Record("rt", "ticket", "4720"), "rt/ticket")

    assert seen == [("4711", ""), ("4733", ""), ("4720", "gerade geöffnet")]


@pytest.mark.parametrize(
    ("record", "records"),
    [
        (Record("rt", "ticket", "4711"), ""),
        (Record("zendesk", "ticket", "4711"), "rt/ticket"),
        (Record("rt", "ticket", "4"), "rt/ticket"),
    ],
)
def test_a_record_of_another_place_or_of_no_entry_changes_nothing(record, records):
    assert told(record, records) == [("4711", ""), ("4720", ""), ("4733", "")]
