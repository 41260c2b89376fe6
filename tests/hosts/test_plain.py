"""Plain's customer cards: the request that it signs, and the components that it takes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from context_sidecar import Secret, VisitRefused, plugins
from context_sidecar.proof import mac
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support import npm
from support.gallery import GALLERY, NOW, context
from support.hosts import OLD_SECRET, SECRET, host, inbound

URL = "https://context.example.com/hosts/plain-support"

# The request of plain.com/docs, "Customer cards", with the tenant that its overview adds.
BODY: dict[str, Any] = {
    "cardKeys": ["plan-details", "subscription-status"],
    "customer": {
        "id": "c_01GW2NTPQNPWTRKAC0G8Z518W2",
        "email": "alex@grocery.co",
        "externalId": "customer-id-in-your-backend",
    },
    "thread": {"id": "th_01J2HV0V702XKWMG58G169BS23", "externalId": None},
    "tenant": {"id": "te_0VX2HE0V702AKWMG5SG16ABS11", "externalId": "C-1001"},
}


def one_of(**members: dict[str, Any]) -> dict[str, Any]:
    """A member of a union, as Plain writes it: an object with the member's name as its only key."""
    return {
        "type": "object", "properties": members, "additionalProperties": False,
        "minProperties": 1, "maxProperties": 1,
    }  # fmt: skip


def parts(**fields: Any) -> dict[str, Any]:
    required = [name for name in fields if not name.endswith(("Size", "Color"))]
    return {
        "type": "object", "properties": fields, "required": required, "additionalProperties": False,
    }  # fmt: skip


def words_of(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


SIZES = {"enum": ["XS", "S", "M", "L", "XL"]}
INNER = {
    "componentPlainText": parts(
        plainText=words_of(5000),
        plainTextSize={"enum": ["S", "M", "L"]},
        plainTextColor={"enum": ["NORMAL", "MUTED", "SUCCESS", "WARNING", "ERROR"]},
    ),
    "componentBadge": parts(
        badgeLabel=words_of(500),
        badgeColor={"enum": ["GREY", "GREEN", "YELLOW", "RED", "BLUE"]},
    ),
    "componentLinkButton": parts(
        linkButtonLabel=words_of(500),
        linkButtonUrl={"type": "string", "pattern": "^https?://[^/ ]+"},
    ),
    "componentDivider": parts(dividerSpacingSize=SIZES),
    "componentSpacer": {**parts(spacerSize=SIZES), "required": ["spacerSize"]},
}
SOME = {"type": "array", "minItems": 1, "items": one_of(**INNER)}
COMPONENT = one_of(**INNER, componentRow=parts(rowMainContent=SOME, rowAsideContent=SOME))
RESPONSE = {
    "type": "object",
    "required": ["cards"],
    "properties": {
        "cards": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "components"],
                "additionalProperties": False,
                "properties": {
                    "key": {"type": "string", "pattern": "^[a-zA-Z0-9_-]+$"},
                    "timeToLiveSeconds": {
                        "type": ["integer", "null"], "minimum": 15, "maximum": 31_536_000,
                    },
                    "components": {"type": ["array", "null"], "items": COMPONENT},
                },
            },
        }
    },
}  # fmt: skip
"""What plain.com/docs say of an answer ("Protocol", "UI components"), and of `componentText` what
Plain's own example server checks (github.com/team-plain/example-customer-cards), taken to hold for
plain text too. `componentText` itself is left out on purpose: it would be read as Markdown."""

TAKES = Draft202012Validator(RESPONSE)


def signed(body: dict[str, Any] | bytes, secret: Secret = SECRET, signature: str = ""):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"plain-request-signature": signature or mac(content, secret)}
    return inbound(URL, method="POST", body=content, headers=headers)


def proven(body: dict[str, Any], **changes: Any):
    return host("plain", **changes).prove(signed(body))


