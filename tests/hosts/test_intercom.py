"""Intercom's Inbox: the request that it signs, and the canvas that it takes."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from context_sidecar import Secret, VisitRefused, VisitUnclear
from context_sidecar.proof import mac
from context_sidecar.wording import answer, words
from hypothesis import given
from hypothesis import strategies as st
from support.gallery import GALLERY
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

URL = "https://context.example.com/hosts/intercom-support"
BODY: dict[str, Any] = {
    "workspace_id": "abcd1234",
    "workspace_region": "EU",
    "admin": {"type": "admin", "id": "814860", "name": "Ana Lima", "email": "ana@acme.example"},
    "context": {"location": "conversation", "conversation_id": 215469, "locale": "de"},
    "conversation": {"type": "conversation", "id": "215469"},
    "contact": {
        "type": "contact", "id": "5ba6", "email": "bo@acme.example", "external_id": "C-1001",
        "name": "Bo", "companies": {"type": "list", "data": [{"id": "63a0"}], "total_count": 1},
    },
}  # fmt: skip


def signed(body: dict[str, Any] | bytes, secret: Secret = SECRET, signature: str = ""):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"x-body-signature": signature or mac(content, secret)}
    return inbound(URL, method="POST", body=content, headers=headers)


def proven(body: dict[str, Any], **changes: Any):
    return host("intercom", **changes).prove(signed(body))


def test_a_signed_request_is_the_visit_of_a_teammate_to_a_conversation():
    visit = proven(BODY)
    assert (visit.visitor.id, visit.visitor.name, visit.locale) == ("814860", "Ana Lima", "de")
    assert visit.record.place == "intercom/conversation"
    assert visit.record.id == "215469"
    assert visit.record.keys == {
        "requester_email": "bo@acme.example", "requester_external_id": "C-1001",
        "requester_name": "Bo", "company_id": "63a0",
    }  # fmt: skip


def test_a_contact_shown_by_itself_is_the_record():
    alone = {**BODY, "conversation": None, "context": {"location": "contact"}}
    assert proven(alone).record.place == "intercom/contact"
    assert proven(alone).record.id == "5ba6"


def test_somebody_of_several_companies_is_of_none_that_could_be_told():
    several = {"data": [{"id": "1"}, {"id": "2"}]}
    visit = proven({**BODY, "contact": {**BODY["contact"], "companies": several}})
    assert "company_id" not in visit.record.keys


def test_the_secret_before_is_accepted_too():
    settings = {"client_secret": SECRET, "previous_client_secret": OLD_SECRET}
    assert host("intercom", settings=settings).prove(signed(BODY, OLD_SECRET))


def test_the_first_workspace_is_pinned_and_no_other_comes_in():
    memory = FakeMemory()
    host("intercom", memory).prove(signed(BODY))
    with pytest.raises(VisitRefused, match="of workspace other, not of abcd1234"):
        host("intercom", memory).prove(signed({**BODY, "workspace_id": "other"}))


def test_a_declared_workspace_is_the_only_one():
    settings = {"client_secret": SECRET, "workspace_id": "mine"}
    with pytest.raises(VisitRefused, match="not of mine"):
        proven(BODY, settings=settings)


@given(st.data())
def test_s2_a_body_changed_anywhere_is_refused(data):
    content = json.dumps(BODY).encode()
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + data.draw(st.binary(max_size=2)) + content[place + 1 :]
    if changed != content:
        with pytest.raises(VisitRefused):
            host("intercom").prove(signed(changed, signature=mac(content, SECRET)))


@pytest.mark.parametrize("signature", ["", "x", mac(b"other", SECRET), mac(b"", SECRET).upper()])
def test_s2_another_signature_is_refused(signature):
    with pytest.raises(VisitRefused):
        host("intercom").prove(signed(BODY, signature=signature or " "))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"workspace_id": {}, "contact": 7}', b"\xff"],
)
def test_a_signed_body_that_names_no_workspace_is_refused(body):
    with pytest.raises(VisitRefused):
        host("intercom").prove(signed(body))


@pytest.mark.parametrize("body", [b'{"workspace_id": "a"}', b'{"workspace_id": "a", "contact": 7}'])
def test_a_workspaces_request_that_names_no_record_is_unclear(body):
    with pytest.raises(VisitUnclear, match="neither a conversation nor a contact"):
        host("intercom").prove(signed(body))


def test_a_body_written_anew_on_its_way_is_named_as_such():
    loose = json.dumps(BODY, indent=1).encode()
    compact = json.dumps(BODY, separators=(",", ":")).encode()
    with pytest.raises(VisitRefused, match="written anew as JSON"):
        host("intercom").prove(signed(loose, signature=mac(compact, SECRET)))


@pytest.fixture(scope="module")
def model():
    """Intercom's own model of a canvas, which takes a second to load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from intercom.types.canvas_object import CanvasObject  # noqa: PLC0415  for who needs it
    return CanvasObject


@pytest.mark.parametrize("situation", GALLERY)
def test_intercoms_own_model_takes_the_canvas(situation, model):
    said = answer(GALLERY[situation](), words("en", "Europe/Berlin"))
    canvas = host("intercom").render([said], proven(BODY))["canvas"]
    read = model(**canvas)
    assert len(read.content.components) == len(canvas["content"]["components"])
    for component in canvas["content"]["components"]:
        for item in component.get("items", []):
            assert all(isinstance(text, str) for text in (item.get("value", ""), item["type"]))


def test_what_is_wrong_with_a_value_never_stands_in_a_table_that_would_cut_it():
    said = answer(GALLERY["everything"](), words("en", "Europe/Berlin"))
    components = host("intercom").render([said], proven(BODY))["canvas"]["content"]["components"]
    tables = [one for one in components if one["type"] == "data-table"]
    in_tables = {item["field"] for table in tables for item in table["items"]}
    marked = {one["label"] for one in said["readings"] if one["state"] != "fresh"}
    assert marked
    assert not marked & in_tables


def test_the_button_asks_again_by_the_same_address():
    said = answer(GALLERY["fresh"](), words("en", "Europe/Berlin"))
    components = host("intercom").render([said], proven(BODY))["canvas"]["content"]["components"]
    [button] = [one for one in components if one["type"] == "button"]
    assert button["action"] == {"type": "submit"}
    pressed = {**BODY, "component_id": button["id"], "current_canvas": {}, "input_values": {}}
    assert proven(pressed).record.id == "215469"
    assert proven(pressed).again
    assert not proven(BODY).again
