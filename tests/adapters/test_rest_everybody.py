"""Everybody's rows of which each leaves out what has no value: what one lacks and another has is
none; what none has may be called otherwise by now."""

from __future__ import annotations

import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.engine.paths import search
from marshmallow import ValidationError
from support.adapters import ask, plugged

ONE = {"get": "/rows", "key": "owner", "everyone": True, "batch": 100, "omits_nulls": True}
LIST = {**ONE, "many": "list"}
TOLD = {**ONE, "params": {"owners": "{keys}"}, "found_by": "for", "omits_nulls": False}
OURS, FULL = {"owner": "K-1", "worker": "Ann"}, {"owner": "K-7", "worker": "Jo", "share": 0.8}


@pytest.fixture
def rest(httpserver):
    opened = []

    def make(lookup, *rows):
        httpserver.expect_request("/rows").respond_with_json(list(rows))
        settings = {"base_url": httpserver.url_for("/"), "check": {"get": "/me"}}
        opened.append(plugged("rest", settings | {"lookups": {"account": lookup}}))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def test_what_one_row_leaves_out_and_another_has_is_none(rest):
    answers = ask(rest(ONE, OURS, FULL), "K-1", "K-7")

    assert answers == {"K-1": Found(OURS | {"share": None}), "K-7": Found(FULL)}


def test_it_is_none_in_each_item_of_a_list(rest):
    more = OURS | {"worker": "Bo", "share": 0.2}

    assert ask(rest(LIST, OURS, more), "K-1") == Found([OURS | {"share": None}, more])


def test_it_is_none_of_what_is_given_of_a_row(rest):
    lookup = {**ONE, "gives": {"share": "share", "who": "worker"}}

    assert ask(rest(lookup, OURS, FULL), "K-1") == Found({"share": None, "who": "Ann"})


def test_what_no_row_has_is_a_changed_schema(rest):
    answer = ask(rest(ONE, OURS, {"owner": "K-7", "worker": "Jo", "part": 0.8}), "K-1")

    with pytest.raises(AbsentError, match="share"):
        search("share", answer.data)


@pytest.mark.parametrize("inner", [{}, {"name": "Kent"}], ids=["empty", "less"])
def test_what_an_object_of_a_row_leaves_out_is_not_known(inner, rest):
    others = FULL | {"manager": {"name": "Jo", "share": 0.8}}

    answer = ask(rest(ONE, OURS | {"manager": inner}, others), "K-1")

    with pytest.raises(AbsentError):
        search("manager.share", answer.data)


@pytest.mark.parametrize("lookup", [ONE, LIST], ids=["one", "list"])
@pytest.mark.parametrize("hollow", [{"owner": "K-1"}, {"owner": "K-1", "worker": None}], ids=str)
def test_a_row_that_has_nothing_but_its_key_is_not_believed(lookup, hollow, rest):
    answers = ask(rest(lookup, hollow, FULL), "K-1", "K-7")

    error = answers["K-1"]
    assert isinstance(error, SourceError)
    assert (error.reason, error.certain) == (Reason.SCHEMA_CHANGED, False)
    assert error.possible_causes == (Cause.HIDDEN, Cause.NOTHING_THERE)
    assert isinstance(answers["K-7"], Found), "the others are not its doing"


def test_a_list_of_which_one_row_is_hollow_is_not_believed(rest):
    assert ask(rest(LIST, OURS, {"owner": "K-1"}, FULL), "K-1").reason is Reason.SCHEMA_CHANGED


def test_whose_a_row_is_is_never_filled_in(rest):
    """Else a row that lost its key would be nobody's, and its customer would have none."""
    with pytest.raises(SourceError, match="lacks owner"):
        ask(rest(ONE, {"worker": "Ann", "share": 1}, FULL), "K-1")


def test_a_row_that_says_that_it_is_nobodys_is_left_out(rest):
    assert ask(rest(ONE, OURS, {"owner": None, "worker": "Jo"}), "K-9") == NoMatch(certain=False)


def test_without_it_nothing_is_filled_in(rest):
    assert ask(rest({**ONE, "omits_nulls": False}, OURS, FULL), "K-1") == Found(OURS)


def test_it_takes_everybodys_rows():
    lookup = {"get": "/rows/{key}", "key": "owner", "omits_nulls": True}
    settings = {"base_url": "https://a.example", "check": {"get": "/me"}}

    with (
        pytest.raises(ValidationError, match="only with everyone"),
        plugged("rest", settings | {"lookups": {"account": lookup}}),
    ):
        pass  # pragma: no cover  it is not opened


