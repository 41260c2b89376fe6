"""A record vanishes from its system, for a moment or for good: the card keeps the last value, says
that the system did not find it and when it is asked once more, and believes it then and not before.
"""

from __future__ import annotations

import pytest
from end_to_end.test_drift import Deployment, InHubSpot


@pytest.fixture
def case(httpserver, tmp_path):
    return InHubSpot(httpserver, tmp_path)


@pytest.fixture
def deployment(case, tmp_path):
    with Deployment(tmp_path, case).running() as running:
        yield running


def test_a_record_that_is_gone_is_doubted_aloud_before_that_is_believed(case, deployment):
    assert deployment.card()["state"] == "fresh"

    case.hubspot.records["companies"].pop("11")
    doubted = deployment.card()

    assert (doubted["state"], doubted["display"]) == ("stale", "Enterprise")
    assert doubted["note"].startswith("The system did not find it last time")
    assert doubted["denied_at"] < doubted["next_try_at"]
    said = "The system did not find this record when it was last asked. It is asked once more at "
    assert said in doubted["message"]
    assert said in doubted["remark"]
    assert doubted["next_check"] == f"{doubted['next_try_at'][11:16]} today"

    gone = deployment.card(after=60)
    assert (gone["state"], gone["value"], gone["denied_at"]) == ("unmatched", None, None)


def test_a_record_that_is_back_when_asked_once_more_leaves_no_trace(case, deployment):
    before = deployment.card()
    kept = case.hubspot.records["companies"].pop("11")
    assert deployment.card()["state"] == "stale"

    case.hubspot.records["companies"]["11"] = kept
    after = deployment.card(after=60)

    assert (after["state"], after["note"], after["denied_at"]) == ("fresh", "", None)
    assert after["value"] == before["value"]
