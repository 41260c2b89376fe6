"""How an API describes the fields of its rows, where it is declared that it does."""

from __future__ import annotations

import pytest
from context_sidecar import FieldType, Found, Reason, ShapeField, SourceError, plugins
from marshmallow import ValidationError
from support.adapters import ask, plugged

DESCRIBED = {
    "get": "/fields",
    "select": "fields",
    "total": "total",
    "way": "shown && (custom && ['more', key] || key)",
    "label": "name",
    "type": "kind",
    "types": {"select": "choice", "day": "date"},
    "choices": "options",
    "id": "to_string(number)",
    "besides": {"number": "text", "more.since": "date"},
}
FIELDS = [
    {"key": "tier", "name": "Tier", "kind": "select", "options": [["E", "Enterprise"], "STD"],
     "number": 1, "custom": True, "shown": True},
    {"key": "number", "name": "Number", "kind": "day", "number": 2, "custom": False, "shown": True},
    {"key": "blob", "name": "Blob", "kind": "?", "number": 3, "custom": False, "shown": True},
    {"key": "gone", "name": "Gone", "kind": "day", "number": 4, "custom": False, "shown": False},
]  # fmt: skip


def settings(url, **more):
    lookup = {"get": "/companies/{key}", "key": "number", "described": [DESCRIBED]}
    return {
        "base_url": url, "check": {"get": "/me"},
        "lookups": {
            "account": lookup | more,
            "tickets": {"get": "/tickets/{key}", "many": "list"},
        },
    }  # fmt: skip


@pytest.fixture
def adapter(httpserver):
    with plugged("rest", settings(httpserver.url_for("/"))) as opened:
        yield opened


def says(httpserver, *rows, status=200, **more):
    body = {"fields": list(rows), "total": len(rows)} | more
    httpserver.expect_request("/fields").respond_with_json(body, status=status)


def test_each_field_has_its_way_type_choices_and_id(httpserver, adapter):
    says(httpserver, *FIELDS)

    assert adapter.shape("account").fields == (
        ShapeField(("number",), FieldType.DATE, "Number", "day", id="2", key=True),
        ShapeField(("more", "since"), FieldType.DATE),
        ShapeField(
            ("more", "tier"), FieldType.CHOICE, "Tier", "select",
            {"E": "Enterprise", "STD": "STD"}, id="1",
        ),
        ShapeField(("blob",), None, "Blob", "?", id="3"),
    )  # fmt: skip


def test_an_amount_is_described_with_how_it_is_written_and_where_its_currency_is(httpserver):
    described = DESCRIBED | {
        "dialect": "kind == 'amount' && 'micros'",
        "currency": "kind == 'amount' && ['more', 'currency']",
        "types": {"amount": "money", "day": "date"},
        "besides": {},
    }
    says(httpserver, FIELDS[1], FIELDS[0] | {"key": "value", "kind": "amount"})

    with plugged("rest", settings(httpserver.url_for("/"), described=[described])) as adapter:
        day, value = adapter.shape("account").fields

    assert (day.type, day.dialect, day.currency) == (FieldType.DATE, "", ())
    assert (value.type, value.dialect) == (FieldType.MONEY, "micros")
    assert value.currency == ("more", "currency")


def test_what_a_row_leaves_out_is_none_where_it_is_said_to_and_such_a_field_is_described(
    httpserver,
):
    row, names = {"number": "C-1", "more": {"blob": "x"}}, ["number", "more.tier", "more.lost"]
    httpserver.expect_request("/companies/C-1").respond_with_json(row)
    says(httpserver, *FIELDS)

    for omits, data in ((False, row), (True, row | {"more": {"blob": "x", "tier": None}})):
        described = [DESCRIBED | {"omits_nulls": omits}]
        declared = settings(httpserver.url_for("/"), described=described, always=["more"])
        with plugged("rest", declared) as adapter:
            assert ask(adapter, "C-1", names=names) == Found(data)


def test_without_a_description_what_a_row_leaves_out_is_not_known(httpserver):
    httpserver.expect_request("/companies/C-1").respond_with_json({"number": "C-1"})
    says(httpserver, status=403)
    described = [DESCRIBED | {"omits_nulls": True}]
    declared = settings(httpserver.url_for("/"), described=described, always=["number"])

    with plugged("rest", declared) as adapter, pytest.raises(SourceError) as found:
        ask(adapter, "C-1", names=["more.tier"])
    assert found.value.reason is Reason.PERMISSION_DENIED


