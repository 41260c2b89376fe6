"""What proves a signed address, and what does not."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from context_sidecar import Record, Secret, Visitor, VisitRefused
from context_sidecar.proof.signed_url import SignedUrlSettings, sign
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

ADDRESS = "https://context.example.com/"
FULL = {
    "record": "ticket/4711",
    "key.requester_email": "ana+vip@acme.example",
    "key.organization": "Ácme & Söhne / 50 %",
    "user": "17",
    "user_name": "Ágnes Ó Néill",
    "roles": "support",
    "locale": "de-AT",
    "time_zone": "America/New_York",
    "theme": "dark",
}


def signed(parameters=FULL, *, secret=SECRET, install="iframe-support", now=START, **more):
    return sign(ADDRESS, install, secret, {**parameters, **more}, now=now)


def prove(url, memory=None, at=START, method="GET", **install):
    return host("iframe", memory, **install).prove(inbound(url, at=at, method=method))


def refused(url, **arguments):
    with pytest.raises(VisitRefused) as caught:
        prove(url, **arguments)
    return str(caught.value)


def test_a_signed_address_proves_record_visitor_roles_and_looks():
    visit = prove(signed())
    assert visit.install == "iframe-support"
    keys = {"requester_email": "ana+vip@acme.example", "organization": "Ácme & Söhne / 50 %"}
    assert visit.record == Record("iframe", "ticket", "4711", keys)
    assert visit.visitor == Visitor("17", "Ágnes Ó Néill")
    assert visit.roles == {"support"}
    assert (visit.locale, visit.theme) == ("de-AT", "dark")
    assert visit.time_zone == "America/New_York"


def test_the_signed_text_is_the_address_from_hosts_on_with_its_parameters_in_order():
    text = (
        "/hosts/iframe-support?expires=1795424700&key.requester_email=ana%40acme.example"
        "&nonce=0123456789abcdef&record=ticket%2F4711"
    )
    signature = hmac.new(SECRET.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()
    at = datetime.fromtimestamp(1795424700, UTC) - timedelta(minutes=5)
    visit = prove(f"https://context.example.com{text}&signature={signature}", at=at)
    assert visit.record.id == "4711"


def test_order_and_encoding_on_the_road_and_what_stands_before_hosts_do_not_matter():
    pairs = parse_qsl(urlsplit(signed()).query)
    other = urlencode(pairs[::-1])
    assert "+" in other
    assert prove(f"http://10.0.0.7:8080/behind/a/proxy/hosts/iframe-support?{other}")


def test_without_roles_the_visitor_has_those_of_the_install():
    assert prove(signed({"record": "ticket/1"})).roles == {"support", "finance"}


def test_empty_roles_are_no_roles():
    assert prove(signed(roles="")).roles == frozenset()


def test_roles_that_the_install_does_not_give_are_refused():
    assert "role" in refused(signed(roles="support,admin"))


def test_a_looks_parameter_that_makes_no_sense_is_left_out():
    visit = prove(signed(locale="<script>", theme="pink"))
    assert (visit.locale, visit.theme) == ("", "")


@pytest.mark.parametrize(
    "record", ["", "ticket", "ticket/", "/1", "Ticket/1", "ticket/1\n2", "t/" + "9" * 201]
)
def test_a_record_that_is_no_type_and_id_is_refused(record):
    assert "record" in refused(signed(record=record))


def test_an_id_may_hold_any_character_for_people():
    assert prove(signed(record="company/Ä / B?&#+")).record.id == "Ä / B?&#+"


@pytest.mark.parametrize(
    "nonce", ["", "short", "x" * 15, "x" * 65, "0123456789abcde!", "0123456789abcdeé"]
)
def test_a_nonce_that_could_be_guessed_or_is_too_long_is_refused(nonce):
    assert "nonce" in refused(signed(nonce=nonce))


@pytest.mark.parametrize(
    "expires", ["", "soon", "-1", "1e10", "1795424700.5", "٣٣٣٣", "9" * 40, " 1795424700"]
)
def test_an_expiry_that_is_no_number_of_seconds_is_refused(expires):
    assert "expires" in refused(signed(expires=expires))


def test_an_address_works_until_the_second_it_expires():
    url = signed()
    assert prove(url, at=START + timedelta(minutes=5, seconds=-1))
    assert "expired" in refused(url, at=START + timedelta(minutes=5))


def test_an_address_that_would_work_longer_than_ten_minutes_is_refused():
    ahead = {"expires": str(int(START.timestamp()) + 600)}
    assert prove(signed(FULL | ahead))
    assert "ten minutes" in refused(signed(FULL | ahead), at=START - timedelta(seconds=1))


def test_s3_an_address_works_once():
    memory, url = FakeMemory(), signed()
    prove(url, memory)
    assert "before" in refused(url, memory=memory)


def test_s3_a_nonce_works_once_whatever_it_signs():
    memory = FakeMemory()
    prove(signed(nonce="n" * 16), memory)
    assert "before" in refused(signed(nonce="n" * 16, record="ticket/2"), memory=memory)


def test_a_nonce_is_remembered_until_the_address_expires():
    memory = FakeMemory()
    prove(signed(), memory)
    assert set(memory.used.values()) == {START + timedelta(minutes=5)}


def test_a_refused_address_uses_no_nonce_up():
    memory = FakeMemory()
    refused(signed(nonce="n" * 16, roles="admin"), memory=memory)
    assert prove(signed(nonce="n" * 16), memory)


def test_while_a_secret_is_replaced_both_work_and_afterwards_only_the_new_one():
    old, new = signed(secret=OLD_SECRET), signed(secret=SECRET)
    changing = {"settings": {"secret": SECRET, "previous_secret": OLD_SECRET}}
    assert prove(old, **changing)
    assert prove(new, **changing)
    assert "signature" in refused(old)


def test_s30_an_address_for_one_install_is_worth_nothing_at_another():
    assert "signature" in refused(signed(), id="iframe-other")


def test_bytes_that_are_no_text_are_not_taken_for_a_question_mark():
    url = signed({"record": "ticket/1", "user": "?"})
    query = tuple(
        (name, "\udcff" if name == "user" else value)
        for name, value in parse_qsl(urlsplit(url).query)
    )
    with pytest.raises(VisitRefused, match="no text"):
        host("iframe").prove(replace(inbound(url), query=query))


def test_a_parameter_given_twice_is_refused():
    url = signed()
    assert "twice" in refused(f"{url}&record=ticket%2F4711")


def test_only_get_is_accepted():
    assert "GET" in refused(signed(), method="POST")


def test_an_endless_address_is_refused():
    assert "long" in refused(signed(FULL | {"key.note": "x" * 9000}))


pairs = st.sampled_from([*sorted(FULL), "expires", "nonce", "signature"])


@given(pairs, st.text(max_size=40))
def test_s2_a_changed_parameter_is_refused(name, value):
    query = dict(parse_qsl(urlsplit(signed()).query))
    assume(query[name] != value)
    refused(f"{ADDRESS}hosts/x?{urlencode(query | {name: value})}")


@given(pairs)
def test_s2_a_missing_parameter_is_refused(name):
    query = dict(parse_qsl(urlsplit(signed()).query))
    del query[name]
    refused(f"{ADDRESS}hosts/x?{urlencode(query)}")


@given(st.text(max_size=20).filter(lambda name: name not in FULL), st.text(max_size=20))
def test_s2_an_added_parameter_is_refused(name, value):
    refused(f"{signed()}&{quote(name, safe='')}={quote(value, safe='')}")


@given(st.text(min_size=1).filter(lambda text: text != SECRET.reveal()))
def test_s2_a_wrong_secret_is_refused(text):
    refused(signed(secret=Secret(text)))


def test_s2_every_single_character_of_a_valid_address_matters():
    url = signed()
    memory = FakeMemory()
    start = url.index("?") + 1
    changed = 0
    for place in range(start, len(url)):
        for other in "Aa0%&=":
            mutant = url[:place] + other + url[place + 1 :]
            if parse_qsl(urlsplit(mutant).query, keep_blank_values=True) == parse_qsl(
                urlsplit(url).query
            ):
                continue
            refused(mutant, memory=memory)
            changed += 1
    assert changed > 1500
    assert prove(url, memory)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), st.text(min_size=1)))
def test_any_key_survives_the_road_as_it_was_signed(keys):
    url = signed({"record": "ticket/1"} | {f"key.{name}": value for name, value in keys.items()})
    if len(url) < 8000:
        assert prove(url).record.keys == keys


@pytest.mark.parametrize("secret", ["", "short", "x" * 64, "ab" * 20, "1" * 31, 42, None])
def test_a_weak_secret_is_no_setting(secret):
    with pytest.raises(ValidationError):
        SignedUrlSettings().load({"secret": secret})


def test_a_strong_secret_stays_secret():
    loaded = SignedUrlSettings().load({"secret": SECRET.reveal()})
    assert loaded == {"secret": SECRET}
    assert SECRET.reveal() not in repr(loaded)


def test_no_refusal_shows_a_secret_or_a_value():
    for text in (refused(signed(secret=OLD_SECRET)), refused(signed(roles="zzz"))):
        assert "ana" not in text
        assert SECRET.reveal() not in text
