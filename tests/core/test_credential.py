"""How long a credential holds, in days and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import jwt
import pytest
from context_sidecar.core.credential import WARNED_AHEAD, Credential, Validity, start_of
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Grant
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
)
from context_sidecar.credential_ends import end_of
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from support import gallery
from support.certificates import certificate_of, pem_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
END = datetime(2027, 3, 1, tzinfo=UTC)


def ending(**span):
    return Credential(gallery.CRM, NOW, expires=NOW + timedelta(**span))


@pytest.mark.parametrize(
    ("credential", "validity", "said"),
    [
        (ending(days=14, hours=15), Validity.GOOD, "ends on 2026-12-08, in 15 days"),
        (ending(days=14, hours=14), Validity.SOON, "ends on 2026-12-07, in 14 days"),
        (ending(days=9, hours=-1), Validity.SOON, "ends on 2026-12-02, in 9 days"),
        (ending(hours=16), Validity.SOON, "ends on 2026-11-24, tomorrow"),
        (ending(seconds=1), Validity.SOON, "ends on 2026-11-23, today"),
        (ending(seconds=0), Validity.PAST, "ended on 2026-11-23"),
        (ending(days=-9), Validity.PAST, "ended on 2026-11-14"),
        (Credential(gallery.CRM, NOW), Validity.UNKNOWN, "is not known"),
    ],
    ids=["long", "14 days", "9 days", "a day", "a second", "now", "past", "unknown"],
)
def test_a_credential_counts_down(credential, validity, said):
    assert credential.validity is validity
    assert said in credential.said
    assert bool(credential.remedy) == (validity in {Validity.SOON, Validity.PAST})


def test_what_somebody_has_to_do_first_comes_before_any_day():
    error = SourceError(Reason.NOT_CONFIGURED, "nobody has connected it yet", remedy="Connect it.")
    found = Credential(gallery.CRM, NOW, expires=END, error=error)

    assert (found.validity, found.said) == (Validity.BLOCKED, "nobody has connected it yet")
    assert found.remedy == "Connect it."


@given(st.integers(-10_000_000, 100_000_000), st.integers(0, 10_000_000))
def test_time_alone_never_makes_it_look_better(left, later):
    order = [Validity.GOOD, Validity.SOON, Validity.PAST]
    end = NOW + timedelta(seconds=left)
    before = Credential(gallery.CRM, NOW, expires=end)
    after = Credential(gallery.CRM, NOW + timedelta(seconds=later), expires=end)

    assert order.index(after.validity) >= order.index(before.validity)
    assert after.days <= before.days
    assert (before.validity is Validity.PAST) == (left <= 0)
    assert (before.validity is Validity.GOOD) == (before.days > WARNED_AHEAD.days)


def connected(renewed=0, unused=None, ends=None, **others):
    """One that somebody connected 50 days ago, was renewed so many days ago, and ends in so many
    unused and in any case."""
    in_days = {
        name: NOW + timedelta(days=days)
        for name, days in (("expires", unused), ("ends", ends))
        if days is not None
    }
    grant = Grant(
        "client", "1", None, renewed_at=NOW - timedelta(days=renewed),
        granted_at=NOW - timedelta(days=50), granted_by="Ana", **{"expires": None, **in_days},
    )  # fmt: skip
    ends = [in_days.get("ends"), others.pop("expires", None)]
    first = min(filter(None, ends), default=None)
    return Credential(gallery.CRM, NOW, connects=True, grant=grant, expires=first, **others)


GRANTED = "connected by Ana on 2026-10-04"
UNUSED = "unused, it ends on 2026-11-30, in 7 days"
AGAIN = "Connect it again"


@pytest.mark.parametrize(
    ("credential", "validity", "days", "said", "remedy"),
    [
        (connected(), Validity.GOOD, None, [], ""),
        (connected(unused=7), Validity.GOOD, 7, [UNUSED], ""),
        (connected(renewed=7, unused=7), Validity.SOON, 7, [UNUSED], AGAIN),
        (
            connected(unused=7, ends=1_000), Validity.GOOD, 1_000,
            [UNUSED, "in any case it ends on 2029-08-19, in 1000 days"], "",
        ),
        (
            connected(unused=7, ends=14), Validity.SOON, 14,
            [UNUSED, "in any case it ends on 2026-12-07, in 14 days"], AGAIN,
        ),
        (
            connected(renewed=7, unused=7, ends=1_000), Validity.SOON, 7,
            [UNUSED, "in any case it ends on 2029-08-19, in 1000 days"], AGAIN,
        ),
        (
            connected(unused=20, ends=20), Validity.GOOD, 20,
            ["it ends on 2026-12-13, in 20 days"], "",
        ),
        (
            connected(unused=14, ends=14), Validity.SOON, 14,
            ["it ends on 2026-12-07, in 14 days"], AGAIN,
        ),
        (connected(unused=1, ends=1), Validity.SOON, 1, ["it ends on 2026-11-24, tomorrow"], AGAIN),
        (connected(ends=0), Validity.PAST, 0, ["it ended on 2026-11-23"], AGAIN),
        (
            connected(unused=7, expires=NOW + timedelta(days=9)), Validity.SOON, 9,
            [UNUSED, "its credential ends on 2026-12-02, in 9 days"], "Renew it at the vendor",
        ),
        (
            connected(unused=7, ends=300, expires=NOW + timedelta(days=200)), Validity.GOOD, 200,
            [UNUSED, "its credential ends on 2027-06-11, in 200 days"], "",
        ),
    ],
    ids=[
        "nothing known", "renewed", "left unused", "far end", "near end", "unused first", "20 days",
        "14 days", "tomorrow", "past", "secret soon", "secret first",
    ],
)  # fmt: skip
def test_an_end_that_no_renewal_moves_counts_down_though_it_is_renewed_all_the_time(
    credential, validity, days, said, remedy
):
    assert (credential.validity, credential.days) == (validity, days)
    assert credential.said == "; ".join([GRANTED, *said])
    assert credential.remedy.startswith(remedy)
    assert bool(credential.remedy) == bool(remedy)


def test_days_are_those_of_the_deployment_s_calendar():
    """At nine of the 23rd in London it is evening in Tokyo, and still the 22nd in Honolulu."""
    end = NOW + timedelta(hours=10)
    in_zones = [
        replace(ending(hours=10), zone=ZoneInfo(zone)).said.partition("ends ")[2]
        for zone in ("UTC", "Asia/Tokyo", "Pacific/Honolulu")
    ]

    assert f"{end:%H:%M}" == "19:00"
    assert in_zones == [
        "on 2026-11-23, today",
        "on 2026-11-24, tomorrow",
        "on 2026-11-23, tomorrow",
    ]


def test_a_declared_day_begins_in_the_zone():
    zone = ZoneInfo("America/New_York")
    declared = Credential(gallery.CRM, NOW, expires=start_of(date(2026, 12, 3), zone), zone=zone)

    assert declared.said == "its credential ends on 2026-12-03, in 10 days"


def test_the_last_day_that_there_is_can_be_told():
    last = datetime.max.replace(tzinfo=UTC)

    assert (
        "9999-12-31" in Credential(gallery.CRM, NOW, expires=last, zone=ZoneInfo("Asia/Tokyo")).said
    )


KEY = ec.generate_private_key(ec.SECP256R1())
BUNDLE = Secret(pem_of(KEY) + certificate_of(KEY, until=END)[1])
TOKEN = Secret(jwt.encode({"exp": END, "sub": "x"}, "k" * 32, algorithm="HS256"))
PLAIN = Secret("opaque.but.dotted")
WAYS = {
    "a bearer's JWT": Bearer(TOKEN),
    "a JWT in a header": HeaderKey("X-Key", TOKEN),
    "a JWT as a password": Basic("ana", TOKEN),
    "a JWT as a name": Basic(TOKEN, Secret("x")),
    "a JWT as a client's secret": ClientCredentials("https://x.example", "app", TOKEN),
    "a certificate": JwtBearer("https://x.example", "app", "ana", "aud", BUNDLE),
    "a client's certificate": ClientCredentials("https://x.example", "app", ClientKey(BUNDLE)),
}


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_what_says_itself_when_it_ends_is_read(how):
    assert end_of(how) == END


@pytest.mark.parametrize(
    "how",
    [
        None,
        Bearer(PLAIN),
        Bearer(Secret(jwt.encode({"sub": "x"}, "k" * 32, algorithm="HS256"))),
        Bearer(Secret(jwt.encode({"sub": "x", "exp": 10**30}, "k" * 32, algorithm="HS256"))),
        Basic("ana", PLAIN),
        ClientCredentials("https://x.example", "app", ClientKey(Secret(pem_of(KEY)))),
        ClientCredentials(
            "https://x.example", "app",
            ClientKey(Secret("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----")),
        ),
        AuthorizationCode("https://x.example", "https://x.example", "app"),
    ],
    ids=["nothing", "text", "no exp", "absurd", "password", "key", "broken", "public"],
)  # fmt: skip
def test_of_anything_else_no_end_is_known(how):
    assert end_of(how) is None


def test_a_certificate_beside_it_counts_too_and_the_first_to_end_is_told():
    sooner = certificate_of(KEY, until=END - timedelta(days=1))[1]

    assert end_of(None, lambda: sooner) == END - timedelta(days=1)
    assert end_of(Bearer(TOKEN), lambda: sooner) == END - timedelta(days=1)
    assert end_of(Bearer(TOKEN), str) == END


def test_a_certificate_that_cannot_be_read_is_none():
    def unreadable():
        raise PermissionError

    assert end_of(Bearer(TOKEN), unreadable) == END


def test_a_day_that_was_declared_is_told_to_be_corrected():
    source = replace(gallery.CRM, expires=date(2026, 11, 1))

    assert "correct the day there" in Credential(source, NOW, expires=NOW).remedy
