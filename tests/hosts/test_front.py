"""Front's plugin: the secret that Front adds to its address, and how little it says."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from context_sidecar import VisitRefused
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hosts import OLD_SECRET, SECRET, host, inbound, install
from support.web import configuration

URL = "https://context.example.com/hosts/front-support"


def opened(auth_secret: str = SECRET.reveal(), **own: str):
    return inbound(f"{URL}?{urlencode({**own, 'auth_secret': auth_secret})}")


def test_the_secret_is_a_visit_of_nobody_in_particular_whose_record_comes_later():
    visit = host("front").prove(opened())
    assert (visit.visitor.id, visit.record, visit.roles) == ("", None, {"support", "finance"})


def test_the_language_may_stand_in_the_plugins_own_address():
    assert host("front").prove(opened(locale="de")).locale == "de"
    assert host("front").prove(opened()).locale == ""


def test_the_secret_before_is_accepted_too():
    both = {"auth_secret": SECRET, "previous_auth_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("front", settings=both).prove(opened(secret.reveal()))
    with pytest.raises(VisitRefused, match="another one"):
        host("front").prove(opened(OLD_SECRET.reveal()))


@settings(max_examples=1500)
@given(st.data())
def test_s2_a_secret_changed_anywhere_is_refused(data):
    right = SECRET.reveal()
    place = data.draw(st.integers(0, len(right)))
    cut = data.draw(st.integers(0, 2))
    shown = right[:place] + data.draw(st.text(max_size=2)) + right[place + cut :]
    if shown != right:
        with pytest.raises(VisitRefused):
            host("front").prove(replace(opened(), query=(("auth_secret", shown),)))


@settings(max_examples=500)
@given(st.text(max_size=12))
def test_s2_the_secret_under_another_name_is_refused(name):
    if name != "auth_secret":
        with pytest.raises(VisitRefused, match="not there"):
            host("front").prove(replace(opened(), query=((name, SECRET.reveal()),)))


def test_s2_a_secret_beside_another_is_refused():
    twice = (("auth_secret", SECRET.reveal()), ("auth_secret", "x"))
    with pytest.raises(VisitRefused, match="not there"):
        host("front").prove(replace(opened(), query=twice))


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
def test_s2_only_the_request_that_opens_the_frame_is_accepted(method):
    with pytest.raises(VisitRefused):
        host("front").prove(replace(opened(), method=method))


def test_front_takes_no_package(tmp_path):
    front = host("front")
    assert front.package(configuration(tmp_path), install("front")) == ()
