"""What is let through of an adapter's answers, whoever wrote it."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import structlog
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Lookup
from context_sidecar.core.observation import Found, NoMatch, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.asking import ask, lookup_of, shared_failure
from support.sources import ScriptedAdapter


def asked(answer, *keys):
    return ask(Lookup("account", lambda *_: answer), keys or ("a",), ())


def test_every_key_has_its_own_answer():
    denied = SourceError(Reason.PERMISSION_DENIED)
    answers = {"a": Found({"n": 1}), "b": NoMatch(), "c": Several(("x", "y")), "d": denied}

    assert asked(answers, "a", "b", "c", "d") == answers


def test_answers_are_made_plain():
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    row = {"n": Decimal("1.20"), "at": moment, "t": (1, 2), 3: None}

    result = asked({"a": Found(row, moment, "https://crm.example/a")})["a"]

    plain = {"n": "1.20", "at": "2026-11-23T00:00:00+00:00", "t": [1, 2], "3": None}
    assert result == Found(plain, moment, "https://crm.example/a")


def deep(levels):
    data = []
    for _ in range(levels):
        data = [data]
    return data


@pytest.mark.parametrize(
    "answer",
    [Found(b"bytes"), Found({"s": {1, 2}}), Found(object()), "text", 7, {"n": 1}, None],
)
def test_what_is_no_plain_answer_is_a_bad_response_for_its_key_alone(answer):
    results = asked({"a": answer, "b": NoMatch()}, "a", "b")

    assert results["a"].reason is Reason.BAD_RESPONSE
    assert results["b"] == NoMatch()


@pytest.mark.parametrize("levels", [64, 200, 100_000])
def test_s17_an_answer_that_is_nested_too_deep_is_a_bad_response(levels):
    assert asked({"a": Found(deep(levels))})["a"].reason is Reason.BAD_RESPONSE


def test_a_key_that_the_adapter_forgot_is_a_bad_response_for_that_key():
    results = asked({"a": NoMatch()}, "a", "b")

    assert results["a"] == NoMatch()
    assert results["b"].reason is Reason.BAD_RESPONSE


def test_a_key_that_nobody_asked_for_is_nobodys_answer():
    assert asked({"a": NoMatch(), "other": Found({"secret": 1})}) == {"a": NoMatch()}


def test_a_time_is_kept_in_utc():
    moment = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))

    kept = asked({"a": Found({}, moment)})["a"].as_of

    assert (kept, kept.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001  that is it
        datetime.min.replace(tzinfo=ZoneInfo("Asia/Tokyo")),
        "2026-01-01T00:00:00Z",
        1767225600,
    ],
)
def test_a_time_without_a_zone_or_out_of_range_is_no_time(moment):
    assert asked({"a": Found({}, moment)})["a"].as_of is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "crm.example", 7, None])
def test_s17_a_link_that_is_no_web_address_is_none(link):
    assert asked({"a": Found({}, None, link)})["a"].link == ""


@pytest.mark.parametrize("answers", [None, [], "text", 7])
def test_no_mapping_of_answers_is_a_bad_response(answers):
    with pytest.raises(SourceError) as caught:
        asked(answers)

    assert caught.value.reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize(
    "error", [KeyError("canary"), IndexError("canary"), TypeError("canary"), ValueError("canary"),
              AttributeError("canary")],
)  # fmt: skip
def test_an_answer_of_another_shape_than_the_adapter_expects_is_a_bad_response(error):
    def fails(keys, names):
        raise error

    with structlog.testing.capture_logs() as logs, pytest.raises(SourceError) as caught:
        ask(Lookup("account", fails), ("a",), ())

    assert caught.value.reason is Reason.BAD_RESPONSE
    assert f"{type(error).__name__} at test_asking.py:" in caught.value.detail
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert logs == []


@pytest.mark.parametrize("error", [RuntimeError("canary"), OSError("canary"), AssertionError()])
def test_an_adapters_bug_is_a_bad_response_and_logged_without_a_value(error):
    def fails(keys, names):
        raise error

    with structlog.testing.capture_logs() as logs, pytest.raises(SourceError) as caught:
        ask(Lookup("account", fails), ("a",), ())

    assert caught.value.reason is Reason.BAD_RESPONSE
    assert [entry["event"] for entry in logs] == ["adapter_bug"]
    assert "canary" not in f"{logs}{caught.value}"


def test_an_adapters_own_failure_comes_as_it_is():
    error = SourceError(Reason.SERVER_ERROR, "503")

    def fails(keys, names):
        raise error

    with pytest.raises(SourceError) as caught:
        ask(Lookup("account", fails), ("a",), ())

    assert caught.value is error


def test_a_failure_is_the_sources_where_every_key_has_failed():
    error = SourceError(Reason.SERVER_ERROR)

    assert shared_failure({"a": error, "b": error}) is error
    assert shared_failure({"a": error, "b": NoMatch()}) is None
    assert shared_failure({}) is None


def test_a_lookup_that_the_adapter_does_not_have_is_a_matter_of_configuration():
    with pytest.raises(SourceError) as caught:
        lookup_of(ScriptedAdapter(), "invoices")

    assert caught.value.reason is Reason.NOT_CONFIGURED


def test_a_records_keys_are_asked_for_by_its_id():
    """That there is no such record is hard to believe: somebody looks at it."""
    adapter = ScriptedAdapter()
    adapter.records["7"] = {"requester_email": "ana@acme.example"}

    results = ask(lookup_of(adapter, "record:ticket"), ("7", "8"), ())

    assert results == {
        "7": Found({"requester_email": "ana@acme.example"}),
        "8": NoMatch(certain=False),
    }


def test_an_adapter_that_shows_no_records_says_so():
    class Silent(ScriptedAdapter):
        def record(self, type, id):
            raise NotImplementedError

    with pytest.raises(SourceError) as caught:
        ask(lookup_of(Silent(), "record:ticket"), ("7",), ())

    assert caught.value.reason is Reason.NOT_CONFIGURED