def said(situation: str = "fresh", **changes: Any) -> dict[str, Any]:
    shown = replace(GALLERY[situation](), **changes)
    return answer(shown, words("en", "Europe/Berlin"))


def cards(*answers: dict[str, Any], keys: tuple[str, ...] = ("ticket",)) -> list[dict[str, Any]]:
    visit = proven({**BODY, "cardKeys": list(keys)})
    return host("plain").render(answers, visit)["cards"]


def test_a_signed_request_is_a_visit_to_a_thread_that_names_its_cards():
    visit = proven(BODY)
    assert visit.cards == ("plan-details", "subscription-status")
    assert visit.record.place == "plain/thread"
    assert visit.record.id == "th_01J2HV0V702XKWMG58G169BS23"
    assert visit.record.keys == {
        "requester_email": "alex@grocery.co",
        "requester_external_id": "customer-id-in-your-backend",
        "organization_id": "te_0VX2HE0V702AKWMG5SG16ABS11",
        "organization_external_id": "C-1001",
    }
    assert visit.roles == {"support", "finance"}


def test_a_customer_without_a_thread_is_the_record():
    alone = {"cardKeys": ["ticket"], "customer": {**BODY["customer"], "externalId": None}}
    record = proven(alone).record
    assert (record.place, record.id) == ("plain/customer", "c_01GW2NTPQNPWTRKAC0G8Z518W2")
    assert record.keys == {"requester_email": "alex@grocery.co"}
    assert {*record.keys} <= {*plugins.host("plain").keys_of("customer")}


def test_a_signature_made_by_other_means_fits():
    """By OpenSSL: `printf '{"cardKeys":["a"],"customer":{"id":"c_1"}}' | openssl dgst -sha256
    -hmac 'example'`."""
    body = b'{"cardKeys":["a"],"customer":{"id":"c_1"}}'
    signature = "67d2c31b17e13fe68ef76115745c2d55f7ff572383811f54915bfcb5b1e9e53d"
    install = {"settings": {"secret": Secret("example")}}
    assert host("plain", **install).prove(signed(body, signature=signature)).record.id == "c_1"


def test_the_secret_before_is_accepted_too():
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("plain", settings=both).prove(signed(BODY, secret))


def test_s2_another_workspaces_secret_is_refused():
    with pytest.raises(VisitRefused):
        host("plain").prove(signed(BODY, OLD_SECRET))


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_body_changed_anywhere_is_refused(data):
    content = json.dumps(BODY).encode()
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + data.draw(st.binary(max_size=2)) + content[place + 1 :]
    if changed != content:
        with pytest.raises(VisitRefused):
            host("plain").prove(signed(changed, signature=mac(content, SECRET)))


@settings(max_examples=500)
@given(st.data())
def test_s2_a_signature_changed_anywhere_is_refused(data):
    right = mac(json.dumps(BODY).encode(), SECRET)
    place = data.draw(st.integers(0, len(right) - 1))
    letter = data.draw(st.characters(exclude_characters=right[place]))
    with pytest.raises(VisitRefused):
        host("plain").prove(signed(BODY, signature=right[:place] + letter + right[place + 1 :]))


@pytest.mark.parametrize("signature", [" ", "x", mac(b"", SECRET), mac(b"other", SECRET)])
def test_s2_another_signature_or_none_is_refused(signature):
    with pytest.raises(VisitRefused):
        host("plain").prove(signed(BODY, signature=signature))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "asks for 0 cards"),
        (b'{"cardKeys": "ticket"}', "asks for 0 cards"),
        (b'{"cardKeys": ["a"], "customer": 7}', "neither a thread nor a customer"),
        (json.dumps({**BODY, "cardKeys": [str(n) for n in range(26)]}).encode(), "for 26 cards"),
    ],
)
def test_a_signed_body_that_asks_for_nothing_is_refused(body, why):
    with pytest.raises(VisitRefused, match=why):
        host("plain").prove(signed(body))


