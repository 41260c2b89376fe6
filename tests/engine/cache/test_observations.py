"""What was observed, in real databases."""

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from context_sidecar.core.causes import NONE, Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Found, NoMatch, Observation, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.store.database import open_database
from context_sidecar.store.observations import ROW, Observations, Row
from context_sidecar.store.packing import pack, unpack
from hypothesis import given
from hypothesis import strategies as st
from support import postgres
from support.clock import START

ADDRESS = ("crm", "account", "v1")
FOUND = Observation().answered(Found({"tier": "ENT"}), START)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def table(request, tmp_path):
    sqlite = request.param == "sqlite"
    engine = open_database(f"sqlite:///{tmp_path}/s.db" if sqlite else postgres.new_database())
    yield Observations(engine)
    engine.dispose()


def row(key, observation=FOUND, *, address=ADDRESS, used_at=START):
    return Row(address, key, observation, used_at)


def test_what_is_written_is_read(table):
    table.write([row("a"), row("b", Observation().answered(NoMatch(), START))])

    found = table.read(ADDRESS, ["a", "b", "c"])

    assert found == {"a": FOUND, "b": Observation().answered(NoMatch(), START)}


def test_what_is_written_again_takes_the_place_of_what_was(table):
    table.write([row("a")])
    later = FOUND.failed(SourceError(Reason.TIMEOUT), START, START)

    table.write([row("a", later)])

    assert table.read(ADDRESS, ["a"]) == {"a": later}
    assert table.bytes() == len(pack(later)) + ROW


def test_each_part_of_the_address_tells_answers_apart(table):
    for part in range(3):
        other = tuple("x" if n == part else name for n, name in enumerate(ADDRESS))
        table.write([row("a", address=other)])

    assert table.read(ADDRESS, ["a"]) == {}


def test_many_keys_are_read_and_written_at_once(table):
    keys = [str(number) for number in range(2345)]

    table.write([row(key) for key in keys])

    assert table.read(ADDRESS, keys).keys() == set(keys)


def test_what_was_not_used_for_longest_goes_until_a_tenth_is_free(table):
    minutes = [timedelta(minutes=number) for number in range(100)]
    size = table.write([row(str(n), used_at=START + gone) for n, gone in enumerate(minutes)])
    table.touch(ADDRESS, ["0"], START + timedelta(hours=9))

    left = table.evict(size // 2)

    assert left == table.bytes() <= size * 0.45 + 1
    kept = table.read(ADDRESS, map(str, range(100))).keys()
    assert kept == {"0", *(str(number) for number in range(100 - len(kept) + 1, 100))}


def test_more_keys_are_touched_at_once_than_a_query_may_name(table):
    keys = [str(number) for number in range(70_000)]
    table.write([row("69999"), row("untouched")])

    table.touch(ADDRESS, keys, START + timedelta(hours=9))
    table.prune(START + timedelta(hours=1), START + timedelta(hours=9))

    assert table.read(ADDRESS, ["69999", "untouched"]).keys() == {"69999"}


def test_nothing_goes_while_there_is_room(table):
    size = table.write([row("a"), row("b")])

    assert table.evict(size) == size
    assert len(table.read(ADDRESS, "ab")) == 2


def test_what_was_not_used_for_long_is_deleted(table):
    table.write([row("old"), row("new", used_at=START + timedelta(days=2))])

    assert table.prune(START + timedelta(days=1), START + timedelta(days=2)) == 1
    assert table.read(ADDRESS, ["old", "new"]).keys() == {"new"}


def test_what_a_clock_that_was_ahead_has_noted_is_deleted(table):
    table.write([row("ahead", used_at=START + timedelta(days=365)), row("now")])

    assert table.prune(START - timedelta(days=90), START) == 1
    assert table.read(ADDRESS, ["ahead", "now"]).keys() == {"now"}


def test_an_empty_table_takes_nothing(table):
    assert table.bytes() == 0


TEXT = st.text(max_size=20)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)
TIMES = st.datetimes(timezones=st.just(UTC))
FOUNDS = st.builds(Found, DATA, st.none() | TIMES, TEXT, archived=st.booleans())
DENIALS = st.builds(NoMatch, merged_into=TEXT)
ANSWERS = FOUNDS | DENIALS | st.builds(Several, st.lists(TEXT, max_size=2).map(tuple))
FAILURES = st.builds(
    SourceError, st.sampled_from(Reason), code=TEXT, request_id=TEXT, certain=st.booleans(),
    possible_causes=st.lists(st.sampled_from(Cause), max_size=3),
)  # fmt: skip
STEPS = st.lists(ANSWERS | FAILURES, max_size=4)


