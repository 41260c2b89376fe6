"""What a source wrote becomes a typed value, or is said to be none, or to be no such value.

Nothing is guessed and nothing is coerced: what does not fit is shown raw, as such.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.field import FieldType
from context_sidecar.core.moments import moment
from context_sidecar.core.parsing import PARSERS, is_web_address, parse
from context_sidecar.core.values import Item, Items, Link, Money, Person
from hypothesis import example, given
from hypothesis import strategies as st
from support.build import field, source

HUGE = 10**5000
CHOICES = {"ENT": "Enterprise", "5": "Five stars"}


def contract(type, **more):
    return field(type=FieldType(type), choices=CHOICES, **more)


def parsed(type, raw, its_currency=None, **more):
    return parse(contract(type, **more), raw, its_currency)


def refused(type, raw, its_currency=None, **more):
    with pytest.raises(UnrecognisedError):
        parse(contract(type, **more), raw, its_currency)
    return True


# Anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["name", "email", "url", "label", "amount", "currency", "items", "total", "title",
             "id", "status", "priority", "created_at", "updated_at"]
        ) | st.text(max_size=3),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
numberish = st.from_regex(r"[+-]?[0-9.,eE_ ]{0,12}", fullmatch=True)
timeish = st.from_regex(r"[0-9]{1,5}-?[0-9]{2}-?[0-9]{2}([T ][0-9:.]{2,9})?(Z|[+-][0-9:]{2,5})?")
dialects = st.sampled_from(
    ["", "comma", "micros", "minor", "fraction", "digits", "epoch_seconds", "epoch_milliseconds",
     "%d.%m.%Y", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%j", "%", "%y%y"]
)  # fmt: skip


@given(
    st.sampled_from(FieldType),
    st.one_of(json_values, numberish, timeish),
    json_values,
    dialects,
    st.sampled_from(["", "EUR"]),
)
@example(FieldType.NUMBER, HUGE, None, "", "")
@example(FieldType.TEXT, HUGE, None, "", "")
@example(FieldType.PERCENT, "9" * 1_000_000, None, "fraction", "")
@example(FieldType.MONEY, "1e99", "KWD", "minor", "")
@example(FieldType.DATETIME, HUGE, None, "epoch_seconds", "")
@example(FieldType.DATETIME, float("nan"), None, "epoch_milliseconds", "")
@example(FieldType.DATETIME, "0001-01-01T00:00:00+14:00", None, "", "")
@example(FieldType.LIST, {"items": [{"title": HUGE}], "total": HUGE}, None, "", "")
def test_whatever_comes_it_is_a_value_or_none_or_unrecognised(type, raw, currency, dialect, own):
    declared = contract(type, dialect=dialect, currency=own)
    try:
        value = parse(declared, raw, currency)
    except UnrecognisedError:
        return
    assert value is None or isinstance(value, KINDS[type])


KINDS = {
    FieldType.TEXT: str, FieldType.CHOICE: str, FieldType.NUMBER: Decimal,
    FieldType.MONEY: Money, FieldType.PERCENT: Decimal, FieldType.DATE: date,
    FieldType.DATETIME: datetime, FieldType.BOOLEAN: bool, FieldType.PERSON: Person,
    FieldType.LINK: Link, FieldType.LIST: Items,
}  # fmt: skip


@pytest.mark.parametrize("type", FieldType)
@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_the_source_may_say_that_there_is_none(type, nothing):
    assert parsed(type, nothing, "EUR") is None


def test_every_type_has_its_parser():
    assert {*PARSERS, FieldType.MONEY} == set(FieldType) == set(KINDS)


# Texts and choices


@pytest.mark.parametrize(("raw", "text"), [("Acme", "Acme"), (5, "5"), (1.5, "1.5"), (" a", " a")])
def test_a_text_is_what_it_is(raw, text):
    assert parsed("text", raw) == text


@pytest.mark.parametrize("raw", [True, ["a"], {"a": 1}, pytest.param(HUGE, id="huge")])
def test_what_is_no_text_is_not_made_one(raw):
    assert refused("text", raw)


@pytest.mark.parametrize(("raw", "code"), [("ENT", "ENT"), ("ENT   ", "ENT"), (5, "5")])
def test_a_choice_is_its_code(raw, code):
    assert parsed("choice", raw) == code


@pytest.mark.parametrize("raw", ["ent", "Enterprise", "Platinum+", 6, True, ["ENT"]])
def test_a_choice_that_is_not_in_the_list_is_not_the_nearest_one(raw):
    assert refused("choice", raw)


# Numbers


@pytest.mark.parametrize(
    ("raw", "dialect", "number"),
    [
        ("12", "", "12"), (" -12.50 ", "", "-12.50"), (0.1, "", "0.1"), (7, "", "7"),
        ("1e3", "", "1000"), (1.5e-07, "", "0.00000015"), ("+1", "", "1"),
        ("1,5", "comma", "1.5"), ("1.234.567,89", "comma", "1234567.89"), ("1234", "comma", "1234"),
        ("-1.234", "comma", "-1234"), (1.5, "comma", "1.5"), (1234, "comma", "1234"),
    ],
)  # fmt: skip
def test_a_number_is_exact(raw, dialect, number):
    assert parsed("number", raw, dialect=dialect) == Decimal(number)


@pytest.mark.parametrize("raw", [-0.0, "-0.00", "-0"])
def test_no_zero_is_below_zero(raw):
    assert not parsed("number", raw).is_signed()


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        ("1,5", ""), ("1.234,5", ""), ("1 000", ""), ("1_000", ""), ("12 %", ""),
        ("nan", ""), ("inf", ""), (float("nan"), ""), (float("inf"), ""), ("0x10", ""), (True, ""),
        ("१२", ""), ("1e999", ""), ("--1", ""), (".5", ""), ("5.", ""), ([1], ""),
        pytest.param(HUGE, "", id="huge"),
        ("1.5", "comma"), ("1.23", "comma"), ("12.3456", "comma"), ("1,5,0", "comma"),
        ("1,234.5", "comma"),
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_read_in_none(raw, dialect):
    assert refused("number", raw, dialect=dialect)


def test_a_percentage_may_be_written_as_a_fraction():
    assert parsed("percent", "12.5") == Decimal("12.5")
    assert parsed("percent", 0.125, dialect="fraction") == Decimal("12.5")
    assert parsed("percent", "0." + "1" * 60, dialect="fraction") == Decimal("11." + "1" * 58)


@pytest.mark.parametrize(
    ("raw", "dialect", "number"),
    [
        ("1,5 %", "comma", "1.5"), ("1.234,5\u00a0%", "comma", "1234.5"), ("12%", "", "12"),
        (" -0.5 % ", "", "-0.5"), ("0 %", "", "0"),
    ],
)  # fmt: skip
def test_a_percentage_may_have_its_sign(raw, dialect, number):
    assert parsed("percent", raw, dialect=dialect) == Decimal(number)


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [("25 %", "fraction"), ("1,5 %", ""), ("%", ""), ("1 2 %", ""), ("5 %%", ""), ("% 5", "")],
)
def test_a_percentage_that_could_be_another_is_none(raw, dialect):
    assert refused("percent", raw, dialect=dialect)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_no_digit_of_a_number_is_lost(number):
    text = f"{number:f}"
    assert parsed("number", text) == number
    assert Fraction(parsed("percent", text, dialect="fraction")) == 100 * Fraction(number)
    assert parsed("number", text.replace(".", ","), dialect="comma") == number


# Money


@pytest.mark.parametrize(
    ("raw", "given_currency", "declared", "money"),
    [
        ("1200.00", None, "EUR", Money(Decimal("1200.00"), "EUR")),
        ("1200.00", "usd", "EUR", Money(Decimal("1200.00"), "USD")),
        ({"amount": 5, "currency": "JPY"}, None, "EUR", Money(Decimal(5), "JPY")),
        ({"amount": "5"}, "CHF", "", Money(Decimal(5), "CHF")),
        ({"amount": None, "currency": "EUR"}, None, "", None),
    ],
)
def test_money_has_its_currency_from_the_value_the_path_or_the_contract(
    raw, given_currency, declared, money
):
    assert parsed("money", raw, given_currency, currency=declared) == money


@pytest.mark.parametrize(
    ("raw", "currency"),
    [
        ("5", None), ("5", "€"), ("5", "EURO"), ("5", ["EUR"]), ({"currency": "EUR"}, None),
        ({}, "EUR"),
    ],
)  # fmt: skip
def test_money_without_an_amount_or_a_currency_is_none_of_the_two(raw, currency):
    assert refused("money", raw, currency)


@pytest.mark.parametrize("raw", ["1.200", "-12.500", " 999.999 "])
def test_who_writes_a_point_before_three_digits_says_what_it_means(raw):
    """In Germany it is more than a thousand, and a cent has no tenths."""
    assert refused("money", raw, currency="EUR")
    assert parsed("money", raw, currency="EUR", dialect="point").amount == Decimal(raw.strip())
    meant = Decimal(raw.replace(".", "").strip())
    assert parsed("money", raw, currency="EUR", dialect="comma").amount == meant


@pytest.mark.parametrize(
    ("raw", "currency"),
    [("1.200", "KWD"), ("1200.500", "EUR"), ("1.2000", "EUR"), ("1.20", "EUR"), (1.2, "EUR"),
     ({"amount": "1.200", "currency": "EUR"}, "EUR")],
)  # fmt: skip
def test_a_point_that_can_only_mean_one_thing_means_that(raw, currency):
    assert parsed("money", raw, currency=currency).currency == currency


@pytest.mark.parametrize("type", ["date", "datetime"])
@pytest.mark.parametrize("raw", ["0001-01-01", "0001-01-01T00:00:00Z"])
def test_the_first_day_of_the_calendar_is_no_day_but_what_programs_write_for_none(type, raw):
    """https://learn.microsoft.com/dotnet/api/system.datetime.minvalue"""
    assert refused(type, raw)


