"""What every adapter owes, ours or a third party's. A new one is tested by being installed.

What cannot be known of it, an address and a credential to try it with, it says in a sample beside
this file, `samples/<adapter>.py`: `settings(url)`, its `SECRET` and a `KEY` to ask for; where they
differ from the usual, the statuses that are `ANSWERS` about a key, what `sign_in` answers, and the
reason that a fault `MEANS` (see contract/test_faults_on_the_card.py). Where the system is `play`ed,
it says how it `TELLS_NONE` (see test_every_record.py).
"""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from context_sidecar import Adapter, Family, NoMatch, Reason, Scope, SourceError, plugins
from context_sidecar.config.starting import ready_fields
from context_sidecar.settings import Variants
from marshmallow import Schema, fields
from support import forms, samples, wire
from support.adapters import plugged
from support.samples import NOWHERE, sample, signed_in
from werkzeug import Response

NAMES = plugins.names(plugins.ADAPTERS)
HERE = Path(__file__).parent
OURS = "context_sidecar_adapters."
LONGEST = 240

HEAVY = {
    "botocore", "duckdb", "flask", "httpx", "numpy", "openpyxl", "pandas", "paramiko", "psycopg",
    "pyarrow", "pymysql",
}  # fmt: skip
"""What is slow to import, and is therefore only imported where it is used."""

every_adapter = pytest.mark.parametrize("name", NAMES)


over_http = pytest.mark.parametrize("name", samples.over_http())


def files_of(name: str) -> list[Path]:
    if plugins.is_recipe(NAMES[name]):
        return [Path(NAMES[name])]
    file = inspect.getfile(import_module(NAMES[name]))
    return sorted(Path(file).parent.rglob("*.py")) if file.endswith("__init__.py") else [Path(file)]


class TestIsReadable:
    @every_adapter
    def test_it_says_what_an_admin_must_know(self, name):
        doc = plugins.about(name)

        for heading in ("Auth", "Scope", "Limits", "Quirks"):
            assert re.search(rf"^{heading}  +\S", doc, re.MULTILINE), heading

    @every_adapter
    def test_a_right_is_for_lookups_that_there_are(self, name):
        """Or for a name that is read of one."""
        kind = plugins.adapter(name)
        known = {offer.lookup for offer in kind.offers()} | {"records"}

        used = {one for several in kind.rights.values() for one in several}
        assert {one.partition(".")[0] for one in used} <= known

    @every_adapter
    def test_every_setting_is_described(self, name):
        settings = plugins.adapter(name).Settings
        assert issubclass(settings, Schema)

        assert [place for place, about in described(settings(), name) if not about.strip()] == []

    @every_adapter
    def test_of_a_setting_that_has_a_form_a_mistake_says_which_by_an_example(self, name):
        for place, said in forms.told(plugins.adapter(name).Settings(), name):
            assert re.search("expected .* such as ", said), place

    @every_adapter
    def test_it_says_what_kind_of_system_it_speaks_to(self, name):
        """`sidecar sources` lists it by its family."""
        own = [one for one in plugins.adapter(name).__mro__ if one is not Adapter]

        assert any("family" in vars(one) for one in own)
        assert isinstance(plugins.adapter(name).family, Family)

    @every_adapter
    def test_it_says_what_each_of_its_lookups_gives(self, name):
        for offer in plugins.adapter(name).offers():
            assert offer.gives.strip(), offer.lookup
            assert offer.batch >= 1, offer.lookup

    @every_adapter
    def test_it_says_what_it_has_ready_and_by_which_keys_accounts_are_known(self, name):
        """`sidecar init` begins with these (see cli/test_init.py)."""
        kind = plugins.adapter(name)

        assert kind.ready.keys() <= ready_fields().keys()
        assert not kind.account_keys or "name" in kind.account_keys
        if not plugins.is_recipe(NAMES[name]):
            assert bool(kind.account_keys) == (kind.accounts is not Adapter.accounts)

    @every_adapter
    def test_what_it_can_be_asked_by_is_a_setting_of_it(self, name):
        kind = plugins.adapter(name)

        assert kind.asked_by.keys() <= {"domain", "email", "name"}
        for settings in kind.asked_by.values():
            wrong = kind.Settings().validate(dict(settings))
            assert not wrong.keys() & settings.keys()

    @every_adapter
    def test_it_says_which_keys_of_records_it_knows(self, name):
        kind = plugins.adapter(name)

        assert kind.record_keys
        assert all(re.compile(key) for key in kind.record_keys)
        if kind.record is not Adapter.record:
            types = kind.record_keys_by_type
            every = {key for one in types for key in kind.record_keys_of(one)}
            assert every in (set(), {*kind.record_keys})
            assert bool(kind.record_keys_of("no such type")) is not bool(every)
        else:
            assert kind.record_keys_of("ticket") == ()

    @every_adapter
    def test_no_file_of_it_is_long(self, name):
        for file in files_of(name):
            assert len(file.read_text().splitlines()) <= LONGEST, file.name

    @every_adapter
    def test_it_has_tests_of_its_own(self, name):
        if plugins.is_recipe(NAMES[name]):
            assert hasattr(sample(name), "play"), "see test_every_recipe.py"
        elif NAMES[name].startswith(OURS):
            assert (HERE / f"test_{name}.py").exists()


