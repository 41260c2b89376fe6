"""Any program: the request that it signs, what it is answered, and the guide's samples, run."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from context_sidecar import Secret, VisitRefused
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.clock import START, AheadClock
from support.gallery import GALLERY
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound, install
from support.real import lacking
from support.sites import Later, listening
from support.web import CARD, Deployment, configuration

URL = "https://context.example.com/hosts/json-support"
SAID: dict[str, Any] = {
    "record": "ticket/4711", "key.requester_email": "ana@acme.example", "user": "17",
    "user_name": "Ágnes Ó Néill", "locale": "de-AT", "time_zone": "America/New_York",
    "roles": "support", "nonce": "0123456789abcdef",
}  # fmt: skip
GUIDE = Path(__file__).parents[2] / "manifest/context_sidecar_hosts/json/INSTALL.md"


def signature(content: bytes, secret: Secret = SECRET) -> str:
    """By the guide's words alone."""
    made = hmac.new(secret.reveal().encode(), content, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def signed(
    said: dict[str, Any] | bytes = SAID, *, url=URL, secret=SECRET, at=START, method="POST", **more
):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    time = str(int(at.timestamp() * 1000))
    headers = {
        "x-context-sidecar-time": time,
        "x-context-sidecar-signature": signature(
            method.encode() + url.encode() + body + time.encode(), secret
        ),
    }
    return inbound(url, method=method, body=body, headers=headers | more)


def refused(request, memory=None, **changes: Any) -> str:
    with pytest.raises(VisitRefused) as caught:
        host("json", memory, **changes).prove(request)
    return str(caught.value)


def test_a_signed_request_is_a_visit_as_a_signed_address_is():
    visit = host("json").prove(signed())
    assert (visit.record.place, visit.record.id) == ("json/ticket", "4711")
    assert visit.record.keys == {"requester_email": "ana@acme.example"}
    assert (visit.visitor.id, visit.visitor.name) == ("17", "Ágnes Ó Néill")
    assert (visit.locale, visit.time_zone) == ("de-AT", "America/New_York")
    assert visit.roles == {"support"}
    assert not visit.again


def test_a_program_may_have_the_sources_asked_again():
    assert host("json").prove(signed(SAID | {"again": True})).again
    assert not host("json").prove(signed(SAID | {"again": "true"})).again


def test_without_roles_it_has_those_of_the_install_and_it_is_given_no_others():
    some = {key: value for key, value in SAID.items() if key != "roles"}
    assert host("json").prove(signed(some)).roles == {"support", "finance"}
    assert "role" in refused(signed(SAID | {"roles": "support,admin"}))


def test_what_is_no_text_says_nothing():
    odd = SAID | {"key.a": ["x"], "key.b": None, "key.n": 7, "user": {"id": 1}}
    visit = host("json").prove(signed(odd))
    assert visit.record.keys == {"requester_email": "ana@acme.example", "n": "7"}
    assert visit.visitor.id == ""


def test_s2_a_request_is_believed_for_five_minutes_and_not_from_the_future():
    def at(**span: float):
        return replace(signed(), received_at=START + timedelta(**span))

    assert host("json").prove(at(minutes=5))
    assert host("json").prove(at(seconds=-60))
    assert "too old" in refused(at(minutes=5, milliseconds=1))
    assert "ahead" in refused(at(seconds=-61))


def test_s3_a_request_works_once_and_so_does_its_nonce():
    memory = FakeMemory()
    assert host("json", memory).prove(signed())
    assert "before" in refused(signed(), memory)
    assert "before" in refused(signed(SAID | {"record": "ticket/1"}), memory)
    assert set(memory.used.values()) == {START + timedelta(minutes=6)}


def test_s3_a_request_that_is_refused_uses_no_nonce_up():
    memory = FakeMemory()
    refused(signed(SAID | {"roles": "admin"}), memory)
    assert host("json", memory).prove(signed())


@pytest.mark.parametrize("nonce", [None, "", "short", "x" * 65, ["0123456789abcdef"]])
def test_a_request_without_a_nonce_is_refused(nonce):
    assert "nonce" in refused(signed(SAID | {"nonce": nonce}))


def test_while_a_secret_is_replaced_both_work_and_afterwards_only_the_new_one():
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("json", settings=both).prove(signed(secret=secret))
    assert "signature" in refused(signed(secret=OLD_SECRET))


def test_s6_a_request_to_one_install_is_worth_nothing_at_another():
    other = replace(signed(), url=f"{URL}-2")
    assert "signature" in refused(other)


def test_only_post_is_accepted():
    assert "POST" in refused(signed(method="GET"))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"7", b"\xff", b'{"record": "ticket/1"}'])
