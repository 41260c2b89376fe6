"""What is read out of CSV, JSON Lines, XLSX and Parquet, and what is refused as not quite one."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from context_sidecar import FieldType, Found, NoMatch, Reason, Several, SourceError
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.adapters import ask, plugged

OLD = datetime(2026, 11, 22, tzinfo=UTC).timestamp()


def answer(path, key="C-1", names=("name",), **settings):
    os.utime(path, (OLD, OLD))
    with plugged("files", {"path": str(path), "key": "number"} | settings) as adapter:
        return ask(adapter, key, names=names)


def refusal(path, **settings):
    with pytest.raises(SourceError) as found:
        answer(path, **settings)
    return found.value


@pytest.fixture
def csv_file(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "a.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


class TestCsv:
    @pytest.mark.parametrize(
        ("content", "settings"),
        [
            ("number,name\nC-1,Käthe\n", {}),
            ("number,name\r\nC-1,Käthe\r\n", {}),
            ("\ufeffnumber,name\nC-1,Käthe\n", {}),
            ('number,name\n"C-1","Käthe"\n\n', {}),
            (" number , name \n C-1 ,Käthe\n", {}),
            ("number;name\nC-1;Käthe\n", {"delimiter": ";"}),
            ("number\tname\nC-1\tKäthe\n", {"delimiter": "\t"}),
            ("number,name\nC-1,Käthe\n".encode("latin-1"), {"encoding": "latin-1"}),
            ("number,name\nC-1,Käthe\n".encode("utf-16"), {"encoding": "utf-16"}),
        ],
    )
    def test_it_is_read_as_declared(self, csv_file, content, settings):
        assert answer(csv_file(content), **settings).data["name"] == "Käthe"

    def test_a_quoted_field_may_hold_anything(self, csv_file):
        found = answer(csv_file('number,name\nC-1,"A ""B""\nC, D"\n'))

        assert found.data["name"] == 'A "B"\nC, D'

    @given(st.lists(st.text(st.sampled_from('a"\n\x1f, ')), min_size=1, max_size=4))
    def test_every_field_comes_back_as_it_was_written(self, tmp_path_factory, values):
        path = tmp_path_factory.mktemp("csv") / "a.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["number", *(f"c{place}" for place in range(len(values)))])
            writer.writerow(["C-1", *values])

        assert list(answer(path).data.values()) == ["C-1", *values]

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            ("number,name\nC-1,A\nC-2\n", 3),
            ("number,name\nC-1,A,B\n", 2),
            ('number,name\nC-1,"A\nC-2,B\n', 3),
            (b"number,name\nC-1,A\nC-2,K\xe4the\n", 3),
            ('number,name\nC-1,"A"B\n', 2),
        ],
    )
    def test_what_does_not_fit_is_refused_with_its_line(self, csv_file, content, line):
        found = refusal(csv_file(content))

        assert found.reason is Reason.BAD_RESPONSE
        assert f"line {line}" in found.detail

    @pytest.mark.parametrize(
        ("header", "row", "delimiter", "written"),
        [
            ("number;name", "C-1;A", ",", ";"),
            ("number;name;sum, net", "C-1;A;1", ",", ";"),
            ('"number";"name"', '"C-1";"A, B"', ",", ";"),
            ("number\tname", "C-1\tA", ",", "\\t"),
            ("number|name", "C-1|A", ",", "|"),
            ("number,name", "C-1,A", ";", ","),
        ],
    )
    def test_another_delimiter_than_declared_is_named(
        self, csv_file, header, row, delimiter, written
    ):
        found = refusal(csv_file(f"{header}\n{row}\n"), delimiter=delimiter)

        assert f'`delimiter: "{written}"`' in found.remedy

    def test_a_declared_header_finds_the_delimiter_too(self, csv_file):
        found = refusal(csv_file("number;name\nC-1;A\n"), columns=["number", "name"])

        assert '`delimiter: ";"`' in found.remedy

    def test_a_column_that_is_not_there_is_named_with_its_setting_and_those_that_are(
        self, csv_file
    ):
        found = refusal(csv_file("Number,at\nC-1,A\n"), as_of="changed")

        assert found.detail == "there is no column number; there are: Number, at"
        assert found.remedy.startswith("Did you mean `Number`? Correct `key` in")

        found = refusal(csv_file("number,at\nC-1,A\n"), as_of="changed")

        assert "Correct `as_of` in the source's settings" in found.remedy

    @pytest.mark.parametrize(
        "row", ["C-1,ana@acme.example", "C-1,2027-01-03", "C-1,https://acme.example", "C-1,,,49"]
    )
    def test_a_customer_in_the_place_of_the_header_is_not_told(self, csv_file, row):
        for more in ({}, {"columns": ["number", "name"]}):
            found = refusal(csv_file(f"{row}\n"), **more)

            assert "its first line looks like no header" in found.detail
            assert "C-1" not in f"{found.detail} {found.remedy}"

    def test_of_several_lookups_the_one_is_named(self, csv_file):
        lookups = {"account": {}, "notes": {"key": "owner", "many": "list"}}

        found = refusal(csv_file("number,at\nC-1,A\n"), lookups=lookups)

        assert "Correct `key` of `lookups.notes` in" in found.remedy

    @pytest.mark.parametrize(
        ("written", "declared", "likely"),
        [
            ("latin-1", "utf-8-sig", "windows-1252"),
            ("utf-16", "utf-8-sig", "utf-16"),
            ("utf-16-le", "utf-8-sig", "utf-16-le"),
            ("utf-16-be", "windows-1252", "utf-16-be"),
            ("utf-8", "ascii", "utf-8"),
            ("utf-8", "utf-16", "utf-8"),
        ],
    )
    @pytest.mark.parametrize("name", ["Käthe", "Kathe"])
    def test_another_encoding_than_declared_is_named(
        self, csv_file, written, declared, likely, name
    ):
        content = f"number,name\nC-1,{name}\n"
        if name.isascii() and written in {"latin-1", "utf-8"} and declared != "utf-16":
            assert isinstance(answer(csv_file(content, written), encoding=declared), Found)
            return
        found = refusal(csv_file(content, written), encoding=declared)

        assert found.reason is Reason.BAD_RESPONSE
        assert f"not {'utf-8' if declared == 'utf-8-sig' else declared}" in found.detail
        assert "`encoding" in found.remedy
        assert likely in found.remedy

    def test_an_empty_file_is_said_to_be_empty(self, csv_file):
        found = refusal(csv_file(""), may_be_empty=True)

        assert (found.reason, found.detail) == (Reason.BAD_RESPONSE, "the file is empty")
        assert found.remedy == "Have it delivered once more, whole."
        assert refusal(csv_file("\nnumber\n")).detail == "no header: the first line is empty"

    @given(st.binary(max_size=300))
    def test_no_content_does_worse_than_be_refused(self, tmp_path_factory, content):
        path = tmp_path_factory.mktemp("any") / "a.csv"
        path.write_bytes(b"number,name\n" + content)
        try:
            found = answer(path)
        except SourceError as error:
            found = error
        assert not isinstance(found, Found) or found.data["number"].strip() == "C-1"

    @given(cut=st.integers(1, 250), quote=st.sampled_from(["", '"']))
    def test_a_file_that_was_cut_amid_a_line_is_never_taken_for_whole(
        self, tmp_path_factory, cut, quote
    ):
        rows = [("number", "name"), *((f"C-{n}", "x y") for n in range(9))]
        whole = "".join(f"{quote}{a}{quote},{quote}{b}{quote}\n" for a, b in rows)
        part = whole[: len(whole) - cut % len(whole)]
        path = tmp_path_factory.mktemp("cut") / "a.csv"
        path.write_text(part)
        try:
            found = answer(path)
        except SourceError:
            return
        assert part.endswith("\n")
        assert not isinstance(found, Found) or found.data["name"] == "x y"

    def test_a_writer_that_leaves_the_last_line_open_can_be_declared(self, csv_file):
        path = csv_file("number,name\nC-1,Acme")

        assert "`final_newline: false`" in refusal(path).remedy
        assert answer(path, final_newline=False).data["name"] == "Acme"


@pytest.fixture
def lines(tmp_path):
    def write(*objects, name="a.jsonl"):
        path = tmp_path / name
        path.write_text("".join(f"{one}\n" for one in objects))
        return path

    return write


class TestJsonLines:
    def test_values_come_as_they_are_and_numbers_exact(self, lines):
        path = lines(
            '{"number": "C-1", "name": "K\\u00e4the", "balance": 12.50, "vip": true, "note": null}',
            "",
            '{"number": 2, "name": "a\u2028b", "balance": 3, "vip": false, "note": {"by": ["x"]}}',
        )

        assert answer(path).data == {
            "number": "C-1", "name": "Käthe", "balance": "12.50", "vip": True, "note": None,
        }  # fmt: skip
        assert answer(path, "2").data == {
            "number": 2, "name": "a\u2028b", "balance": 3, "vip": False, "note": {"by": ["x"]},
        }  # fmt: skip

    def test_what_a_row_lacks_is_not_none_unless_the_writer_leaves_out_nulls(self, lines):
        whole, less = (
            '{"number": "C-1", "name": "A", "tier": "ENT"}',
            '{"number": "C-2", "name": "B"}',
        )
        path = lines(whole, less)

        assert answer(path, "C-2").data == {"number": "C-2", "name": "B"}
        assert answer(path, "C-2", omits_nulls=True, always=["name"]).data == {
            "number": "C-2", "name": "B", "tier": None,
        }  # fmt: skip

    @pytest.mark.parametrize("lost", ["", ', "name": null'], ids=["gone", "null"])
    def test_a_row_without_what_every_row_has_came_without_its_content(self, lines, lost):
        path = lines('{"number": "C-1", "name": "A", "tier": "ENT"}', f'{{"number": "C-2"{lost}}}')

        found = answer(path, "C-2", omits_nulls=True, always=["name"]).data

        assert "tier" not in found

    def test_what_every_row_has_is_said_where_nulls_are_left_out(self, lines):
        with pytest.raises(ValidationError, match="required with omits_nulls"):
            answer(lines('{"number": "C-1"}'), omits_nulls=True)

    def test_a_row_without_a_key_spoils_the_file(self, lines):
        found = answer(lines('{"number": "C-1"}', '{"name": "Bolt"}'))

        assert (found.reason, found.detail) == (Reason.BAD_RESPONSE, "row 2 has no number")

    @pytest.mark.parametrize(
        "line",
        [
            '{"number": "C-2", "na',
            '["C-2"]',
            "null",
            '"C-2"',
            '{"number": "C-2"} {"number": "C-3"}',
            '{"number": "C-2", "ratio": NaN}',
            '{"number": "C-2", "number": "C-3"}',
            '{"number": ' + "[" * 100_000,
        ],
        ids=["cut", "list", "null", "text", "two", "NaN", "one name twice", "deep"],
    )
    def test_what_is_no_object_is_refused_with_its_line_and_untold(self, lines, line):
        found = refusal(lines('{"number": "C-1"}', line))

        assert found.reason is Reason.BAD_RESPONSE
        assert found.detail.startswith("line 2: ")
        assert "C-2" not in found.detail

    def test_a_renamed_key_is_a_changed_schema(self, lines):
        assert refusal(lines('{"customer": "C-1"}')).reason is Reason.SCHEMA_CHANGED

    def test_declared_columns_are_exact(self, lines):
        path = lines('{"number": "C-1", "name": "Acme"}')

        assert refusal(path, columns=["number"]).reason is Reason.SCHEMA_CHANGED
        assert isinstance(answer(path, columns=["number", "name"]), Found)

    def test_an_empty_file_says_that_there_are_none_only_where_that_is_declared(self, lines):
        assert refusal(lines()).reason is Reason.BAD_RESPONSE
        assert answer(lines(), may_be_empty=True) == NoMatch()

    def test_another_encoding_than_declared_is_refused(self, lines):
        path = lines()
        path.write_bytes('{"number": "C-1", "name": "Käthe"}'.encode("latin-1"))

        assert refusal(path).detail == "line 1: not utf-8"
        assert "`encoding`" in refusal(path).remedy
        assert answer(path, encoding="latin-1").data["name"] == "Käthe"

    @given(st.lists(st.dictionaries(st.sampled_from("ab"), st.text() | st.integers() | st.none())))
    def test_every_value_comes_back_as_it_was_written(self, tmp_path_factory, rows):
        path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
        written = [{"number": f"C-{place}", **row} for place, row in enumerate(rows)]
        path.write_text("".join(f"{json.dumps(row)}\n" for row in [{"number": "C-x"}, *written]))

        for row in written:
            assert answer(path, row["number"]).data == row


class TestGzip:
    @pytest.mark.parametrize("name", ["a.csv.gz", "a.CSV.GZ", "a.csv"])
    def test_what_is_packed_is_unpacked_whatever_its_name(self, tmp_path, name):
        """A web server that knows the packing has undone it already."""
        path = tmp_path / name
        content = b"number,name\nC-1,Acme\n"

        for written in (
            content,
            gzip.compress(content),
            gzip.compress(content[:14]) + gzip.compress(content[14:]),
        ):
            path.write_bytes(written)
            assert answer(path).data["name"] == "Acme"

    def test_json_lines_are_packed_too(self, tmp_path):
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(gzip.compress(b'{"number": "C-1", "name": "Acme"}\n'))

        assert answer(path).data["name"] == "Acme"

    @pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
    def test_the_beginning_of_a_packed_file_is_refused(self, tmp_path, kept):
        rows = "".join(f"C-{n},{n * 7919 % 1000}\n" for n in range(1000))
        packed = gzip.compress(f"number,name\n{rows}".encode())
        path = tmp_path / "a.csv.gz"
        path.write_bytes(packed[: int(len(packed) * kept)])

        assert refusal(path).reason is Reason.BAD_RESPONSE

    def test_one_that_unpacks_to_far_more_than_the_cap_is_refused(self, tmp_path):
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(b"number\n" + b"C-1\n" * 3_000_000))

        assert "when unpacked" in refusal(path, max_megabytes=1).detail


@pytest.fixture
def workbook(tmp_path):
    def write(*rows, sheets=("Data",), hidden=(), merged=(), calculated=None):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            sheet.sheet_state = "hidden" if title in hidden else "visible"
            for cells in merged:
                sheet.merge_cells(cells)
        path = tmp_path / "a.xlsx"
        book.save(path)
        return _patched(path, calculated) if calculated else path

    return write


def _patched(path, calculated):
    """Write results into the file, as a spreadsheet program does when it has calculated."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            for old, new in calculated.items():
                part = part.replace(old, new)  # noqa: PLW2901  each change builds on the last
            archive.writestr(name, part)
    return path


