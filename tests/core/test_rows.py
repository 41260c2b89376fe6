"""Every row goes to the key that it names, or none is believed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from context_sidecar import (
    Found,
    NoMatch,
    Reason,
    Rows,
    Several,
    SourceError,
    check_intact,
    fill_link,
    intact,
    lacks,
    own_time,
    with_nulls,
)
from hypothesis import given
from hypothesis import strategies as st


def by_id(row):
    return row.get("id")


ONE = Rows(by_id, name=lambda row: row["name"])
LIST = Rows(by_id, many=True, as_of=lambda row: own_time(row.get("loaded_at")))


def test_each_key_gets_the_row_that_names_it():
    rows = [{"id": 2, "name": "B"}, {"id": "1", "name": "A"}]

    answers = ONE.answers(["1", "2", "3"], rows)

    assert answers == {"1": Found(rows[1]), "2": Found(rows[0]), "3": NoMatch()}


def test_keys_that_the_source_holds_equal_get_the_same_rows():
    rows = [{"id": "C-1", "name": "A"}, {"id": "c-1", "name": "a"}]

    found = Rows(by_id, same=str.lower).grouped(["C-1", "c-1", "c-2"], rows)

    assert found == {"C-1": rows, "c-1": rows, "c-2": []}


def test_a_row_that_only_a_database_takes_for_the_key_s_is_nobody_s():
    rows = [{"id": one, "name": one} for one in ("Muller", "müller", "Weiss")]
    reader = Rows(by_id, same=str.lower)

    assert reader.answers(["Müller", "Weiß", "C-1"], rows) == {
        "Müller": Found(rows[1]),
        "Weiß": NoMatch(),
        "C-1": NoMatch(),
    }


def test_a_key_in_another_case_is_not_silently_none():
    with pytest.raises(SourceError) as failure:
        ONE.answers(["C-1"], [{"id": "c-1", "name": "A"}])

    assert failure.value.reason is Reason.SCHEMA_CHANGED


def test_two_rows_under_one_key_are_a_doubt_with_names():
    rows = [{"id": 1, "name": "Acme"}, {"id": 1, "name": "Acme (old)"}]

    assert ONE.answers(["1"], rows) == {"1": Several(("Acme", "Acme (old)"))}


def test_a_row_that_came_twice_is_no_doubt():
    row = {"id": "C-1", "name": "Acme"}

    assert Rows(lambda row: row["id"]).answers(["C-1"], [row, dict(row)]) == {"C-1": Found(row)}


def test_a_row_out_of_use_counts_only_where_its_key_has_no_other_that_is_in_use():
    rows = [
        {"id": "c-1", "name": "old", "archived": True},
        {"id": "C-1", "name": "new", "archived": False},
        {"id": "C-2", "name": "gone", "archived": True},
        {"id": "C-3", "name": "first", "archived": True},
        {"id": "C-3", "name": "second", "archived": True},
    ]
    reader = Rows(
        by_id,
        name=lambda row: row["name"],
        same=str.lower,
        alive=lambda row: not row["archived"],
    )

    assert reader.answers(["C-1", "C-2", "C-3"], rows) == {
        "C-1": Found(rows[1]),
        "C-2": Found(rows[2], archived=True),
        "C-3": Several(("first", "second")),
    }


def test_among_all_rows_others_are_left_out_and_what_is_not_listed_is_uncertain():
    rows = [{"id": "1"}, {"id": "2"}, {"id": "2", "n": 2}, {"id": "9"}, {"id": None}]
    found = Rows(lambda row: row["id"]).among(["1", "2", "3"], rows)

    assert found["1"] == Found({"id": "1"})
    assert isinstance(found["2"], Several)
    assert found["3"] == NoMatch(certain=False)


def test_a_list_lookup_takes_all_rows_of_a_key_and_an_empty_list_is_an_answer():
    rows = [{"id": 1, "n": 1}, {"id": 1, "n": 2}]

    assert LIST.answers(["1", "2"], rows) == {"1": Found(rows), "2": Found([])}


def test_a_list_is_as_old_as_its_oldest_row_and_has_no_time_if_a_row_has_none():
    old, new = "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z"
    whole = [{"id": 1, "loaded_at": new}, {"id": 1, "loaded_at": old}]

    answers = LIST.answers(["1", "2"], [*whole, {"id": 2, "loaded_at": new}, {"id": 2}])

    assert answers["1"] == Found(whole, datetime(2026, 11, 20, tzinfo=UTC))
    assert answers["2"].as_of is None


@pytest.mark.parametrize("row", [{"id": 9, "name": "Other"}, {"id": None}, {"id": True}, {}])
def test_a_row_of_another_key_or_of_none_spoils_the_whole_answer(row):
    with pytest.raises(SourceError) as failure:
        ONE.answers(["1"], [{"id": 1, "name": "Acme"}, row])

    assert failure.value.reason is Reason.SCHEMA_CHANGED


@given(st.lists(st.sampled_from(["a", "b", "c", "d"])))
def test_no_row_is_lost_and_none_changes_hands(owners):
    rows = [{"id": owner, "number": number} for number, owner in enumerate(owners)]

    answers = LIST.answers(["a", "b", "c", "d"], rows)

    assert sorted(row["number"] for one in answers.values() for row in one.data) == [
        *range(len(rows))
    ]
    assert all(row["id"] == key for key, one in answers.items() for row in one.data)


@pytest.mark.parametrize(
    ("raw", "dialect", "found"),
    [
        ("2026-11-23T10:00:00+01:00", "", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (1795424400, "epoch_seconds", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23 10:00:00", "", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("23.11.2026 10:00", "%d.%m.%Y %H:%M", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 10), "", datetime(2026, 11, 23, 9, tzinfo=UTC)),  # noqa: DTZ001  the point
        (datetime(2026, 11, 23, 10).date(), "", datetime(2026, 11, 22, 23, tzinfo=UTC)),  # noqa: DTZ001
        ("yesterday", "", None),
        (None, "", None),
    ],
)  # fmt: skip
def test_a_source_s_own_time_is_read_in_its_declared_zone(raw, dialect, found):
    assert own_time(raw, dialect, ZoneInfo("Europe/Berlin")) == found


def test_a_time_whose_zone_would_have_to_be_guessed_is_no_time():
    assert own_time("2026-11-23 10:00:00") is None
    assert own_time("23.11.2026 10:00", "%d.%m.%Y %H:%M") is None


def test_a_link_is_filled_with_quoted_values():
    row = {"id": "a/b?c=d", "tab": 7}

    assert fill_link("https://x.example/{id}#{tab}", row.get) == "https://x.example/a%2Fb%3Fc%3Dd#7"


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": ""}])
def test_a_link_that_lacks_a_value_is_none_at_all(row):
    assert fill_link("https://x.example/{id}", row.get) == ""


@given(st.text(min_size=1))
def test_no_value_steers_a_link(value):
    link = fill_link("https://x.example/{id}/end", {"id": value}.get)

    assert link.startswith("https://x.example/")
    assert link.count("/") == 4
    assert not set('?#"<> ') & set(link)


@pytest.mark.parametrize(
    ("name", "is_lacking"),
    [("id", False), ("none", False), ("none.name", False), ("more.tier", False),
     ("tier", True), ("more.lost", True), ("id.part", True), ("more.our.tier", False),
     ("more.our.lost", True)],
)  # fmt: skip
def test_a_row_lacks_what_it_says_nothing_of(name, is_lacking):
    row = {"id": "C-1", "none": None, "more": {"tier": "ENT", "our.tier": None}}

    assert lacks(row, name) is is_lacking
    assert not lacks(with_nulls(row, [name]), name) or name == "id.part"
    assert with_nulls(row, [name]).items() >= {"id": "C-1", "none": None}.items()


@pytest.mark.parametrize(
    "lost",
    [{}, {"more": {}}, {"more": {"tier": None}}, {"more": None}, {"more": "ENT"}, {"more": []}],
    ids=["gone", "nothing below", "null", "null above", "a text above", "a list above"],
)
def test_a_row_without_what_all_have_came_without_its_content(lost):
    whole = {"id": "C-1", "name": "", "more": {"tier": 0}, "our.own": {"x": 1}}
    always = ["name", "more", "more.tier", "our.own.x"]

    hollow = {"id": "C-2", "name": "", "our.own.x": 1, **lost}
    answers = {"C-1": Found(whole), "C-2": Found(hollow), "C-3": NoMatch()}

    found = intact(answers, always)

    assert {key: found[key] for key in ("C-1", "C-3")} == {"C-1": Found(whole), "C-3": NoMatch()}
    assert (found["C-2"].reason, found["C-2"].certain) == (Reason.SCHEMA_CHANGED, False)
    with pytest.raises(SourceError, match="came without more"):
        check_intact([whole, hollow], always)
    check_intact([whole, {}], [])
