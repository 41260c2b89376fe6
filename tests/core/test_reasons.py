"""One closed vocabulary of reasons: each has everything that its readers need."""

import re

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import REASONS, Reason

BLOCKING = {
    Reason.CREDENTIAL_EXPIRED, Reason.PERMISSION_DENIED, Reason.IP_NOT_ALLOWED,
    Reason.ENDPOINT_GONE, Reason.SCHEMA_CHANGED, Reason.NOT_CONFIGURED,
}  # fmt: skip
OUR_OWN_DOING = {Reason.RATE_LIMITED, Reason.BUSY, Reason.CIRCUIT_OPEN, Reason.NOT_CONFIGURED}


def test_the_vocabulary_is_closed():
    assert set(Reason) == {
        "timeout", "unreachable", "rate_limited", "credential_expired", "permission_denied",
        "ip_not_allowed", "endpoint_gone", "schema_changed", "bad_response", "server_error",
        "busy", "circuit_open", "not_configured",
    }  # fmt: skip


def test_every_reason_has_its_entry_and_nothing_else_has():
    assert list(REASONS) == list(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_an_entry_speaks_to_each_of_its_readers(reason):
    """The agent's words complete "<source> …"; the owner is told what to do, in sentences; the log
    has one line."""
    entry = reason.entry
    assert re.fullmatch(r"[a-z][^.\n]+", entry.agent)
    assert re.fullmatch(r"[A-Z][^\n]+\.", entry.owner)
    assert re.fullmatch(r"[a-z][^.\n]{3,60}", entry.log)


@pytest.mark.parametrize("reason", Reason)
def test_what_needs_a_person_is_what_no_retry_can_mend(reason):
    assert reason.needs_person is (reason in BLOCKING)


@pytest.mark.parametrize("reason", Reason)
def test_a_failure_of_our_own_making_is_no_evidence_against_the_source(reason):
    assert reason.entry.counts_against_source is (reason not in OUR_OWN_DOING)


def test_no_two_reasons_say_the_same():
    for part in ("agent", "owner", "log"):
        assert len({getattr(reason.entry, part) for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_an_errors_label(reason):
    assert str(SourceError(reason)) == reason.value
    assert str(SourceError(reason, "GET /accounts")) == f"{reason.value}: GET /accounts"
