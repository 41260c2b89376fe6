"""Chatwoot's dashboard app: the link that we sign, because Chatwoot proves nothing."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from context_sidecar import VisitRefused, plugins
from context_sidecar.hosting import packaging
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, host, inbound, install
from support.web import configuration

UNTIL = date(2027, 5, 31)
URL = "https://context.example.com/hosts/chatwoot-support"


def link(tmp_path, until=UNTIL, secret=SECRET, **changes) -> str:
    declared = install("chatwoot", settings={"secret": secret, "until": until}, **changes)
    [file] = plugins.host("chatwoot").package(configuration(tmp_path), declared)
    assert file.path == "link.txt"
    return file.content.decode().strip()


def signature(until: str, secret=SECRET) -> str:
    """By the letter of the host's docstring."""
    text = f"/hosts/chatwoot-support?until={until}"
    return hmac.new(secret.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


def opened(until="2027-05-31", given_text="", **more: str):
    query = {"until": until, "signature": given_text or signature(until), **more}
    return inbound(f"{URL}?{urlencode(query)}")


def test_the_link_that_is_built_lets_in_nobody_in_particular(tmp_path):
    built = link(tmp_path)
    assert built == f"{URL}?until=2027-05-31&signature={signature('2027-05-31')}"
    visit = host("chatwoot").prove(inbound(built))
    assert (visit.visitor.id, visit.record, visit.roles) == ("", None, {"support", "finance"})


def test_the_same_link_is_built_each_time_and_holds_no_secret(tmp_path):
    assert link(tmp_path) == link(tmp_path)
    assert SECRET.reveal() not in link(tmp_path)


def test_a_link_works_again_and_again_until_its_last_day_is_over():
    chatwoot, request = host("chatwoot"), opened()
    for _ in range(3):
        assert chatwoot.prove(request)
    last = datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert chatwoot.prove(replace(request, received_at=last))
    with pytest.raises(VisitRefused, match="ended on 2027-05-31"):
        chatwoot.prove(replace(request, received_at=last + timedelta(seconds=1)))


def test_a_link_does_not_last_for_ever():
    day = (START + timedelta(days=400)).date()
    assert host("chatwoot").prove(opened(day.isoformat()))
    with pytest.raises(VisitRefused, match="longer than 400 days"):
        host("chatwoot").prove(opened((day + timedelta(days=1)).isoformat()))


@pytest.mark.parametrize("until", ["0001-01-01", "9999-12-31"])
def test_a_day_far_away_is_refused_as_any_other(until):
    with pytest.raises(VisitRefused, match="the link"):
        host("chatwoot").prove(opened(until))


@pytest.mark.parametrize("name", ["chatwoot", "link"])
@pytest.mark.parametrize(
    ("ahead", "wrong"), [(-1, "ended"), (0, ""), (400, ""), (401, "longer than 400 days")]
)
def test_a_link_is_not_built_that_would_let_nobody_in(tmp_path, name, ahead, wrong):
    until = (START + timedelta(days=ahead)).date()
    declared = install(name, settings={"secret": SECRET, "until": until})
    if not wrong:
        assert packaging.build(configuration(tmp_path), declared, START.date())
        return
    with pytest.raises(ValueError, match=wrong):
        packaging.build(configuration(tmp_path), declared, START.date())


def test_the_language_may_be_added_to_the_link(tmp_path):
    assert host("chatwoot").prove(inbound(f"{link(tmp_path)}&locale=de")).locale == "de"


def test_links_of_the_secret_before_are_accepted_too(tmp_path):
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("chatwoot", settings=both).prove(inbound(link(tmp_path, secret=secret)))
    with pytest.raises(VisitRefused):
        host("chatwoot").prove(inbound(link(tmp_path, secret=OLD_SECRET)))


def test_s2_a_link_is_of_one_install(tmp_path):
    [_, query] = link(tmp_path, id="chatwoot-sales").split("?")
    with pytest.raises(VisitRefused):
        host("chatwoot").prove(inbound(f"{URL}?{query}"))


@settings(max_examples=1500)
@given(st.data())
def test_s2_a_link_changed_anywhere_is_refused(data):
    right = parse_qsl(urlsplit(opened().url).query)
    said = list(right)
    place = data.draw(st.integers(0, 1))
    name, value = said[place]
    match data.draw(st.sampled_from(["name", "value", "letter", "drop", "twice"])):
        case "name":
            said[place] = (data.draw(st.text()), value)
        case "value":
            said[place] = (name, data.draw(st.text() | st.dates().map(str)))
        case "letter":
            at = data.draw(st.integers(0, len(value) - 1))
            said[place] = (name, value[:at] + data.draw(st.characters()) + value[at + 1 :])
        case "drop":
            del said[place]
        case "twice":
            said.insert(data.draw(st.integers(0, 2)), (name, data.draw(st.text())))
    if said != right:
        with pytest.raises(VisitRefused):
            host("chatwoot").prove(replace(opened(), query=tuple(said)))


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
def test_s2_only_the_request_that_opens_the_frame_is_accepted(method):
    with pytest.raises(VisitRefused):
        host("chatwoot").prove(replace(opened(), method=method))


@pytest.mark.parametrize(
    "until",
    [
        "soon",
        "2027-02-30",
        "31.05.2027",
        20270531,
        None,
        "0001-01-01",
        "2019-12-31",
        "9000-01-02",
        "9999-12-31",
    ],
)
def test_a_last_day_is_a_day(until):
    with pytest.raises(ValidationError, match="until"):
        plugins.host("chatwoot").Settings().load({"secret": SECRET.reveal(), "until": until})


def test_a_secret_that_could_be_guessed_is_refused():
    with pytest.raises(ValidationError, match="secret"):
        plugins.host("chatwoot").Settings().load({"secret": "short", "until": "2027-05-31"})
