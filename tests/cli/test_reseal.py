"""`sidecar reseal`: the key of what is stored sealed is replaced, and the old one thrown away."""

from __future__ import annotations

import logging

import pytest
from context_sidecar.app import open_sidecar
from context_sidecar.store.vault import VARIABLE
from cryptography.fernet import Fernet
from support.deployment import SECRET

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
DECLARED = {
    "host": "iframe", "origins": ["https://other.example.com"], "roles": ["support"],
    "settings": {"secret": SECRET},
}  # fmt: skip


@pytest.fixture
def kept(folder, monkeypatch):
    """An install that was entered while only the old key was there."""
    monkeypatch.setenv(VARIABLE, OLD)
    with open_sidecar(folder / "sidecar.yaml", log_level=logging.CRITICAL) as running:
        running.installs.add("other", DECLARED, "Ana")
    return folder


def unusable(folder):
    with open_sidecar(folder / "sidecar.yaml", log_level=logging.CRITICAL) as running:
        return dict(running.installs.unusable)


def test_after_it_the_old_key_is_not_needed_any_more(kept, sidecar, monkeypatch):
    monkeypatch.setenv(VARIABLE, NEW)
    assert "other" in unusable(kept)

    monkeypatch.setenv(VARIABLE, f"{NEW} {OLD}")
    said = sidecar("reseal").output
    assert "Sealed again with the first key: 1 install." in said
    assert "those behind it can be taken out" in said

    monkeypatch.setenv(VARIABLE, NEW)
    assert unusable(kept) == {}
    assert "Nothing was sealed with a key behind the first." in sidecar("reseal").output


def test_without_the_old_key_it_says_what_stays_closed(kept, sidecar, monkeypatch):
    monkeypatch.setenv(VARIABLE, NEW)

    said = sidecar("reseal", status=1).output

    assert "No key here opens these: installs other." in said
    assert "can be taken out" not in said
    for key in (OLD, NEW, SECRET):
        assert key not in said
