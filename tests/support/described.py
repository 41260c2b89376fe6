"""Vendors' own descriptions of their APIs (OpenAPI): as a judge of calls and answers, and served by
Prism. They are no part of this project: the folder that holds them is named by SIDECAR_SPECS."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug import Request, Response

from support.ports import free_port, listens
from support.real import lacking
from support.running import Program

ROOT = Path(__file__).parents[2]
SPECS = Path(os.environ.get("SIDECAR_SPECS", ROOT.parent / "shared" / "specs"))
PRISM = ROOT / ".tools" / "node_modules" / ".bin" / "prism"


class _PlainLoader(yaml.CSafeLoader):
    """YAML as JSON has it: a date is a text, and so is an equals sign."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0].rpartition(":")[2] not in {"timestamp", "value"}]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def description(name: str) -> Any:
    """Return the description in the file *name*; skip the test where there is none."""
    path = SPECS / name
    if not path.exists():
        pytest.skip(f"no description to test against: {path} (set SIDECAR_SPECS)")
    return yaml.load(path.read_text(), Loader=_PlainLoader)


def mistakes(described: Any, url: str, exchanges: Iterable[tuple[Request, Response]]) -> list[str]:
    """Return what of *exchanges* with *url* is not as *described*: calls, and answers."""
    judge = OpenAPI.from_dict(
        {**described, "servers": [{"url": url}]}, config=Config(spec_validator_cls=None)
    )
    found = []
    for request, response in exchanges:
        call = WerkzeugOpenAPIRequest(request)
        try:
            judge.validate_request(call)
            judge.validate_response(call, WerkzeugOpenAPIResponse(response))
        except OpenAPIError as error:
            found.append(f"{request.method} {request.path}: {error.__cause__ or error}")
    return found


@contextmanager
def prism(described: Any, folder: Path) -> Iterator[str]:
    """Serve what is *described* by Prism, which refuses calls that are not; give its address."""
    if not PRISM.exists():
        lacking(f"{PRISM} is not installed (tests/setup)")
    file = folder / "described.json"
    file.write_text(json.dumps(described))
    port = free_port()
    place = ["--host", "127.0.0.1", "--port", str(port)]
    program = Program(folder / "prism.log")
    program.start([PRISM, "mock", "--errors", *place, file], lambda: listens(port))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        program.stop()


def without(described: Any, unwanted: Callable[[str, Any], bool]) -> Any:
    """Return a description without the members that are *unwanted*, by name and value."""
    if isinstance(described, dict):
        return {
            name: without(value, unwanted)
            for name, value in described.items()
            if not unwanted(name, value)
        }
    if isinstance(described, list):
        return [without(value, unwanted) for value in described]
    return described