class TestXlsx:
    def test_cells_come_as_what_json_is_made_of(self, workbook):
        path = workbook(
            ["number", "name", "balance", "since", "vip", "note"],
            ["C-1", "007", 12.5, datetime(2026, 1, 31), True, None],  # noqa: DTZ001  a sheet has no zones
        )

        assert answer(path).data == {
            "number": "C-1", "name": "007", "balance": 12.5,
            "since": "2026-01-31T00:00:00", "vip": True, "note": None,
        }  # fmt: skip

    def test_numbers_that_are_shown_as_percentages_are_offered_as_such(self, workbook):
        path = workbook(
            ["number", "share", "part", "mixed", "literal", "named", "rate"],
            ["C-1", 0.25, 1, 0.5, 25, "none", 0.5],
            ["C-2", 0.1, None, 0.75, 10, 0.5, 0.25],
        )
        formats = {
            "B2": "0%", "B3": "0.00 %", "C2": "[Red]0%", "D2": "0%", "E2": '0"%"', "E3": r"0\%",
            "F3": "0%",
        }  # fmt: skip
        book = openpyxl.load_workbook(path)
        for cell, written in formats.items():
            book["Data"][cell].number_format = written
        book.save(path)
        os.utime(path, (OLD, OLD))

        with plugged("files", {"path": str(path), "key": "number"}) as adapter:
            shape = adapter.shape("account")

        assert {one.name: (one.type, one.dialect) for one in shape.fields} == {
            "number": (FieldType.TEXT, ""),
            "share": (FieldType.PERCENT, "fraction"),
            "part": (FieldType.PERCENT, "fraction"),
            "mixed": (FieldType.NUMBER, ""),
            "literal": (FieldType.NUMBER, ""),
            "named": (FieldType.TEXT, ""),
            "rate": (FieldType.NUMBER, ""),
        }

    def test_a_key_may_be_a_number(self, workbook):
        path = workbook(["number", "name"], [1001, "Acme"], [1002.0, "Bolt"])

        assert answer(path, "1001").data["name"] == "Acme"
        assert answer(path, "1002").data["name"] == "Bolt"

    def test_times_are_in_the_declared_zone(self, workbook):
        path = workbook(["number", "at"], ["C-1", datetime(2026, 1, 31, 12)])  # noqa: DTZ001  as above

        found = answer(path, as_of="at", time_zone="Europe/Berlin")

        assert found.as_of == datetime(2026, 1, 31, 11, tzinfo=UTC)

    def test_empty_lines_and_columns_at_the_end_are_nothing(self, workbook):
        path = workbook(["number", "name", None], [None, None, None], ["C-1", "Acme", None], [None])

        assert answer(path).data == {"number": "C-1", "name": "Acme"}

    def test_a_value_beyond_the_last_column_is_refused(self, workbook):
        path = workbook(["number", "name"], ["C-1", "Acme", "?"])

        assert "row 2" in refusal(path).detail

    def test_the_first_sheet_is_read_or_the_declared_one(self, workbook):
        path = workbook(["number", "name"], ["C-1", "Acme"], sheets=("Data", "Old"))

        assert answer(path, sheet="Old") == answer(path)
        found = refusal(path, sheet="New")
        assert found.reason is Reason.SCHEMA_CHANGED
        assert found.detail == "there is no sheet New; there are: Data, Old"
        assert "Correct `sheet`" in found.remedy

    def test_a_hidden_sheet_is_read_only_where_it_is_declared(self, workbook):
        path = workbook(
            ["number", "name"], ["C-1", "Acme"], sheets=("Old", "Data", "More"), hidden=("Old",)
        )
        book = openpyxl.load_workbook(path)
        book["Old"]["B2"], book["More"]["B2"] = "Acme before", "More"
        book.save(path)

        assert answer(path).data["name"] == "Acme"
        assert answer(path, sheet="Old").data["name"] == "Acme before"

    def test_a_cell_that_is_merged_into_another_is_not_read_and_not_none(self, workbook):
        """What is shown in it is the other's, and only a person knows whether it is meant."""
        rows = (["C-1", "Acme", "GOLD"], ["C-2", "Bolt", "GOLD"], ["C-3", "Cog", None])
        path = workbook(["number", "name", "tier"], *rows, merged=("C2:C3", "C4:C9"))

        assert answer(path).data["tier"] == "GOLD"
        found = answer(path, "C-2")
        assert found.data == {"number": "C-2", "name": "Bolt"}
        assert found.unread["tier"].startswith("Cells C2:C3: merged into one. Mend")
        assert answer(path, "C-3").data["tier"] is None

    def test_a_header_may_be_merged(self, workbook):
        path = workbook(["number", "name", None], ["C-1", "Acme", None], merged=("B1:C1",))

        assert answer(path).data == {"number": "C-1", "name": "Acme"}

    def test_a_formula_that_was_calculated_is_its_value(self, workbook):
        path = workbook(
            ["number", "name"], ["C-1", "=10*2"],
            calculated={b"<f>10*2</f><v></v>": b"<f>10*2</f><v>20</v>",
                        b"<f>10*2</f><v />": b"<f>10*2</f><v>20</v>"},
        )  # fmt: skip

        assert answer(path).data["name"] == 20

    def test_a_formula_whose_value_is_an_empty_text_is_an_empty_text(self, workbook):
        path = workbook(
            ["number", "name"], ["C-1", '=IF(1,"","x")'],
            calculated={b'<c r="B2">': b'<c r="B2" t="str">'},
        )  # fmt: skip

        assert answer(path).data["name"] == ""

    def test_a_formula_that_was_never_calculated_is_not_read_and_not_none(self, workbook):
        found = answer(workbook(["number", "name", "tier"], ["C-1", "=10*2", "ENT"]))

        assert found.data == {"number": "C-1", "tier": "ENT"}
        assert found.unread["name"].startswith("Cell B2: a formula that was never calculated. Mend")

    def test_a_cell_that_cannot_be_read_fails_only_what_reads_it(self, workbook):
        path = workbook(["number", "name", "rate"], ["C-1", "Acme", "#N/A"], ["C-2", "Bolt", 3])
        path = _patched(path, {b't="inlineStr"><is><t>#N/A</t></is>': b't="e"><v>#N/A</v>'})

        found = answer(path, names=("rate", "name"))
        assert found.data == {"number": "C-1", "name": "Acme"}
        assert found.unread["rate"].startswith("Cell C2: #N/A. Mend it in")
        assert answer(path, "C-2", names=("rate",)) == Found(
            {"number": "C-2", "name": "Bolt", "rate": 3}
        )

    @pytest.mark.parametrize("names", [(), ("",), ("", "name")], ids=["none", "all", "both"])
    def test_it_fails_who_reads_the_whole_row(self, workbook, names):
        path = workbook(["number", "name", "rate"], ["C-1", "Acme", "=1+1"], ["C-2", "Bolt", 3])

        found = answer(path, names=names)

        assert (found.reason, found.detail) == (
            Reason.BAD_RESPONSE,
            "cell C2: a formula that was never calculated",
        )
        assert "save the file there" in found.remedy
        assert isinstance(answer(path, "C-2", names=names), Found)

    def test_it_fails_a_list_of_rows(self, workbook):
        path = workbook(["number", "name", "rate"], ["C-1", "Acme", "=1+1"], ["C-1", "Bolt", 3])
        lookups = {"account": {"many": "list"}}

        assert answer(path, names=("rate",), lookups=lookups).reason is Reason.BAD_RESPONSE

    def test_a_key_that_was_never_calculated_spoils_the_file(self, workbook):
        path = workbook(["number", "name"], ["C-1", "Acme"], ['="C-"&2', "Bolt"])

        assert answer(path).reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
    def test_the_beginning_of_a_workbook_is_refused(self, workbook, kept):
        path = workbook(["number", "name"], *([f"C-{n}", "x"] for n in range(500)))
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

        assert refusal(path).reason is Reason.BAD_RESPONSE

    def test_a_workbook_with_damaged_insides_is_refused(self, workbook):
        path = workbook(["number", "name"], ["C-1", "Acme"])
        _patched(path, {b"<sheetData>": b"<sheetDat"})

        assert refusal(path).reason is Reason.BAD_RESPONSE

    def test_a_workbook_that_unpacks_to_far_more_than_the_cap_is_refused(self, workbook):
        path = workbook(["number", "name"], ["C-1", "Acme"])
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/more.xml", b" " * 11_000_000)

        found = refusal(path, max_megabytes=1)

        assert "when unpacked" in found.detail


