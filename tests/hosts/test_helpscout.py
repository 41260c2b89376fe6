"""Help Scout's app platform: the address that it signs."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from context_sidecar import VisitRefused
from context_sidecar_hosts.helpscout.host import php_json
from hypothesis import given, settings
from hypothesis import strategies as st
from support.helpscout import SAID, signature
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound
from support.real import lacking

URL = "https://context.example.com/hosts/helpscout-support"


def opened(said: dict[str, str], given_text: str = "", **own: str):
    query = {**own, **said, "X-HelpScout-Signature": given_text or signature(said)}
    return inbound(f"{URL}?{urlencode(query)}")


def test_a_signed_address_is_a_visit_whose_record_comes_later():
    visit = host("helpscout").prove(opened(SAID))
    assert (visit.visitor.id, visit.record, visit.roles) == ("772569", None, {"support", "finance"})


def test_the_guides_own_code_in_php_signs_what_we_accept():
    php = shutil.which("php") or lacking("php is missing")
    code = """
$data = json_decode(stream_get_contents(STDIN), true);
$json = json_encode($data);
echo json_encode([$json, base64_encode(hash_hmac('sha1', $json, $argv[1], true))]);
"""
    for said in (SAID, {**SAID, "x": "\"\\/\x00\x7f\u2028é日🙂<>&'"}, dict(reversed(SAID.items()))):
        run = [php, "-r", code, "--", SECRET.reveal()]
        told = subprocess.run(
            run, input=json.dumps(said), text=True, capture_output=True, check=True
        )
        written, made = json.loads(told.stdout)
        assert php_json(list(said.items())).decode() == written
        assert host("helpscout").prove(opened(said, made))


def test_a_plus_of_the_signature_may_arrive_as_a_space():
    made = next(
        (said, given_text)
        for said in ({**SAID, "user-id": str(n)} for n in range(1000))
        if "+" in (given_text := signature(said))
    )
    query = urlencode(made[0])
    assert host("helpscout").prove(inbound(f"{URL}?{query}&X-HelpScout-Signature={made[1]}"))


def test_the_language_in_the_apps_own_address_is_not_signed():
    visit = host("helpscout").prove(opened(SAID, locale="de"))
    assert visit.locale == "de"
    assert host("helpscout").prove(opened(SAID)).locale == ""


def test_another_parameter_of_the_apps_own_address_is_named_in_the_refusal():
    with pytest.raises(VisitRefused, match="without lang: take that off"):
        host("helpscout").prove(opened(SAID, lang="de"))


def test_a_query_in_another_order_is_named_as_such():
    shuffled = dict(reversed(SAID.items()))
    with pytest.raises(VisitRefused, match="in another order"):
        host("helpscout").prove(opened(shuffled, signature(dict(sorted(SAID.items())))))


def test_the_secret_before_is_accepted_too():
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("helpscout", settings=both).prove(opened(SAID, signature(SAID, secret)))
    with pytest.raises(VisitRefused):
        host("helpscout").prove(opened(SAID, signature(SAID, OLD_SECRET)))


def test_the_first_app_is_pinned_and_no_other_comes_in():
    memory = FakeMemory()
    assert host("helpscout", memory).prove(opened(SAID))
    with pytest.raises(VisitRefused, match="of app other, not of 5Ma3boWZmlnA"):
        host("helpscout", memory).prove(opened({**SAID, "application-id": "other"}))
    nameless = {name: value for name, value in SAID.items() if name != "application-id"}
    with pytest.raises(VisitRefused, match="names no app"):
        host("helpscout", memory).prove(opened(nameless))


def test_a_declared_app_is_the_only_one():
    mine = {"secret": SECRET, "application_id": "mine"}
    with pytest.raises(VisitRefused, match="not of mine"):
        host("helpscout", settings=mine).prove(opened(SAID))


def test_s2_a_refused_address_teaches_no_app():
    memory = FakeMemory()
    with pytest.raises(VisitRefused):
        host("helpscout", memory).prove(opened(SAID, "x"))
    assert memory.pins == {}


def test_s2_an_address_that_says_something_twice_is_refused():
    request = opened(SAID)
    doubled = replace(request, query=(*request.query, ("user-id", "1")))
    with pytest.raises(VisitRefused, match="twice"):
        host("helpscout").prove(doubled)


def test_s2_only_the_request_that_opens_the_frame_is_accepted():
    with pytest.raises(VisitRefused):
        host("helpscout").prove(replace(opened(SAID), method="POST"))


@settings(max_examples=1500)
@given(st.data())
def test_s2_a_query_with_any_part_changed_is_refused(data):
    said = list(SAID.items())
    place = data.draw(st.integers(0, len(said) - 1))
    name, value = said[place]
    match data.draw(st.sampled_from(["name", "value", "drop", "swap", "add"])):
        case "name":
            said[place] = (data.draw(st.text()), value)
        case "value":
            said[place] = (name, data.draw(st.text() | st.just(f"{value}0")))
        case "drop":
            del said[place]
        case "swap":
            said[place], said[place - 1] = said[place - 1], said[place]
        case "add":
            said.insert(place, (data.draw(st.text()), data.draw(st.text())))
    if said != list(SAID.items()):
        query = (*said, ("X-HelpScout-Signature", signature(SAID)))
        with pytest.raises(VisitRefused):
            host("helpscout").prove(replace(opened(SAID), query=query))


@settings(max_examples=500)
@given(st.data())
def test_s2_a_signature_changed_anywhere_is_refused(data):
    right = signature(SAID)
    place = data.draw(st.integers(0, len(right) - 1))
    letter = data.draw(st.characters(exclude_characters=right[place]))
    wrong = right[:place] + letter + right[place + 1 :]
    query = (*SAID.items(), ("X-HelpScout-Signature", wrong))
    if wrong.replace(" ", "+") != right:
        with pytest.raises(VisitRefused):
            host("helpscout").prove(replace(opened(SAID), query=query))


def test_what_is_signed_is_what_was_sent():
    """An address decodes to what Help Scout encoded, whatever is in it."""
    awkward = {**SAID, "application-slug": "a b+c&d=e%f/é🙂"}
    query = "&".join(f"{quote(name, safe='')}={quote(value)}" for name, value in awkward.items())
    given_text = quote(signature(awkward), safe="")
    request = inbound(f"{URL}?{query}&X-HelpScout-Signature={given_text}")
    assert dict(parse_qsl(query)) == awkward
    assert host("helpscout").prove(request)