def test_a_body_written_anew_on_its_way_is_named_as_such():
    """Plain's own sample in Node makes the signature from such a body."""
    loose = json.dumps(BODY, indent=1).encode()
    compact = json.dumps(BODY, separators=(",", ":")).encode()
    with pytest.raises(VisitRefused, match="written anew as JSON"):
        host("plain").prove(signed(loose, signature=mac(compact, SECRET)))


@pytest.mark.parametrize("situation", GALLERY)
def test_what_plain_is_given_is_what_its_documents_describe(situation):
    shown = {"cards": cards(said(situation))}
    assert [error.message for error in TAKES.iter_errors(shown)] == []
    assert shown["cards"][0]["components"]


TYPED = """
import type { ComponentInput } from "@team-plain/graphql";

type Card = {
  key: string;
  timeToLiveSeconds: number | null;
  components: ComponentInput[] | null;
};
export const answers: { cards: Card[] }[] = %s;
"""


@pytest.mark.real
def test_plains_own_types_take_every_card_and_would_not_take_another(tmp_path):
    npm.need("typescript", "@team-plain/graphql")
    (tmp_path / "node_modules").symlink_to(npm.TOOLS)
    shown = [{"cards": cards(said(situation))} for situation in GALLERY]
    shown.append(host("plain").say("Nothing is set up", "Ask.", proven(BODY)))
    (tmp_path / "right.ts").write_text(TYPED % json.dumps(shown))
    (tmp_path / "wrong.ts").write_text(TYPED % json.dumps(shown).replace("MUTED", "PINK"))
    how = "--noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler"
    compiler = (npm.TOOLS / ".bin" / "tsc", *how.split())
    npm.run(*compiler, tmp_path / "right.ts")
    with pytest.raises(AssertionError, match="PINK"):
        npm.run(*compiler, tmp_path / "wrong.ts")


def test_what_is_said_in_place_of_a_card_is_too():
    visit = proven(BODY)
    shown = host("plain").say("Nothing is set up", "Ask your administrator.", visit)
    assert [error.message for error in TAKES.iter_errors(shown)] == []
    assert [card["key"] for card in shown["cards"]] == list(BODY["cardKeys"])
    assert {card["timeToLiveSeconds"] for card in shown["cards"]} == {15}


def test_every_key_that_was_asked_for_is_answered_once_in_its_place():
    first, second = said(), {**said("stale"), "card": "margin"}
    shown = cards(second, first, keys=("ticket", "nothing-here", "margin", "ticket"))
    assert [card["key"] for card in shown] == ["ticket", "nothing-here", "margin"]
    assert shown[1]["components"] is None
    assert shown[0]["components"] != shown[2]["components"]


@pytest.mark.parametrize(
    ("changes_in", "seconds"),
    [
        (timedelta(seconds=1), 15),
        (timedelta(seconds=15), 15),
        (timedelta(minutes=55), 3300),
        (timedelta(days=400), 31_536_000),
        (None, None),
    ],
)
def test_an_answer_is_good_until_the_card_changes_by_time_alone(changes_in, seconds):
    then = NOW + changes_in if changes_in else None
    [shown] = cards(said(check_again_at=then))
    assert shown["timeToLiveSeconds"] == seconds


def test_the_contracts_say_how_long_that_is():
    """The gallery's values turn old an hour after they were confirmed five minutes ago."""
    [shown] = cards(answer(context(), words("en", "UTC")))
    assert shown["timeToLiveSeconds"] == 55 * 60


def test_s17_nothing_is_read_as_markdown():
    sent = json.dumps(cards(said("everything")))
    assert "componentPlainText" in sent
    assert '"componentText"' not in sent


def test_a_text_beyond_what_plain_takes_is_cut_and_says_so():
    long = said()
    long["readings"][1]["display"] = "x" * 6000
    shown = {"cards": cards(long)}
    assert [error.message for error in TAKES.iter_errors(shown)] == []
    assert "x…" in json.dumps(shown, ensure_ascii=False)