@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "12.34"), ("JPY", "1234"), ("KWD", "1.234")]
)
def test_minor_units_count_by_currency(currency, amount):
    assert parsed("money", 1234, currency, dialect="minor").amount == Decimal(amount)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("raw", [1_234_500_000, "1234500000", 1_234_500_000.0, "1.2345e9"])
def test_millionths_are_the_same_in_every_currency(raw, currency):
    assert parsed("money", raw, currency, dialect="micros") == Money(Decimal("1234.5"), currency)
    assert parsed("number", raw, dialect="micros") == Decimal("1234.5")


def test_millionths_lose_nothing():
    assert parsed("number", "9" * 100, dialect="micros") == Decimal(f"{'9' * 94}.{'9' * 6}")
    assert f"{parsed('number', 1_200_000_000, dialect='micros'):f}" == "1200"
    assert f"{parsed('number', 1_250_001, dialect='micros'):f}" == "1.250001"
    assert str(parsed("number", 0, dialect="micros")) == "0"
    assert refused("money", "12,5", "EUR", dialect="micros")


# Dates and times


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        ("2026-11-23", ""), ("2026-11-23T00:00:00Z", ""), ("2026-11-23 00:00:00", ""),
        ("2026-11-23T00:00:00.000+00:00", ""), ("20261123", ""), ("23.11.2026", "%d.%m.%Y"),
        ("2026-11-23T00:00:00+09:00", ""), ("23.11.2026 00:00", "%d.%m.%Y %H:%M"),
        (1795392000, "epoch_seconds"), ("1795392000", "epoch_seconds"),
        (1795392000000, "epoch_milliseconds"),
    ],
)  # fmt: skip
def test_a_date_is_a_day(raw, dialect):
    found = parsed("date", raw, dialect=dialect)
    assert (type(found), found) == (date, date(2026, 11, 23))