def described(schema: Schema, place: str) -> Iterator[tuple[str, str]]:
    """Yield every setting below *schema*, with its description."""
    for name, field in schema.fields.items():
        yield f"{place}.{name}", str(field.metadata.get("description", ""))
        for inner in inside(field):
            yield from described(inner, f"{place}.{name}")


def inside(field: Any) -> Iterator[Schema]:
    """Yield the schemas of what *field* holds."""
    match field:
        case fields.Nested():
            yield field.schema
        case Variants():
            yield from (schema() for schema in field.schemas.values())
        case fields.List():
            yield from inside(field.inner)
        case fields.Dict() if field.value_field:
            yield from inside(field.value_field)


def test_no_adapter_imports_what_is_heavy_before_it_is_used():
    modules = [place for place in NAMES.values() if not plugins.is_recipe(place)]
    script = f"""
import sys
from importlib import import_module
import context_sidecar.plugins
before = set(sys.modules)
for module in {modules!r}:
    import_module(module)
print(*({HEAVY!r} & (set(sys.modules) - before)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_plugging_in_opens_no_connection():
    """A configuration can be checked where no source can be reached."""
    with wire.serve(wire.never_answers) as server:
        for name in NAMES:
            with plugged(name, sample(name).settings(server.url)) as adapter:
                assert isinstance(adapter, Adapter)
                assert adapter.lookups is not None
        assert server.connections == 0


REFUSALS = {
    HTTPStatus.UNAUTHORIZED: {Reason.CREDENTIAL_EXPIRED},
    HTTPStatus.FORBIDDEN: {Reason.PERMISSION_DENIED},
    HTTPStatus.NOT_FOUND: {Reason.ENDPOINT_GONE},
    HTTPStatus.GONE: {Reason.ENDPOINT_GONE},
    HTTPStatus.TOO_MANY_REQUESTS: {Reason.RATE_LIMITED},
    HTTPStatus.INTERNAL_SERVER_ERROR: {Reason.SERVER_ERROR},
    HTTPStatus.BAD_GATEWAY: {Reason.SERVER_ERROR},
    HTTPStatus.SERVICE_UNAVAILABLE: {Reason.SERVER_ERROR},
    HTTPStatus.FOUND: {Reason.BAD_RESPONSE, Reason.ENDPOINT_GONE},
    HTTPStatus.BAD_REQUEST: {Reason.BAD_RESPONSE},
}

UNREADABLE = {
    "a web page": ("<!doctype html><title>Please sign in</title>", "text/html"),
    "a web page that says it is JSON": ("<!doctype html>", "application/json"),
    "half of it": ('{"items": [{"id": "C-1", "na', "application/json"),
    "nothing": ("", "application/json"),
    "null": ("null", "application/json"),
    "a number": ("5", "application/json"),
    "a text": ('"none"', "application/json"),
    "a list of numbers": ("[1, 2]", "application/json"),
    "deep": ("[" * 5000 + "]" * 5000, "application/json"),
}

WIRES = {
    "silence": (wire.never_answers, {Reason.TIMEOUT}),
    "drops for ever": (wire.drips(wire.BEGUN + b"\r\n", b" "), {Reason.TIMEOUT}),
    "a reset": (wire.says(b"", then_resets=True), {Reason.UNREACHABLE}),
    "half an answer": (
        wire.says(wire.BEGUN + b"content-length: 99\r\n\r\n["),
        {Reason.BAD_RESPONSE},
    ),
    "half an answer and a reset": (
        wire.says(wire.BEGUN + b"content-length: 99\r\n\r\n[", then_resets=True),
        {Reason.BAD_RESPONSE, Reason.UNREACHABLE},
    ),
    "no HTTP": (
        wire.says(b"220 mail.example.com ESMTP\r\n"),
        {Reason.BAD_RESPONSE, Reason.UNREACHABLE},
    ),
}


def calls(adapter, name) -> Iterator[tuple[str, Any]]:
    """Yield everything that the adapter can be asked, and what came of it: an answer or an error,
    be it a `SourceError` or what counts as an unreadable answer."""
    key = sample(name).KEY
    for lookup in adapter.lookups.values():
        yield lookup.name, outcome(lambda lookup=lookup: lookup.ask([key], ())[key])
        shape = outcome(lambda lookup=lookup: adapter.shape(lookup.name))
        if shape is not None:  # of what it does not describe it asks nothing
            yield f"the shape of {lookup.name}", shape
    yield "check", outcome(adapter.check)
    if type(adapter).accounts is not Adapter.accounts:
        yield "accounts", outcome(lambda: list(adapter.accounts(())))


def outcome(call) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001  the engine takes whatever an adapter raises
        return error


def told(error: BaseException | None) -> str:
    """Return all that an error says, in any way that a log would show it."""
    if error is None:
        return ""
    own = f"{error} {error!r} {vars(error)}"
    return own + told(error.__cause__) + told(error.__context__)


@pytest.fixture
def served(httpserver, name):
    """Answers whatever is asked, once signed in, with one answer; the body quotes the request."""

    def serve(status, body=None, content_type="application/json", **headers):
        def answer(request):
            quoted = json.dumps({"message": f"{request.headers} {request.get_data(as_text=True)}"})
            return Response(
                quoted if body is None else body, status, headers, content_type=content_type
            )

        return plugged(name, sample(name).settings(signed_in(httpserver, name, answer)))

    return serve


@over_http
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_its_reason_and_tells_no_secret(name, status, served):
    headers = {"retry-after": "7", "location": "http://127.0.0.1:1/elsewhere"}

    with served(status, **headers) as adapter:
        for asked, found in calls(adapter, name):
            if status in sample(name).ANSWERS and isinstance(found, NoMatch):
                continue
            assert isinstance(found, SourceError), (asked, found)
            assert found.reason in REFUSALS[status], asked
            assert sample(name).SECRET not in told(found), asked
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                assert found.retry_after == 7, asked


@over_http
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_what_cannot_be_told_of_our_rights_and_their_end_is_neither(name, status, served):
    with served(status) as adapter:
        rights, end = outcome(adapter.scope), outcome(adapter.ends)

    assert rights is None or isinstance(rights, Scope | SourceError)
    assert end is None or isinstance(end, SourceError)
    for found in (rights, end):
        told_of = told(found) if isinstance(found, BaseException) else repr(found)
        assert sample(name).SECRET not in told_of


@over_http
@pytest.mark.parametrize("answer", UNREADABLE)
def test_an_unreadable_success_is_no_answer(name, answer, served):
    body, content_type = UNREADABLE[answer]

    with served(200, body, content_type) as adapter:
        for asked, found in calls(adapter, name):
            assert isinstance(found, Exception), (asked, found)
            assert not isinstance(found, RecursionError), asked
            assert sample(name).SECRET not in told(found), asked


@over_http
@pytest.mark.parametrize("fault", WIRES)
def test_a_broken_connection_is_its_reason(name, fault):
    behave, reasons = WIRES[fault]
    patience = 0.03 if reasons == {Reason.TIMEOUT} else 10
    with (
        wire.serve(behave) as server,
        plugged(name, sample(name).settings(server.url), timeout=patience) as adapter,
    ):
        for asked, found in calls(adapter, name):
            assert isinstance(found, SourceError), (asked, found)
            assert found.reason in reasons, asked
            assert sample(name).SECRET not in told(found), asked


@every_adapter
def test_a_source_that_is_not_there_is_unreachable_and_tells_no_secret(name):
    with plugged(name, sample(name).settings(NOWHERE)) as adapter:
        for asked, found in calls(adapter, name):
            assert isinstance(found, SourceError), (asked, found)
            assert found.reason is Reason.UNREACHABLE, asked
            assert sample(name).SECRET not in told(found), asked
