"""Requests that are signed as a whole: the vendors' own examples, and every part changed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar import Inbound, Secret, VisitRefused
from context_sidecar.proof import (
    check_canonical,
    check_mac,
    check_request,
    check_secret,
    mac,
    open_envelope,
)
from context_sidecar.proof.canonical import canonical, sign
from context_sidecar.proof.nearby import bodies, nearby
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, inbound

WINDOW = timedelta(minutes=5)

HUBSPOT_SECRET = Secret("f6e94c08-85d0-4608-bcc6-e1850176e7b8")
HUBSPOT_TIME = "1632188626483"
HUBSPOT_NOW = datetime.fromtimestamp(int(HUBSPOT_TIME) / 1000, UTC)

GLADLY_TIME = "20190213T214016Z"
GLADLY = Inbound(
    "POST",
    "https://example.organization.com/api/v2/customer/lookup",
    {
        "accept": "application/json",
        "content-type": "application/json",
        "gladly-correlation-id": "vXmSEPjVSWCaCMzvjufxZg",
        "gladly-time": GLADLY_TIME,
        "x-b3-traceid": "bd799210f8d549609a08ccef8ee7f166",
    },
    (),
    b'{"lookupLevel":"DETAILED","query":{"emails":["martha.williams@gmail.com"],'
    b'"externalCustomerId":"abc","favoriteDate":"2018-08-19T07:00:00.000Z",'
    b'"favoriteFood":"Apple Pie","id":"o2sg-TMTSD2rTwMuxzewbA","name":"Martha Williams",'
    b'"phones":["+15013299800"]},"uniqueMatchRequired":true}',
    datetime(2019, 2, 13, 21, 41, tzinfo=UTC),
)
GLADLY_NAMES = "accept;content-type;gladly-correlation-id;gladly-time;x-b3-traceid"
GLADLY_SIGNATURE = "4c633fca4914f51df04c9ec40f4545d66d653e771c6634e33eed52a242bc278c"
GLADLY_SECRET = Secret("test-apikey-1")


def hubspot(body: bytes, url: str = "https://www.hubspot.com/webhook") -> Inbound:
    return inbound(url, method="POST", body=body, at=HUBSPOT_NOW)


def check_hubspot(request: Inbound, given: str, time: str = HUBSPOT_TIME) -> None:
    check_request(request, given, time, [HUBSPOT_SECRET], window=WINDOW)


def signed_by_hubspot(request: Inbound, time: str = HUBSPOT_TIME, url: str = "") -> str:
    text = request.method.encode() + (url or request.url).encode() + request.body + time.encode()
    return mac(text, HUBSPOT_SECRET, encoding="base64")


def authorization(signature: str, names: str = GLADLY_NAMES) -> str:
    return f"SigningAlgorithm=hmac-sha256, SignedHeaders={names}, Signature={signature}"


def check_gladly(request: Inbound, given: str, time: str = GLADLY_TIME) -> None:
    check_canonical(request, given, time, [GLADLY_SECRET], window=WINDOW)


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (b"REQUEST_BODY", "jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU="),
        (b"", "csXgk7UbrE9F8ZmMvbpuKBxqIvTSqU1EX9pI/SJtxSE="),
    ],
)
def test_hubspots_own_examples_hold(body, signature):
    check_hubspot(hubspot(body), signature)


def test_gladlys_own_example_holds():
    check_gladly(GLADLY, authorization(GLADLY_SIGNATURE))


def test_an_address_may_be_signed_decoded_or_as_it_stands():
    url = "https://context.example.com/hosts/hubspot?email=ana%40acme.example&at=%2Fa%3A1"
    decoded = "https://context.example.com/hosts/hubspot?email=ana@acme.example&at=/a:1"
    request = hubspot(b"", url)
    for signed in (url, decoded):
        check_hubspot(request, signed_by_hubspot(request, url=signed))
    with pytest.raises(VisitRefused):
        check_hubspot(request, signed_by_hubspot(request, url=decoded.replace("/a:1", "%2Fa:1")))


@pytest.mark.parametrize(
    ("seconds", "why"), [(301, "0:05:01 ago"), (-61, "0:01:01 ahead of our clock")]
)
def test_s2_what_was_signed_too_long_ago_or_ahead_of_time_is_refused(seconds, why):
    request = replace(hubspot(b"x"), received_at=HUBSPOT_NOW + timedelta(seconds=seconds))
    with pytest.raises(VisitRefused, match=why):
        check_hubspot(request, signed_by_hubspot(request))
    later = replace(GLADLY, received_at=datetime(2019, 2, 13, 21, 45, 17, tzinfo=UTC))
    with pytest.raises(VisitRefused, match="too old"):
        check_gladly(later, authorization(GLADLY_SIGNATURE))


@pytest.mark.parametrize("time", ["", "x", "1" * 17, "9" * 16, "-5", "\uff11\uff16"])
def test_a_time_that_is_none_is_refused_though_it_is_signed(time):
    request = hubspot(b"x")
    with pytest.raises(VisitRefused, match=r"when it was signed|no time that there is"):
        check_hubspot(request, signed_by_hubspot(request, time), time)


@st.composite
def changed(draw, request: Inbound) -> Inbound:
    """The request with one part other than it was."""
    part = draw(st.sampled_from(["method", "url", "body"]))
    value = getattr(request, part)
    noise = st.binary if isinstance(value, bytes) else st.text
    start = value.index("/", len("https://")) + 1 if part == "url" else 0  # the host is configured
    place = draw(st.integers(start, len(value)))
    inserted = draw(noise(min_size=1, max_size=3))
    cut = draw(st.integers(0, 2))
    return replace(request, **{part: value[:place] + inserted + value[place + cut :]})


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_request_with_any_part_changed_is_refused(data):
    original = hubspot(b'{"objectId": 4711}', "https://context.example.com/hosts/hs?portalId=1&b=2")
    request = data.draw(changed(original))
    if signed_by_hubspot(request) == signed_by_hubspot(original):
        return  # a part moved over to its neighbour: the scheme cannot tell, the address would
    with pytest.raises(VisitRefused):
        check_hubspot(request, signed_by_hubspot(original))


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_canonical_request_with_any_part_changed_is_refused(data):
    request = data.draw(changed(GLADLY))
    if canonical(request, GLADLY_NAMES) == canonical(GLADLY, GLADLY_NAMES):
        return  # scheme, host and fragment are not signed
    with pytest.raises(VisitRefused):
        check_gladly(request, authorization(GLADLY_SIGNATURE))


@pytest.mark.parametrize("name", GLADLY_NAMES.split(";"))
def test_s2_every_signed_header_counts(name):
    headers = {**GLADLY.headers, name: "another"}
    with pytest.raises(VisitRefused):
        check_gladly(replace(GLADLY, headers=headers), authorization(GLADLY_SIGNATURE))


def test_white_space_within_a_header_is_folded_and_others_are_not_looked_at():
    headers = {**GLADLY.headers, "accept": " application/json ", "via": "a proxy"}
    check_gladly(replace(GLADLY, headers=headers), authorization(GLADLY_SIGNATURE))


@pytest.mark.parametrize(
    "given_text",
    [
        "",
        "Signature=x",
        authorization(GLADLY_SIGNATURE).replace("hmac-sha256", "none"),
        authorization(GLADLY_SIGNATURE) + ", Signature=x",
        authorization(GLADLY_SIGNATURE, "a;" * 40),
        authorization(""),
        "é=\udcff",
    ],
)
def test_s2_what_is_no_signature_is_refused(given_text):
    with pytest.raises(VisitRefused):
        check_gladly(GLADLY, given_text)


def test_another_algorithm_is_refused_though_it_is_signed():
    time = GLADLY_TIME
    signature = sign(canonical(GLADLY, GLADLY_NAMES), time, GLADLY_SECRET)
    assert signature == GLADLY_SIGNATURE
    with pytest.raises(VisitRefused, match="another way"):
        check_gladly(GLADLY, f"SigningAlgorithm=HMAC-SHA256, Signature={signature}")


def envelope(content: object, secret: Secret = SECRET) -> str:
    text = base64.b64encode(json.dumps(content).encode()).decode()
    return f"{mac(text.encode(), secret, encoding='base64')}.{text}"


def test_an_envelope_is_opened_by_either_key():
    for secret in (SECRET, OLD_SECRET):
        said = open_envelope(envelope({"userId": "005"}, secret), [SECRET, OLD_SECRET])
        assert said == {"userId": "005"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"algorithm": "none"}, "another algorithm"),
        ({"algorithm": "HMACSHA1"}, "another algorithm"),
        (["a list"], "no object"),
    ],
)
def test_s2_an_envelope_that_chooses_its_algorithm_is_refused(content, why):
    with pytest.raises(VisitRefused, match=why):
        open_envelope(envelope(content), [SECRET])


@settings(max_examples=1000)
@given(st.data())
def test_s2_an_envelope_changed_anywhere_is_refused(data):
    text = envelope({"algorithm": "HMACSHA256", "userId": "005"})
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(exclude_characters=text[place]))
    with pytest.raises(VisitRefused):
        open_envelope(text[:place] + letter + text[place + 1 :], [SECRET])


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "no point", f"{mac(b'%', SECRET, encoding='base64')}.%"]
)
def test_what_is_no_envelope_is_refused(text):
    with pytest.raises(VisitRefused):
        open_envelope(text, [SECRET])


def test_a_shown_secret_is_one_of_ours_or_refused():
    check_secret(OLD_SECRET.reveal(), [SECRET, OLD_SECRET])
    for shown in ("", "x", SECRET.reveal().upper(), f"{SECRET.reveal()} ", "é\udcff"):
        with pytest.raises(VisitRefused):
            check_secret(shown, [SECRET])
    with pytest.raises(VisitRefused):
        check_secret(SECRET.reveal(), [])


PUBLIC = "https://context.example.com/hosts/hubspot?b=2&a=1%2C3"


@pytest.mark.parametrize(
    ("signed_url", "host", "what"),
    [
        (PUBLIC.replace("https", "http"), "", "http:// in place of https://"),
        (
            PUBLIC.replace("context.example.com", "10.0.0.7:8710"),
            "10.0.0.7:8710",
            "'10.0.0.7:8710'",
        ),
        (PUBLIC.replace(".com", ".com:443"), "", "port 443"),
        (PUBLIC.replace("hubspot?", "hubspot/?"), "", "slash at its end"),
        (PUBLIC.partition("?")[0], "", "without its query"),
        ("https://context.example.com/hosts/hubspot?a=1%2C3&b=2", "", "in another order"),
    ],
)
def test_a_refusal_names_what_happened_to_the_address_on_its_way(signed_url, host, what):
    request = hubspot(b"{}", PUBLIC)
    request = replace(request, headers={"host": host} if host else {})
    with pytest.raises(VisitRefused, match=f"but it fits .*{what}") as refused:
        check_hubspot(request, signed_by_hubspot(request, url=signed_url))
    assert HUBSPOT_SECRET.reveal() not in str(refused.value)


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
@pytest.mark.parametrize(
    ("origin", "what"),
    [
        ("http://inside:8710", "http:// in place of https:// and the host name 'inside:8710'"),
        ("http://inside:80", "http:// in .* and the host name .* and .* the port 80 written out"),
        ("http://inside", "http:// in .* and the host name .* and the address without a port"),
        ("https://inside:443", "the host name .* and the address with the port 443"),
        ("http://context.example.com:80", "http:// in place of https:// and .* the port 80"),
    ],
)
def test_a_refusal_names_all_that_happened_to_the_address_at_once(header, origin, what):
    request = replace(hubspot(b"{}", PUBLIC), headers={header: "inside:8710"})
    signed_url = PUBLIC.replace("https://context.example.com", origin)
    with pytest.raises(VisitRefused, match=f"but it fits {what}.*; see public_url"):
        check_hubspot(request, signed_by_hubspot(request, url=signed_url))


@given(st.permutations(["a=1", "b=%2C", "c=x+y", "d", "e=%7e"]))
def test_a_refusal_names_a_query_of_up_to_five_parameters_in_any_order(parameters):
    address = "https://context.example.com/hosts/hubspot?"
    request = hubspot(b"{}", address + "e=%7e&d&c=x+y&b=%2C&a=1")
    if parameters == ["e=%7e", "d", "c=x+y", "b=%2C", "a=1"]:
        return
    with pytest.raises(VisitRefused, match="but it fits the query in another order"):
        check_hubspot(request, signed_by_hubspot(request, url=address + "&".join(parameters)))


def test_many_parameters_are_not_tried_in_every_order():
    query = "&".join(f"p{n}=1" for n in range(1000))
    assert len(list(nearby(hubspot(b"", f"{PUBLIC}&{query}"), lambda shown: shown.body))) < 30


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
@pytest.mark.parametrize("name", ["[", "[::x]", "a b", "a/b", "x" * 5000, "é", "", ":80", "\udcff"])
def test_s2_a_host_name_that_is_none_is_not_looked_at(header, name):
    for check, request in ((check_hubspot, hubspot(b"{}", PUBLIC)), (check_gladly, GLADLY)):
        with pytest.raises(VisitRefused, match="does not fit"):
            check(replace(request, headers={header: name}), authorization("x"))


@pytest.mark.parametrize(
    ("signed_body", "what"),
    [
        (b'{"a":1,"b":"\xc3\xa9"}', "written anew as JSON"),
        (b'{"a": 1, "b": "\\u00e9"}', "written anew as JSON"),
        (b"", "without a body"),
    ],
)
def test_a_refusal_names_what_happened_to_the_body_on_its_way(signed_body, what):
    body = '{ "a": 1,\n "b": "é" }'.encode()
    with pytest.raises(VisitRefused, match=f"but it fits .*{what}"):
        check_mac(body, mac(signed_body, SECRET), [SECRET], almost=bodies(body))


def test_a_form_that_would_fit_is_still_refused():
    request = inbound("https://context.example.com/", method="POST", body=b" x ", at=START)
    with pytest.raises(VisitRefused):
        check_mac(request.body, mac(b"x", SECRET), [SECRET], almost=bodies(request.body))