@pytest.mark.parametrize(
    "raw", ["23.11.2026", "2026-11-23T12:00:00Z", "2026-02-30", "11/23/2026", 20261123, "soon"]
)
def test_what_is_no_day_is_not_cut_to_one(raw):
    assert refused("date", raw)


BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        (1798758000, "epoch_seconds"), ("2026-12-31T23:00:00Z", ""),
        ("31.12.2026 23:00 +0000", "%d.%m.%Y %H:%M %z"),
    ],
)  # fmt: skip
def test_a_midnight_of_the_sources_zone_is_the_day_that_begins_there(raw, dialect):
    """1798758000 is 2027-01-01 00:00 in Berlin, and the day before that in UTC."""
    assert parsed("date", raw, dialect=dialect, source=source(zone=BERLIN)) == date(2027, 1, 1)
    assert refused("date", raw, dialect=dialect)
    assert refused("date", raw, dialect=dialect, source=source(zone=TOKYO))


def test_a_midnight_of_utc_is_a_day_wherever_the_source_is():
    assert parsed("date", 1795392000, dialect="epoch_seconds", source=source(zone=BERLIN)) == date(
        2026, 11, 23
    )


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        (1795424400, "epoch_seconds"), (1795424400000, "epoch_milliseconds"),
        ("23.11.2026 23:59", "%d.%m.%Y %H:%M"),
    ],
)  # fmt: skip
def test_another_time_of_day_is_no_date_however_it_is_written(raw, dialect):
    assert refused("date", raw, dialect=dialect)