class TestOthersRowsWhereTheSourceIsToldTheKeys:
    """Rows are found by several keys, and counted for one."""

    def test_those_found_by_what_was_asked_for_are_left_out(self, rest):
        shared = {"owner": "K-7", "worker": "Jo", "for": ["K-7", "K-1"]}

        assert ask(rest({**TOLD, "many": "list"}, OURS, shared), "K-1") == Found([OURS])

    @pytest.mark.parametrize("ours", [[], [OURS]], ids=["alone", "beside ours"])
    @pytest.mark.parametrize("by", [["K-7"], "K-7", [], None], ids=str)
    def test_one_that_none_of_that_found_is_of_a_filter_that_was_ignored(self, by, ours, rest):
        with pytest.raises(SourceError, match="filter is not applied") as found:
            ask(rest({**TOLD, "many": "list"}, *ours, FULL | {"for": by}), "K-1")

        assert (found.value.reason, found.value.certain) == (Reason.SCHEMA_CHANGED, False)

    def test_one_that_does_not_say_what_it_was_found_by_is_another_schema(self, rest):
        with pytest.raises(SourceError, match="lacks for"):
            ask(rest(TOLD, FULL), "K-1")

    @pytest.mark.parametrize("by", [["k-1"], "k-1"], ids=str)
    def test_it_is_read_as_keys_are(self, by, rest):
        assert ask(rest({**TOLD, "ignore_case": True}, FULL | {"for": by}), "K-1") == NoMatch(
            certain=False
        )

    @pytest.mark.parametrize(
        "lookup",
        [
            {**ONE, "params": {"owners": "{keys}"}},
            {**ONE, "found_by": "for"},
            {"get": "/rows/{key}", "key": "owner", "found_by": "for"},
        ],
        ids=["not said", "not told", "not others'"],
    )
    def test_it_is_declared_where_it_can_be_and_nowhere_else(self, lookup):
        settings = {"base_url": "https://a.example", "check": {"get": "/me"}}

        with (
            pytest.raises(ValidationError, match="found_by"),
            plugged("rest", settings | {"lookups": {"account": lookup}}),
        ):
            pass  # pragma: no cover  it is not opened


class TestProof:
    """What a none is believed by where every answer has all that there is."""

    @pytest.fixture
    def asked(self, httpserver):
        """What is asked for, path by path."""
        return lambda: [request.path for request, _ in httpserver.log]

    @pytest.mark.parametrize("lookup", [ONE, LIST], ids=["one", "list"])
    def test_the_canary_goes_along(self, lookup, rest, asked):
        adapter = rest({**lookup, "canary": "K-7"}, OURS, FULL)

        assert ask(adapter, "K-9") == NoMatch()
        assert asked() == ["/rows"]

    def test_a_full_batch_has_room_for_it(self, rest, asked):
        adapter = rest({**ONE, "canary": "K-7"}, OURS, FULL)

        answers = ask(adapter, *(f"K-{number}" for number in range(100, 200)))

        assert set(answers.values()) == {NoMatch()}
        assert len(answers) == 100
        assert asked() == ["/rows"]

    def test_a_canary_that_is_not_there_makes_a_doubt_of_none_alone(self, rest, asked):
        answers = ask(rest({**ONE, "canary": "gone"}, OURS, FULL), "K-1", "K-9")

        assert isinstance(answers["K-1"], Found)
        assert answers["K-9"].reason is Reason.PERMISSION_DENIED
        assert asked() == ["/rows"]

    def test_it_is_asked_for_by_itself_where_the_source_is_told_the_keys(self, rest, asked):
        picking = {**TOLD, "canary": "K-7"}

        assert ask(rest(picking, FULL | {"for": ["K-7", "K-9"]}), "K-9") == NoMatch()
        assert asked() == ["/rows", "/rows"]

    def test_an_empty_answer_is_no_proof_of_itself(self, rest, asked):
        with pytest.raises(SourceError, match="no row of this kind"):
            ask(rest({**ONE, "proof": {"get": "/rows"}}), "K-1")
        assert asked() == ["/rows"]

    def test_another_question_is(self, httpserver, rest, asked):
        httpserver.expect_request("/all").respond_with_json([FULL])

        assert ask(rest({**ONE, "proof": {"get": "/all"}}), "K-1") == NoMatch()
        assert asked() == ["/rows", "/all"]
