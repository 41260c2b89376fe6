"""Reading what a vendor says is left, in the unit that was declared for it."""

from __future__ import annotations

import string
from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest
from context_sidecar.core.quota import Quota, RateLimitFields, Unit, read
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
IN_30S = START + timedelta(seconds=30)
DATE = {"date": format_datetime(START)}

HALF_A_MINUTE = {
    Unit.SECONDS: "30",
    Unit.MILLISECONDS: "30000",
    Unit.EPOCH_SECONDS: str(int(IN_30S.timestamp())),
    Unit.EPOCH_MILLISECONDS: str(int(IN_30S.timestamp() * 1000)),
    Unit.ISO_8601: "2026-11-23T10:00:30+01:00",
    Unit.HTTP_DATE: format_datetime(IN_30S),
}


def one(quota, headers, now=START):
    [standing] = quota.read(headers, now)
    return standing


def plain(**more):
    return Quota("minute", MINUTE, left="x-left", limit="x-limit", resets="x-reset", **more)


@pytest.mark.parametrize("unit", Unit)
def test_when_it_resets_is_read_in_its_declared_unit(unit):
    headers = {"x-left": "7", "x-limit": "100", "x-reset": HALF_A_MINUTE[unit]}

    standing = one(plain(unit=unit), headers)

    assert (standing.left, standing.limit, standing.resets_at) == (7, 100, IN_30S)
    assert standing.until == IN_30S


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("apart", [timedelta(hours=-3), timedelta(hours=3)])
def test_a_clock_of_ours_that_is_wrong_changes_nothing(unit, apart):
    """A time is compared with the vendor's own clock, which the answer tells."""
    headers = DATE | {"x-left": "7", "x-reset": HALF_A_MINUTE[unit]}
    ours = START + apart

    assert one(plain(unit=unit), headers, ours).resets_at == ours + timedelta(seconds=30)


@pytest.mark.parametrize("told", ["", "-5", "0", "61", "soon", "1e3", "inf", "9" * 40])
def test_an_end_that_cannot_be_right_is_none(told):
    """The span is over after a minute, so it cannot be whole again later than that."""
    standing = one(plain(), {"x-left": "7", "x-reset": told})

    assert standing.resets_at is None
    assert standing.until == START + MINUTE


def test_a_quota_of_a_day_without_an_end_is_looked_at_again_after_an_hour():
    standing = one(Quota("daily", DAY, left="x-left"), {"x-left": "7"})

    assert standing.until == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("quota", "headers", "left", "limit"),
    [
        # Salesforce, REST API developer guide: Limit Info Header.
        (Quota("daily", DAY, used="sforce-limit-info/api-usage"),
         {"sforce-limit-info": "api-usage=891/15000"}, 14_109, 15_000),
        (Quota("daily", DAY, used="sforce-limit-info/api-usage"),
         {"sforce-limit-info": "api-usage=15001/15000;per-app-api-usage=17/250(appName=x)"},
         0, 15_000),
        # Zendesk: a header for each endpoint.
        (Quota("search", MINUTE, left="z/remaining", limit="z/total", resets="z/resets"),
         {"z": "total=100; remaining=97; resets=42"}, 97, 100),
        # Xero tells what is left, its page the whole.
        (Quota("daily", DAY, left="x-daylimit-remaining", limit=5000),
         {"x-daylimit-remaining": "4321"}, 4321, 5000),
        (Quota("used", DAY, used="x-used", limit="x-limit"), {"x-used": "30", "x-limit": "100"},
         70, 100),
        (Quota("tokens", DAY, left="x-left"), {"x-left": "12.0"}, 12, None),
    ],
)  # fmt: skip
def test_a_number_is_read_where_it_is_declared(quota, headers, left, limit):
    standing = one(quota, headers)

    assert (standing.left, standing.limit) == (left, limit)


@pytest.mark.parametrize("headers", [{}, {"x-left": ""}, {"x-left": "plenty"}, {"x-limit": "9"}])
def test_an_answer_that_tells_nothing_says_nothing(headers):
    assert list(plain().read(headers, START)) == []
    assert list(Quota("used", DAY, used="x-left").read(headers, START)) == []


class TestRateLimitFields:
    def test_a_policy_with_its_window(self):
        headers = {"ratelimit": '"default";r=50;t=30', "ratelimit-policy": '"default";q=100;w=60'}

        standing = one(RateLimitFields(), headers)

        assert (standing.quota.name, standing.quota.per) == ("default", MINUTE)
        assert (standing.left, standing.limit, standing.resets_at) == (50, 100, IN_30S)

    def test_several_policies_are_told_apart(self):
        headers = {
            "ratelimit": '"burst";r=5;t=1, "daily";r=900;t=36000',
            "ratelimit-policy": '"burst";q=10;w=1, "daily";q=1000;w=86400',
        }

        burst, daily = RateLimitFields().read(headers, START)

        assert (burst.left, burst.quota.lasting) == (5, False)
        assert (daily.left, daily.limit, daily.quota.lasting) == (900, 1000, True)

    def test_without_a_policy_it_counts_for_the_declared_span(self):
        standing = one(RateLimitFields(per=MINUTE), {"ratelimit": '"default";r=50'})

        assert (standing.quota.per, standing.limit, standing.until) == (
            MINUTE,
            None,
            START + MINUTE,
        )


WORDS = st.text(string.ascii_letters + string.digits + ' "=;,/.:-+', max_size=40)
VALUES = WORDS | st.integers().map(str) | st.floats().map(str)
HEADERS = st.dictionaries(
    st.sampled_from(["x-left", "x-limit", "x-reset", "date", "ratelimit", "ratelimit-policy"]),
    VALUES,
)
QUOTAS = (plain(), RateLimitFields(), Quota("a", DAY, used="x-left/api-usage", resets="x-reset"))


@given(
    HEADERS, st.sampled_from(Unit), st.datetimes(timezones=st.just(UTC)).filter(
        lambda now: 1970 < now.year < 9000
    ),
)  # fmt: skip
def test_whatever_is_told_is_read_as_something_that_can_be(headers, unit, now):
    for standing in read((*QUOTAS, plain(unit=unit)), headers, now):
        assert standing.left >= 0
        assert standing.limit is None or standing.limit >= 0
        assert now < standing.until <= now + max(standing.quota.per, MINUTE)
