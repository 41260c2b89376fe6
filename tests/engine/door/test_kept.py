"""Tokens that a person has granted us, renewed by one at a time whoever shares the store."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Tokens, client_of
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import AuthorizationCode
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline, oauth
from context_sidecar.engine.door.tokens import SharedToken
from context_sidecar.store.database import open_database
from context_sidecar.store.grants import Grants
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from sqlalchemy import text
from support.clock import FakeClock
from support.doors import door
from support.postgres import new_database
from support.rotating import RotatingVendor
from werkzeug import Response

KEY = Fernet.generate_key().decode()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def vendor(httpserver):
    return RotatingVendor(httpserver)


@pytest.fixture
def how(vendor):
    return AuthorizationCode(
        f"{vendor.url}/authorize", f"{vendor.url}/token", "app", Secret("s3cret")
    )


class Processes:
    """Processes that share a store: each with a connection and a door of its own."""

    def __init__(self, url, vendor, how, clock):
        self.url, self.vendor, self.how, self.clock = url, vendor, how, clock
        self.stack = ExitStack()

    def engine(self):
        engine = open_database(self.url)
        self.stack.callback(engine.dispose)
        return engine

    def kept(self, key=KEY):
        return Grants(self.engine(), Vault([key]), self.clock).of("books")

    def one(self, key=KEY, how=None, seconds=10.0):
        """Start a process: its door."""
        opened = door(
            self.vendor.url,
            sign_in=how or self.how,
            clock=self.clock,
            limits=Limits(timeout=timedelta(seconds=seconds)),
            kept=self.kept(key),
        )
        return self.stack.enter_context(opened)

    def connect(self):
        """Let a person agree, and keep what they granted."""
        asked = {"code_challenge": oauth.create_s256_code_challenge("v" * 43), "redirect_uri": "x"}
        code, how, now = self.vendor.consent(asked), self.how, self.clock()
        tokens = self.one().redeem(
            lambda post: oauth.tokens_for_code(how, code, "v" * 43, "x", post, now), frozenset()
        )
        self.kept().give(client_of(self.how), tokens, "Ana")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return new_database() if request.param == "postgresql" else f"sqlite:///{tmp_path}/sidecar.db"


@pytest.fixture
def processes(url, vendor, how, clock):
    made = Processes(url, vendor, how, clock)
    with made.stack:
        yield made


@pytest.fixture
def connected(processes):
    processes.connect()
    return processes


def refusal(http):
    with pytest.raises(SourceError) as caught:
        http.get("/api")
    return caught.value


def renewals(vendor):
    return [one for one in vendor.asked if one.form["grant_type"] == "refresh_token"]


class TestOneProcess:
    def test_what_was_granted_is_used_as_it_is_while_it_is_good(self, connected, vendor):
        assert connected.one().get("/api").status == 200
        assert connected.one().get("/api").status == 200
        assert renewals(vendor) == []

    def test_it_is_renewed_before_it_ends_and_what_renews_is_replaced(
        self, connected, vendor, clock
    ):
        http = connected.one()
        for _ in range(3):
            clock.forward(minutes=59, seconds=30)
            assert http.get("/api").status == 200

        assert [one.rpartition("-")[0] for one in vendor.shown] == [
            "refresh-1", "refresh-2", "refresh-3",
        ]  # fmt: skip
        assert connected.kept().read().tokens.refresh.reveal() == vendor.current

    def test_what_is_new_is_stored_before_it_is_used(self, connected, vendor, clock):
        stored = []

        def api(request):
            tokens = connected.kept().read().tokens
            stored.append((tokens.access.reveal(), tokens.refresh.reveal()))
            return Response("{}")

        vendor.server.expect_request("/watched").respond_with_handler(api)
        clock.forward(hours=2)
        connected.one().get("/watched")

        assert stored == [("access-2-canary", "refresh-2-canary")]

    def test_a_token_that_is_refused_early_is_renewed_once(self, connected, vendor):
        http = connected.one()
        vendor.access = {"revoked"}

        assert http.get("/api").status == 200
        assert len(renewals(vendor)) == 1

    def test_a_source_that_refuses_every_token_does_not_wear_out_the_grant(
        self, connected, vendor, clock
    ):
        vendor.server.expect_request("/closed").respond_with_data(status=401)
        http = connected.one()
        for _ in range(9):
            with pytest.raises(SourceError):
                http.get("/closed")
            clock.forward(seconds=6)

        assert len(renewals(vendor)) == 1

    def test_where_nothing_new_comes_with_it_the_old_one_goes_on_renewing(
        self, connected, vendor, clock
    ):
        vendor.refusal = lambda: Response('{"access_token": "a1", "expires_in": 60}')
        vendor.access = {"a1"}
        http = connected.one()
        for _ in range(2):
            clock.forward(hours=2)
            http.get("/api")

        assert {one.form["refresh_token"] for one in renewals(vendor)} == {"refresh-1-canary"}
        assert connected.kept().read().expires == clock.now - timedelta(hours=4) + timedelta(100)

    def test_what_another_process_forgets_is_used_no_more_within_seconds(
        self, connected, vendor, clock
    ):
        http = connected.one()
        http.get("/api")
        connected.kept().forget()
        clock.forward(seconds=6)
        calls = len(vendor.server.log)

        assert refusal(http).reason is Reason.NOT_CONFIGURED
        assert len(vendor.server.log) == calls

    def test_what_is_connected_again_is_used_within_seconds(self, connected, vendor, clock):
        http = connected.one()
        http.get("/api")
        connected.connect()
        clock.forward(seconds=6)

        assert http.get("/api").status == 200
        assert vendor.server.log[-1][0].headers["Authorization"] == "Bearer access-2-canary"
        assert renewals(vendor) == []

    def test_a_store_that_is_away_does_not_take_away_a_good_token(self, connected, vendor, clock):
        http, database = connected.one(), connected.engine()
        http.get("/api")
        rename(database, "grants", "gone")
        clock.forward(minutes=30)
        assert http.get("/api").status == 200

        clock.forward(minutes=31)
        assert refusal(http).reason is Reason.BUSY


class TestNothingGoesWithoutAPerson:
    def test_nobody_has_connected_it_yet(self, processes, vendor):
        error = refusal(processes.one())

        assert error.reason is Reason.NOT_CONFIGURED
        assert "Connect it" in error.remedy
        assert vendor.asked == []

    def test_what_ended_is_asked_for_no_more_until_it_is_connected_again(
        self, connected, vendor, clock
    ):
        vendor.end()
        clock.forward(hours=2)
        http = connected.one()

        errors = [refusal(http), refusal(http), refusal(connected.one())]

        assert {error.reason for error in errors} == {Reason.CREDENTIAL_EXPIRED}
        assert {error.code for error in errors} == {"invalid_grant"}
        assert all("Connect it again" in error.remedy for error in errors)
        assert len(renewals(vendor)) == 1

        connected.connect()
        assert http.get("/api").status == 200

    def test_a_token_without_one_that_renews_it_ends(self, processes, vendor, how, clock):
        kept = processes.kept()
        processes.connect()
        tokens = replace(kept.read().tokens, refresh=None, refresh_until=None)
        kept.give(client_of(how), tokens, "Ana")
        clock.forward(hours=2)

        error = refusal(processes.one())

        assert error.reason is Reason.CREDENTIAL_EXPIRED
        assert "offline" in error.remedy
        assert kept.read().ends == tokens.until

    def test_what_is_sealed_with_a_lost_key_says_so(self, connected, vendor):
        error = refusal(connected.one(key=Fernet.generate_key().decode()))

        assert error.reason is Reason.NOT_CONFIGURED
        assert "another key" in error.detail
        assert "SIDECAR_INSTALLS_KEY" in error.remedy

    def test_what_was_granted_to_another_client_is_not_used(self, connected, vendor, how):
        error = refusal(connected.one(how=replace(how, client_id="other")))

        assert error.reason is Reason.NOT_CONFIGURED
        assert "another client id" in error.detail

    def test_a_client_that_is_refused_has_lost_nothing(self, connected, vendor, how, clock):
        clock.forward(hours=2)
        error = refusal(connected.one(how=replace(how, client_secret=Secret("old"))))

        assert (error.reason, error.code) == (Reason.CREDENTIAL_EXPIRED, "invalid_client")
        assert connected.one().get("/api").status == 200


def until(end, clock):
    """Say, as a token endpoint does, in how many seconds *end* is."""
    return round((end - clock()).total_seconds())


class TestItsEnd:
    """Each day it is renewed; what the vendor says of its end decides whether that puts it off."""

    def renewed_daily(self, processes, clock, days):
        process = processes.one()
        for _ in range(days):
            clock.forward(days=1)
            process.get("/api")
        return processes.kept().read()

    def test_where_each_renewal_puts_it_off_there_is_none(self, processes, clock):
        processes.connect()
        grant = self.renewed_daily(processes, clock, 40)

        assert grant.ends is None
        assert grant.expires == clock() + timedelta(days=100)

    def test_one_that_is_told_apart_is_kept_to_the_day(self, processes, vendor, clock):
        """Intuit's, which gives out the same token for a day, so that its own end stays, too."""
        end = clock() + timedelta(days=60)
        vendor.lives = lambda: {
            "x_refresh_token_expires_in": min(8_640_000, until(end, clock)),
            "x_refresh_token_hard_expires_in": until(end, clock),
        }
        processes.connect()
        assert processes.kept().read().ends == end

        assert self.renewed_daily(processes, clock, 50).ends == end

    def test_one_that_no_renewal_moves_shows_with_the_first(self, processes, vendor, clock):
        """Keycloak's, of a session that lasts so long."""
        end = clock() + timedelta(days=30)
        vendor.lives = lambda: {"refresh_expires_in": until(end, clock)}
        processes.connect()
        assert processes.kept().read().ends is None

        assert self.renewed_daily(processes, clock, 20).ends == end

    def test_the_less_of_two_is_an_end_once_it_is_the_session_s(self, processes, vendor, clock):
        """Keycloak's, of a session that lasts thirty days, and seven unused."""
        end = clock() + timedelta(days=30)
        vendor.lives = lambda: {"refresh_expires_in": min(7 * 86_400, until(end, clock))}
        processes.connect()
        assert self.renewed_daily(processes, clock, 20).ends is None

        assert self.renewed_daily(processes, clock, 5).ends == end

    def test_one_that_is_said_only_once_holds(self, processes, vendor, clock, monkeypatch):
        """Where what renews is not replaced, and nothing more is said of it."""
        end = clock() + timedelta(days=7)
        vendor.lives = lambda: {"refresh_token_expires_in": until(end, clock)}
        processes.connect()
        again = {"access_token": "access-1-canary", "token_type": "bearer", "expires_in": 3600}
        monkeypatch.setattr(vendor, "renew", lambda _: again)

        assert self.renewed_daily(processes, clock, 3).ends == end


