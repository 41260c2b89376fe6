"""What holds for every host that takes the card as JSON: the same words as on our page, in every
situation, within what the host takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from context_sidecar import Visit, plugins
from context_sidecar.core.context import Context
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.hosting.lines import lines
from context_sidecar.hosting.sheets import sheet
from context_sidecar.wording import LANGUAGES, answer, words
from support import gallery
from support.gallery import (
    AT_RISK,
    GALLERY,
    HEALTH,
    RENEWAL,
    TICKETS,
    TIER,
    VALUES,
    context,
    observed,
    only,
)
from support.hosts import host

HOSTS = [name for name in plugins.names(plugins.HOSTS) if plugins.host(name).most_bytes]


@pytest.fixture(params=HOSTS)
def name(request) -> str:
    return request.param


def rendered(name: str, said: dict[str, Any]) -> Any:
    visit = Visit(f"{name}-support", None, cards=(said["card"],))
    return host(name).render([said], visit)


def told(shown, locale="en") -> dict[str, Any]:
    return answer(shown, words(locale, "Europe/Berlin"))


def texts(part: Any) -> Iterator[str]:
    """Every text in what a host is given."""
    match part:
        case str():
            yield part
        case dict():
            for inner in part.values():
                yield from texts(inner)
        case list() | tuple():
            for inner in part:
                yield from texts(inner)


def names(part: Any) -> Iterator[str]:
    """Every name that something has in what a host is given."""
    match part:
        case dict():
            for name, inner in part.items():
                yield name
                yield from names(inner)
        case list() | tuple():
            for inner in part:
                yield from names(inner)


def everything(part: Any) -> str:
    return "\n".join(texts(part))


@pytest.mark.parametrize("situation", GALLERY)
def test_every_value_is_there_with_its_word_and_what_is_wrong_with_it(name, situation):
    said = told(GALLERY[situation]())
    components = rendered(name, said)
    shown, named = everything(components), set(names(components))
    own = [reading for reading in said["readings"] if not reading["explains"]]
    for reading in own:
        assert reading["label"] in shown or reading["field"] in named
        assert reading["display"] in shown
        assert reading["note"] in shown
        assert reading["state"] == "fresh" or reading["word"] in shown
    for notice in said["notices"]:
        assert notice["message"] in shown
    for line in said["attention"]:
        assert line["headline"] in shown
        assert line["told"] or line["message"] in shown
    assert said["seen"] in shown


def without_health() -> Context:
    """A line that could not be judged, and not for an outage alone."""
    down = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    other = observed(reason=Reason.SCHEMA_CHANGED)
    readings = (TIER, down), (RENEWAL, down), (HEALTH, other)
    return context(*(gallery.reading(*each) for each in readings), rules=(AT_RISK,))


def test_a_warning_that_no_outage_explains_is_named_with_why_it_was_not_judged(name):
    said = told(without_health())
    shown = everything(rendered(name, said))
    assert f"Not judged: {AT_RISK.say}" in shown
    assert "Could not be judged because of Renewal (Old) and Health score" in shown


def test_a_warning_that_was_not_judged_stands_with_the_outage_that_says_why():
    outage, line = sheet(told(GALLERY["cannot-judge"]())).cautions
    assert outage.severity == "trouble"
    assert (line.severity, line.text) == ("unjudged", f"Not judged: {AT_RISK.say}")
    line, outage = sheet(told(without_health())).cautions
    assert outage.severity == "trouble"
    assert line.severity == "unjudged"


def test_the_reasons_of_a_value_stand_with_it_and_not_once_more():
    said = told(GALLERY["explained"]())
    shown = sheet(said)
    [health] = [row for row in shown.rows if row.field == "health"]
    assert "Logins down by a third" in health.remark
    assert everything(asdict(shown)).count("Logins down by a third") == 1
    assert "health_reasons" not in lines(shown, [])


@pytest.mark.parametrize("situation", ["no-customer", "several-customers", "customer-unknown"])
def test_whose_card_it_is_or_why_that_is_not_known_is_said(name, situation):
    said = told(GALLERY[situation]())
    shown = everything(rendered(name, said))
    assert said["match"]["headline"] in shown
    assert said["match"]["message"] in shown
    for candidate in said["match"]["candidates"]:
        assert candidate["name"] in shown
        assert candidate["id"] in shown


def test_a_value_too_old_to_use_is_not_sent(name):
    said = told(GALLERY["expired"]())
    assert "€48,000.00" not in everything(rendered(name, said))
    assert "48000.00" not in everything(rendered(name, said))


def test_no_two_situations_look_alike(name):
    """What each field says, in every state, can be told apart from every other."""
    shown = {
        situation: json.dumps(rendered(name, told(GALLERY[situation]()))) for situation in GALLERY
    }
    assert len(set(shown.values())) == len(shown)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_it_speaks_the_visitors_language(name, locale):
    said = told(GALLERY["everything"](), locale)
    assert said["seen"] in everything(rendered(name, said))


def test_a_long_card_stays_within_what_the_host_takes(name):
    many = [
        {"id": str(n), "title": f"{n} " + "x" * 300, "status": "open", "priority": "high",
         "created_at": "2026-11-11T08:00:00Z", "url": f"https://help.example.com/{n}"}
        for n in range(300)
    ]  # fmt: skip
    said = told(only(TICKETS, observed(Found({**VALUES, "open_tickets": many}))))
    sent = json.dumps(rendered(name, said)).encode()
    assert len(sent) <= plugins.host(name).most_bytes
    assert "300" in sent.decode()


def test_s17_what_a_source_says_stays_text(name):
    nasty = "<script>alert(1)</script> [x](javascript:alert(1)) **bold** {{9*9}}"
    changed = {**VALUES, "contract_status": nasty}
    shown = context()
    said = told(replace(shown, readings=only(TICKETS, observed(Found(changed))).readings))
    urls = [one for one in texts(rendered(name, said)) if one.startswith("javascript:")]
    assert not urls


def test_why_there_is_no_card_is_said_in_the_same_components(name):
    visit = Visit(f"{name}-support", None, cards=("ticket",))
    said = everything(host(name).say("Nothing is set up", "Ask your administrator.", visit))
    assert "Nothing is set up" in said
    assert "Ask your administrator." in said
