"""The Request Tracker that other tests stand on behaves as they take for granted."""

from __future__ import annotations

import httpx
import pytest
from support.rt import API_USER, RequestTracker, request_tracker


@pytest.fixture(scope="module")
def rt(tmp_path_factory):
    with request_tracker(tmp_path_factory.mktemp("rt")) as running:
        yield running


@pytest.mark.real
def test_a_ticket_shows_its_requestor_and_customer_to_the_api_user(rt: RequestTracker) -> None:
    ticket = rt.add_ticket("Printer on fire", requestor="ana@acme.example", customer="C-1001")
    seen = rt.call("GET", f"/ticket/{ticket}", login=API_USER)
    assert seen["Requestor"][0]["id"] == "ana@acme.example"
    assert seen["CustomFields"][0]["values"] == ["C-1001"]


@pytest.mark.real
def test_a_locked_user_is_refused_until_unlocked(rt: RequestTracker) -> None:
    ticket = rt.add_ticket("Locked out")
    rt.lock_user()
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        rt.call("GET", f"/ticket/{ticket}", login=API_USER)
    rt.unlock_user()
    assert rt.call("GET", f"/ticket/{ticket}", login=API_USER)["id"] == ticket


@pytest.mark.real
def test_the_api_user_can_read_and_not_write(rt: RequestTracker) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        rt.call("POST", "/ticket", login=API_USER, json={"Queue": "Support", "Subject": "no"})
