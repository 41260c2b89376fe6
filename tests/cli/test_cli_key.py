"""`sidecar key`: keys for programs."""

from __future__ import annotations

import re

import pytest


def test_a_key_is_made_and_shown_once(sidecar):
    made = sidecar("key", "create", "billing run", "--card", "ticket")
    listed = sidecar("key", "list")

    assert re.fullmatch(r"sidecar_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\n", made.stdout)
    assert "shown this once" in made.stderr
    assert "billing run" in listed.stdout
    assert "ticket" in listed.stdout
    assert "in force" in listed.stdout
    assert made.stdout.strip().split("_", maxsplit=2)[2] not in listed.output


def test_a_revoked_key_is_listed_as_such(sidecar):
    made = sidecar("key", "create", "x", "--every-card").stdout.split("_")[1]

    sidecar("key", "revoke", made)

    listed = sidecar("key", "list").stdout
    assert "every card" in listed
    assert "revoked" in listed
    assert f"no key {made} in force" in sidecar("key", "revoke", made, status=1).stderr


def test_a_key_without_cards_is_possible(sidecar):
    sidecar("key", "create", "Prometheus")

    assert "none" in sidecar("key", "list").stdout


def test_a_card_that_does_not_exist_is_refused_with_those_that_do(sidecar):
    refused = sidecar("key", "create", "x", "--card", "tickets", status=2)

    assert "There is no card 'tickets'. There are: ticket." in refused.stderr


@pytest.mark.parametrize("command", ["create", "list", "revoke"])
def test_each_command_explains_itself(sidecar, command):
    assert "Usage:" in sidecar("key", command, "--help").stdout
