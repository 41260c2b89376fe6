"""Delivered files: found by key, noticed when replaced, never read by halves."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar import AccountRow, Found, NoMatch, Reason, Several, SourceError, plugins
from context_sidecar_adapters.files.origins import Delivery, Unfinished
from context_sidecar_adapters.files.settings import FileSettings
from context_sidecar_adapters.files.shelf import Shelf
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.adapters import ask, plugged

HEADER = "number,name,balance,as_of"
ROWS = [
    "C-1,Acme,1200.00,2026-11-22T00:00:00Z",
    "C-2,Bolt,,2026-11-20T00:00:00Z",
    "C-3,Coil,1.00,",
]
YESTERDAY = datetime(2026, 11, 22, 18, tzinfo=UTC)
SFTP = {"user": "u", "password": "T0P", "host_key": "SHA256:" + "A" * 43}


def deliver(path, *rows, header=HEADER, at=YESTERDAY, whole=True):
    """Write a CSV file as of *at*; half of its last line where it is not *whole*."""
    text = "\n".join([header, *(rows or ROWS)])
    path.write_text(text + "\n" if whole else text[:-4])
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@pytest.fixture
def path(tmp_path):
    return deliver(tmp_path / "billing.csv")


@contextmanager
def files(path, **more):
    with plugged("files", {"path": str(path), "key": "number"} | more) as adapter:
        yield adapter


def failure(adapter, key="C-1"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key)
    return found.value


def later(**span):
    return YESTERDAY + timedelta(**span)


class Seconds:
    """A clock that counts seconds as it is told."""

    now = 0.0

    def __call__(self):
        return self.now


class Scripted:
    """Where the next delivery, or the trouble with it, comes from."""

    def __init__(self, first):
        self.next = first

    def fetch(self, known):
        if isinstance(self.next, Exception):
            raise self.next
        return self.next


class TestReading:
    def test_a_row_is_found_by_its_key_with_the_time_of_the_file(self, path):
        with files(path, as_of="modified", link="https://erp.example.com/{number}") as adapter:
            answers = ask(adapter, "C-1", "C-9")

        row = {"number": "C-1", "name": "Acme", "balance": "1200.00", "as_of": ROWS[0][-20:]}
        assert answers == {
            "C-1": Found(row, YESTERDAY, "https://erp.example.com/C-1"),
            "C-9": NoMatch(),
        }

    def test_a_row_may_have_a_time_of_its_own(self, path):
        with files(path, as_of="as_of") as adapter:
            answers = ask(adapter, "C-1", "C-3")

        assert answers["C-1"].as_of == datetime(2026, 11, 22, tzinfo=UTC)
        assert answers["C-3"].as_of is None

    def test_a_text_is_no_value_where_it_is_declared_to_be_none(self, path):
        deliver(path, "C-1,Acme,NULL,n/a", "NULL,Bolt,3,")

        with files(path) as adapter:
            assert ask(adapter, "C-1").data["balance"] == "NULL"
        with files(path, nulls=["NULL", "n/a"]) as adapter:
            data = ask(adapter, "C-1").data
            assert (data["balance"], data["as_of"]) == (None, None)
            assert ask(adapter, "NULL") == NoMatch()

    def test_two_rows_under_one_key_are_named_and_none_is_chosen(self, path):
        deliver(path, "C-1,Acme,1,", "C-1,Acme (old),2,")

        with files(path, name="name") as adapter:
            assert ask(adapter, "C-1") == Several(("Acme", "Acme (old)"))

    def test_case_is_ignored_where_declared(self, path):
        with files(path, ignore_case=True) as adapter:
            assert ask(adapter, "c-1").data["number"] == "C-1"
        with files(path) as adapter:
            assert ask(adapter, "c-1") == NoMatch()

    def test_lookups_group_rows_by_keys_of_their_own(self, path):
        deliver(
            path, "1,C-1,open", "2,C-1,paid", "3,C-2,open", header="invoice,customer,state"
        )  # fmt: skip
        lookups = {
            "invoices": {"key": "customer", "many": "list", "as_of": "modified"},
            "invoice": {"many": "one"},
        }

        with files(path, key="invoice", lookups=lookups) as adapter:
            mine = ask(adapter, "C-1", "C-9", lookup="invoices")
            one = ask(adapter, "3", lookup="invoice")

        assert [row["invoice"] for row in mine["C-1"].data] == ["1", "2"]
        assert mine["C-9"] == Found([], YESTERDAY)
        assert one.data["customer"] == "C-2"

    def test_all_rows_are_accounts(self, path):
        with files(path, link="https://erp.example.com/{number}") as adapter:
            rows = list(adapter.accounts({"number"}))

        assert len(rows) == 3
        assert rows[1] == AccountRow(
            {"number": "C-2", "name": "Bolt", "balance": "", "as_of": "2026-11-20T00:00:00Z"},
            "https://erp.example.com/C-2",
        )

    def test_the_check_says_how_much_there_is_and_of_when(self, path):
        with files(path) as adapter:
            assert adapter.check() == "billing.csv: 3 rows, of 2026-11-22 18:00 UTC"

    def test_there_is_no_network_in_it(self, path):
        with files(path) as adapter:
            assert adapter.connection() is None


class TestReplacing:
    def test_a_replaced_file_is_noticed(self, path, tmp_path):
        with files(path) as adapter:
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(tmp_path / "new.csv", "C-1,Acme AG,1,", *ROWS[1:]).replace(path)
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    def test_a_replaced_file_is_told_from_the_one_before_once_it_is_whole(self, path):
        with files(path) as adapter:
            before = adapter.revision()
            assert adapter.revision() == before

            deliver(path, *ROWS, "C-4,Dyne,1,", at=datetime.now(UTC))
            assert adapter.revision() == before, "it is still being written"

            deliver(path, *ROWS, "C-4,Dyne,1,", at=later(hours=1))
            assert adapter.revision() != before

    def test_that_a_file_cannot_be_believed_is_told_to_whoever_asks(self, path):
        with files(path) as adapter:
            before = adapter.revision()
            deliver(path, whole=False, at=later(hours=1))

            assert adapter.revision() != before
            assert failure(adapter).reason is Reason.BAD_RESPONSE

    def test_a_file_that_has_only_just_changed_is_still_being_written(self, path):
        """The last whole delivery counts until the new one is whole."""
        with files(path) as adapter:
            ask(adapter, "C-1")
            deliver(path, "C-1,Acme AG,1,", *ROWS[1:], at=datetime.now(UTC))
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(path, "C-1,Acme AG,1,", *ROWS[1:], at=later(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    def test_one_that_paused_in_its_middle_is_left_alone_for_half_a_minute(self, path):
        with files(path) as adapter:
            ask(adapter, "C-1")
            deliver(path, *ROWS[:2], at=datetime.now(UTC) - timedelta(seconds=25))
            assert isinstance(ask(adapter, "C-3"), Found)

    def test_without_an_earlier_delivery_an_unfinished_one_is_no_answer(self, path):
        deliver(path, at=datetime.now(UTC))

        with files(path) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE
        with files(path, settle="0s") as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_time_in_the_future_is_another_clock_s_and_no_reason_to_wait(self, path):
        deliver(path, at=datetime.now(UTC) + timedelta(days=1))

        with files(path) as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_with_a_marker_a_file_counts_once_its_marker_is_not_older(self, path, tmp_path):
        marker = tmp_path / "billing.done"
        with files(path, marker=str(marker)) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE
            deliver(marker, at=later(minutes=1))
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(path, "C-1,Acme AG,1,", *ROWS[1:], at=later(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(marker, at=later(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    def test_while_a_delivery_is_never_finished_the_last_one_does_not_count_for_ever(self):
        held = Delivery("1", "\n".join([HEADER, *ROWS, ""]).encode(), YESTERDAY)
        origin, clock = Scripted(held), Seconds()
        told = {"path": "a.csv", "key": "number", "marker": "a.done"}
        shelf = Shelf(origin, FileSettings().load(told), clock)
        shelf.stock()

        origin.next = Unfinished("the file is newer than its marker")
        assert len(shelf.stock().table) == 3
        clock.now += 300
        assert len(shelf.stock().table) == 3
        clock.now += 1
        with pytest.raises(Unfinished):
            shelf.stock()

        origin.next = None
        assert len(shelf.stock().table) == 3
        origin.next = Unfinished("the file is newer than its marker")
        assert len(shelf.stock().table) == 3

    def test_a_half_written_line_is_refused_until_the_file_is_mended(self, path):
        with files(path) as adapter:
            ask(adapter, "C-1")
            deliver(path, *ROWS, "C-4,Dyne,12.00,", at=later(hours=1), whole=False)
            for _ in range(2):
                found = failure(adapter)
                assert found.reason is Reason.BAD_RESPONSE
                assert "line 5" in found.detail
                assert "Dyne" not in found.detail
            deliver(path, *ROWS, "C-4,Dyne,12.00,", at=later(hours=2))
            assert ask(adapter, "C-4").data["balance"] == "12.00"

    def test_a_broken_file_stays_refused_while_the_next_is_written(self, path):
        with files(path) as adapter:
            ask(adapter, "C-1")
            deliver(path, "C-1", at=later(hours=1))
            assert failure(adapter).reason is Reason.BAD_RESPONSE
            deliver(path, at=datetime.now(UTC))
            assert failure(adapter).reason is Reason.BAD_RESPONSE

    def test_a_file_that_is_gone_is_unreachable_until_it_is_back(self, path, tmp_path):
        with files(path) as adapter:
            ask(adapter, "C-1")
            path.rename(tmp_path / "away.csv")
            assert failure(adapter).reason is Reason.UNREACHABLE
            (tmp_path / "away.csv").rename(path)
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_much_shorter_file_is_refused_until_it_is_delivered_again(self, path):
        with files(path) as adapter:
            ask(adapter, "C-1")
            deliver(path, ROWS[0], at=later(days=1))
            found = failure(adapter)
            assert found.reason is Reason.BAD_RESPONSE
            assert "1 rows where there were 3" in found.detail
            os.utime(path, (later(days=2).timestamp(),) * 2)  # touched: it is right
            assert isinstance(ask(adapter, "C-1"), Found)
            assert ask(adapter, "C-2") == NoMatch()

    def test_a_file_that_goes_on_shrinking_is_refused_again(self, path):
        deliver(path, *(f"C-{n},x,," for n in range(100)))
        with files(path) as adapter:
            ask(adapter, "C-1")
            for day, rows in enumerate([40, 10, 2], start=1):
                deliver(path, *(f"C-{n},x,," for n in range(rows)), at=later(days=day))
                assert failure(adapter).reason is Reason.BAD_RESPONSE
            deliver(path, *(f"C-{n},x,," for n in range(98)), at=later(days=9))
            assert isinstance(ask(adapter, "C-1"), Found)
            deliver(path, *(f"C-{n},x,," for n in range(2)), at=later(days=10))
            assert failure(adapter).reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize(("may_shrink", "refused"), [(0, True), (33, True), (34, False)])
    def test_how_far_it_may_shrink_is_declared(self, path, may_shrink, refused):
        with files(path, may_shrink=may_shrink) as adapter:
            ask(adapter, "C-1")
            deliver(path, *ROWS[:2], at=later(days=1))
            if refused:
                assert failure(adapter).reason is Reason.BAD_RESPONSE
            else:
                assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_file_without_rows_is_no_proof_that_there_are_no_accounts(self, path):
        path.write_text(HEADER + "\n")
        os.utime(path, (YESTERDAY.timestamp(),) * 2)

        with files(path) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE
        with files(path, may_be_empty=True) as adapter:
            assert ask(adapter, "C-1") == NoMatch()

    def test_readers_beside_a_busy_writer_see_whole_files_only(self, path, tmp_path):
        """Each delivery says the same number in all its rows; no answer may mix two."""
        over = threading.Event()
        seen: list[set[str]] = []

        def read(adapter):
            while not over.is_set():
                answers = ask(adapter, *(f"C-{n}" for n in range(50)))
                seen.append({answer.data["balance"] for answer in answers.values()})

        def write(number):
            rows = (f"C-{n},x,{number}," for n in range(50))
            deliver(tmp_path / "new", *rows, at=later(seconds=number)).replace(path)

        write(0)
        with files(path) as adapter:
            ask(adapter, "C-1")
            readers = [threading.Thread(target=read, args=(adapter,)) for _ in range(3)]
            for reader in readers:
                reader.start()
            for number in range(1, 60):
                write(number)
            over.set()
            for reader in readers:
                reader.join(10)
            assert ask(adapter, "C-1").data["balance"] == "59"

        assert seen
        assert all(len(numbers) == 1 for numbers in seen)


class TestWhatIsNoFileOfOurs:
    def test_a_renamed_key_column_is_a_changed_schema(self, path):
        with files(path) as adapter:
            deliver(path, header="customer,name,balance,as_of", at=later(hours=1))
            assert failure(adapter).reason is Reason.SCHEMA_CHANGED
            deliver(path, at=later(hours=2))
            assert isinstance(ask(adapter, "C-1"), Found)

    @pytest.mark.parametrize("setting", [{"as_of": "at"}, {"name": "title"}])
    def test_a_column_with_a_meaning_must_be_there(self, path, setting):
        with files(path, **setting) as adapter:
            assert failure(adapter).reason is Reason.SCHEMA_CHANGED

    def test_a_declared_header_is_exact(self, path):
        with files(path, columns=["number", "name"]) as adapter:
            assert failure(adapter).reason is Reason.SCHEMA_CHANGED
        with files(path, columns=HEADER.split(",")) as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    @pytest.mark.parametrize("header", ["number,name,,as_of", "number,name,name,as_of", ""])
    def test_a_header_names_every_column_once(self, path, header):
        deliver(path, header=header)

        with files(path) as adapter:
            assert failure(adapter).reason is Reason.SCHEMA_CHANGED

    def test_a_file_over_the_cap_is_refused(self, path):
        path.write_bytes(b"number\n" + b"C-1\n" * 300_000)
        os.utime(path, (YESTERDAY.timestamp(),) * 2)

        with files(path, max_megabytes=1) as adapter:
            found = failure(adapter)

        assert (found.reason, "1000000 bytes" in found.detail) == (Reason.BAD_RESPONSE, True)

    def test_a_file_that_is_not_there_is_told_by_its_whole_path_and_the_setting(self, path):
        path.unlink()

        with files(path) as adapter:
            found = failure(adapter)

        assert (found.reason, found.detail) == (
            Reason.UNREACHABLE,
            f"{path}: there is no such file",
        )
        assert "`path`" in found.remedy

    def test_a_folder_is_no_file(self, path):
        path.unlink()
        path.mkdir()
        os.utime(path, (YESTERDAY.timestamp(),) * 2)

        with files(path) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED


class TestSettings:
    def mistakes(self, **settings):
        with pytest.raises(ValidationError) as found:
            plugins.adapter("files").Settings().load(settings)
        return set(found.value.messages)

    @pytest.mark.parametrize(
        ("settings", "places"),
        [
            ({"key": "k"}, {"path"}),
            ({"path": "a.csv", "url": "https://x.example/a.csv", "key": "k"}, {"path"}),
            ({"path": "a.dat", "key": "k"}, {"format"}),
            ({"path": "a.dat", "settle": "soon"}, {"format", "key", "settle"}),
            ({"path": 5, "key": "k"}, {"path"}),
            ({"path": "a.csv"}, {"key"}),
            ({"path": "a.csv", "lookups": {"account": {}}}, {"key"}),
            ({"url": "https://x.example/a.csv", "marker": "m", "key": "k"}, {"marker"}),
            ({"path": "a.csv", "key": "k", "encoding": "klingon"}, {"encoding"}),
            ({"path": "a.csv", "key": "k", "delimiter": ""}, {"delimiter"}),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, settings, places):
        assert self.mistakes(**settings) == places

    @pytest.mark.parametrize(
        ("name", "format"),
        [
            ("a.CSV", "csv"),
            ("a.tsv", "csv"),
            ("a.xlsx", "xlsx"),
            ("a.pq", "parquet"),
            ("a.csv.gz", "csv"),
            ("a.2026.jsonl.gz", "jsonl"),
            ("a.ndjson", "jsonl"),
        ],
    )
    def test_the_name_tells_the_format(self, name, format):
        loaded = plugins.adapter("files").Settings().load({"path": name, "key": "k"})

        assert loaded["format"] == format


@pytest.mark.parametrize(
    ("settings", "module", "extra"),
    [
        ({"path": "a.parquet"}, "pyarrow", "parquet"),
        ({"url": "s3://exports/a.csv"}, "botocore", "s3"),
        ({"url": "sftp://h/a.csv", "sftp": SFTP}, "paramiko", "sftp"),
    ],
)
def test_a_missing_library_is_told_before_anything_is_read(settings, module, extra, monkeypatch):
    with plugged("files", {"key": "number", **settings}) as adapter:
        assert adapter.lacks() == ""
        monkeypatch.setitem(sys.modules, module, None)
        assert adapter.lacks() == f"{module}: pip install 'context-sidecar[{extra}]'"


@given(
    rows=st.dictionaries(st.text("abcdef", min_size=1), st.text(min_size=1), min_size=1),
    key=st.text(),
)
def test_whatever_the_key_only_its_own_row_can_come_back(tmp_path_factory, rows, key):
    folder = tmp_path_factory.mktemp("given")
    path = folder / "given.csv"
    names = {owner: f'"{name.replace(chr(34), chr(34) * 2)}"' for owner, name in rows.items()}
    lines = [f"{owner},{name}" for owner, name in names.items()]
    path.write_bytes(("number,name\n" + "\n".join(lines) + "\n").encode("utf-8", "replace"))
    os.utime(path, (YESTERDAY.timestamp(),) * 2)

    with files(path) as adapter:
        answer = ask(adapter, key)

    assert isinstance(answer, Found) == (key in rows)
    assert not isinstance(answer, Found) or answer.data["number"] == key
