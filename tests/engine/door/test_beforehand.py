"""What has to come before the first call of a piece of work."""

from __future__ import annotations

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door.beforehand import before_the_first_call
from support.doors import door


class Beginning:
    """Begins, unless it `must_not`; `seen` is how many requests there had been each time."""

    def __init__(self, server):
        self._server, self.must_not, self.seen = server, False, []

    def __call__(self):
        self.seen.append(len(self._server.log))
        if self.must_not:
            raise SourceError(Reason.RATE_LIMITED)


@pytest.fixture
def begin(httpserver):
    httpserver.expect_request("/rows").respond_with_json([])
    return Beginning(httpserver)


def test_it_comes_once_and_before_the_first(httpserver, begin):
    with door(httpserver.url_for("/")) as http, before_the_first_call(begin):
        http.get("/rows")
        http.get("/rows")

    assert begin.seen == [0]
    assert len(httpserver.log) == 2


def test_it_does_not_come_where_nothing_is_asked_or_after_it_is_over(httpserver, begin):
    with door(httpserver.url_for("/")) as http:
        with before_the_first_call(begin):
            pass
        http.get("/rows")

    assert begin.seen == []


def test_as_long_as_it_must_not_be_no_call_is_made(httpserver, begin):
    begin.must_not = True
    with door(httpserver.url_for("/")) as http, before_the_first_call(begin):
        for _ in range(2):
            with pytest.raises(SourceError, match="rate_limited"):
                http.get("/rows")
        assert httpserver.log == []

        begin.must_not = False
        http.get("/rows")

    assert begin.seen == [0, 0, 0]
    assert len(httpserver.log) == 1
