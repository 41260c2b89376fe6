"""What the log says of synchronisations: every change, once."""

import pytest
import structlog
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.directory import Journal, Outcome, Synced
from context_sidecar.engine.directory.listing import Listing

WELL = Synced(Outcome.PUBLISHED, Listing({}, lambda _, text: text), before=4)


def failed(reason):
    return Synced(Outcome.FAILED, WELL.listing, 4, SourceError(reason, "page 3"))


def repeated(number):
    return Synced(Outcome.PUBLISHED, Listing({}, lambda _, text: text, duplicates=number), 4)


@pytest.fixture
def told():
    """Note some synchronisations; return what the log says of them."""

    def tell(*all_synced):
        journal = Journal()
        with structlog.testing.capture_logs() as entries:
            for synced in all_synced:
                journal.note(synced)
        return entries

    return tell


def test_what_fails_is_told_with_its_reason_and_the_counts(told):
    (entry,) = told(failed(Reason.TIMEOUT))
    assert entry == {
        "event": "accounts_synchronised", "log_level": "warning", "outcome": "failed",
        "reason": "timeout", "detail": "page 3", "accounts": 0, "before": 4, "repeated_ids": 0,
        "without_id": 0,
    }  # fmt: skip


def test_the_same_again_is_told_once(told):
    entries = told(WELL, WELL, failed(Reason.TIMEOUT), failed(Reason.TIMEOUT), WELL, WELL)
    assert [entry["outcome"] for entry in entries] == ["published", "failed", "published"]


def test_another_reason_or_other_repeated_ids_are_news(told):
    assert len(told(failed(Reason.TIMEOUT), failed(Reason.UNREACHABLE))) == 2
    assert [entry["repeated_ids"] for entry in told(repeated(0), repeated(3))] == [0, 3]


def test_a_list_that_is_not_believed_is_a_warning(told):
    (entry,) = told(Synced(Outcome.SUSPECTED, WELL.listing, 4))
    assert (entry["log_level"], entry["outcome"]) == ("warning", "suspected")
