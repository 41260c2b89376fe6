"""Many at once of a source that takes one account in a call: by its list of all."""

from __future__ import annotations

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Bulk, Lookup
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question
from support.clock import FakeClock
from support.sources import ScriptedAdapter, caching

ACCOUNT = Question("crm", "account")
MANY = [f"C-{number}" for number in range(30)]


class Listing(ScriptedAdapter):
    """Gives one account in a call, or from ten on up to a hundred from its list."""

    @property
    def lookups(self):
        return {"account": Lookup("account", self._ask, bulk=Bulk(10, 100))}


@pytest.fixture
def source():
    return Listing()


@pytest.fixture
def cache(source):
    with caching(source, FakeClock()) as opened:
        yield opened


def asked(cache, keys, *, interactive=False):
    """Ask for *keys*, and wait until all has landed."""
    found = cache.ask(ACCOUNT, keys, now=FakeClock()(), interactive=interactive)
    for one in found.values():
        if one.future:
            one.future.result(10)


def test_many_that_nobody_waits_for_take_one_call(cache, source):
    source.open.clear()
    asked_first = cache.ask(ACCOUNT, ["first"], now=FakeClock()(), interactive=False)
    source.await_calls()  # whatever comes meanwhile waits together
    found = cache.ask(ACCOUNT, MANY, now=FakeClock()(), interactive=False)
    source.open.set()
    for one in (*asked_first.values(), *found.values()):
        one.future.result(10)

    assert sorted(map(len, source.calls)) in ([1, 30], [1, 1, 29])
    assert cache.peek(ACCOUNT, ["C-7"])["C-7"].answer == Found({"key": "C-7"})


def test_a_person_waits_for_one_account_alone(cache, source):
    asked(cache, MANY[:12], interactive=True)

    assert {len(call) for call in source.calls} == {1}


def test_where_the_list_is_refused_each_is_asked_for_by_itself(cache, source):
    def refuse_the_list(keys, names):
        if len(keys) > 1:
            raise SourceError(Reason.PERMISSION_DENIED)
        return {key: Found({"key": key}) for key in keys}

    source.answer = refuse_the_list
    asked(cache, MANY)
    assert len(source.calls[-1]) > 1
    source.calls.clear()
    asked(cache, [f"D-{number}" for number in range(12)])

    assert source.calls
    assert {len(call) for call in source.calls} == {1}
