"""The Django app that shows the card in django-helpdesk: as it is built, and as it signs."""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from click.testing import CliRunner
from context_sidecar import Configuration, VisitRefused, plugins
from context_sidecar.cli import main
from context_sidecar.core.matching import MatchRule
from context_sidecar.proof import signed_url
from hypothesis import given
from hypothesis import strategies as st
from support.deployment import write_deployment
from support.gallery import context
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound, install
from support.web import configuration

URL = "https://context.example.com/hosts/django_helpdesk-support"
RULES = tuple(
    MatchRule(key, "id") for key in ("requester_email", "cf_customer", "organization_external_id")
)
TITLE = """Kundin's "Karte" {x} \\"""


def declared(tmp_path) -> Configuration:
    card = replace(context().card, where=("django_helpdesk/ticket",), title=TITLE)
    plain = configuration(tmp_path, cards={"ticket": card})
    return replace(plain, accounts=replace(plain.accounts, match=RULES))


def package(tmp_path) -> dict[str, bytes]:
    files = plugins.host("django_helpdesk").package(declared(tmp_path), install("django_helpdesk"))
    return {file.path: file.content for file in files}


def module(folder: Path, name: str):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def unpacked(tmp_path):
    for path, content in package(tmp_path).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def test_the_app_knows_where_the_card_is_and_tells_only_what_is_asked_for(unpacked):
    configured = module(unpacked / "context_sidecar_card", "configured")
    assert configured.ADDRESS == URL
    assert configured.KEYS == ("cf_customer", "requester_email")
    assert configured.TITLE == TITLE


def test_the_app_is_a_wheel_that_lists_all_that_is_in_it(tmp_path, unpacked):
    [about] = unpacked.glob("*.dist-info")
    wheel = PathDistribution(about)
    assert (wheel.name, wheel.version) == ("context-sidecar-card", "1.0.0")
    listed = {str(file): file for file in wheel.files}
    assert set(listed) == set(package(tmp_path))
    hashed = {name: file for name, file in listed.items() if file.hash}
    assert set(listed) - set(hashed) == {f"{about.name}/RECORD"}
    for file in hashed.values():
        assert file.size == len(file.read_binary())


def test_the_same_app_is_built_each_time_and_holds_no_secret(tmp_path):
    assert package(tmp_path) == package(tmp_path)
    assert SECRET.reveal().encode() not in b"".join(package(tmp_path).values())
    assert not [path for path in package(tmp_path) if "__pycache__" in path]


def test_the_command_writes_a_wheel_where_one_is_asked_for(tmp_path):
    write_deployment(tmp_path)
    file = tmp_path / "sidecar.yaml"
    text = file.read_text().replace("host: iframe", "host: django_helpdesk")
    file.write_text(text.replace("iframe/", "django_helpdesk/"))
    wheel = tmp_path / "context_sidecar_card-1.0.0-py3-none-any.whl"
    arguments = ["--config", str(file), "manifest", "django_helpdesk", "--out", str(wheel)]
    done = CliRunner().invoke(main, arguments, env={"DESK_SECRET": SECRET.reveal()})
    assert done.exit_code == 0, done.output
    assert "context_sidecar_card/views.py" in zipfile.ZipFile(wheel).namelist()
    assert "pip install" in done.output


AWKWARD = st.dictionaries(
    st.sampled_from(["key.requester_email", "key.queue", "user", "user_name"]), st.text(max_size=40)
)


@pytest.fixture(scope="module")
def signing():
    folder = Path(plugins.__file__).parents[2] / "manifest/context_sidecar_hosts/django_helpdesk"
    return module(folder / "package" / "context_sidecar_card", "address")


@given(said=AWKWARD)
def test_what_the_app_signs_is_what_we_accept(signing, said):
    readable = {name: value.encode("utf-8", "replace").decode() for name, value in said.items()}
    url = signing.sign(URL, SECRET.reveal(), {"record": "ticket/4711", **readable})
    visit = host("django_helpdesk").prove(inbound(url, at=datetime.now(UTC)))
    keys = {f"key.{name}": value for name, value in visit.record.keys.items()}
    assert keys == {name: value for name, value in readable.items() if value and "key." in name}
    assert visit.visitor.id == readable.get("user", "")


def test_an_address_is_good_for_five_minutes_and_for_one_use(signing):
    memory, now = FakeMemory(), datetime.now(UTC)
    helpdesk = host("django_helpdesk", memory)
    url = signing.sign(URL, SECRET.reveal(), {"record": "ticket/1"})
    with pytest.raises(VisitRefused, match="expired"):
        helpdesk.prove(inbound(url, at=now + timedelta(minutes=6)))
    assert helpdesk.prove(inbound(url, at=now))
    with pytest.raises(VisitRefused, match="used before"):
        helpdesk.prove(inbound(url, at=now))


def test_the_secret_before_is_accepted_too(signing):
    url = signing.sign(URL, OLD_SECRET.reveal(), {"record": "ticket/1"})
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    assert host("django_helpdesk", settings=both).prove(inbound(url, at=datetime.now(UTC)))
    with pytest.raises(VisitRefused):
        host("django_helpdesk").prove(inbound(url, at=datetime.now(UTC)))


def test_s2_a_signed_address_of_what_is_no_ticket_is_refused():
    now = datetime.now(UTC)
    server = "https://context.example.com"
    url = signed_url.sign(server, "django_helpdesk-support", SECRET, {"record": "queue/1"}, now=now)
    with pytest.raises(VisitRefused, match="tickets only"):
        host("django_helpdesk").prove(inbound(url, at=now))
