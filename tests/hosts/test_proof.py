"""The ways of proof that hosts share."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from context_sidecar import Secret, VisitRefused
from context_sidecar.proof import check_mac, mac, use_once
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, FakeMemory

SCHEMES = [
    {"digest": digest, "encoding": encoding}
    for digest in ("sha1", "sha256")
    for encoding in ("hex", "base64")
]


def test_a_published_vector_holds():
    """RFC 4231, test case 2."""
    made = mac(b"what do ya want for nothing?", Secret("Jefe"))
    assert made == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_is_what_the_standard_library_makes(scheme):
    raw = hmac.new(SECRET.reveal().encode(), b"body", getattr(hashlib, scheme["digest"])).digest()
    expected = raw.hex() if scheme["encoding"] == "hex" else base64.b64encode(raw).decode()
    assert mac(b"body", SECRET, **scheme) == expected


@pytest.mark.parametrize("scheme", SCHEMES)
@given(content=st.binary(), other=st.binary())
def test_a_mac_fits_its_own_content_only(scheme, content, other):
    made = mac(content, SECRET, **scheme)
    check_mac(content, made, [SECRET], **scheme)
    if other != content:
        with pytest.raises(VisitRefused):
            check_mac(other, made, [SECRET], **scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(given_text=st.text())
def test_whatever_text_is_given_for_a_mac_is_refused(scheme, given_text):
    with pytest.raises(VisitRefused):
        check_mac(b"body", given_text, [SECRET], **scheme)


@pytest.mark.parametrize("change", [str.upper, lambda text: f" {text}", lambda text: text + "\n"])
def test_a_mac_is_written_in_one_way(change):
    with pytest.raises(VisitRefused):
        check_mac(b"body", change(mac(b"body", SECRET)), [SECRET])


def test_any_of_several_secrets_will_do_and_none_is_none():
    made = mac(b"body", OLD_SECRET)
    check_mac(b"body", made, [SECRET, OLD_SECRET])
    for secrets in ([SECRET], []):
        with pytest.raises(VisitRefused):
            check_mac(b"body", made, secrets)


def test_s3_a_proof_is_used_up_within_its_scope():
    memory = FakeMemory()
    use_once(memory, "one", "proof", START)
    use_once(memory, "two", "proof", START)
    with pytest.raises(VisitRefused):
        use_once(memory, "one", "proof", START)


def test_scope_and_proof_cannot_be_shifted_into_each_other():
    memory = FakeMemory()
    use_once(memory, "one", "a\nb", START)
    use_once(memory, "one\na", "b", START)


def test_what_is_remembered_does_not_show_the_proof():
    memory = FakeMemory()
    use_once(memory, "one", "proof-that-is-secret", START)
    assert "proof-that-is-secret" not in str(memory.used)
