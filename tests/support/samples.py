"""The samples of adapters: what cannot be known of one before it is tried; see
tests/adapters/test_every_adapter.py."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "adapters" / "samples"


def has_sample(name: str) -> bool:
    return (FOLDER / f"{name}.py").exists()


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