def test_a_signed_body_that_says_nothing_useful_is_refused(body):
    assert refused(signed(body))


PARTS = ["method", "url", "body", "time", "signature", "secret"]


@settings(max_examples=1_000)
@given(st.sampled_from(PARTS), st.data())
def test_s2_every_part_of_a_request_changed_in_turn_is_refused(part, data):
    right = signed()
    time, given = (right.headers[f"x-context-sidecar-{one}"] for one in ("time", "signature"))
    whole = {
        "method": right.method, "url": right.url, "body": right.body.decode(),
        "time": time, "signature": given, "secret": SECRET.reveal(),
    }[part]  # fmt: skip
    # What stands before the path is our own, whatever the request says.
    first = URL.index("/hosts/") + 1 if part == "url" else 0
    place = data.draw(st.integers(first, len(whole)))
    cut = data.draw(st.integers(0, 2))
    changed = whole[:place] + data.draw(st.text(max_size=2)) + whole[place + cut :]
    if changed == whole:
        return
    match part:
        case "method" | "url":
            request = replace(right, **{part: changed})
        case "body":
            request = replace(right, body=changed.encode("utf-8", "replace"))
        case "secret":
            request = signed(secret=Secret(changed or "x"))
        case _:
            request = replace(
                right, headers={**right.headers, f"x-context-sidecar-{part}": changed}
            )
    memory = FakeMemory()
    refused(request, memory)
    assert memory.used == {}


def test_s2_a_byte_that_moves_from_one_part_to_the_next_is_refused():
    """Nothing stands between what is signed one after the other."""
    right = signed()
    time = right.headers["x-context-sidecar-time"]
    into_time = replace(
        right,
        body=right.body[:-1],
        headers={**right.headers, "x-context-sidecar-time": "}" + time},
    )
    into_body = replace(
        right,
        body=right.body + time[:3].encode(),
        headers={**right.headers, "x-context-sidecar-time": time[3:]},
    )
    into_url = replace(right, url=right.url + "{", body=right.body[1:])
    for request in (into_time, into_body, into_url):
        refused(request)


def test_an_address_that_was_signed_as_http_is_named_as_such():
    plain = signed(url=URL.replace("https", "http"))
    assert "http:// in place of https://" in refused(replace(plain, url=URL))


@pytest.mark.parametrize("situation", GALLERY)
def test_the_card_is_as_the_api_describes_it(tmp_path_factory, situation, described):
    said = answer(GALLERY[situation](), words("en", "Europe/Berlin"))
    told = host("json").render([said], host("json").prove(signed()))
    card = json.loads(json.dumps(told["card"]))
    assert not [error.message for error in described.iter_errors(card)]


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The API's own description of a card."""
    deployment = Deployment(configuration(tmp_path_factory.mktemp("described")))
    spec = deployment.get("/openapi.json", deployment.key("ticket")).json
    deployment.database.dispose()
    shown = spec["paths"]["/v1/context/{host}/{type}/{id}"]["get"]["responses"]["200"]
    schema = shown["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": spec["components"]})


@pytest.mark.parametrize("situation", GALLERY)
def test_every_field_has_a_line_that_says_what_is_the_matter_with_its_value(situation):
    said = answer(GALLERY[situation](), words("en", "Europe/Berlin"))
    told = host("json").render([said], host("json").prove(signed()))["lines"]
    own = [reading for reading in said["readings"] if not reading["explains"]]
    for reading in own:
        line = told[reading["field"]]
        assert reading["display"] in line
        assert reading["note"] in line
        assert reading["state"] == "fresh" or reading["word"] in line
    assert said["seen"] in told["context_seen"]


