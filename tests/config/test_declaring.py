"""From a field of a live system to its declaration."""

from __future__ import annotations

import pytest
import yaml
from context_sidecar.config.declaring import Answers, Asked, declared
from context_sidecar.core.field import FieldType
from context_sidecar.core.shape import ShapeField

TIER = ShapeField(
    ("Tier__c",), FieldType.CHOICE, "Account tier", choices={"ENT": "Enterprise", "no": "None: yet"}
)
CRM = Asked("crm", "account")
ANSWERED = Answers(("support", "csm"), "Which queue the ticket gets")


def test_what_the_system_says_is_taken_over_and_what_a_person_says_is_added():
    name, text = declared(TIER, CRM, ANSWERED, ())

    assert name == "account_tier"
    assert text == (
        "account_tier:\n"
        "  label: Account tier\n"
        "  type: choice\n"
        "  source: crm\n"
        "  path: Tier__c\n"
        "  choices: {ENT: Enterprise, 'no': 'None: yet'}\n"
        "  stale_after: 1d\n"
        "  expire_after: 14d\n"
        "  on_failure: show_stale\n"
        "  audience: [support, csm]\n"
        "  decision: Which queue the ticket gets\n"
    )


def test_what_only_a_person_can_answer_stays_open_as_a_comment():
    amount = ShapeField(("ARR__c",), FieldType.MONEY, "ARR")
    _, text = declared(amount, CRM, Answers(), ())

    assert [line.strip() for line in text.splitlines() if "#" in line] == [
        "# currency: in which currency are these amounts? Such as EUR.",
        "# audience: who needs it? Name the roles that may see it, such as [support].",
        "# decision: what does someone do differently because of it?",
    ]
    assert yaml.safe_load(text)["arr"].keys().isdisjoint({"audience", "decision", "currency"})


def test_a_vocabulary_that_fits_no_line_stands_in_several():
    many = ShapeField(
        ("s",), FieldType.CHOICE, choices={f"code{n}": f"Word {n}" for n in range(20)}
    )
    _, text = declared(many, CRM, ANSWERED, ())

    assert max(map(len, text.splitlines())) < 97
    assert yaml.safe_load(text)["s"]["choices"] == dict(many.choices)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (ShapeField(("a b", "c"), FieldType.TEXT, "C"), {"path": '"a b".c'}),
        (ShapeField(("n",), FieldType.NUMBER, "N", dialect="comma"), {"dialect": "comma"}),
        (
            ShapeField(("arr",), FieldType.MONEY, "A", currency=("CurrencyIsoCode",)),
            {"currency_path": "CurrencyIsoCode"},
        ),
        (ShapeField((), FieldType.LIST, "Open tickets"), {"query": "open", "stale_after": "15m"}),
        (
            ShapeField(("f", "x"), FieldType.CHOICE, "X", choices={"a": "A"}, each=True),
            {"type": "list", "path": "f.x", "stale_after": "15m"},
        ),
        (ShapeField(("f", "y"), None, "Y", each=True), {"type": "list", "path": "f.y"}),
        (ShapeField(("l",), FieldType.TEXT, "Costs ${HOME}"), {"label": "Costs $${HOME}"}),
        (ShapeField(("l",), FieldType.TEXT, " Tier\x1b\u200b"), {"label": "Tier"}),
        (
            ShapeField(("c",), FieldType.CHOICE, "\x07", choices={"a": "\x1bGold", "b": "\x00"}),
            {"label": "C", "choices": {"a": "Gold", "b": "b"}},
        ),
    ],
    ids=[
        "quoted path",
        "dialect",
        "currency",
        "list",
        "each",
        "each of no type",
        "placeholder",
        "unseen",
        "nothing seen",
    ],
)
def test_each_type_has_its_own_settings(field, said):
    name, text = declared(field, Asked("crm", "open"), ANSWERED, ())

    assert yaml.safe_load(text)[name].items() >= said.items()


@pytest.mark.parametrize(
    ("label", "way", "name"),
    [
        ("Größe (in m²)", ("g",), "groe_in_m2"),
        ("契約", ("contract",), "contract"),
        ("2026 plan", ("p",), "plan"),
        ("契約", ("契約",), "value"),
    ],
)
def test_a_name_is_plain_letters(label, way, name):
    assert declared(ShapeField(way, FieldType.TEXT, label), CRM, ANSWERED, ())[0] == name


def test_a_whole_list_is_called_as_its_lookup():
    name, text = declared(
        ShapeField((), FieldType.LIST), Asked("crm", "open_tickets"), ANSWERED, ()
    )

    assert name == "open_tickets"
    assert yaml.safe_load(text)[name]["label"] == "Open tickets"


def test_a_name_that_is_taken_gets_a_number():
    taken = ("account_tier", "account_tier_2")

    assert declared(TIER, CRM, ANSWERED, taken)[0] == "account_tier_3"


def test_what_is_of_no_type_of_ours_cannot_be_declared_whole():
    with pytest.raises(ValueError, match=r"BillingAddress \(address\) is of no type"):
        declared(ShapeField(("BillingAddress",), native="address"), CRM, ANSWERED, ())


def test_where_answers_say_how_old_they_are_that_counts():
    _, text = declared(TIER, Asked("crm", "account", dated=True), ANSWERED, ())

    assert yaml.safe_load(text)["account_tier"]["clock"] == "source"
