"""A language, a region's formats and a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from context_sidecar.wording import words
from context_sidecar.wording.times import ago, clock, day, distance, rfc3339, span
from context_sidecar.wording.visible import visible

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("en", "en-GB"),
        ("en-US", "en-US"),
        ("de", "de"),
        ("de_AT", "de-AT"),
        ("fr-CA", "fr-CA"),
        ("ja", "ja"),
        ("de.UTF-8", "de"),
    ],
)
def test_a_locale_is_taken_as_it_is_written_in_the_world(asked, tag):
    assert words(asked, "UTC").tag == tag


@pytest.mark.parametrize("asked", ["", "it", "xx", "not a locale", "../../etc", "en-XXXX-YY-zz-9"])
def test_a_language_without_words_is_answered_in_english(asked):
    assert words(asked, "UTC").tag == "en-GB"
    assert words(asked, "UTC").text("No customer found") == "No customer found"


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        words("en", "Europe/Atlantis")


def test_what_is_put_into_a_message_is_not_read_as_a_message():
    said = words("de", "UTC").text("asking {source}", source="{source} {0} {x.y}")
    assert said == "{source} {0} {x.y} wird gefragt"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "12 Mar 2027"),
        ("en-US", "Mar 12, 2027"),
        ("de", "12.03.2027"),
        ("fr", "12 mars 2027"),
        ("es", "12 mar 2027"),
        ("ja", "2027/03/12"),
    ],
)
def test_a_date_is_written_as_its_readers_do(locale, expected):
    assert day(words(locale, "UTC"), date(2027, 3, 12)) == expected


def test_a_time_is_that_of_the_readers_zone():
    assert clock(words("en", "UTC"), NOW) == "23:30"
    assert clock(words("en", "Asia/Tokyo"), NOW) == "08:30"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(minutes=60), "1 hour ago"),
        (timedelta(hours=24), "24 hours ago"),
        (timedelta(hours=47, minutes=59), "47 hours ago"),
        (timedelta(hours=48), "2 days ago"),
        (timedelta(days=40), "40 days ago"),
    ],
)
def test_an_age_is_told_in_whole_long_units(age, expected):
    assert ago(words("en", "UTC"), NOW - age, NOW) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=14), "14 days"),
    ],
)
def test_a_span_is_told_in_whole_long_units(length, expected):
    assert span(words("en", "UTC"), length) == expected


@pytest.mark.parametrize(
    ("days", "english", "german"),
    [
        (-1, "yesterday", "gestern"),
        (0, "today", "heute"),
        (1, "tomorrow", "morgen"),
        (109, "in 109 days", "in 109 Tagen"),
        (-3, "3 days ago", "vor 3 Tagen"),
        (800, "in 2 years", "in 2 Jahren"),
    ],
)
def test_a_date_says_how_far_it_is(days, english, german):
    today = date(2026, 11, 23)
    when = today + timedelta(days)
    assert distance(words("en", "UTC"), when, today) == english
    assert distance(words("de", "UTC"), when, today) == german


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 23, 9, 12, 0, 999, tzinfo=UTC), "2026-11-23T09:12:00Z"),
        (datetime(7, 1, 2, tzinfo=UTC), "0007-01-02T00:00:00Z"),
        (None, None),
    ],
)
def test_times_in_the_answer_are_utc(moment, expected):
    assert rfc3339(moment) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme  GmbH\n", "Acme GmbH"),
        ("a\x00b\x1bc\x7fd", "a\ufffdb\ufffdc\ufffdd"),
        ("safe\u202egnp.exe", "safe\ufffdgnp.exe"),
        ("\u2066hidden\u2069", "\ufffdhidden\ufffd"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("שלום", "שלום"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("x" * 600, "x" * 500 + "…"),
    ],
)
def test_characters_that_act_are_shown_instead(text, expected):
    assert visible(text) == expected
