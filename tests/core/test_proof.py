"""None is believed only of a source that has shown that it would have said otherwise."""

from __future__ import annotations

import pytest
from context_sidecar import (
    Cause,
    Found,
    NoMatch,
    Reason,
    SourceError,
    each_once,
    filtered,
    nothing_shown,
    prove,
    proven,
)


class Source:
    """Knows some keys, and counts how often it is asked."""

    def __init__(self, *known):
        self.known = known
        self.asked = []

    def __call__(self, keys, names):
        self.asked.append(list(keys))
        return {key: Found({"id": key}) if key in self.known else NoMatch() for key in keys}


def test_none_is_believed_while_the_canary_is_found():
    source = Source("canary", "1")

    answers = proven(source, "canary")(["1", "2"], ())

    assert answers == {"1": Found({"id": "1"}), "2": NoMatch()}
    assert source.asked == [["1", "2"], ["canary"]]


def test_the_canary_is_asked_for_only_where_something_is_missing():
    source = Source("canary", "1")

    proven(source, "canary")(["1"], ())

    assert source.asked == [["1"]]


@pytest.mark.parametrize("keys", [["1"], ["1", "canary"]])
def test_none_is_a_refusal_when_the_canary_is_missing_too(keys):
    answers = proven(Source(), "canary")(keys, ())

    assert answers.keys() == set(keys)
    for answer in answers.values():
        assert isinstance(answer, SourceError)
        assert (answer.reason, answer.certain) == (Reason.PERMISSION_DENIED, False)


def test_an_empty_list_needs_proof_as_well():
    def empty(keys, names):
        return dict.fromkeys(keys, Found([]))

    assert isinstance(proven(empty, "canary")(["1"], ())["1"], SourceError)


def test_a_canary_is_proved_by_being_found():
    prove(Source("canary"), "canary")
    with pytest.raises(SourceError) as found:
        prove(Source(), "canary")

    assert found.value.reason is Reason.PERMISSION_DENIED


def test_a_filter_that_was_applied_lets_its_rows_through():
    rows = [{"open": True}, {"open": True}]

    assert filtered(iter(rows), lambda row: row["open"]) == rows


def test_one_row_that_does_not_fit_spoils_all():
    with pytest.raises(SourceError, match="the filter is not applied") as found:
        filtered([{"open": True}, {"open": False}], lambda row: row["open"])

    assert (found.value.reason, found.value.certain) == (Reason.SCHEMA_CHANGED, False)


def test_where_nothing_is_shown_nobody_can_tell_why():
    failure = nothing_shown("we are shown no customer")

    assert (failure.reason, failure.certain) == (Reason.PERMISSION_DENIED, False)
    assert failure.possible_causes == (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE)
    assert nothing_shown("…", [Cause.HIDDEN]).possible_causes == (Cause.HIDDEN,)


def test_a_row_that_comes_twice_spoils_the_list():
    rows = [{"id": 1, "due": 5}, {"id": 2, "due": 5}]
    assert each_once(rows, lambda row: row["id"]) == rows

    with pytest.raises(SourceError) as found:
        each_once([*rows, {"id": 1, "due": 7}], lambda row: row["id"])
    assert found.value.reason is Reason.BAD_RESPONSE
