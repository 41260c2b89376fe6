"""Answers are kept as what JSON is made of, so that they can be stored and compared."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from context_sidecar.core.account import Account
from context_sidecar.core.secrets import Secret
from context_sidecar.core.values import plain
from hypothesis import given
from hypothesis import strategies as st

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(plain_values)
def test_what_is_plain_stays_as_it_is(data):
    assert plain(data) == data
    assert json.loads(json.dumps(plain(data))) == data


def test_other_values_become_their_standard_text():
    when = datetime(2026, 11, 23, 9, tzinfo=UTC)
    data = {1: (Decimal("1.10"), date(2026, 11, 23), when), "deep": {"amount": Decimal("1E+3")}}
    assert plain(data) == {
        "1": ["1.10", "2026-11-23", "2026-11-23T09:00:00+00:00"],
        "deep": {"amount": "1E+3"},
    }


@given(st.decimals(allow_nan=False))
def test_no_number_becomes_a_float(number):
    assert Decimal(plain(number)) == number


@pytest.mark.parametrize("data", [b"x", {1, 2}, object(), Secret("x"), [{"a": b"x"}], 1j])
def test_what_has_no_standard_text_is_refused(data):
    with pytest.raises(TypeError, match="cannot be stored as an answer"):
        plain(data)


def test_an_account_has_a_key_where_it_has_exactly_one_value():
    account = Account("001A", "Acme", {"erp": ("K-1",), "domain": ("a.example", "b.example")})
    assert account.key("id") == "001A"
    assert account.key("erp") == "K-1"
    assert account.key("domain") is None
    assert account.key("unknown") is None
