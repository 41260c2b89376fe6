"""A host tool that takes our card as JSON of its own, registered by a third party's package."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from context_sidecar import plugins
from context_sidecar.web.parts import Allowance
from support.gallery import HELPDESK
from support.web import CARD, MARGIN, install

HOST = '''
"""A tool whose server asks for a card.

Proof: a header. Record: in the body. Limits: none.
"""

import json
from dataclasses import replace

from marshmallow import Schema

from context_sidecar import Host, Record, Visit, VisitRefused, VisitUnclear, Visitor


class Panel(Host):
    """A panel of three lines."""

    label, places, Settings, most_bytes = "Panel", ("ticket",), Schema, 500
    signs_record = False

    def prove(self, inbound):
        if inbound.headers.get("x-proof") != self.install.settings.get("proof", "right"):
            raise VisitRefused("the proof is " + inbound.headers.get("x-proof", "missing"))
        said = json.loads(inbound.body)
        if said.get("ticket") == "":
            unclear = Visit(self.install.id, None, Visitor("ana"), self.install.roles, "de")
            raise VisitUnclear("the request names no ticket", unclear)
        record = Record("panel_host", "ticket", said["ticket"], {"requester_email": said["from"]})
        cards = tuple(said.get("cards", ()))
        visit = Visit(self.install.id, record, Visitor("ana"), self.install.roles, "de")
        return replace(visit, cards=cards, again="pressed" in said)

    def say(self, title, text, visit):
        return {"title": title, "lines": [text], "for": visit.record.id if visit.record else ""}

    def render(self, answers, visit):
        if visit.cards:
            return {"cards": [answer["card"] for answer in answers]}
        [answer] = answers
        lines = [f"{each['label']}: {each['display']}" for each in answer["readings"]]
        knows = list(self.fields)
        return {"title": answer["account"]["name"], "lines": lines[:3], "knows": knows}
'''


@pytest.fixture
def panel(tmp_path, monkeypatch, deploy):
    """A deployment with the third party's package installed."""
    site = tmp_path / "site"
    for folder in ("third_party_hosts/panel_host", "third_party_hosts-1.0.dist-info"):
        (site / folder).mkdir(parents=True)
    (site / "third_party_hosts/__init__.py").touch()
    (site / "third_party_hosts/panel_host/__init__.py").touch()
    (site / "third_party_hosts/panel_host/host.py").write_text(HOST)
    about = site / "third_party_hosts-1.0.dist-info"
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: third-party-hosts\nVersion: 1.0\n"
    )
    (about / "entry_points.txt").write_text("[context_sidecar.hosts]\nmine = third_party_hosts\n")
    monkeypatch.syspath_prepend(str(site))
    plugins.names.cache_clear()
    yield deploy(
        install("panel", host="panel_host", settings={}, origins=()),
        install("other", host="panel_host", settings={"proof": "other"}, origins=()),
        install(
            "sourced", host="panel_host", settings={"proof": "sourced"}, origins=(), source=HELPDESK
        ),
        allowance=Allowance(records=3),
        cards={"ticket": replace(CARD, where=("panel_host/ticket",))},
    )
    plugins.names.cache_clear()
    for name in [name for name in sys.modules if name.startswith("third_party_hosts")]:
        del sys.modules[name]


def ask(deployment, proof="right", to="panel", **said):
    body = json.dumps({"ticket": "7", "from": "ana@acme.example", **said})
    return deployment.client.post(f"/hosts/{to}", data=body, headers={"X-Proof": proof})


def test_it_is_given_the_card_in_its_own_components_and_waits_for_it(panel):
    response = ask(panel)

    assert response.json["title"] == "Acme GmbH"
    assert response.json["lines"][0] == "Account tier: Enterprise"
    assert response.content_type == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert not panel.engine.asked[-1]["live"]
    assert panel.engine.asked[-1]["patience"] is None


def test_it_knows_the_fields_of_its_own_cards_whoever_may_see_them(panel):
    """So that a tool which keeps what it was told can be told to forget."""
    known = panel.configuration.fields_for("panel_host")
    assert ask(panel).json["knows"] == [field.id for field in known]
    assert known == list(CARD.fields)

    other = replace(MARGIN, where=("panel_host/deal",))
    panel.configuration.cards["margin"] = other
    known = panel.configuration.fields_for("panel_host")
    assert {field.id for field in known} == {field.id for field in (*CARD.fields, *other.fields)}


