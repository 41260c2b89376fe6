"""S16: where a source may be, and how a key can never steer a call."""

from urllib.parse import unquote, urlsplit

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import addresses
from context_sidecar.engine.door.filling import Unasked, fill
from hypothesis import example, given
from hypothesis import strategies as st
from support.doors import door

PRIVATE = [
    "127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "::1", "fd12:3456::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "2002:7f00:1::", "64:ff9b::a00:1",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "169.254.1.1",
    "fe80::1", "fe80::1%1", "fec0::1", "224.0.0.1", "239.1.1.1", "ff02::1", "0.0.0.0", "::",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "2001:db8::1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::", "100::1",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_s16_a_private_address_is_refused_unless_the_source_allows_it(address):
    with pytest.raises(SourceError, match="allow_private") as caught:
        addresses.judged("crm.example", [address], allow_private=False)

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert addresses.judged("crm.example", [address], allow_private=True) == [address]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allow_private", [True, False])
def test_s16_metadata_link_local_and_special_addresses_are_always_refused(address, allow_private):
    with pytest.raises(SourceError) as caught:
        addresses.judged("crm.example", [address], allow_private=allow_private)

    assert caught.value.reason is Reason.NOT_CONFIGURED


@pytest.mark.parametrize("address", PUBLIC)
def test_s16_a_public_address_is_allowed(address):
    assert addresses.judged("crm.example", [address], allow_private=False) == [address]


def test_s16_one_bad_address_among_good_ones_is_enough_to_refuse():
    with pytest.raises(SourceError):
        addresses.judged("crm.example", ["1.1.1.1", "10.0.0.1"], allow_private=False)


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.0.0.1", "0x7f000001", "0x7f.0.0.1", "127.1", "127.0.0.01", "1.2.3"]
)
def test_s16_an_ip_address_in_disguise_is_refused(host):
    with door(f"http://{host}:1/") as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.reason in {Reason.NOT_CONFIGURED, Reason.BAD_RESPONSE}
    with pytest.raises(SourceError):
        addresses.refuse_disguise(host)


@pytest.mark.parametrize("host", ["crm.example", "127.0.0.1", "10.0.0.1", "a1.example", "3com.com"])
def test_a_host_written_plainly_is_no_disguise(host):
    addresses.refuse_disguise(host)


def test_s16_no_connection_is_made_to_a_refused_address(httpserver):
    base = f"https://crm.example:{httpserver.port}"

    with (
        door(base, allow_private=False, resolve=lambda *_: ["127.0.0.1"]) as http,
        pytest.raises(SourceError),
    ):
        http.get("/")

    assert httpserver.log == []


def test_s16_the_socket_goes_to_the_judged_address_whatever_the_name_says_next(httpserver):
    """DNS rebinding: the name is resolved once for a connection, and that answer is what counts."""
    httpserver.expect_request("/").respond_with_json({})
    asked = []

    def rebinding(host, seconds):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    base = f"http://crm.example:{httpserver.port}"
    with door(base, resolve=rebinding) as http:
        assert http.get("/").status == 200
        with pytest.raises(SourceError) as caught:
            http.get("/")  # the server has closed the connection, so this is a new one

    assert asked == ["crm.example", "crm.example"]
    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert httpserver.log[0][0].headers["Host"] == f"crm.example:{httpserver.port}"


def test_the_system_resolves_names():
    assert addresses.resolve("localhost", 10)
    with pytest.raises(OSError, match="no address"):
        addresses.resolve("no-such-host.invalid", 10)


@pytest.mark.parametrize("key", ["C-1001", "ä ö", "a/b", "a?b#c", "100%", "a b+c&d=e", "..a", "💥"])
def test_a_key_arrives_as_it_is(httpserver, key):
    httpserver.expect_request("/accounts/" + key + "/card").respond_with_json({})

    with door(httpserver.url_for("/")) as http:
        assert http.get("/accounts/{key}/card", {"key": key}).status == 200


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../admin", "a/../b", "..\\admin", "%2e%2e", "%2e%2e%2fadmin",
     "%252e%252e%252f", "a\r\nHost: evil", "a\0", "%0d%0aX: y", "\ud800", "./x", "x/.."],
)  # fmt: skip
def test_s16_a_key_that_could_steer_a_call_is_not_sent(httpserver, key):
    with door(httpserver.url_for("/")) as http, pytest.raises(Unasked) as caught:
        http.get("/accounts/{key}", {"key": key})

    assert httpserver.log == []
    assert not key.strip(".") or key not in str(caught.value)


@given(st.text())
@example("..")
@example("//evil.example")
@example("@evil.example")
@example("?x=1")
@example("#x")
@example("%2f")
@example("a\\..\\b")
def test_s16_whatever_the_key_the_address_keeps_its_shape(key):
    try:
        url = urlsplit("https://crm.example" + fill("/accounts/{key}/card", {"key": key}))
    except Unasked:
        return

    assert url.netloc == "crm.example"
    assert (url.query, url.fragment) == ("", "")
    before, accounts, filled, card = url.path.split("/")
    assert (before, accounts, card) == ("", "accounts", "card")
    assert unquote(filled) == key
    assert ".." not in filled.split("/")
