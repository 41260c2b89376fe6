"""What a path reads, and when what it finds may be believed."""

from datetime import UTC, datetime

import jmespath
import pytest
from context_sidecar.core.evidence import AbsentError, RetypedError
from context_sidecar.core.field import FieldType
from context_sidecar.core.remembered import Memory, Remembered
from context_sidecar.core.shape import Kind, ShapeField
from context_sidecar.engine.extraction import extract
from context_sidecar.engine.item_names import names_in_items, names_of_part
from context_sidecar.engine.paths import names, search
from hypothesis import given
from hypothesis import strategies as st
from support import build


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("Tier__c", {"Tier__c"}),
        ("Owner.Name", {"Owner.Name"}),
        ("Owner.Name || Fallback", {"Owner.Name", "Fallback"}),
        ("@", set()),
        ("@.Owner", {"Owner"}),
        ("Owner | Name", {"Owner.Name"}),
        ("Owner.{name: Name, mail: Contact.Email}", {"Owner.Name", "Owner.Contact.Email"}),
        ("Owner.[Name, Email]", {"Owner.Name", "Owner.Email"}),
        ("contacts[0].email", {"contacts"}),
        ("contacts[].email", {"contacts"}),
        ("crm.contacts[?role == 'buyer'].email | [0]", {"crm.contacts"}),
        ("sort_by(tickets, &created)[-1].id", {"tickets"}),
        ("length(tickets)", {"tickets"}),
        ("tickets.length(@)", {"tickets"}),
        ("not_null(a, b.c)", {"a", "b.c"}),
        ("(a || b).c", {"a", "b"}),
        ("a == `1`", {"a"}),
        ("!a && b", {"a", "b"}),
        ("metrics.*.value", {"metrics"}),
        ("*.value", set()),
        ("[?id == '1'].name", set()),
        ("[0].name", set()),
        ("`1`", set()),
        ('"odd.name".c', {"odd.name.c"}),
        ("{x: a, y: b.c}.x", {"a", "b.c"}),
        ("@ | a", {"a"}),
        ("a | @", {"a"}),
        ("join(', ', a[].name)", {"a"}),
    ],
)
def test_a_path_names_what_it_reads_from_the_root(path, read):
    assert names(path) == read


def test_a_value_is_found_where_the_path_points():
    assert search("Owner.Name", {"Owner": {"Name": "Ana"}}) == "Ana"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("Tier__c", {"Tier__c": None}),
        ("Owner.Name", {"Owner": None}),
        ("Owner.Name", {"Owner": {"Name": None}}),
        ("contacts[0].email", {"contacts": []}),
        ("contacts[0].email", {"contacts": None}),
        ("length(tickets)", {"tickets": None}),
        ("a.b.c", {"a": {"b": None}}),
        ("Owner.Name", None),
    ],
)
def test_a_null_on_the_way_is_a_confirmed_none(path, data):
    assert search(path, data) is None


@pytest.mark.parametrize(
    ("path", "data", "absent"),
    [
        ("Tier__c", {}, "Tier__c"),
        ("Tier__c", {"tier__c": "ENT"}, "Tier__c"),
        ("Owner.Name", {"Name": "Ana"}, "Owner"),
        ("Owner.Name", {"Owner": {"Email": "a@b.example"}}, "Owner.Name"),
        ("Owner.Name", {"Owner": "Ana"}, "Owner.Name"),
        ("Owner.Name", {"Owner": [{"Name": "Ana"}]}, "Owner.Name"),
        ("Tier__c", ["ENT"], "Tier__c"),
        ("a || b", {"a": "there"}, "b"),
        ("length(tickets)", {}, "tickets"),
        ("tickets[?open].id", {}, "tickets"),
        ("crm.tickets[].id", {"crm": {}}, "crm.tickets"),
        ("sum(amounts)", {"amounts": ["1", "2"]}, "sum(amounts)"),
    ],
)
def test_a_name_that_is_not_there_is_no_none(path, data, absent):
    with pytest.raises(AbsentError) as caught:
        search(path, data)

    assert caught.value.args == (absent,)


def test_a_field_gives_its_value_its_currency_and_the_sources_time():
    arr = build.field(
        "arr", type=FieldType.MONEY, path="arr.amount", currency_path="arr.code", as_of_path="at"
    )

    found = extract(arr, {"arr": {"amount": "12.00", "code": "EUR"}, "at": "2026-11-20T08:00:00Z"})

    assert found == ("12.00", "EUR", "2026-11-20T08:00:00Z")


def test_an_absent_currency_is_a_changed_schema_and_never_the_default_currency():
    arr = build.field("arr", type=FieldType.MONEY, path="amount", currency_path="code")

    with pytest.raises(AbsentError):
        extract(arr, {"amount": "12.00"})


def test_an_absent_time_of_the_source_is_no_time():
    tier = build.field(path="tier", as_of_path="changed_at")

    assert extract(tier, {"tier": "ENT"}) == ("ENT", None, None)