@given(
    st.dates(date(1980, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/Havana", "Africa/Cairo", "Pacific/Auckland"]),
)
def test_the_day_that_a_source_meant_by_its_own_midnight_is_the_day_that_is_read(day, name):
    zone = ZoneInfo(name)
    begins = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
    assert parsed("date", int(begins), dialect="epoch_seconds", source=source(zone=zone)) == day


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        ("2026-11-23T09:00:00Z", ""), ("2026-11-23T10:00:00+01:00", ""),
        ("2026-11-23T09:00:00.000+0000", ""), ("2026-11-23 09:00:00+00:00", ""),
        (1795424400, "epoch_seconds"), (1795424400000.0, "epoch_milliseconds"),
        ("23.11.2026 10:00 +0100", "%d.%m.%Y %H:%M %z"), ("23.11.2026 09Z", "%d.%m.%Y %H%z"),
    ],
)  # fmt: skip
def test_a_time_is_a_moment_whoever_writes_it(raw, dialect):
    assert parsed("datetime", raw, dialect=dialect) == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        ("2026-11-23T09:00:00", ""), ("2026-11-23", ""), ("9 o'clock", ""), (1795424400, ""),
        ("soon", "epoch_seconds"), ("1_795_424_400", "epoch_seconds"), ("१७", "epoch_seconds"),
        (True, "epoch_seconds"), (float("inf"), "epoch_seconds"), (1e300, "epoch_seconds"),
        ("23.11.2026 09:00", "%d.%m.%Y %H:%M"), ("23.11.2026 09 GMT", "%d.%m.%Y %H %Z"),
        ("23.11.2026", "%d.%m.%Y"), ("0001-01-01T00:00:00+14:00", ""),
        ("9999-12-31T23:59:59-14:00", ""),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_or_outside_the_calendar_is_no_moment(raw, dialect):
    assert refused("datetime", raw, dialect=dialect)


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        ("2026-11-23T18:00:00", ""), ("23.11.2026 18:00", "%d.%m.%Y %H:%M"),
        ("2026-11-23T10:00:00+01:00", ""), (1795424400, "epoch_seconds"),
    ],
)  # fmt: skip
def test_a_time_that_names_no_zone_is_in_that_of_its_source(raw, dialect):
    found = parsed("datetime", raw, dialect=dialect, source=source(zone=TOKYO))
    assert found == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [("2026-11-23", ""), ("20261123", ""), ("2026-W48-1", ""), ("23.11.2026", "%d.%m.%Y")],
)
def test_a_day_is_no_moment_in_whatever_zone_it_is(raw, dialect):
    """Midnight in Tokyo is the day before in Berlin."""
    assert refused("datetime", raw, dialect=dialect, source=source(zone=TOKYO))


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=zones).filter(lambda when: 1 < when.year < 9999))
def test_every_moment_survives_its_own_text(when):
    assert moment(when.isoformat()) == when


# The others


