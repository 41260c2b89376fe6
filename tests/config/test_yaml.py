"""The YAML of sidecar.yaml: plain data, each setting with its place, and nothing taken for what it
is not."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from context_sidecar.config.document import Document, read
from context_sidecar.core.errors import ConfigurationError, Mistake
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def document(tmp_path):
    def document(text: str | bytes) -> Document:
        path = tmp_path / "sidecar.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, {})

    return document


@pytest.fixture
def refusal(document):
    def refusal(text: str | bytes) -> Mistake:
        with pytest.raises(ConfigurationError) as caught:
            document(text)
        [mistake] = caught.value.mistakes
        return mistake

    return refusal


@pytest.mark.parametrize(
    "written",
    [
        *("NO", "no", "Yes", "on", "OFF", "y", "n"),  # booleans in YAML 1.1
        *("12:30", "190:20:30"),  # numbers to base 60
        *("2026-11-23", "2026-11-23T09:12:00Z", "2026-1-2"),  # dates
        *("007", "0x1F", "0o17", "0b11", "1_000", "1e3", ".5", "5.", "+.inf", ".nan"),
        *("12345678901234567890", "="),
    ],
)
def test_what_looks_like_a_code_stays_the_text_that_was_written(document, written):
    assert document(f"value: {written}").data == {"value": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5), ("-5", -5), ("+5", 5), ("0", 0), ("5.25", 5.25), ("true", True), ("False", False),
        ("~", None), ("null", None), ("", None), ("'5'", "5"), ('"true"', "true"), ("!!str 5", "5"),
    ],
)  # fmt: skip
def test_what_json_has_is_read_as_in_json(document, written, value):
    found = document(f"value: {written}").data["value"]
    assert (found, type(found)) == (value, type(value))


def test_keys_are_texts_as_they_were_written(document):
    read = document("choices: {NO: Norway, 1: One, 1.10: Point, true: T, 2026-11-23: Day, ~: None}")
    assert list(read.data["choices"]) == ["NO", "1", "1.10", "true", "2026-11-23", "~"]


def test_every_setting_knows_the_place_of_its_key_and_its_value(document):
    spots = document("teams:\n  revops: {name: 'Ops'}\n  list: [a,\n    b]\n").spots
    spot = spots["teams", "revops", "name"]
    assert (spot.key.line, spot.key.column) == (2, 12)
    assert (spot.value.line, spot.value.column) == (2, 18)
    assert (spots["teams", "list", 1].value.line, spots["teams", "list", 1].value.column) == (4, 5)


def test_columns_count_letters_and_not_bytes(document):
    assert document("{ä: ö, 日本: 語}").spots["日本",].key.column == 8


def test_a_byte_order_mark_does_not_shift_anything(document):
    assert document(b"\xef\xbb\xbfversion: 1").spots["version",].key.column == 1


def test_a_second_key_of_the_same_name_is_a_mistake_at_the_second(document):
    [mistake] = document("tier: 1\nother: 2\ntier: 3\n").mistakes
    assert str(mistake).endswith(
        "sidecar.yaml:3:1: tier: expected each key once, it stands in line 1 already."
    )


def test_anchors_aliases_and_merges_mean_what_they_mean_everywhere(document):
    read = document(
        "base: &base {stale_after: 1h, audience: [a]}\n"
        "more: &more {<<: *base, label: More}\n"
        "own: {<<: *more, stale_after: 2h}\n"
        "both: {<<: [*base, {stale_after: 9h, x: 1}]}\n"
        "same: *base\n"
    )
    assert read.mistakes == ()
    assert read.data["own"] == {"stale_after": "2h", "audience": ["a"], "label": "More"}
    assert read.data["both"] == {"stale_after": "1h", "audience": ["a"], "x": 1}
    assert read.data["same"] == read.data["base"]
    assert read.spots["own", "label"].value.line == 2


def test_a_file_of_aliases_that_would_grow_without_end_is_refused(refusal):
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    mistake = refusal("\n".join(["l0: &l0 [lol, lol]", *levels]))
    assert mistake.expected == "expected fewer or flatter settings"


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a\n  b: &b [*a, *b]"])
def test_an_alias_to_what_it_stands_in_is_refused(refusal, text):
    assert refusal(text).expected == "expected fewer or flatter settings"


def test_a_mapping_cannot_be_merged_into_itself(document):
    [mistake] = document("a: &a {<<: *a}").mistakes
    assert mistake.expected == "expected another mapping to merge"


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("", 1, 1, "expected a configuration, found an empty file"),
        ("# only words\n", 1, 1, "expected a configuration, found an empty file"),
        ("a: 1\nb: [1, 2\nc: 3", 3, 2, "expected YAML"),
        ("a: 1\n\tb: 2", 2, 1, "expected YAML"),
        ("a: 1\n---\nb: 2", 2, 1, "expected YAML: expected a single document"),
        ("a: *b", 1, 4, "expected YAML: found undefined alias 'b'"),
        ('a: "\\UFFFFFFFF"', 1, 1, "expected YAML: an escape sequence stands for no character"),
        ("ä: 1\nbc\x07d", 2, 3, "expected printable text, found the character U+0007"),
        (b"a: 1\nb: \xff", 2, 4, "expected text in UTF-8"),
        ("[" * 5000, 1, 1, "expected fewer levels inside each other"),
    ],
)
def test_what_is_no_yaml_is_refused_where_it_stops_being_it(refusal, text, line, column, expected):
    mistake = refusal(text)
    assert (mistake.line, mistake.column) == (line, column)
    assert mistake.expected.startswith(expected)


def test_a_tab_for_an_indent_gets_its_own_remedy(refusal):
    assert refusal("a:\n\tb: 2").hint == "Indent with spaces."


def test_a_placeholder_in_flow_style_without_quotes_gets_its_own_remedy(refusal):
    assert refusal("settings: {token: ${TOKEN}}").hint == (
        'Inside { } and [ ], put "${…}" in quotes.'
    )


@pytest.mark.parametrize(
    "text", ["a: !!python/object:os.system x", "a: !!int x", "a: !!bool yes", "a: !own 5"]
)
def test_a_tag_can_make_nothing_but_plain_data(document, text):
    [mistake] = document(text).mistakes
    assert (mistake.path, mistake.expected) == ("a", "expected a plain value without a tag")


@pytest.mark.parametrize("text", ["? [a, b]\n: 1", "? {a: b}\n: 1", '"\\e[2J": 1'])
def test_a_key_that_is_no_printable_text_is_a_mistake(document, text):
    assert [mistake.expected for mistake in document(text).mistakes] == ["expected a text as key"]


@pytest.mark.parametrize("text", ['a: "\\0"', 'a: "\\e[2J"', 'a: "\\ud800"'])
def test_control_characters_do_not_come_in_through_escapes(document, text):
    [mistake] = document(text).mistakes
    assert mistake.expected == "expected text without control characters"


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read(tmp_path / "sidecar.yaml", {})


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigurationError, match="Is a directory"):
        read(tmp_path, {})


YAML = st.text(st.sampled_from("ab:-[]{}&*!|>'\"%#?,<~$ \n\t\\0x"), max_size=60)


@given(text=YAML)
def test_any_text_is_read_or_refused_and_never_crashes(tmp_path_factory, text):
    path: Path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text)
    with suppress(ConfigurationError):
        found = read(path, {"a": "1"})
        assert set(found.spots) >= set(found.texts)
