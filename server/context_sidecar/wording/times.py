"""Times, ages and dates in words: long units, no abbreviations that read as something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta

from context_sidecar.wording.words import Words, msgid

# One card says the same few times again and again, and Babel takes long over each.
_remembered = lru_cache(4096)

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_YEAR_DAYS = 365


def rfc3339(moment: datetime | None) -> str | None:
    """Return *moment* as the answer writes times: UTC, whole seconds, `2026-11-23T09:12:00Z`."""
    if moment is None:
        return None
    try:
        return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    except OverflowError:
        return moment.isoformat(timespec="seconds")


def local(words: Words, moment: datetime) -> datetime:
    """Return *moment* in the reader's time zone; at the very ends of the calendar, as it is."""
    try:
        return moment.astimezone(words.zone)
    except OverflowError:
        return moment


def clock(words: Words, moment: datetime) -> str:
    """Return the time of day: `17:40`."""
    there = local(words, moment)
    return _clock(words.locale, time(there.hour, there.minute))


@_remembered
def _clock(locale: Locale, minute: time) -> str:
    return format_time(minute, "short", locale=locale)


def day(words: Words, when: date) -> str:
    """Return the whole date: `12 Mar 2027`."""
    return format_date(when, "medium", locale=words.locale)


def span(words: Words, length: timedelta) -> str:
    """Return how long: `4 days`. Whole units only, so that nothing is made older than it is."""
    return _units(words, length, whole_days=True) or words.text("less than a minute")


def ago(words: Words, moment: datetime, now: datetime) -> str:
    """Return how long before *now*: `2 hours ago`. A time still to come counts as just now."""
    return _units(words, now - moment, toward=-1) or words.text("just now")


def _units(words: Words, length: timedelta, toward: int = 0, *, whole_days: bool = False) -> str:
    if length < _MINUTE:
        return ""
    if length < _HOUR:
        unit, size = "minute", _MINUTE
    elif length < 2 * _DAY and not (whole_days and length == _DAY):
        unit, size = "hour", _HOUR
    else:
        unit, size = "day", _DAY
    return _exactly(
        words.locale, length // size * size * (toward or 1), unit, directed=bool(toward)
    )


@_remembered
def _exactly(locale: Locale, length: timedelta, unit: str, *, directed: bool) -> str:
    # Babel takes the first unit whose count reaches the threshold; none does, so it takes ours.
    return format_timedelta(
        length,
        granularity=unit,  # type: ignore[arg-type]  # one of the units that Babel knows
        threshold=float("inf"),
        add_direction=directed,
        locale=locale,
    )


def distance(words: Words, when: date, today: date) -> str:
    """Return how far *when* is from *today*: `in 109 days`, `tomorrow`, `3 days ago`."""
    days = (when - today).days
    if days in _NEAR:
        return words.text(_NEAR[days])
    if abs(days) <= _YEAR_DAYS:
        return _exactly(words.locale, timedelta(days), "day", directed=True)
    years = int(days / _YEAR_DAYS)
    return _exactly(words.locale, timedelta(years * _YEAR_DAYS), "year", directed=True)


_NEAR = {-1: msgid("yesterday"), 0: msgid("today"), 1: msgid("tomorrow")}

Placed = tuple[str, str, str]
"""One sentence three times: for today (`{time}`), yesterday (`{time}`) and any other day (`{date}`,
`{time}`), because the words around a time differ by language."""

SINCE: Placed = (
    msgid("since {time}"),
    msgid("since yesterday, {time}"),
    msgid("since {date}, {time}"),
)
FROM: Placed = (
    msgid("This is from {time} today."),
    msgid("This is from yesterday, {time}."),
    msgid("This is from {date}, {time}."),
)
CONFIRMED: Placed = (
    msgid("{source} confirmed this at {time}."),
    msgid("{source} confirmed this yesterday at {time}."),
    msgid("{source} confirmed this on {date} at {time}."),
)
NEXT_TRY: Placed = (
    msgid("Next try at {time}."),
    msgid("Next try at {time}."),
    msgid("Next try on {date} at {time}."),
)
ASKED_AGAIN: Placed = (
    msgid("It is asked once more at {time} before that is believed."),
    msgid("It is asked once more at {time} before that is believed."),
    msgid("It is asked once more on {date} at {time} before that is believed."),
)
STANDING: Placed = (
    msgid("{time} today"),
    msgid("yesterday, {time}"),
    msgid("{date}, {time}"),
)


def placed(
    words: Words, sentences: Placed, moment: datetime, now: datetime, **parts: object
) -> str:
    """Say one of *sentences* about *moment*, as seen from *now*."""
    then, present = local(words, moment), local(words, now)
    days = (present.date() - then.date()).days
    sentence = sentences[days] if days in {0, 1} else sentences[2]
    return words.text(
        sentence, time=clock(words, moment), date=_short_day(words, then, present), **parts
    )


def _short_day(words: Words, then: datetime, present: datetime) -> str:
    if then.year != present.year:
        return day(words, then.date())
    return _day_of_year(words.locale, then.date())


@_remembered
def _day_of_year(locale: Locale, when: date) -> str:
    return format_skeleton("MMMd", datetime.combine(when, time()), locale=locale)
