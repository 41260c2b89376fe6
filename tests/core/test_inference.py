"""What answers look like, told from some of them."""

from __future__ import annotations

import pytest
from context_sidecar.core.field import FieldType
from context_sidecar.core.inference import infer
from context_sidecar.core.parsing import parse
from context_sidecar.core.shape import Shape
from support.build import field


def of(*values):
    """The shape of a field of which so much was seen."""
    [found] = infer({"it": value} for value in values).fields
    return found


@pytest.mark.parametrize(
    ("values", "type", "dialect"),
    [
        ([1, 2.5, -3], FieldType.NUMBER, ""),
        (["1", "2.50", "-0.5"], FieldType.NUMBER, ""),
        (["1", "2,50", "1.234,56"], FieldType.NUMBER, "comma"),
        (["12 %", "-0.5%"], FieldType.PERCENT, ""),
        (["1,5 %", "12\u202f%"], FieldType.PERCENT, "comma"),
        (["12 %", "12"], FieldType.TEXT, ""),
        ([True, False], FieldType.BOOLEAN, ""),
        (["true", "FALSE"], FieldType.BOOLEAN, ""),
        (["2027-01-03", "2027-06-14"], FieldType.DATE, ""),
        (["2027-01-03T00:00:00"], FieldType.DATE, ""),
        (["2027-01-03T09:30:00Z", "2027-06-14T00:00:00+02:00"], FieldType.DATETIME, ""),
        (["https://acme.example/1"], FieldType.LINK, ""),
        (["Acme", "Borealis"], FieldType.TEXT, ""),
        ([{"amount": "1200.00", "currency": "EUR"}], FieldType.MONEY, ""),
        ([{"name": "Ana", "email": "ana@acme.example"}], FieldType.PERSON, ""),
        ([[{"title": "Down"}], []], FieldType.LIST, ""),
        ([{"items": [], "total": 0}], FieldType.LIST, ""),
        ([None, ""], None, ""),
    ],
    ids=repr,
)
def test_a_type_is_the_narrowest_that_every_value_fits(values, type, dialect):
    assert (of(*values).type, of(*values).dialect) == (type, dialect)


@pytest.mark.parametrize(
    "values", [["007", "12"], ["2027-01-03", "soon"], ["1.2.3"], ["٣"], ["1", "x"]], ids=repr
)
def test_one_value_that_does_not_fit_leaves_a_text(values):
    assert of(*values).type is FieldType.TEXT


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (["01.12.2027", "31.12.2027"], "%d.%m.%Y"),
        (["1/2/2027", "13/2/2027"], "%d/%m/%Y"),
        (["01/02/2027", "12/31/2027"], "%m/%d/%Y"),
        (["31-12-2027"], "%d-%m-%Y"),
        (["2027/12/31"], "%Y/%m/%d"),
    ],
    ids=repr,
)
def test_dates_that_a_day_past_the_twelfth_tells_are_offered_as_they_are_written(values, pattern):
    found = of(*values)

    assert (found.type, found.dialect) == (FieldType.DATE, pattern)
    declared = field(type=found.type, dialect=found.dialect)
    assert {parse(declared, value).year for value in values} == {2027}


@pytest.mark.parametrize(
    "values",
    [
        ["01.12.2027", "02.11.2027"],
        ["2027/11/12"],
        ["13/02/2027", "02/13/2027"],
        ["31.12.2027", "12/31/2027"],
        ["31.12.2027", "soon"],
        ["31.12.27"],
        ["30.02.2027"],
        ["31.12.2027 10:00"],
    ],
    ids=repr,
)
def test_dates_of_which_none_tells_the_day_are_texts(values):
    assert of(*values).type is FieldType.TEXT


def test_few_texts_that_come_again_and_again_are_a_vocabulary():
    found = of(*["ENT", "STD", "ENT", "STD", "STD", "PRO", "PRO", "PRO", "ENT"])

    assert found.type is FieldType.CHOICE
    assert found.choices == {"ENT": "ENT", "PRO": "PRO", "STD": "STD"}