class TestWhatEveryRowHas:
    """A row that came without it came without its content."""

    @pytest.fixture
    def adapter(self, httpserver):
        described = [DESCRIBED | {"omits_nulls": True}]
        declared = settings(httpserver.url_for("/"), described=described, always=["more", "a.b"])
        says(httpserver, *FIELDS)
        with plugged("rest", declared) as opened:
            yield opened

    @pytest.mark.parametrize(
        "row",
        [{}, {"more": None, "a": {"b": 1}}, {"more": {}, "a": {}}, {"more": {}, "a": None}],
        ids=["all but its key is gone", "null", "what is below another is gone", "null above it"],
    )
    def test_one_without_it_has_no_nones(self, httpserver, adapter, row):
        httpserver.expect_request("/companies/C-1").respond_with_json({"number": "C-1", **row})

        found = ask(adapter, "C-1", names=["more.tier"])

        assert "came without" in found.detail
        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)

    def test_one_with_it_may_have_nothing_else(self, httpserver, adapter):
        row = {"number": "C-1", "more": {}, "a": {"b": ""}}
        httpserver.expect_request("/companies/C-1").respond_with_json(row)

        assert ask(adapter, "C-1", names=["more.tier"]).data["more"] == {"tier": None}

    def test_what_rows_have_besides_is_never_left_out(self, httpserver, adapter):
        row = {"number": "C-1", "more": {}, "a": {"b": 1}}
        httpserver.expect_request("/companies/C-1").respond_with_json(row)

        assert ask(adapter, "C-1", names=["more.since"]).data["more"] == {}


def test_null_in_the_place_of_described_fields_is_none_of_them(httpserver, adapter):
    """It stands for an object, which others have there."""
    row = {"number": "C-1", "more": None, "other": None}
    httpserver.expect_request("/companies/C-1").respond_with_json(row)

    assert ask(adapter, "C-1", names=["more.tier"]) == Found({"number": "C-1", "other": None})


def test_fields_may_stand_by_their_names(httpserver):
    said = {"tier": {"type": "select", "choices": ["E"]}, "since": {"type": "day"}}
    httpserver.expect_request("/fields").respond_with_json(said)
    described = {
        "get": "/fields", "by_name": True, "way": "name", "type": "type", "choices": "choices",
        "types": DESCRIBED["types"],
    }  # fmt: skip

    with plugged("rest", settings(httpserver.url_for("/"), described=[described])) as adapter:
        shape = adapter.shape("account")
        httpserver.clear()
        httpserver.expect_request("/fields").respond_with_json({"tier": "select"})
        with pytest.raises(SourceError) as found:
            adapter.shape("account")

    assert shape.fields == (
        ShapeField(("tier",), FieldType.CHOICE, native="select", choices={"E": "E"}),
        ShapeField(("since",), FieldType.DATE, native="day"),
    )
    assert found.value.reason is Reason.SCHEMA_CHANGED


def test_the_words_of_choices_may_stand_beside_the_rows(httpserver):
    rows = [{"key": "tier", "kind": "select", "options": ["7", "8"], "ended": "2026-01-02"}]
    said = {"fields": rows, "included": [{"id": "7", "name": "Enterprise"}]}
    httpserver.expect_request("/fields").respond_with_json(said)
    described = {
        "get": "/fields", "select": "fields", "way": "key", "type": "kind", "choices": "options",
        "types": DESCRIBED["types"], "words": "included[].[id, name]", "out_of_use": "ended",
    }  # fmt: skip

    with plugged("rest", settings(httpserver.url_for("/"), described=[described])) as adapter:
        assert adapter.shape("account").fields == (
            ShapeField(
                ("tier",), FieldType.CHOICE, native="select", deprecated=True,
                choices={"7": "Enterprise", "8": "8"},
            ),
        )  # fmt: skip


