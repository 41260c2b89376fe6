"""What vendors' answers tell of their limits, as they document it, read over real HTTP."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar import SourceError
from support.adapters import ask, plugged
from support.clock import START
from support.samples import sample
from werkzeug import Response

EPOCH, ISO = "{epoch}", "{iso}"
"""A time seven seconds, or forty minutes, ahead of the server's clock, which its answers tell."""

DOCUMENTED = [
    ("salesforce", {"Sforce-Limit-Info": "api-usage=891/15000"}, ("daily", 14_109, 15_000, None)),
    ("zendesk", {"ratelimit-limit": "400", "ratelimit-remaining": "399", "ratelimit-reset": "42"},
     ("account", 399, 400, 42)),
    ("zendesk", {"zendesk-ratelimit-search-index": "total=100; remaining=99; resets=41"},
     ("search", 99, 100, 41)),
    ("hubspot",
     {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Remaining": "188",
      "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"},
     ("ten seconds", 188, 190, None)),
    ("hubspot",
     {"X-HubSpot-RateLimit-Daily": "650000", "X-HubSpot-RateLimit-Daily-Remaining": "649000"},
     ("daily", 649_000, 650_000, None)),
    ("intercom",
     {"X-RateLimit-Limit": "1666", "X-RateLimit-Remaining": "1600", "X-RateLimit-Reset": EPOCH},
     ("ten seconds", 1600, 1666, 7)),
    ("jira",
     {"X-RateLimit-Limit": "65000", "X-RateLimit-Remaining": "64000",
      "X-RateLimit-Reset": ISO},
     ("hourly", 64_000, 65_000, 2400)),
    ("xero", {"X-MinLimit-Remaining": "59"}, ("minute", 59, 60, None)),
    ("xero", {"X-DayLimit-Remaining": "4321"}, ("daily", 4321, 5000, None)),
    ("xero", {"X-AppMinLimit-Remaining": "9999"}, ("app", 9999, 10_000, None)),
    ("pipedrive",
     {"x-ratelimit-limit": "80", "x-ratelimit-remaining": "79", "x-ratelimit-reset": "2"},
     ("two seconds", 79, 80, 2)),
    ("pipedrive",
     {"x-daily-ratelimit-token-limit": "150000", "x-daily-ratelimit-token-remaining": "149980"},
     ("daily", 149_980, 150_000, None)),
    ("dataverse", {"x-ms-ratelimit-burst-remaining-xrm-requests": "5998"},
     ("five minutes", 5998, 6000, None)),
    ("freshdesk", {"X-RateLimit-Total": "400", "X-RateLimit-Remaining": "398"},
     ("minute", 398, 400, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "headers", "told"), DOCUMENTED, ids=lambda one: one if isinstance(one, str) else ""
)
def test_what_is_left_is_read_as_documented(httpserver, name, headers, told):
    def handle(request):
        given = sample(name).sign_in(request)
        if given is not None:
            return Response(json.dumps(given), 200, content_type="application/json")
        now = datetime.now(UTC)
        times = {
            "epoch": int(now.timestamp()) + 7,
            "iso": (now + timedelta(minutes=40)).isoformat(timespec="seconds"),
        }
        told = {name: value.format(**times) for name, value in headers.items()}
        return Response("{}", 503, told, content_type="application/json")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(handle)
    heard = []
    with plugged(name, sample(name).settings(httpserver.url_for("").rstrip("/"))) as adapter:
        adapter.http.keep_to(lambda _: None, heard.extend)
        with suppress(SourceError):
            ask(adapter, sample(name).KEY, lookup=next(iter(adapter.lookups)))

    [standing] = set(heard)
    quota, left, limit, seconds = told
    assert (standing.quota.name, standing.left, standing.limit) == (quota, left, limit)
    if seconds is None:
        assert standing.resets_at is None
    else:
        # Our clock stands at another day; a time is told by seconds, and one may pass meanwhile.
        assert (standing.resets_at - START).total_seconds() == pytest.approx(seconds, abs=2)
