"""How single values are written: durations, rates, sizes, switches, addresses, paths."""

from __future__ import annotations

import pytest
from context_sidecar.config.scalars import Rate, Size, Span, Switch, Whole
from context_sidecar.config.texts import Origin, PublicUrl, WebLink
from context_sidecar.settings import Duration
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

NUMBERS = st.integers(1, 99999)


@given(NUMBERS, st.sampled_from(list(Rate.periods)))
def test_a_rate_is_a_number_of_calls_in_a_time(number, period):
    assert Rate().deserialize(f"{number}/{period}") == (number, Rate.periods[period])


@given(NUMBERS, st.sampled_from(list(Size.units)))
def test_a_size_is_a_number_of_bytes(number, unit):
    assert Size().deserialize(f"{number}{unit}") == number * Size.units[unit]


@given(st.text() | st.integers() | st.booleans() | st.lists(st.text()))
@example("9" * 5000 + "s")
@example("9999999w" * 1000)
@example("٣s")
@example("100/min/s")
@example("64MB\n")
def test_what_is_none_of_them_is_refused_in_words_of_ours(value):
    for field in (Rate(), Size(), Span(), Duration(), Switch(), Whole(0, 5), Origin()):
        try:
            field.deserialize(value)
        except ValidationError as error:
            assert error.messages[0].startswith("expected ")  # noqa: PT017  most pass, some do not


@pytest.mark.parametrize("value", ["yes", "on", "1", 1, 0, "True", "", None])
def test_a_switch_is_true_or_false_and_nothing_that_might_mean_it(value):
    with pytest.raises(ValidationError):
        Switch().deserialize(value)


@pytest.mark.parametrize("value", [True, 3.0, "3.0", "", "+3", "٣", 6, -1, "9" * 5000])
def test_a_whole_number_is_whole_and_within_its_bounds(value):
    with pytest.raises(ValidationError):
        Whole(0, 5).deserialize(value)


@pytest.mark.parametrize(
    "url",
    [
        "https://context.example.com", "https://example.com/sidecar", "http://localhost:8080",
        "http://127.0.0.1", "http://[::1]:8080/x",
    ],
)  # fmt: skip
def test_a_public_address_is_https_or_ones_own_machine(url):
    assert PublicUrl().deserialize(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com", "http://localhost.example.com", "https://", "ftp://example.com",
        "https://example.com?a=1", "https://example.com#a", "https://ada@example.com",
        "https://example.com/\n", "http://localhost:80.example.com", "example.com",
    ],
)  # fmt: skip
def test_no_other_address_is_public(url):
    with pytest.raises(ValidationError):
        PublicUrl().deserialize(url)


@pytest.mark.parametrize(
    "origin", ["https://rt.example.com", "https://rt.example.com:8443", "http://localhost", "https://[::1]:8443"]
)  # fmt: skip
def test_an_origin_is_what_the_browser_sends(origin):
    assert Origin().deserialize(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://rt.example.com/", "https://RT.example.com", "https://*.example.com", "*", "null",
        "https://rt.example.com:443", "http://rt.example.com:80", "rt.example.com",
        "https://rt.example.com;", "https://rt.example.com https://x.example.com",
        "https://a.example.com\n", "https://[::1", "data:text/html,x", "https://ada@rt.example.com",
    ],
)  # fmt: skip
def test_nothing_else_is_an_origin(origin):
    with pytest.raises(ValidationError):
        Origin().deserialize(origin)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://ada:pw@x.example", 'https://x"y'])
def test_a_link_cannot_carry_a_script_or_a_password(url):
    with pytest.raises(ValidationError):
        WebLink().deserialize(url)