def test_a_refusal_is_a_problem_document_without_detail(panel, logged):
    response = ask(panel, proof="wrong")

    assert response.status_code == 401
    assert response.content_type == "application/problem+json"
    assert "wrong" not in response.text
    assert any(each.get("why") == "the proof is wrong" for each in logged)


def test_what_its_code_does_not_expect_is_our_failure_and_tells_nothing(panel, logged):
    response = panel.client.post("/hosts/panel", data=b"{", headers={"X-Proof": "right"})

    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert "JSON" not in response.text


def test_what_is_proven_but_names_no_record_is_told_so_and_seen_as_such(panel, logged):
    response = ask(panel, ticket="")

    assert response.status_code == 200
    assert response.json["title"] == "Hier ist etwas schiefgegangen"
    seen = panel.sightings.of("panel")
    assert seen.proven_at == seen.refused_at is not None
    assert seen.refusal == "the request names no ticket"
    assert [each["why"] for each in logged if each["event"] == "visit_unclear"] == [seen.refusal]


def test_what_another_install_would_find_unclear_is_signed_for_it_all_the_same(panel, logged):
    assert ask(panel, proof="other", ticket="").status_code == 401
    [entry] = [each for each in logged if each["event"] == "visit_refused"]
    assert entry["why"].endswith("it is signed for the install other")


def test_a_refusal_that_fits_another_install_says_so_to_the_admin_only(panel, logged):
    response = ask(panel, proof="other")

    assert response.status_code == 401
    assert "other" not in response.text
    [entry] = [each for each in logged if each["event"] == "visit_refused"]
    assert entry["why"] == "the proof is other; it is signed for the install other"


def test_several_cards_may_be_asked_for_at_once_and_those_that_are_not_there_are_left_out(panel):
    assert ask(panel, cards=["ticket", "nonsense"]).json == {"cards": ["ticket"]}
    assert ask(panel, cards=["nonsense"]).json["title"].startswith("Für diesen Ort")


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ({"roles": frozenset({"finance"})}, "Diese Karte ist nicht für Ihre Rolle bestimmt"),
        ({"engine": RuntimeError("inside")}, "Hier ist etwas schiefgegangen"),
    ],
)
def test_once_proven_it_is_told_in_its_own_components_why_there_is_no_card(panel, broken, title):
    """Anything but a 200 reaches people as an error of the host tool's own."""
    panel.engine.broken = broken.get("engine")
    if "roles" in broken:
        card = replace(CARD, where=("panel_host/ticket",), audience=broken["roles"])
        panel.configuration.cards["ticket"] = card

    response = ask(panel)

    assert response.status_code == 200
    assert response.json["title"] == title
    assert response.json["for"] == "7"
    assert "inside" not in response.text


def test_s22_where_the_host_does_not_sign_the_record_a_visitor_cannot_walk_through_many(panel):
    titles = [ask(panel, ticket=str(n)).json["title"] for n in range(4)]
    assert titles == ["Acme GmbH", "Acme GmbH", "Acme GmbH", "Einen Moment bitte"]
    assert ask(panel, ticket="0").json["title"] == "Acme GmbH", "what was seen can be seen again"


def test_what_a_record_that_nobody_signs_says_of_its_customer_is_not_believed_over_a_source(panel):
    ask(panel)
    assert panel.engine.asked[-1]["record"].keys == {"requester_email": "ana@acme.example"}
    panel.engine.keys = {"requester_email": "bo@other.example"}
    ask(panel, proof="sourced", to="sourced")
    assert panel.engine.asked[-1]["record"].keys == {"requester_email": "bo@other.example"}


def test_a_press_of_its_button_asks_the_sources_again(panel):
    ask(panel)
    assert not panel.engine.asked[-1]["force"]
    ask(panel, pressed=True)
    assert panel.engine.asked[-1]["force"]


def test_a_card_longer_than_the_host_takes_is_not_sent(panel, logged):
    panel.engine.values["contract_status"] = "x" * 600

    response = ask(panel)

    assert response.json["title"] == "Hier ist etwas schiefgegangen"
    assert any(each["event"] == "card_too_long" and each["bytes"] > 500 for each in logged)