class TestTrouble:
    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_a_vendor_that_is_down_is_asked_again_with_the_same_token(
        self, connected, vendor, clock, status
    ):
        clock.forward(hours=2)
        http = connected.one()
        vendor.refusal = lambda: Response("", status)
        assert refusal(http).reason in {Reason.SERVER_ERROR, Reason.RATE_LIMITED}

        vendor.refusal = None
        assert http.get("/api").status == 200
        assert [one.form["refresh_token"] for one in renewals(vendor)] == ["refresh-1-canary"] * 2

    def test_a_store_that_is_away_while_it_is_renewed_loses_nothing(self, connected, vendor, clock):
        clock.forward(hours=2)
        http, database = connected.one(), connected.engine()
        vendor.gate.clear()
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(http.get, "/api")
            vendor.arrived.acquire(timeout=10)  # the code for the connection
            vendor.arrived.acquire(timeout=10)
            rename(database, "grants", "gone")
            vendor.gate.set()
            error = call.exception(10)

        assert error.reason is Reason.BUSY
        assert vendor.server.log[-1][0].path == "/token"  # what is not stored is not used
        assert refusal(http).reason is Reason.BUSY

        rename(database, "gone", "grants")
        assert http.get("/api").status == 200
        assert len(renewals(vendor)) == 1
        assert connected.kept().read().tokens.refresh.reveal() == vendor.current

    def test_s18_no_error_shows_a_token(self, connected, vendor, clock):
        clock.forward(hours=2)
        said = '{"error": "x", "error_description": "bad refresh-1-canary of s3cret"}'
        vendor.refusal = lambda: Response(said, 400)

        error = refusal(connected.one())

        assert "canary" not in f"{error!r} {error} {vars(error)}"
        assert "s3cret" not in str(error)
        assert error.__context__ is None


