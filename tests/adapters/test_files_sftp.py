"""A delivered file on an SFTP server: of a server that proves itself, and never by halves."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import asyncssh
import pytest
from context_sidecar import Found, Reason, SourceError, plugins
from context_sidecar.core.source import Limits
from context_sidecar.engine.door.dialing import dialing
from context_sidecar_adapters.files import sftp as origin
from marshmallow import ValidationError
from support import sftp, wire
from support.adapters import ask, plugged

CSV = "number,name\nC-1,Acme\nC-2,Bolt\n"
YESTERDAY = datetime(2026, 11, 22, 18, tzinfo=UTC)


def deliver(path, content=CSV, at=YESTERDAY):
    path.write_text(content)
    os.utime(path, (at.timestamp(), at.timestamp()))


def just_now():
    """By a clock that is a little ahead of ours, so that it stays so while a test runs."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)


@pytest.fixture
def server(tmp_path):
    deliver(tmp_path / "billing.csv")
    with sftp.server(tmp_path) as server:
        yield server


@pytest.fixture
def path(server):
    return server.folder / "billing.csv"


@contextmanager
def read(server, name="billing.csv", *, timeout=10, settings=None, **login):
    told = {key: value for key, value in {**server.login, **login}.items() if value is not None}
    told = {"url": server.url(name), "key": "number", "as_of": "modified", "sftp": told}
    with plugged("files", told | (settings or {}), timeout=timeout) as adapter:
        yield adapter


def failure(adapter):
    with pytest.raises(SourceError) as found:
        ask(adapter, "C-1")
    assert sftp.PASSWORD not in str(found.value)
    assert found.value.__context__ is None or "T0P" not in str(found.value.__context__)
    return found.value


