"""What proves a visit from Zendesk, and what does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from functools import cache
from urllib.parse import urlencode

import jwt
import pytest
from context_sidecar import VisitRefused, plugins
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.clock import START
from support.hosts import FakeMemory, host, inbound

ORIGIN = "https://acme.zendesk.com"
URL = "https://context.example.com/hosts/zendesk-support"
QUERY = urlencode({"origin": ORIGIN, "app_guid": "1c3b8f6e", "colorScheme": "dark"})
NOW = int(START.timestamp())
CLAIMS = {
    "iss": "acme.zendesk.com",
    "aud": f"{ORIGIN}/api/v2/apps/installations/4201.json",
    "sub": f"{ORIGIN}/api/v2/users/17.json",
    "iat": NOW - 5,
    "nbf": NOW - 5,
    "exp": NOW + 300,
    "qsh": "e1f0",
    "cnf": {"jku": f"{ORIGIN}/api/v2/apps/77/public_key.json"},
    "context": {"product": "support", "location": "ticket_sidebar"},
}


@cache
def key(name):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(private) -> str:
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode()


def token(claims=None, *, signer="app", headers=None, without=(), **changes) -> str:
    claims = {**(claims or CLAIMS), **changes}
    claims = {name: value for name, value in claims.items() if name not in without}
    return jwt.encode(claims, key(signer), algorithm="RS256", headers=headers)


def settings(**more):
    return {"subdomain": "acme", "public_key": public(key("app"))} | more


def prove(text, memory=None, *, query=QUERY, at=START, method="POST", body=None, **install):
    whole = {"settings": settings(), "origins": (ORIGIN,)} | install
    body = body if body is not None else urlencode({"token": text}).encode()
    url = f"{URL}?{query}"
    return host("zendesk", memory, **whole).prove(inbound(url, method=method, body=body, at=at))


def refused(text, **arguments):
    with pytest.raises(VisitRefused) as caught:
        prove(text, **arguments)
    return str(caught.value)


def part(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_of_the_account_proves_the_visitor_and_leaves_the_record_to_the_page():
    visit = prove(token())
    assert visit.record is None
    assert visit.visitor.id == "17"
    assert visit.roles == {"support", "finance"}
    assert visit.theme == "dark"


def test_the_issuer_may_be_written_as_an_address():
    assert prove(token(iss=ORIGIN))


@pytest.mark.parametrize(
    "location", ["ticket_sidebar", "new_ticket_sidebar", "user_sidebar", "organization_sidebar"]
)
def test_each_sidebar_is_a_place(location):
    assert prove(token(context={"product": "support", "location": location}))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "evil.zendesk.com"),
        ("iss", "acme.zendesk.com.evil.example"),
        ("iss", None),
        ("aud", "https://evil.zendesk.com/api/v2/apps/installations/4201.json"),
        ("aud", "https://acmeXzendesk.com/api/v2/apps/installations/4201.json"),
        ("aud", f"{ORIGIN}/api/v2/apps/installations/4201.json/x"),
        ("aud", f"{ORIGIN}/api/v2/apps/installations/.json"),
        ("aud", [f"{ORIGIN}/api/v2/apps/installations/4201.json"]),
        ("aud", None),
        ("context", None),
        ("context", "ticket_sidebar"),
        ("context", {"product": "chat", "location": "chat_sidebar"}),
        ("context", {"product": "support", "location": "nav_bar"}),
        ("context", {"product": "support", "location": ["ticket_sidebar"]}),
        ("exp", None),
        ("exp", "tomorrow"),
        ("exp", True),
        ("exp", 1e400),
        ("exp", NOW - 61),
        ("exp", NOW + 86_401),
        ("nbf", NOW + 61),
        ("nbf", "now"),
        ("iat", NOW + 61),
        ("iat", [NOW]),
    ],
)
def test_s2_a_token_with_a_wrong_claim_is_refused_though_signed(claim, value):
    signed = jwt.PyJWS().encode(
        json.dumps(CLAIMS | {claim: value}).encode(), key("app"), algorithm="RS256"
    )
    refused(signed)


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "context"])
def test_s2_a_token_without_a_claim_is_refused(claim):
    refused(token(without=[claim]))


def test_s2_a_token_of_another_key_is_refused():
    assert "no key of ours" in refused(token(signer="someone else"))


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_s2_a_token_without_signature_is_refused(name):
    refused(f"{part({'alg': name, 'typ': 'JWT'})}.{part(CLAIMS)}.")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_s2_a_token_signed_with_the_public_key_as_a_secret_is_refused(algorithm):
    signed = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(CLAIMS)}"
    digest = getattr(hashlib, f"sha{algorithm[2:]}")
    signature = hmac.new(public(key("app")).encode(), signed.encode(), digest).digest()
    refused(f"{signed}.{part(signature)}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_s2_a_token_of_the_right_key_by_another_algorithm_is_refused(algorithm):
    refused(jwt.encode(CLAIMS, key("app"), algorithm=algorithm))


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.example/keys.json"},
        {"x5u": "https://evil.example/key.pem"},
        {"x5c": ["MIIB"]},
        {"jwk": {"kty": "RSA"}},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_s2_a_token_that_brings_or_names_its_key_is_refused_even_if_ours_signed_it(header):
    assert "chooses" in refused(token(headers=header))


@pytest.mark.parametrize("kid", ["other", "../../dev/null", "' OR 1=1 --", ""])
def test_s2_an_unknown_kid_opens_nothing(kid):
    refused(token(signer="someone else", headers={"kid": kid}))


def test_while_a_key_is_replaced_both_work_and_afterwards_only_the_new_one():
    both = settings(previous_public_key=public(key("old")))
    assert prove(token(signer="old"), settings=both)
    assert prove(token(), settings=both)
    refused(token(signer="old"))


def test_the_installation_of_the_first_valid_token_is_the_only_one_from_then_on():
    memory = FakeMemory()
    other = {"aud": f"{ORIGIN}/api/v2/apps/installations/666.json"}
    refused(token(signer="someone else", **other), memory=memory)
    prove(token(), memory)
    assert "for installation 666, not for 4201" in refused(token(**other), memory=memory)
    assert prove(token(iat=NOW - 4), memory)


def test_a_configured_installation_needs_no_first_token():
    wanted = settings(installation_id=4201)
    assert prove(token(), settings=wanted)
    refused(token(aud=f"{ORIGIN}/api/v2/apps/installations/4202.json"), settings=wanted)


def test_each_install_learns_its_own_installation():
    memory = FakeMemory()
    prove(token(), memory, id="one")
    assert prove(token(aud=f"{ORIGIN}/api/v2/apps/installations/9.json"), memory, id="two")


def test_s3_a_token_works_once():
    memory, text = FakeMemory(), token()
    prove(text, memory)
    assert "before" in refused(text, memory=memory)
    assert set(memory.used.values()) == {START + timedelta(seconds=360)}


def test_s3_a_token_written_differently_is_the_same_token():
    """The last character of 256 bytes in base64 has four bits that decoders ignore."""
    memory, text = FakeMemory(), token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    prove(text, memory)
    for change in range(1, 16):
        last = alphabet[alphabet.index(text[-1]) ^ change]
        refused(text[:-1] + last, memory=memory)


def test_a_refused_token_is_not_used_up():
    memory, text = FakeMemory(), token()
    refused(text, memory=memory, query="origin=https%3A%2F%2Fevil.example&app_guid=1")
    assert prove(text, memory)


@pytest.mark.parametrize("skew", [-55, 55])
def test_clocks_may_differ_by_a_minute(skew):
    at = START + timedelta(seconds=skew)
    assert prove(token(iat=NOW, nbf=NOW, exp=NOW + 1), at=at)


def test_only_the_post_that_opens_the_frame_is_a_proof():
    assert "POST" in refused(token(), method="GET")


@pytest.mark.parametrize(
    "query", ["", "origin=https%3A%2F%2Fevil.zendesk.com", f"{QUERY}&origin={ORIGIN}"]
)
def test_s1_a_frame_on_a_page_of_another_origin_is_refused(query):
    assert "origin" in refused(token(), query=query)


@pytest.mark.parametrize(
    "body", [b"", b"token=", b"\xff\xfe", b"a" * 20_000, b'{"token": "x"}', b"token=a&token=b"]
)
def test_a_form_without_exactly_one_token_is_refused(body):
    refused("", body=body)


@pytest.mark.parametrize("text", ["x", "..", "a.b.c", "é", "." * 300, f"{part({})}.{part({})}."])
def test_what_is_no_token_is_refused(text):
    refused(text)


def test_s2_every_changed_character_of_a_token_is_refused():
    text, memory, tried = token(), FakeMemory(), 0
    signed_part = text.rpartition(".")[0]
    for place, character in enumerate(signed_part):
        for other in "Aa0-._":
            if other != character:
                refused(text[:place] + other + text[place + 1 :], memory=memory)
                tried += 1
    assert tried > 2000
    assert prove(text, memory)


@given(st.dictionaries(st.sampled_from(sorted(CLAIMS)), st.none() | st.text() | st.integers()))
def test_s2_whatever_else_is_claimed_no_other_account_gets_in(changes):
    assume(changes)
    claims = CLAIMS | changes
    forged = f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{token().rpartition('.')[2]}"
    refused(forged)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=300))
def test_s2_noise_is_refused_and_never_an_error_of_another_kind(header, payload, signature):
    refused(f"{part(header)}.{part(payload)}.{part(signature)}")


@given(st.text(max_size=100))
def test_s2_any_text_is_refused_and_never_an_error_of_another_kind(text):
    refused(text)


def test_before_the_app_has_a_key_no_visit_is_accepted():
    assert "no public_key yet" in refused(token(), settings={"subdomain": "acme"})


def load(**changes):
    given = {name: value for name, value in (settings() | changes).items() if value is not None}
    return plugins.host("zendesk").Settings().load(given)


def test_settings_hold_the_account_and_its_key():
    assert load() == settings()


def test_settings_refuse_what_is_no_strong_rsa_public_key():
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key("app").private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    curve = ec.generate_private_key(ec.SECP256R1())
    for bad in ("", "x", public(weak), public(curve), private.decode()):
        with pytest.raises(ValidationError):
            load(public_key=bad)


@pytest.mark.parametrize("bad", ["", "acme.zendesk.com", "https://acme", "ACME", "a/b", "-a"])
def test_settings_refuse_what_is_no_subdomain(bad):
    with pytest.raises(ValidationError):
        load(subdomain=bad)
