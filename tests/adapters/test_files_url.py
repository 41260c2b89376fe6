"""A delivered file behind an address: fetched when it changed, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from context_sidecar import Found, Reason, SourceError
from support import wire
from support.adapters import ask, plugged
from werkzeug import Response

CSV = "number,name\nC-1,Acme\nC-2,Bolt\n"
MODIFIED = "Sun, 22 Nov 2026 18:00:00 GMT"


@pytest.fixture
def delivered(httpserver):
    """Expects one request with the given headers, and answers with a file."""

    def expect(content=CSV, sent=None, status=200, **headers):
        httpserver.expect_ordered_request("/billing.csv", headers=sent).respond_with_response(
            Response(content, status, {"content-type": "text/csv", **headers})
        )

    return expect


@pytest.fixture
def adapter(httpserver):
    settings = {"url": httpserver.url_for("/billing.csv"), "key": "number", "as_of": "modified"}
    settings |= {"sign_in": {"type": "bearer", "token": "T0P-secret"}}
    with plugged("files", settings) as adapter:
        yield adapter


def failure(adapter):
    with pytest.raises(SourceError) as found:
        ask(adapter, "C-1")
    return found.value


def test_a_file_is_fetched_signed_in_with_the_server_s_own_time(delivered, adapter):
    delivered(sent={"Authorization": "Bearer T0P-secret"}, **{"last-modified": MODIFIED})

    assert ask(adapter, "C-1") == Found(
        {"number": "C-1", "name": "Acme"}, datetime(2026, 11, 22, 18, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("mark", "condition"),
    [
        ({"etag": '"v1"', "last-modified": MODIFIED}, {"If-None-Match": '"v1"'}),
        ({"last-modified": MODIFIED}, {"If-Modified-Since": MODIFIED}),
    ],
)
def test_a_file_that_did_not_change_is_not_sent_again(delivered, adapter, mark, condition):
    delivered(**mark)
    delivered("", sent=condition, status=304)
    delivered(CSV.replace("Acme", "Acme AG"), sent=condition, **mark)

    assert [ask(adapter, "C-1").data["name"] for _ in range(3)] == ["Acme", "Acme", "Acme AG"]


@pytest.mark.parametrize("etag", [{}, {"etag": '"6923f2d0-22"'}], ids=["time", "time and tag"])
def test_one_that_changes_twice_in_a_second_is_sent_again(delivered, adapter, httpserver, etag):
    """Nothing that is told may be another then: nginx makes the ETag of the time and the size."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    delivered(**etag, **{"last-modified": format_datetime(soon, usegmt=True)})
    delivered(CSV.replace("Acme", "Akme"), **etag, **{"last-modified": MODIFIED})
    delivered("", status=304)

    assert [ask(adapter, "C-1").data["name"] for _ in range(3)] == ["Acme", "Akme", "Akme"]
    asked = [{*request.headers.keys()} for request, _ in httpserver.log]
    conditions = [one & {"If-None-Match", "If-Modified-Since"} for one in asked]
    assert [len(one) for one in conditions] == [0, 0, 1]


def test_a_server_without_marks_is_asked_for_the_whole_file_each_time(delivered, adapter):
    for name in ("Acme", "Acme", "Acme AG"):
        delivered(CSV.replace("Acme", name))

    assert [ask(adapter, "C-1").data["name"] for _ in range(3)] == ["Acme", "Acme", "Acme AG"]


def test_a_file_without_a_time_has_none(delivered, adapter):
    delivered(**{"last-modified": "yesterday"})

    assert ask(adapter, "C-1").as_of is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.CREDENTIAL_EXPIRED),
        (403, Reason.PERMISSION_DENIED),
        (404, Reason.ENDPOINT_GONE),
        (429, Reason.RATE_LIMITED),
        (503, Reason.SERVER_ERROR),
    ],
)
def test_a_refusal_is_a_reason_and_the_mended_file_an_answer(delivered, adapter, status, reason):
    delivered("", status=status)
    delivered()

    assert failure(adapter).reason is reason
    assert isinstance(ask(adapter, "C-1"), Found)


def test_a_web_page_is_no_file(delivered, adapter):
    delivered("number,name\nC-1,Please sign in\n", **{"content-type": "text/html; charset=utf-8"})

    assert failure(adapter).reason is Reason.BAD_RESPONSE


def test_a_much_shorter_file_is_refused_until_it_is_delivered_again(delivered, adapter):
    rows = "".join(f"C-{n},x\n" for n in range(10))
    delivered(f"number,name\n{rows}", etag='"1"')
    delivered("number,name\nC-1,x\n", etag='"2"')
    delivered("", status=304)
    delivered("number,name\nC-1,x\n", etag='"3"')

    assert isinstance(ask(adapter, "C-1"), Found)
    assert failure(adapter).reason is Reason.BAD_RESPONSE
    assert failure(adapter).reason is Reason.BAD_RESPONSE
    assert isinstance(ask(adapter, "C-1"), Found)


def test_a_download_that_breaks_off_is_never_taken_for_whole():
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\n"

    with (
        wire.serve(wire.says(head + CSV.encode())) as server,
        plugged("files", {"url": f"{server.url}/billing.csv", "key": "number"}) as adapter,
    ):
        assert failure(adapter).reason is Reason.BAD_RESPONSE


def test_a_file_over_the_cap_is_refused(delivered, httpserver):
    delivered("number\n" + "C-1\n" * 300_000)
    settings = {"url": httpserver.url_for("/billing.csv"), "key": "number", "max_megabytes": 1}

    with plugged("files", settings) as adapter:
        assert failure(adapter).reason is Reason.BAD_RESPONSE