class TestParquet:
    @pytest.fixture
    def parquet(self, tmp_path):
        def write(**columns):
            path = tmp_path / "a.parquet"
            pq.write_table(pa.table(columns), path)
            return path

        return write

    def test_values_come_as_what_json_is_made_of(self, parquet):
        moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
        path = parquet(
            number=["C-1"], balance=[Decimal("12.50")], since=[date(2026, 1, 31)], at=[moment],
            tags=[["a", "b"]], ratio=[float("nan")], none=pa.array([None], pa.string()),
        )  # fmt: skip

        assert answer(path, as_of="at") == Found(
            {
                "number": "C-1", "balance": "12.50", "since": "2026-01-31",
                "at": "2026-11-22T08:00:00+00:00", "tags": ["a", "b"], "ratio": "nan", "none": None,
            },
            moment,
        )  # fmt: skip

    def test_times_in_nanoseconds_are_read(self, parquet):
        times = pa.array([1795424400_000_000_001], pa.timestamp("ns", "UTC"))

        assert answer(parquet(number=["C-1"], at=times), as_of="at").as_of == datetime(
            2026, 11, 23, 9, tzinfo=UTC
        )

    def test_a_key_may_be_a_number_and_stand_twice(self, parquet):
        path = parquet(number=[1, 1, 2], name=["A", "B", "C"])

        assert answer(path, "1", name="name") == Several(("A", "B"))
        assert answer(path, "2").data["name"] == "C"

    def test_bytes_are_no_text(self, parquet):
        found = answer(parquet(number=["C-1"], name=[b"\0"]))

        assert found.reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.99])
    def test_the_beginning_of_a_file_is_refused(self, parquet, kept):
        path = parquet(number=[f"C-{n}" for n in range(1000)])
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

        assert refusal(path).reason is Reason.BAD_RESPONSE

    def test_a_file_that_unpacks_to_far_more_than_the_cap_is_refused(self, parquet):
        path = parquet(number=pa.array(range(2_000_000), pa.int64()))

        assert "when unpacked" in refusal(path, max_megabytes=1).detail or path.stat().st_size > 1e6

    def test_without_the_library_it_says_what_to_install(self, parquet, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyarrow", None)

        found = refusal(parquet(number=["C-1"]))

        assert (found.reason, "pip install" in found.detail) == (Reason.NOT_CONFIGURED, True)