def test_the_guides_example_has_the_signature_that_it_says():
    guide = GUIDE.read_text()
    [body] = re.findall(r"```json\n(.*?)\n```", guide, re.DOTALL)
    [given] = re.findall(r"```text\n(.*?)\n```", guide)
    secret, time = re.search(r"secret `([^`]+)` and the time `(\d+)`", guide).groups()
    url = re.search(r"sent to `([^`]+)`", guide)[1]
    headers = {"x-context-sidecar-time": time, "x-context-sidecar-signature": given}
    at = datetime.fromtimestamp(int(time) / 1000, UTC)
    request = inbound(url, method="POST", body=body.encode(), headers=headers, at=at)
    visit = host("json", settings={"secret": Secret(secret)}).prove(request)
    assert visit.record.keys == {"requester_email": "ana+vip@acme.example"}


DRIVERS = {
    "python": (
        [sys.executable, "-c"],
        "import json, sys\nprint(json.dumps(ask(*json.load(sys.stdin))))",
    ),
    "javascript": (
        ["node", "-e"],
        """
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
ask(...given).then((told) => console.log(JSON.stringify(told)));
""",
    ),
    "php": (
        ["php", "-r"],
        "echo json_encode(ask(...json_decode(stream_get_contents(STDIN), true)));",
    ),
}


@pytest.fixture
def server(tmp_path):
    """The whole server, on the clock on the wall."""
    sidecar = Later()
    with ExitStack() as stack:
        address = stack.enter_context(listening(sidecar, "127.0.0.1"))
        shown = {"ticket": replace(CARD, where=("json/ticket",))}
        declared = configuration(tmp_path, install("json"), cards=shown, public_url=address)
        deployment = Deployment(declared, clock=AheadClock())
        stack.callback(deployment.database.dispose)
        sidecar.application = deployment.application
        yield deployment, f"{address}/hosts/json-support"


def run(language: str, url: str, secret: Secret, said: dict[str, Any]):
    command, driver = DRIVERS[language]
    if not shutil.which(command[0]):
        lacking(f"{command[0]} is not installed")
    samples = GUIDE.read_text().partition("## Samples")[2]
    [code] = re.findall(rf"```{language}\n(.*?)```", samples, re.DOTALL)
    return subprocess.run(
        [*command, code.removeprefix("<?php\n") + driver],
        input=json.dumps([url, secret.reveal(), said]),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("language", DRIVERS)
@pytest.mark.parametrize(
    "said",
    [
        {"record": "ticket/4711", "key.requester_email": "ana+vip@acme.example", "locale": "de"},
        {"record": "ticket/a b&c=d?e#f%20/g", "key.é": "!'()*~ +;:@/?\\\"<>{}\t日本 🙂"},
    ],
    ids=["plain", "awkward"],
)
def test_the_guides_samples_are_answered_with_the_card_and_its_lines(server, language, said):
    deployment, url = server
    deployment.engine.values = {"contract_status": "Ágnes"}

    done = run(language, url, SECRET, said)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["card"]["account"]["name"] == told["lines"]["context_customer"] == "Acme GmbH"
    assert told["lines"]["tier"].startswith("Enterprise")
    asked = deployment.engine.asked[-1]["record"]
    assert f"{asked.type}/{asked.id}" == said["record"]
    keys = {f"key.{name}": value for name, value in asked.keys.items()}
    assert keys == {name: value for name, value in said.items() if name.startswith("key.")}


@pytest.mark.parametrize("language", DRIVERS)
def test_s2_a_sample_with_another_secret_is_given_nothing_and_fails_aloud(server, language):
    deployment, url = server

    done = run(language, url, OLD_SECRET, {"record": "ticket/4711"})

    assert done.returncode != 0
    assert "401" in done.stderr + done.stdout
    assert OLD_SECRET.reveal() not in done.stderr + done.stdout
    assert deployment.engine.asked == []
