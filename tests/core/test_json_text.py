"""JSON, read so that nothing in it is lost."""

import json
from decimal import Decimal

import pytest
from context_sidecar.core.json_text import JsonRefused, number, parse_json
from hypothesis import given
from hypothesis import strategies as st

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(-1e300, 1e300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(plain)
def test_what_any_program_writes_is_read_as_it_was_meant(said):
    assert parse_json(json.dumps(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        '{"tier": "gold", "tier": "silver"}',
        '[{"id": 1, "owner": {"id": 2, "name": "Ana", "id": 3}}]',
        '{"tier": "gold", "tier": "gold"}',
        '{"a": NaN}',
        "[-Infinity]",
    ],
)
def test_what_cannot_be_meant_is_refused(text):
    """RFC 8259, 4: where names are not unique, programs differ in what they take. And 6."""
    with pytest.raises(JsonRefused):
        parse_json(text)


digits = st.text("0123456789", min_size=1, max_size=30)


@given(digits.map(lambda some: str(int(some))), digits, st.integers(-400, 400))
def test_a_number_is_what_its_text_says_to_the_last_digit(whole, fraction, exponent):
    text = f"{whole}.{fraction}e{exponent}"

    found = parse_json(text)

    assert Decimal(found if isinstance(found, str) else repr(found)) == Decimal(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.1", 0.1),
        ("12500.50", 12500.5),
        ("1e3", 1000.0),
        ("-0.0", 0.0),
        ("9007199254740993.01", "9007199254740993.01"),
        ("1e999", "1e999"),
        ("1e-999", "1e-999"),
        ("1e-99999999999999999999", "1e-99999999999999999999"),
    ],
)
def test_a_float_that_would_be_another_number_stays_a_text(text, found):
    assert number(text) == found
    assert type(number(text)) is type(found)