class TestManyProcesses:
    def test_all_their_threads_renew_once(self, connected, vendor, clock):
        clock.forward(hours=2)
        doors = [connected.one() for _ in range(3)]
        start = Barrier(12)

        def call(http):
            start.wait(10)
            return http.get("/api").status

        with ThreadPoolExecutor(12) as pool:
            calls = [pool.submit(call, http) for http in doors * 4]
            assert [each.result(20) for each in calls] == [200] * 12

        assert len(renewals(vendor)) == 1
        assert vendor.reused == 0

    def test_one_waits_while_another_renews_and_takes_what_it_brought(
        self, connected, vendor, clock
    ):
        clock.forward(hours=2)
        first, second = connected.one(), connected.one()
        vendor.gate.clear()
        with ThreadPoolExecutor(2) as pool:
            vendor.arrived.acquire(timeout=10)
            calls = [pool.submit(first.get, "/api")]
            vendor.arrived.acquire(timeout=10)
            calls.append(pool.submit(second.get, "/api"))
            vendor.gate.set()
            assert [each.result(10).status for each in calls] == [200, 200]

        assert len(renewals(vendor)) == 1

    def test_it_does_not_wait_longer_than_the_call_may_take(self, connected, vendor, clock):
        clock.forward(hours=2)
        kept = connected.kept()
        kept.hold(kept.read().version, timedelta(minutes=1))

        assert refusal(connected.one(seconds=0.3)).reason is Reason.TIMEOUT
        assert renewals(vendor) == []

    def test_a_process_that_died_over_it_holds_it_no_longer_than_its_time(
        self, connected, vendor, clock
    ):
        clock.forward(hours=2)
        kept = connected.kept()
        kept.hold(kept.read().version, timedelta(seconds=15))
        clock.forward(seconds=16)

        assert connected.one().get("/api").status == 200

    def test_a_refused_token_that_another_has_renewed_is_not_renewed_again(
        self, connected, vendor, clock
    ):
        first, second = connected.one(), connected.one()
        assert second.get("/api").status == 200
        vendor.access = {"revoked"}
        assert first.get("/api").status == 200

        assert second.get("/api").status == 200
        assert len(renewals(vendor)) == 1

    def test_what_renews_that_was_replaced_meanwhile_is_no_end(self, connected, vendor, clock):
        """One held it for so long that another took over; the vendor refuses the slower one."""
        clock.forward(hours=2)
        slow = connected.one()
        vendor.gate.clear()
        vendor.arrived.acquire(timeout=10)
        with ThreadPoolExecutor(2) as pool:
            call = pool.submit(slow.get, "/api")
            vendor.arrived.acquire(timeout=10)
            fresh = replace(connected.kept().read().tokens, access=Secret("access-9-canary"))
            fresh = replace(fresh, until=clock() + timedelta(hours=1))
            connected.kept().give(client_of(connected.how), fresh, "Ana")
            vendor.end()
            vendor.access = {"access-9-canary"}
            vendor.gate.set()
            assert call.result(10).status == 200

        assert connected.kept().read().refused_at is None


