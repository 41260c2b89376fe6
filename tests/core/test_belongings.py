"""What belongs to accounts goes to those that it belongs to, and is added up where it can be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from context_sidecar import (
    Found,
    NoMatch,
    Reason,
    Several,
    SourceError,
    added_up,
    belonging,
    listing,
)

ACCOUNTS = {
    "C-1": Found({"id": 1}, link="https://erp.example/1"),
    "C-2": Found({"id": 2}, archived=True),
    "c-2": Found({"id": 2}),
    "C-3": NoMatch(),
    "C-4": Several(("Acme", "Acme (old)")),
    "C-5": SourceError(Reason.NOT_CONFIGURED),
}
INVOICES = {1: ["R-1", "R-2"], 2: []}


def test_each_account_gets_its_own_with_its_link_and_one_that_is_not_found_its_own_answer():
    asked = []

    def read(ids):
        asked.append(ids)
        return INVOICES

    answers = belonging(ACCOUNTS, lambda row: row["id"], read, lambda mine: {"total": len(mine)})

    assert asked == [{1, 2}]
    assert answers == ACCOUNTS | {
        "C-1": Found({"total": 2}, link="https://erp.example/1"),
        "C-2": Found({"total": 0}, archived=True),
        "c-2": Found({"total": 0}),
    }


def test_nothing_is_read_for_no_account():
    accounts = {"C-3": NoMatch()}

    assert belonging(accounts, lambda row: row["id"], pytest.fail, dict) == accounts


def test_an_account_that_is_no_row_belongs_to_nobody():
    with pytest.raises(SourceError) as found:
        belonging({"C-1": Found(["Acme"])}, lambda row: row["id"], dict, dict)

    assert found.value.reason is Reason.BAD_RESPONSE


def test_of_a_long_list_the_first_are_told_and_how_many_there_are():
    told = listing([{"n": number} for number in range(250)], lambda row: {"id": row["n"]})

    assert told["total"] == 250
    assert [one["id"] for one in told["items"]] == list(range(100))


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ([], {"due": None}),
        ([("1.10", "EUR"), ("2", "EUR")], {"due": {"amount": "3.10", "currency": "EUR"}}),
        ([("1E+2", "JPY")], {"due": {"amount": "100", "currency": "JPY"}}),
        ([("2", "USD"), ("1", "EUR"), ("1", "USD")], {"due": "1 EUR + 3 USD"}),
        ([("1", "")], {"due": "1 of an unknown currency"}),
        ([("1", "EUR"), ("2", "")], {"due": "2 of an unknown currency + 1 EUR"}),
    ],
    ids=["none", "one currency", "no exponent", "several", "unknown", "partly unknown"],
)
def test_amounts_are_added_up_within_one_currency(amounts, told):
    assert added_up("due", ((Decimal(text), currency) for text, currency in amounts)) == told
