"""The samples of adapters: what cannot be known of one before it is tried; see
tests/adapters/test_every_adapter.py."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from context_sidecar import plugins
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from support.adapters import plugged

NOWHERE = "http://127.0.0.1:1"
FOLDER = Path(__file__).parents[1] / "adapters" / "samples"


def has_sample(name: str) -> bool:
    return (FOLDER / f"{name}.py").exists()


def recipes() -> list[str]:
    """The recipes that have a sample."""
    places = plugins.names(plugins.ADAPTERS)
    return [name for name in places if plugins.is_recipe(places[name]) and has_sample(name)]


def over_http() -> list[str]:
    """The adapters that have a sample and speak HTTP."""
    return [name for name in plugins.names(plugins.ADAPTERS) if _speaks_http(name)]


@cache
def _speaks_http(name: str) -> bool:
    if not has_sample(name):
        return False
    with plugged(name, sample(name).settings(NOWHERE)) as adapter:
        return adapter.connection() is not None


def signed_in(server: HTTPServer, name: str, answer: Callable[[Request], Response]) -> str:
    """Let *server* be the system of the adapter *name*: once we are signed in, whatever is asked
    gets *answer*. Return its address."""

    def handle(request: Request) -> Response:
        if (token := sample(name).sign_in(request)) is not None:
            return Response(json.dumps(token), 200, content_type="application/json")
        return answer(request)

    server.expect_request(re.compile(".*")).respond_with_handler(handle)
    return server.url_for("").rstrip("/")


@cache
def sample(name: str) -> Any:
    file = FOLDER / f"{name}.py"
    if not file.exists():
        pytest.skip(f"no sample of {name}: write {file.relative_to(FOLDER.parents[1])}")
    spec = importlib.util.spec_from_file_location(f"samples.{name}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    usual = {"ANSWERS": frozenset(), "MEANS": {}, "sign_in": lambda _: None}
    return SimpleNamespace(**{**usual, **vars(module)})
