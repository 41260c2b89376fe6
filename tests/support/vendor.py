"""Vendors' APIs, written by hand as their documents say, that can be broken and mended."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from context_sidecar import Adapter, SourceError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from support.adapters import ask


class Vendor:
    """One vendor's API. A subclass answers requests; `refuse` lets those be refused whose path has
    a certain part, or all, until `mend`.

    Attributes:
        asked: the requests so far.
        exchanges: the requests so far, each with its answer.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.asked: list[Request] = []
        self.exchanges: list[tuple[Request, Response]] = []
        self._refusal: tuple[str, Response] | None = None
        server.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    def answer(self, request: Request) -> Response:
        """Return what the healthy vendor answers."""
        raise NotImplementedError

    def refuse(
        self,
        status: int,
        body: Any = "",
        headers: Mapping[str, str] | None = None,
        *,
        only: str = "",
    ) -> None:
        self._refusal = only, reply(body, status, headers)

    def mend(self) -> None:
        self._refusal = None

    def _answer(self, request: Request) -> Response:
        request.get_data()  # before the connection moves on
        self.asked.append(request)
        refused = self._refusal and self._refusal[0] in request.path
        answer = self._refusal[1] if self._refusal and refused else self.answer(request)
        self.exchanges.append((request, answer))
        return answer


def reply(body: Any = "", status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Make an answer: JSON, or text where *body* is text already."""
    if isinstance(body, str):
        return Response(body, status, headers, content_type="text/html; charset=utf-8")
    return Response(json.dumps(body), status, headers, content_type="application/json")


def failure(adapter: Adapter, *keys: str, lookup: str = "account", names: tuple[str, ...] = ()):
    """Return the error that asking *adapter* for *keys* ends in."""
    with pytest.raises(SourceError) as found:
        ask(adapter, *keys, lookup=lookup, names=names)
    return found.value