def test_texts_that_differ_are_none_and_neither_is_a_single_one():
    assert of(*[f"Customer {number}" for number in range(30)]).type is FieldType.TEXT
    assert of(*["same"] * 30).type is FieldType.TEXT


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("contact_mail", ["ana@acme.example", "bo@acme.example", "unknown"]),
        ("site", ["www.acme.example", "https://borealis.example/de"]),
        ("contract", ["C-1042", "C-1043", "C-1044"]),
        ("parent", ["a1b-2c-3def", "b7c-9d-0abc"]),
        ("since", ["01.02.2027", "03.04.2027"]),
        ("csm", ["Ana Silva", "Bo Kent"]),
        ("account_owner", ["Ana", "Bo"]),
        ("ownerName", ["Ana", "Bo"]),
        ("Betreuer", ["Anna Schmidt", "Bodo Kurz"]),
    ],
    ids=repr,
)
def test_few_addresses_people_and_ids_are_no_vocabulary(name, codes):
    [found] = infer({name: code} for code in codes * 3).fields

    assert (found.type, found.choices) == (FieldType.TEXT, {})


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("plan", ["Enterprise", "Pro", "Legacy 2019"]),
        ("tier_name", ["Tier 1", "Tier 2"]),
        ("owner_type", ["Pooled", "Named"]),
        ("support", ["24x7", "8x5"]),
        ("region", ["North America", "South America"]),
    ],
    ids=repr,
)
def test_kinds_are_a_vocabulary(name, codes):
    [found] = infer({name: code} for code in codes * 3).fields

    assert found.choices.keys() == set(codes)


def test_whose_name_it_is_the_names_around_it_say():
    [found] = infer({"owner": {"name": name, "id": None}} for name in ["Ana", "Bo"] * 3).fields[:1]

    assert found.type is FieldType.TEXT


def test_what_was_empty_once_may_be_empty():
    assert of("a", "b").optional is False
    assert of("a", None).optional is True
    [_, left_out] = infer([{"id": 1, "tier": "ENT"}, {"id": 2}]).fields
    assert left_out.optional is True


def test_names_lead_to_what_is_further_in_and_are_quoted_where_they_must_be():
    found = infer([{"Owner": {"Full name": "Ana", "Mail": "ana@acme.example"}, "Stage 2": 1}])

    assert [(one.name, one.path) for one in found.fields] == [
        ("Owner.Full name", 'Owner."Full name"'), ("Owner.Mail", "Owner.Mail"),
        ("Stage 2", '"Stage 2"'),
    ]  # fmt: skip


def test_a_list_is_the_answer_itself():
    [tickets] = infer([[{"title": "Down"}], []]).fields

    assert (tickets.path, tickets.type) == ("@", FieldType.LIST)


def test_names_become_labels():
    found = infer([{"renewal_date": "", "renewalDate": "", "ARR": ""}])

    assert [one.label for one in found.fields] == ["Renewal date", "Renewal date", "ARR"]


def test_it_is_said_to_be_inferred():
    assert infer([]) == Shape((), inferred=True)


def items_of(*answers):
    """What the items of lists in these answers have: whether some leave it out, by name."""
    return {one.name: one.left_out for one in infer(answers).items}


def test_what_the_items_of_lists_have_is_told_apart_from_the_fields():
    shape = infer([[{"id": 1, "due": None}, {"id": 2}], [{"id": 3, "owner": {"team": "A"}}]])

    assert [one.name for one in shape.fields] == [""]
    assert {one.name: (one.type, one.left_out) for one in shape.items} == {
        "[].id": (FieldType.NUMBER, False),
        "[].due": (None, True),
        "[].owner": (None, True),
        "[].owner.team": (FieldType.TEXT, True),
    }


def test_lists_are_found_where_they_stand():
    assert items_of({"tickets": {"items": [{"id": 1}], "total": 7}}) == {
        "tickets.items[].id": False
    }
    assert items_of({"teams": [{"people": [{"name": "Ana", "role": "x"}]}, {"people": []}]}) == {
        "teams[].people": False,
        "teams[].people[].name": False,
        "teams[].people[].role": False,
    }
    assert items_of({"tags": ["a", "b"], "none": []}) == {}


def test_a_way_into_items_is_an_expression():
    [found] = infer([{"open tickets": [{"due date": 1}]}]).items

    assert found.path == '"open tickets"[]."due date"'
    assert found.list == ("open tickets", "[]")