@given(STEPS)
def test_whatever_was_observed_survives_being_kept(steps):
    observation = Observation()
    for number, step in enumerate(steps):
        now = START + timedelta(minutes=number)
        if isinstance(step, SourceError):
            observation = observation.failed(step, now, now + timedelta(seconds=5))
        else:
            observation = observation.answered(step, now)

    assert unpack(pack(observation)) == observation


def test_what_an_older_release_kept_says_nothing_of_causes():
    failed = FOUND.failed(SourceError(Reason.TIMEOUT), START, START)
    older = {name: part for name, part in json.loads(pack(failed)).items() if name != "particulars"}

    assert unpack(json.dumps(older).encode()) == failed


def test_what_the_release_before_kept_says_nothing_of_a_remedy():
    failed = FOUND.failed(SourceError(Reason.TIMEOUT, remedy="Wait."), START, START)
    older = json.loads(pack(failed))
    del older["particulars"]["remedy"]

    assert unpack(pack(failed)).particulars.remedy == "Wait."
    assert unpack(json.dumps(older).encode()).particulars == NONE


def test_a_cause_that_only_a_newer_release_knows_is_left_out():
    error = SourceError(Reason.TIMEOUT, certain=False, possible_causes=[Cause.NETWORK])
    kept = pack(FOUND.failed(error, START, START)).replace(b"network", b"witchcraft")

    assert unpack(kept).particulars == replace(NONE, certain=False)


def test_what_cannot_be_read_is_kept_as_such():
    answered = Observation().answered(Found({"a": 1}, unread={"b": "Mend the cell."}), START)

    assert unpack(pack(answered)) == answered
    assert b"unread" not in pack(Observation().answered(Found({"a": 1}), START))


def test_that_a_record_is_archived_or_was_merged_is_kept_and_an_older_release_kept_neither():
    archived = Observation().answered(Found({"a": 1}, archived=True), START)
    merged = Observation().answered(NoMatch(merged_into="Fabrikam (7)"), START)

    assert [unpack(pack(one)) for one in (archived, merged)] == [archived, merged]
    for answer in (Found({"a": 1}), NoMatch()):
        older = pack(Observation().answered(answer, START))
        assert b"archived" not in older
        assert b"merged" not in older
        assert unpack(older).answer == answer


def test_half_a_character_is_kept_as_it_came():
    odd = Observation().answered(Found({"\ud800": "\udfff"}), START)

    assert unpack(pack(odd)) == odd


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"7", b'{"format": 2}', b'{"format": 1}', b"\xff\xfe",
     pack(FOUND).replace(b'"ok"', b'"odd"'), pack(FOUND)[:-9],
     pack(FOUND).replace(b"2026-11-23", b"2026-99-99")],
)  # fmt: skip
def test_what_another_release_wrote_counts_as_not_there(body):
    assert unpack(body) is None


def test_s9_a_source_that_is_no_longer_declared_leaves_nothing_behind(table):
    table.write([row("a"), row("a", address=("billing", "account", "v1"))])

    assert table.keep_only({"crm"}) == 1

    assert table.read(("billing", "account", "v1"), ["a"]) == {}
    assert table.read(ADDRESS, ["a"]) == {"a": FOUND}
