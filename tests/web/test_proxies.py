"""S24: what a request says of its own way is believed only where our own proxies say it."""

from __future__ import annotations

import pytest
from context_sidecar.web.forwarded import address_of
from context_sidecar.web.parts import Allowance
from hypothesis import given
from hypothesis import strategies as st
from support.web import PUBLIC

HOSTILE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "host=evil.example;proto=http",
}


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_s24_no_header_changes_who_we_say_we_are(deploy, proxies):
    deployment = deploy(trusted_proxies=proxies)
    bearer = {"Authorization": f"Bearer {deployment.token(None)}"}
    page = deployment.client.get(deployment.signed(), headers=HOSTILE)
    visit = deployment.client.post(
        "/v1/visits", json={"type": "ticket", "id": "5"}, headers=HOSTILE | bearer
    )

    assert page.status_code == 200, "the signature is checked at our public address"
    assert visit.json["context_url"].startswith(PUBLIC)
    for response in (page, visit):
        assert "evil" not in response.text
        assert "evil" not in str(response.headers)


def address(forwarded, trusted):
    environ = {"REMOTE_ADDR": "10.0.0.1"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    return address_of(environ, trusted)


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", 0, "10.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4,203.0.113.9,10.0.0.2", 2, "203.0.113.9"),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("203.0.113.9", 2, "10.0.0.1"),
        (None, 1, "10.0.0.1"),
        ("unknown", 1, "10.0.0.1"),
        ("203.0.113.9, ", 1, "10.0.0.1"),
    ],
)
def test_s24_the_clients_address_is_what_the_outermost_trusted_proxy_saw(
    forwarded, trusted, expected
):
    assert address(forwarded, trusted) == expected


@given(claimed=st.text(max_size=60), trusted=st.integers(1, 3))
def test_s24_what_a_client_writes_itself_is_never_read(claimed, trusted):
    ours = [f"198.51.100.{n}" for n in range(trusted)]

    assert address(", ".join([claimed, *ours]), trusted) == ours[0]


def test_s24_a_client_cannot_wash_off_its_refusals(deploy):
    deployment = deploy(allowance=Allowance(refusals=2))

    statuses = [
        deployment.get("/hosts/intranet", X_Forwarded_For=f"203.0.113.{n}").status_code
        for n in range(3)
    ]

    assert statuses == [401, 401, 429]