TICKETS = build.field(
    "open_tickets",
    type=FieldType.LIST,
    path="tickets",
    items={"title": "subject", "created_at": "dates.created"},
)


def test_the_items_of_a_list_get_their_standard_names():
    data = {"tickets": [{"subject": "Printer", "dates": {"created": "2026-11-20T08:00:00Z"}}]}

    raw, _, _ = extract(TICKETS, data)

    assert raw == [{"title": "Printer", "created_at": "2026-11-20T08:00:00Z"}]


def one_of_kind(name, kind):
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    return Memory({name: Remembered(ShapeField((name,), kind=kind), now)}, now)


def test_what_is_compared_with_a_value_and_is_an_object_now_says_nothing():
    at_risk = build.field("at_risk", type=FieldType.BOOLEAN, path="health == 'red'")

    with pytest.raises(RetypedError) as caught:
        extract(at_risk, {"health": {"id": 1}}, memory=one_of_kind("health", Kind.TEXT))

    assert caught.value.args == ("health",)
    assert caught.value.parts[0] is False


def test_what_is_read_as_it_is_shows_by_itself_that_it_is_an_object_now():
    owner = build.field("owner", type=FieldType.PERSON, path="owner")

    raw, _, _ = extract(owner, {"owner": {"name": "Ana"}}, memory=one_of_kind("owner", Kind.TEXT))

    assert raw == {"name": "Ana"}


def test_a_total_beside_the_items_is_kept():
    data = {"tickets": {"items": [{"subject": "Printer", "dates": None}], "total": 7}}

    raw, _, _ = extract(TICKETS, data)

    assert raw == {"items": [{"title": "Printer", "created_at": None}], "total": 7}


def test_an_item_may_leave_out_what_it_does_not_have():
    data = {"tickets": [{"subject": "Printer", "dates": None}, {"dates": {"created": "x"}}]}

    raw, _, _ = extract(TICKETS, data)

    assert [item["title"] for item in raw] == ["Printer", None]


def test_a_name_that_no_item_has_is_a_changed_schema():
    data = {"tickets": [{"summary": "Printer", "dates": None}, {"summary": "Fax", "dates": None}]}

    with pytest.raises(AbsentError, match="subject"):
        extract(TICKETS, data)


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("[0].margin", {"[].margin"}),
        ("[].owner.name", {"[].owner", "[].owner.name"}),
        ("[*].margin", {"[].margin"}),
        ("[1:].margin", {"[].margin"}),
        ("items[?state == 'x'].margin | [0]", {"items[].state", "items[].margin"}),
        ("min_by(@, &due).title", {"[].due", "[].title"}),
        ("sort_by(items, &due)[-1].id", {"items[].due", "items[].id"}),
        ("reverse(items)[0].id", {"items[].id"}),
        ("not_null(items, old)[0].id", {"items[].id", "old[].id"}),
        ("map(&margin, @)", {"[].margin"}),
        ("sum([].margin)", {"[].margin"}),
        ("a[].b[].c", {"a[].b", "a[].b[].c"}),
        ("contains([].color, 'red') && 'off' || [0].color", {"[].color"}),
        ("(a || b)[0].c", {"a[].c", "b[].c"}),
        ("{first: [0].title}.first", {"[].title"}),
        ("[[0].title, [1].due]", {"[].title", "[].due"}),
        ("!([0].done)", {"[].done"}),
        ("metrics.*.values[0].n", set()),
        ("Owner.Name", set()),
        ("length(@)", set()),
    ],
)
def test_a_path_names_what_it_reads_in_items(path, read):
    assert names_in_items(path) == read


def test_a_part_of_items_is_named_by_where_their_list_is():
    assert names_in_items("owner.name", "tickets") == {"tickets[].owner", "tickets[].owner.name"}
    assert names_of_part("@", "title") == {"[].title", "items[].title"}


ROWS = [{"margin": 1, "owner": {"name": "Ana"}}, {"owner": None}, {"owner": {"name": "Jo"}}]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("[0].margin", 1),
        ("[].margin", [1]),
        ("[1].margin", None),
        ("[].owner.name", ["Ana", "Jo"]),
        ("[?margin == `1`].owner.name | [0]", "Ana"),
        ("[?margin == `7`].team", []),
        ("[].{who: owner.name} | [].who", ["Ana", "Jo"]),
    ],
)
def test_what_some_item_has_is_read(path, found):
    assert search(path, ROWS) == found


@pytest.mark.parametrize(
    ("path", "absent"),
    [
        ("[0].team", "[].team"),
        ("[].team.name", "[].team"),
        ("[].owner.email", "[].owner.email"),
        ("[?team == 'x']", "[].team"),
        ("[].{who: team}", "[].team"),
        ("min_by(@, &due)", "[].due"),
        ("sum([].hours)", "[].hours"),
        ("[].margin.amount", "[].margin.amount"),
    ],
)
def test_what_none_of_the_items_that_are_looked_at_has_is_a_changed_schema(path, absent):
    with pytest.raises(AbsentError) as caught:
        search(path, ROWS)

    assert caught.value.args == (absent,)