def test_what_is_given_of_a_row_has_the_name_that_it_is_given_under(httpserver):
    says(httpserver, *FIELDS)
    gives = {"id": "number", "kind": "more.tier || `null`", "both": "join('', [number, blob])"}
    declared = settings(httpserver.url_for("/"), gives=gives)

    with plugged("rest", declared) as adapter:
        found = adapter.shape("account").fields

    assert [(one.name, one.label, one.given, one.key) for one in found] == [
        ("id", "Number", True, True), ("kind", "Tier", True, False),
        ("more.since", "", False, False), ("blob", "Blob", False, False),
    ]  # fmt: skip


def test_several_calls_may_describe_a_part_of_the_fields_each(httpserver):
    httpserver.expect_request("/fields").respond_with_json([{"name": "tier"}, {"name": "since"}])
    httpserver.expect_request("/own").respond_with_json([])
    parts = [
        {"get": "/fields", "way": "name", "given": "name == 'tier'"},
        {"get": "/own", "way": "['own', name]"},
    ]

    with plugged("rest", settings(httpserver.url_for("/"), described=parts)) as adapter:
        assert [(one.name, one.given) for one in adapter.shape("account").fields] == [
            ("tier", True), ("since", False),
        ]  # fmt: skip
        httpserver.clear()
        httpserver.expect_request("/fields").respond_with_json([])
        httpserver.expect_request("/own").respond_with_json([])
        with pytest.raises(SourceError, match="no field is described") as found:
            adapter.shape("account")
    assert found.value.reason is Reason.SCHEMA_CHANGED


def test_a_lookup_without_a_description_is_told_from_its_answers(adapter):
    assert adapter.shape("tickets") is None


def test_a_field_that_lacks_what_is_read_is_a_changed_schema(httpserver, adapter):
    says(httpserver, FIELDS[0], {"name": "Tier"})

    with pytest.raises(SourceError, match="a row lacks kind, number, shown") as found:
        adapter.shape("account")
    assert found.value.reason is Reason.SCHEMA_CHANGED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 403}, Reason.PERMISSION_DENIED),
        ({"fields": None}, Reason.SCHEMA_CHANGED),
        ({"total": 9}, Reason.BAD_RESPONSE),
    ],
    ids=["refused", "no list", "cut"],
)
def test_what_cannot_be_read_whole_is_no_description(httpserver, adapter, answer, reason):
    says(httpserver, *FIELDS, **answer)

    with pytest.raises(SourceError) as found:
        adapter.shape("account")
    assert found.value.reason is reason


@pytest.mark.parametrize(
    "options", [{"E": "Enterprise"}, [[None, "Enterprise"]]], ids=["no list", "no code"]
)
def test_choices_that_cannot_be_read_are_a_changed_schema(options, httpserver, adapter):
    says(httpserver, FIELDS[0] | {"options": options})

    with pytest.raises(SourceError) as found:
        adapter.shape("account")
    assert found.value.reason is Reason.SCHEMA_CHANGED


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ({"described": [{"get": "/fields"}]}, "way", "Missing data for required field."),
        ({"described": [DESCRIBED | {"types": {"a": "colour"}}]}, "types", "Must be one of"),
        ({"described": [DESCRIBED | {"get": "/fields/{key}"}]}, "get", "{key} has no meaning here"),
        ({"many": "list"}, "described", "a lookup that gives one"),
    ],
    ids=["no way", "no type", "a key", "a list"],
)
def test_a_description_that_cannot_be_read_is_refused(more, place, said):
    with pytest.raises(ValidationError) as refused:
        plugins.adapter("rest").Settings().load(settings("https://api.example.com", **more))

    assert f"'{place}'" in str(refused.value.messages)
    assert said in str(refused.value.messages)


def test_a_description_may_be_larger_than_other_answers_where_that_is_declared(httpserver):
    rows = [field | {"name": "x" * 1_000} for field in FIELDS for _ in range(300)]
    says(httpserver, *rows)

    with plugged("rest", settings(httpserver.url_for("/"))) as adapter:
        with pytest.raises(SourceError) as found:
            adapter.shape("account")
        assert found.value.reason is Reason.BAD_RESPONSE
    with plugged("rest", settings(httpserver.url_for("/")) | {"max_bytes": 2_000_000}) as adapter:
        assert adapter.shape("account").fields
