"""Any tool that signs nothing: the link that we sign, and what it is filled with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from context_sidecar import VisitRefused, plugins
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.gallery import HELPDESK
from support.hosts import OLD_SECRET, SECRET, host, inbound, install
from support.web import CARD, DESK, Allowance, Deployment, configuration

UNTIL = date(2027, 5, 31)
SETTINGS = {"secret": SECRET, "until": UNTIL}
FILLED = "account/C-1001&key.domain=acme.example&locale=de&theme=dark"


def link(tmp_path, **changes) -> str:
    declared = install("link", settings=SETTINGS, **changes)
    [file] = plugins.host("link").package(configuration(tmp_path), declared)
    return file.content.decode().strip()


def refused(request, **changes) -> str:
    with pytest.raises(VisitRefused) as caught:
        host("link", **changes).prove(request)
    return str(caught.value)


def test_the_link_is_built_to_be_filled_and_holds_no_secret(tmp_path):
    built = link(tmp_path)
    assert built.startswith("https://context.example.com/hosts/link-support?until=2027-05-31&")
    assert built.endswith("&record=")
    assert SECRET.reveal() not in built
    assert built == link(tmp_path)


def test_a_filled_link_is_a_visit_of_nobody_in_particular_to_the_record(tmp_path):
    visit = host("link").prove(inbound(link(tmp_path) + FILLED))
    assert (visit.record.place, visit.record.id) == ("link/account", "C-1001")
    assert visit.record.keys == {"domain": "acme.example"}
    assert (visit.visitor.id, visit.locale, visit.theme) == ("", "de", "dark")
    assert visit.roles == {"support", "finance"}


def test_it_works_again_and_again_until_its_last_day(tmp_path):
    request = inbound(link(tmp_path) + FILLED)
    tool = host("link")
    assert tool.prove(request)
    assert tool.prove(request)
    over = replace(request, received_at=START.replace(year=2027, month=6, day=1))
    assert "ended" in refused(over)
    assert "400 days" in refused(replace(request, received_at=START - timedelta(days=400)))


@pytest.mark.parametrize("record", ["", "account/", "account/{externalId}", "account", "a/{{x}}"])
def test_what_the_tool_has_not_filled_in_is_no_record(tmp_path, record):
    assert "filled" in refused(inbound(link(tmp_path) + record))


def test_what_the_tool_has_not_filled_in_is_no_key(tmp_path):
    said = "account/1&key.domain={domain}&key.email=&key.name=Ácme"
    assert host("link").prove(inbound(link(tmp_path) + said)).record.keys == {"name": "Ácme"}


def test_links_of_the_secret_before_are_accepted_too(tmp_path):
    both = {"secret": OLD_SECRET, "previous_secret": SECRET}
    request = inbound(link(tmp_path) + FILLED)
    assert host("link", settings=both).prove(request)
    assert refused(request, settings={"secret": OLD_SECRET})


def test_s6_a_link_is_of_one_install(tmp_path):
    assert refused(inbound(link(tmp_path) + FILLED), id="link-other")


@settings(max_examples=500)
@given(st.data())
def test_s2_a_link_whose_signed_part_is_changed_anywhere_is_refused(tmp_path_factory, data):
    right = inbound(link(tmp_path_factory.getbasetemp()) + FILLED)
    said = list(right.query)
    place = data.draw(st.integers(0, 1))
    name, value = said[place]
    at = data.draw(st.integers(0, len(value)))
    cut = data.draw(st.integers(0, 2))
    changed = value[:at] + data.draw(st.text(max_size=2)) + value[at + cut :]
    said[place] = (name, changed)
    if changed != value:
        assert refused(replace(right, query=tuple(said)))


def deployed(tmp_path, **changes) -> Deployment:
    declared = install("link", settings=SETTINGS, origins=(DESK,), **changes)
    card = replace(CARD, where=("link/account",))
    shown = configuration(tmp_path, declared, cards={"ticket": card})
    return Deployment(shown, allowance=Allowance(records=2))


def opened(deployment, tmp_path, filled: str):
    url = urlsplit(link(tmp_path) + filled)
    return deployment.get(f"{url.path}?{urlencode(parse_qsl(url.query))}")


def test_s22_a_visitor_cannot_walk_through_many_records(tmp_path):
    deployment = deployed(tmp_path)
    walked = [opened(deployment, tmp_path, f"account/{n}").status_code for n in (1, 2, 3, 1)]
    assert walked == [200, 200, 429, 200]


def test_keys_that_nobody_signs_are_not_believed_over_a_source(tmp_path):
    deployment = deployed(tmp_path, source=HELPDESK)
    opened(deployment, tmp_path, "account/1&key.requester_email=bo@other.example")
    assert deployment.engine.asked[-1]["record"].keys == deployment.engine.keys


def test_s1_it_is_framed_by_the_tool_only(tmp_path):
    policy = opened(deployed(tmp_path), tmp_path, "account/1").headers["Content-Security-Policy"]
    assert f"frame-ancestors {DESK};" in policy
