"""The code that guides tell people to copy signs what we accept: it is taken from the guides and
run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.hosts import SECRET, FakeMemory, host, inbound
from support.real import lacking

HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"
GUIDE = (HOSTS / "iframe" / "INSTALL.md").read_text()
PERL = HOSTS / "rt" / "package" / "RT-Extension-ContextSidecar" / "lib"

URL = "https://context.example.com/base/hosts/iframe-support"
AWKWARD = [
    {"record": "ticket/4711"},
    {"record": "ticket/1", "key.requester_email": "ana+vip@acme.example", "user": "17"},
    {"record": "company/a b&c=d?e#f%20/g", "user_name": "Ágnes Ó Néill 日本 🙂"},
    {"record": "ticket/1", "key.b": "1", "key.a": "2", "key.Z": "3", "key.é": "4", "key._": "5"},
    {"record": "ticket/1", "key.signs": "!'()*-._~ +;:@/?\\\"<>[]{}|^`$,\t"},
    {"record": "ticket/1", "key.zero": "0", "key.1": "one", "roles": "support,finance"},
]

DRIVERS = {
    "python": (
        [sys.executable, "-c"],
        """
import json, sys
print(json.dumps([signed_address(*case) for case in json.load(sys.stdin)]))
""",
    ),
    "javascript": (
        ["node", "-e"],
        """
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map((one) => signedAddress(...one))));
""",
    ),
    "php": (
        ["php", "-r"],
        """
$cases = json_decode(stream_get_contents(STDIN), true);
echo json_encode(array_map(fn ($one) => signed_address(...$one), $cases));
""",
    ),
    "perl": (
        ["perl", f"-I{PERL}", "-MJSON::PP", "-e"],
        """
my $cases = decode_json(do { local $/; <STDIN> });
print encode_json([map { RT::Extension::ContextSidecar::Address::sign(
    $_->[0], $_->[1], %{$_->[2]}) } @$cases]);
""",
    ),
}


def sample(language: str) -> str:
    if language == "perl":
        return "use RT::Extension::ContextSidecar::Address;"
    [code] = re.findall(rf"```{language}\n(.*?)```", GUIDE.partition("## Samples")[2], re.DOTALL)[
        :1
    ]
    return code.removeprefix("<?php\n")


def signed(language: str, cases: list[dict[str, str]]) -> list[str]:
    command, driver = DRIVERS[language]
    if not shutil.which(command[0]):
        lacking(f"{command[0]} is not installed")
    done = subprocess.run(
        [*command, sample(language) + driver],
        input=json.dumps([[URL, SECRET.reveal(), case] for case in cases]),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("language", DRIVERS)
def test_the_sample_signs_what_we_accept(language):
    memory = FakeMemory()
    for case, address in zip(AWKWARD, signed(language, AWKWARD), strict=True):
        assert address.startswith(f"{URL}?")
        visit = host("iframe", memory).prove(inbound(address, at=datetime.now(UTC)))
        assert f"{visit.record.type}/{visit.record.id}" == case["record"]
        keys = {f"key.{name}": value for name, value in visit.record.keys.items()}
        assert keys == {name: value for name, value in case.items() if name.startswith("key.")}
        assert visit.visitor.name == case.get("user_name", case.get("user", ""))


@pytest.mark.parametrize("language", DRIVERS)
def test_all_samples_sign_the_same_text_alike(language):
    fixed = {"expires": "1795424700", "nonce": "3f7a0c55e1d94b28"}
    cases = [case | fixed for case in AWKWARD]
    assert signed(language, cases) == signed("python", cases)


@pytest.mark.parametrize("language", DRIVERS)
def test_the_sample_gives_its_address_five_minutes_and_a_nonce_of_its_own(language):
    one, other = signed(language, [{"record": "ticket/1"}] * 2)
    assert one != other
    later = datetime.now(UTC) + timedelta(minutes=4, seconds=50)
    assert host("iframe").prove(inbound(one, at=later))


def test_the_guides_example_has_the_signature_that_it_says():
    text, signature = re.findall(r"```text\n(.*?)\n```", GUIDE)
    secret = re.search(r"secret `([^`]+)`", GUIDE)[1]
    given = dict(re.findall(r"[?&]([^=]+)=([^&]+)", text))
    at = datetime.fromtimestamp(int(given["expires"]), UTC) - timedelta(minutes=1)
    [installed] = re.findall(r"/hosts/([^?]+)", text)
    settings = {"secret": type(SECRET)(secret)}
    address = f"https://context.example.com{text}&signature={signature}"
    visit = host("iframe", id=installed, settings=settings).prove(inbound(address, at=at))
    assert visit.visitor.name == "Ágnes Ó Néill"
    assert visit.record.keys == {"requester_email": "ana+vip@acme.example"}