def test_what_items_are_known_to_leave_out_is_a_confirmed_none():
    assert search("[0].team", ROWS, {"[].team"}) is None
    assert search("min_by(@, &due).due", ROWS, {"[].due"}) is None
    with pytest.raises(AbsentError):
        search("[0].team", ROWS, {"[].due"})


def remembering(**fields):
    """What is remembered of names in items: whether some leave one out, or it is gone."""
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    seen = {
        f"[].{name}": Remembered(
            ShapeField(("[]", name), left_out=how == "left out"),
            now,
            gone_at=now if how == "gone" else None,
        )
        for name, how in fields.items()
    }
    return Memory(seen, now, inferred=True)


def test_a_part_that_items_had_and_that_none_has_any_more_is_a_changed_schema():
    plain = build.field("tickets", type=FieldType.LIST, path="@")
    data = [{"title": "Printer"}]

    assert extract(plain, data, memory=remembering(priority="there"))[0] == data
    assert extract(plain, [], memory=remembering(priority="gone"))[0] == []
    with pytest.raises(AbsentError, match=r"\[\]\.priority"):
        extract(plain, data, memory=remembering(priority="gone"))


def test_a_part_that_items_are_known_to_leave_out_is_none_of_theirs():
    named = build.field("tickets", type=FieldType.LIST, path="@", items={"priority": "urgency"})
    data = [{"title": "Printer"}]

    assert extract(named, data, memory=remembering(urgency="left out"))[0] == [{"priority": None}]
    with pytest.raises(AbsentError):
        extract(named, data, memory=remembering(urgency="there"))


def test_what_is_hidden_in_one_item_makes_no_sum_of_the_others():
    worth = build.field("worth", type=FieldType.NUMBER, path="sum([].margin)")
    unread = {"[].margin": "margin is hidden from our user"}

    assert extract(worth, ROWS[:1])[0] == 1
    with pytest.raises(AbsentError, match=r"\[\]\.margin"):
        extract(worth, ROWS, unread)


@pytest.mark.parametrize("raw", [None, [], "three", 3])
def test_what_is_no_list_of_items_is_left_to_the_parser(raw):
    assert extract(TICKETS, {"tickets": raw})[0] == raw


KEYS = st.sampled_from(["a", "b", "c"])
DATA = st.recursive(
    st.none() | st.integers(0, 3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(".".join)


@given(PATHS, DATA)
def test_what_is_found_is_what_jmespath_finds(path, data):
    try:
        found = search(path, data)
    except AbsentError:
        assert jmespath.search(path, data) is None
    else:
        assert found == jmespath.search(path, data)


@given(st.lists(PATHS, min_size=1, max_size=3), DATA)
def test_whatever_combines_paths_needs_every_one_of_them(parts, data):
    """`a || b`, `[a, b]` and `not_null(a, b)` hide an absent name behind a present one."""

    def absent(path):
        try:
            search(path, data)
        except AbsentError:
            return True
        return False

    expected = any(absent(part) for part in parts)

    assert absent(" || ".join(parts)) is expected
    assert absent(f"not_null({', '.join(parts)})") is expected


@given(PATHS, DATA)
def test_to_break_one_name_on_the_way_is_always_noticed(path, data):
    *way, last = path.split(".")
    whole = current = {}
    for name in way:
        current[name] = {}
        current = current[name]
    current[last] = data
    assert search(path, whole) == data

    current[last + "_renamed"] = current.pop(last)

    with pytest.raises(AbsentError):
        search(path, whole)


@pytest.mark.parametrize(
    ("path", "absent"),
    [
        ("budgets.*.amount", "budgets.*.amount"),
        ("(main || other).name", "main.name"),
        ("not_null(main, other).name", "main.name"),
        ("to_array(main)[0].name", "main.name"),
        ("merge(main, other).name", "name"),
        ("[main][0].name", "main.name"),
    ],
)
def test_nor_is_what_an_object_lacks_that_is_reached_in_another_way(path, absent):
    data = {"main": {"title": "Acme"}, "other": {}, "budgets": {"a": {"sum": 1}, "b": {"sum": 2}}}

    with pytest.raises(AbsentError) as caught:
        search(path, data)

    assert caught.value.args == (absent,)


def test_what_one_of_an_objects_values_has_others_may_leave_out():
    assert search("sum(*.amount)", {"a": {"amount": 1}, "b": {}}) == 1


def test_a_function_that_is_given_another_type_is_no_none_because_something_is_left_out():
    rows = [{"amount": "7"}, {"amount": "8"}]

    with pytest.raises(AbsentError):
        search("sum([?!archived].amount)", rows, {"[].archived"})