def rename(engine, old, new):
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


PROCESS = """
import sys
from datetime import UTC, datetime, timedelta
from context_sidecar.core.http import Connection
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import AuthorizationCode
from context_sidecar.core.source import Limits
from context_sidecar.engine.door.http import open_http
from context_sidecar.store.database import open_database
from context_sidecar.store.grants import Grants
from context_sidecar.store.vault import Vault

store, url, key, now = sys.argv[1:]
clock = lambda: datetime.fromtimestamp(float(now), UTC)
how = AuthorizationCode(f"{url}/authorize", f"{url}/token", "app", Secret("s3cret"))
kept = Grants(open_database(store), Vault([key]), clock).of("books")
limits = Limits(timeout=timedelta(seconds=20))
http = open_http(Connection(url, how), limits, allow_private=True, clock=clock, kept=kept)
print("ready", flush=True)
print(http.get("/api").status, flush=True)
"""


def test_two_processes_of_the_system_renew_once(connected, vendor, clock):
    clock.forward(hours=2)
    vendor.gate.clear()
    vendor.arrived.acquire(timeout=10)  # the code for the connection
    given = (connected.url, vendor.url, KEY, str(clock().timestamp()))
    command = [sys.executable, "-c", PROCESS, *given]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        assert [one.stdout.readline() for one in running] == ["ready\n"] * 2
        vendor.arrived.acquire(timeout=10)
        vendor.gate.set()
        assert [one.communicate(timeout=30)[0] for one in running] == ["200\n"] * 2
    finally:
        for one in running:
            one.kill()

    assert len(renewals(vendor)) == 1
    assert vendor.reused == 0


def in_time(call, *given):
    with deadline.within(10):
        return call(*given)


def test_a_refusal_is_not_answered_by_somebody_elses_look_at_what_was_refused():
    clock, looking, gate = FakeClock(), Event(), Event()
    old = Tokens(Secret("old"), clock() + timedelta(seconds=5))
    new = Tokens(Secret("new"), clock() + timedelta(hours=1))

    def ask(refused):
        if refused:
            return new
        looking.set()
        gate.wait(10)
        return replace(old, until=clock() + timedelta(seconds=5))

    gate.set()
    shared = SharedToken(ask, frozenset, clock)
    refused = shared.headers()
    clock.forward(seconds=6)
    gate.clear()
    looking.clear()
    with ThreadPoolExecutor(2) as pool:
        look = pool.submit(shared.headers)
        looking.wait(10)
        renewed = pool.submit(in_time, shared.renew, refused)
        while not shared._flight._condition._waiters:
            gate.wait(0.01)
        gate.set()
        look.result(10)

        assert renewed.result(10)
    assert shared.headers() == {"Authorization": "Bearer new"}