@pytest.mark.parametrize(
    ("raw", "dialect", "value"),
    [
        (True, "", True), (False, "", False), ("TRUE", "", True), ("false", "", False),
        (1, "digits", True), ("0", "digits", False), (True, "digits", True),
    ],
)  # fmt: skip
def test_a_boolean_is_yes_or_no(raw, dialect, value):
    assert parsed("boolean", raw, dialect=dialect) is value


@pytest.mark.parametrize(
    ("raw", "dialect"), [(1, ""), ("1", ""), ("yes", ""), (2, "digits"), (1.0, ""), ([True], "")]
)
def test_what_merely_looks_like_yes_is_not(raw, dialect):
    assert refused("boolean", raw, dialect=dialect)


@pytest.mark.parametrize(
    ("raw", "person"),
    [
        ("Ana", Person("Ana")),
        ({"name": "Ana", "email": "ana@acme.example"}, Person("Ana", "ana@acme.example")),
        ({"name": None, "email": "a@acme.example"}, Person("a@acme.example", "a@acme.example")),
    ],
)  # fmt: skip
def test_a_person_has_a_name(raw, person):
    assert parsed("person", raw) == person


@pytest.mark.parametrize("raw", [{}, {"id": 5}, {"name": {"first": "Ana"}}, ["Ana"], True])
def test_what_has_no_name_is_no_person(raw):
    assert refused("person", raw)


def test_a_link_has_an_address_and_may_have_words():
    assert parsed("link", "https://a.example/x?y#z") == Link("https://a.example/x?y#z")
    labelled = {"url": "http://a.example", "label": "Open"}
    assert parsed("link", labelled) == Link("http://a.example", "Open")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "//a.example", "ftp://a.example", "a.example",
        "https://", "https:///x", "https://a.example/\n", "https://a.example/ x", "https://a\\b",
        'https://a.example/"onclick=', "https://a.example/<b>", "https://a.example/\u202egpj.exe",
        "https://a.example/\x00", "https://crm.example@evil.example/", "https://u:p@a.example",
        "JavaScript://a.example/%0aalert(1)", " https://a.example",
    ],
)  # fmt: skip
def test_an_address_that_hides_or_breaks_out_is_no_link(url):
    assert not is_web_address(url)
    assert refused("link", url)


def test_a_list_keeps_its_items_and_says_how_many_there_are_in_all():
    item = {
        "id": 7, "title": "Printer", "status": "open", "priority": "high",
        "created_at": "2026-11-23T09:00:00Z", "url": "https://rt.example/7", "more": [1],
    }  # fmt: skip
    when = datetime(2026, 11, 23, 9, tzinfo=UTC)
    expected = Item("Printer", "7", "open", "high", when, None, "https://rt.example/7")
    assert parsed("list", [item]) == Items((expected,), 1)
    assert parsed("list", {"items": [item], "total": 41}) == Items((expected,), 41)
    assert parsed("list", {"items": [item], "total": "many"}) == Items((expected,), 1)
    assert parsed("list", []) == Items((), 0)
    assert parsed("list", ["Printer"]).items == (Item("Printer"),)


def test_an_item_without_a_title_goes_by_its_id_and_an_unsafe_link_is_left_out():
    (item,) = parsed("list", [{"id": "7", "url": "javascript:alert(1)"}]).items
    assert (item.title, item.url) == ("7", "")


@pytest.mark.parametrize(
    "written",
    ["2026-11-23T18:00:00", "2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00.000Z"],
)
def test_an_items_time_without_a_zone_is_in_that_of_its_source(written):
    (item,) = parsed("list", [{"updated_at": written}], source=source(zone=TOKYO)).items
    assert item.updated_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_an_items_time_whose_zone_nobody_tells_is_none():
    (item,) = parsed("list", [{"title": "x", "created_at": "2026-11-23 09:00:00"}]).items
    assert item == Item("x")


@pytest.mark.parametrize(
    "raw",
    [
        "Printer", {"title": "Printer"}, [["Printer"]], [None], [{"title": {"text": "x"}}],
        [{"title": "x", "created_at": "yesterday"}], [{"title": True}], {"items": None},
    ],
)  # fmt: skip
def test_what_is_no_list_of_items_is_not_made_one(raw):
    assert refused("list", raw)
