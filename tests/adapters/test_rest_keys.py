"""A key, whatever is in it, reaches the place it is declared for and no other."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, unquote

import pytest
from context_sidecar import NoMatch, Reason, SourceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.adapters import ask, plugged
from werkzeug import Response

HOSTILE = [
    "' OR 1=1 --", '" OR "1"="1', "..", "../admin", "a/../../admin", "%2e%2e", "%252e%252e/admin",
    "?admin=1", "#x", "a&b=c", "a;b", "http://evil.example/", "//evil.example", "@evil.example",
    "{key}", "{names}", "K-1,K-2", "\\", "é", "日本", "\r\nX-Evil: 1", "\0", "\ud800", " ",
    "x" * 5000,
]  # fmt: skip

PLACES = {
    "path": {"get": "/c/{key}"},
    "path list": {"get": "/c/{keys}", "batch": 5, "key": "id"},
    "parameter": {"get": "/c", "params": {"q": "{key}", "limit": 1}, "key": "id"},
    "comma list": {"get": "/c", "params": {"q": "{keys}", "limit": 1}, "batch": 5, "key": "id"},
    "quoted": {"get": "/c", "params": {"q": "id = '{key}'", "limit": 1}, "key": "id"},
    "number": {
        "get": "/c", "params": {"q": "id = {key}", "limit": 1}, "key": "id", "form": "[1-9][0-9]*",
    },
    "body": {"post": "/c", "json": {"q": "{keys}", "f": "{names}"}, "batch": 5, "key": "id"},
}  # fmt: skip


def reached(place, request):
    """Return what stood in *place* of the request, having checked that all else was as declared."""
    if place.startswith("path"):
        raw = request.environ["RAW_URI"]
        assert raw.startswith("/c/")
        assert raw.count("/") == 2
        assert not {"?", "#", ";"} & set(raw)
        return unquote(raw.removeprefix("/c/"))
    assert request.path == "/c"
    if place == "body":
        body = json.loads(request.data)
        assert body == {"q": body["q"], "f": []}
        (found,) = body["q"]
        return found
    query = parse_qs(request.query_string.decode(), strict_parsing=True, keep_blank_values=True)
    assert query == {"q": query["q"], "limit": ["1"]}
    (found,) = query["q"]
    if place == "quoted":
        assert found.startswith("id = '")
        assert found.endswith("'")
        found = found.removeprefix("id = '").removesuffix("'")
        assert not {"'", '"', "\\"} & set(found)
    if place == "number":
        assert re.fullmatch("id = [0-9]+", found)
        found = found.removeprefix("id = ")
    return found


class Recorder:
    def __init__(self, server, place):
        self.requests = []
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)
        options = {"base_url": server.url_for("/"), "check": {"get": "/c"}}
        self.settings = options | {"lookups": {"account": PLACES[place]}}

    def answer(self, request):
        self.requests.append(request)
        return Response("[]", 200, content_type="application/json")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_key_is_sent_whole_in_its_place_or_not_at_all(httpserver, place, key):
    recorder = Recorder(httpserver, place)
    check(recorder, place, key)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(min_size=1, max_size=30))
def test_any_key_is_sent_whole_in_its_place_or_not_at_all(httpserver, place, key):
    httpserver.clear()
    check(Recorder(httpserver, place), place, key)


def check(recorder, place, key):
    with plugged("rest", recorder.settings) as adapter:
        try:
            answer = ask(adapter, key)
        except SourceError as error:
            answer = error
    if isinstance(answer, SourceError):
        assert recorder.requests == []
        assert answer.reason in {Reason.NOT_CONFIGURED, Reason.BAD_RESPONSE}
        assert len(key) < 4 or key not in str(answer)
        assert not re.fullmatch("[1-9][0-9]*" if place == "number" else "[A-Za-z0-9-]+", key)
    else:
        assert isinstance(answer, NoMatch)
        (request,) = recorder.requests
        assert reached(place, request) == key


@pytest.mark.parametrize(
    ("place", "key"),
    [("comma list", "K-1,K-2"), ("quoted", "O'Brien"), ("path list", "a/b"), ("path list", "a b")],
)
def test_a_key_that_could_leave_its_place_fails_alone(httpserver, place, key):
    recorder = Recorder(httpserver, place)

    with plugged("rest", recorder.settings) as adapter:
        if place == "quoted":
            assert ask(adapter, key).reason is Reason.NOT_CONFIGURED
            return
        answers = ask(adapter, key, "K-3")

    assert answers["K-3"] == NoMatch(certain=False)
    assert answers[key].reason is Reason.NOT_CONFIGURED
    assert reached(place, recorder.requests[0]) == "K-3"