class TestReading:
    def test_a_file_is_read_with_the_server_s_time_for_it(self, server):
        with read(server) as adapter:
            assert ask(adapter, "C-1") == Found({"number": "C-1", "name": "Acme"}, YESTERDAY)
            assert adapter.check() == "billing.csv: 2 rows, of 2026-11-22 18:00 UTC"
            assert adapter.connection() is None
            assert adapter.revision() is None

    def test_a_path_may_begin_at_the_user_s_home(self, server, path):
        (server.folder / "out going").mkdir()
        path.rename(server.folder / "out going" / "b.csv")

        with read(server, "~/out going/b.csv") as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_one_that_changes_twice_in_a_second_to_the_same_size_is_read_again(self, server, path):
        deliver(path, at=(at := just_now()))

        with read(server, settings={"settle": "0s"}) as adapter:
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(path, CSV.replace("Acme", "Akme"), at)
            assert ask(adapter, "C-1").data["name"] == "Akme"

    def test_one_that_is_read_again_is_not_delivered_again(self, server, path):
        """It is as short as before, and no second delivery that agrees."""
        with read(server, settings={"settle": "0s", "may_shrink": 10}) as adapter:
            ask(adapter, "C-1")
            deliver(path, "number,name\nC-1,Acme\n", at := just_now())
            for _ in range(3):
                assert "1 rows where there were 2" in failure(adapter).detail
            deliver(path, "number,name\nC-1,Akme\n", at)
            assert ask(adapter, "C-1").data["name"] == "Akme"

    def test_it_is_read_again_until_its_second_has_passed(self, server, path, monkeypatch):
        pieces, at = [], just_now()
        deliver(path, at=at)
        server.before_read = pieces.append

        with read(server, settings={"settle": "0s"}) as adapter:
            ask(adapter, "C-1")
            later = SimpleNamespace(time=lambda: at.timestamp() + 3)
            monkeypatch.setattr(origin, "time", later)
            read_once = len(pieces)
            ask(adapter, "C-1")
            assert len(pieces) == 2 * read_once
            ask(adapter, "C-1")
            assert len(pieces) == 2 * read_once

    def test_a_file_that_did_not_change_is_not_read_again(self, server, path):
        pieces = []
        server.before_read = pieces.append

        with read(server) as adapter:
            ask(adapter, "C-1")
            read_once = len(pieces)
            ask(adapter, "C-1")
            assert len(pieces) == read_once
            deliver(path, CSV.replace("Acme", "Acme AG"), YESTERDAY + timedelta(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    @pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
    @pytest.mark.parametrize("form", ["OpenSSH", "PKCS8"])
    @pytest.mark.parametrize("passphrase", [None, "T0P-passphrase"], ids=["open", "sealed"])
    def test_a_key_leads_in(self, server, kind, form, passphrase):
        server.client_key, server.password = sftp.new_key(kind), None
        key = sftp.private(server.client_key, form, passphrase)

        with read(server, password=None, private_key=key, passphrase=passphrase) as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_large_file_is_read_whole(self, server, path):
        deliver(path, "number,name\n" + "".join(f"C-{n},{n}\n" for n in range(100_000)))

        with read(server) as adapter:
            assert ask(adapter, "C-99999").data["name"] == "99999"


class TestNeverByHalves:
    def test_a_file_that_has_only_just_changed_is_still_being_written(self, server, path):
        with read(server) as adapter:
            ask(adapter, "C-1")
            deliver(path, "number,name\nC-1,Acme AG\n", datetime.now(UTC))
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(path, CSV.replace("Acme", "Acme AG"), YESTERDAY + timedelta(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    def test_so_is_one_of_a_server_whose_clock_is_ahead(self, server, path):
        deliver(path, at=datetime.now(UTC) + timedelta(minutes=10))

        with read(server) as adapter:
            assert "still" in failure(adapter).detail or "settle" in failure(adapter).detail
        with read(server, settings={"settle": "0s"}) as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_file_that_changes_while_it_is_read_is_read_once_it_has_not(self, server, path):
        def grow(hang_up):
            server.before_read = sftp.nothing
            deliver(path, f"{CSV}C-3,Coil\n", YESTERDAY + timedelta(hours=1))

        with read(server) as adapter:
            server.before_read = grow
            assert failure(adapter).reason is Reason.BAD_RESPONSE
            assert ask(adapter, "C-3").data["name"] == "Coil"

    def test_one_that_is_replaced_while_it_is_read_is_none_of_the_two(self, server, path):
        def replace(hang_up):
            server.before_read = sftp.nothing
            deliver(path.with_name("new"), CSV.replace("Acme", "Akme"), YESTERDAY + timedelta(1))
            path.with_name("new").replace(path)

        with read(server) as adapter:
            server.before_read = replace
            assert failure(adapter).reason is Reason.BAD_RESPONSE
            assert ask(adapter, "C-1").data["name"] == "Akme"

    def test_with_a_marker_a_file_counts_once_its_marker_is_not_older(self, server, path):
        marker = path.with_name("billing.done")

        with read(server, marker="/billing.done") as adapter:
            assert "marker" in failure(adapter).detail
            deliver(marker)
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(path, CSV.replace("Acme", "Acme AG"), YESTERDAY + timedelta(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme"
            deliver(marker, at=YESTERDAY + timedelta(hours=1))
            assert ask(adapter, "C-1").data["name"] == "Acme AG"

    def test_a_file_over_the_cap_is_refused(self, server, path):
        deliver(path, "number\n" + "C-1\n" * 300_000)

        with read(server, settings={"max_megabytes": 1}) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE


class TestWhoTheServerIs:
    @pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
    def test_another_key_needs_a_person_and_the_right_one_is_believed_again(self, server, kind):
        ours = server.host_keys

        with read(server) as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)
            server.restart(sftp.new_key(kind))
            found = failure(adapter)
            server.restart(*ours)
            assert isinstance(ask(adapter, "C-1"), Found)

        assert found.reason is Reason.NOT_CONFIGURED
        assert found.reason.needs_person
        assert "host_key" in found.detail

    def test_a_password_is_told_to_no_other_server(self, server):
        asked = []
        server.on_password = asked.append

        with read(server, host_key=sftp.public(sftp.new_key())) as adapter:
            failure(adapter)

        assert asked == []

    @pytest.mark.parametrize("form", ["fingerprint", "known_hosts", "all keys"])
    def test_it_is_known_by_what_its_admin_can_print(self, server, form):
        [key] = server.host_keys
        others = [sftp.new_key("ssh-rsa"), sftp.new_key("ecdsa-sha2-nistp256")]
        scanned = "\n".join(f"[127.0.0.1]:22 {sftp.public(one)}" for one in (*others, key))
        told = {
            "fingerprint": key.get_fingerprint("sha256"),
            "known_hosts": f"# 127.0.0.1:22 SSH-2.0\n127.0.0.1 {sftp.public(key)} admin@host\n",
            "all keys": scanned,
        }
        server.restart(*others, key)

        with read(server, host_key=told[form]) as adapter:
            if form == "fingerprint":
                server.restart(key)
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_private_address_is_refused_where_it_is_not_allowed(self, server):
        with read(server) as adapter:
            adapter.dial = dialing(Limits(), allow_private=False)
            found = failure(adapter)

        assert found.reason is Reason.NOT_CONFIGURED
        assert "allow_private" in found.detail


class TestBreaksAndIsMended:
    def test_a_file_that_is_away_is_unreachable_until_it_is_back(self, server, path):
        with read(server) as adapter:
            ask(adapter, "C-1")
            path.rename(path.with_name("away.csv"))
            assert failure(adapter).reason is Reason.UNREACHABLE
            path.with_name("away.csv").rename(path)
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_file_that_may_not_be_read(self, server, path):
        def forbid(hang_up):
            raise asyncssh.SFTPPermissionDenied("no")

        with read(server) as adapter:
            server.before_read = forbid
            assert failure(adapter).reason is Reason.PERMISSION_DENIED
            server.before_read = sftp.nothing
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_changed_password(self, server):
        with read(server) as adapter:
            server.password = "another"
            assert failure(adapter).reason is Reason.CREDENTIAL_EXPIRED
            server.password = sftp.PASSWORD
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_server_that_takes_keys_only(self, server):
        server.client_key, server.password = sftp.new_key(), None

        with read(server) as adapter:
            found = failure(adapter)

        assert found.reason is Reason.NOT_CONFIGURED
        assert found.detail.endswith("publickey")

    def test_a_private_key_that_is_none(self, server):
        server.client_key = sftp.new_key()
        sealed = sftp.private(server.client_key, "OpenSSH", "T0P-passphrase")

        for passphrase in ("T0P-wrong", None):
            told = {"private_key": sealed, "passphrase": passphrase}
            with read(server, password=None, **told) as adapter:
                assert failure(adapter).reason is Reason.NOT_CONFIGURED

    def test_a_server_that_stops(self, server):
        with read(server) as adapter:
            ask(adapter, "C-1")
            server.stop()
            assert failure(adapter).reason is Reason.UNREACHABLE
            server.start()
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_connection_that_breaks_off(self, server):
        with read(server) as adapter:
            server.before_read = lambda hang_up: hang_up()
            assert failure(adapter).reason is Reason.UNREACHABLE
            server.before_read = sftp.nothing
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_server_that_is_slow_in_the_middle(self, server):
        goes_on = threading.Event()
        server.before_read = lambda _: goes_on.wait(30)

        with read(server, timeout=0.4) as adapter:
            found = failure(adapter)
            goes_on.set()

        assert found.reason is Reason.TIMEOUT

    @pytest.mark.parametrize(
        ("behave", "reason"),
        [
            (wire.never_answers, Reason.TIMEOUT),
            (wire.drips(b"SSH-2.0", b"-"), Reason.TIMEOUT),
            (wire.says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Reason.UNREACHABLE),
            (wire.says(b"", then_resets=True), Reason.UNREACHABLE),
        ],
        ids=["silence", "drops", "no SSH", "a reset"],
    )
    def test_what_is_no_sftp_server(self, server, behave, reason):
        with wire.serve(behave) as other:
            address = other.url.replace("http", "sftp") + "/billing.csv"
            with read(server, timeout=0.4, settings={"url": address}) as adapter:
                assert failure(adapter).reason is reason

    def test_without_the_library_it_says_what_to_install(self, server, monkeypatch):
        monkeypatch.setitem(sys.modules, "paramiko", None)

        with read(server) as adapter:
            found = failure(adapter)

        assert found.reason is Reason.NOT_CONFIGURED
        assert found.detail.endswith("pip install 'context-sidecar[sftp]'")


KNOWN = "SHA256:" + "A" * 43
LOGIN = {"user": "u", "password": "T0P-secret", "host_key": KNOWN}


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "places"),
        [
            ({"url": "sftp://h.example"}, {"url"}),
            ({"url": "sftp://u:p@h.example/a.csv"}, {"url"}),
            ({}, {"sftp"}),
            ({"sftp": {"user": "u", "password": "p"}}, {"sftp"}),
            ({"sftp": LOGIN | {"private_key": "k"}}, {"sftp"}),
            ({"sftp": {"user": "u", "host_key": KNOWN}}, {"sftp"}),
            ({"sftp": LOGIN, "s3": {}}, {"s3"}),
            ({"sftp": LOGIN, "marker": "done"}, {"marker"}),
            ({"path": "a.csv", "url": None, "sftp": LOGIN}, {"sftp"}),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, settings, places):
        told = {"url": "sftp://h.example/a.csv", "key": "number", **settings}
        told = {name: value for name, value in told.items() if value is not None}

        with pytest.raises(ValidationError) as found:
            plugins.adapter("files").Settings().load(told)

        assert set(found.value.messages) == places

    @pytest.mark.parametrize(
        "host_key",
        ["", "# nothing", "MD5:00:11", "SHA256:short", "ssh-ed25519", "ssh-ed25519 AA=A", 5, [],
         "@cert-authority * ssh-ed25519 AAAA"],
    )  # fmt: skip
    def test_a_server_without_a_known_key_is_refused(self, host_key):
        settings = {"url": "sftp://h.example/a.csv", "key": "k", "sftp": LOGIN}
        settings["sftp"] = LOGIN | {"host_key": host_key}

        with pytest.raises(ValidationError, match="ssh-keyscan"):
            plugins.adapter("files").Settings().load(settings)
