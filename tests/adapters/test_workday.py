"""A report of Workday on the card: a column that one row leaves out is a none, and one that all
leave out is a mark with its name. The report is read once by each lookup, whatever it takes to
believe it, and no two that a card begins with use up our own limit."""

from __future__ import annotations

import queue
from datetime import timedelta

import pytest
from context_sidecar import Cause, Found, Limits, NoMatch, SourceError, plugins
from context_sidecar.core.field import FieldType
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.wording import answer, words
from support.adapters import ask, plugged
from support.build import card, field, source
from support.clock import FakeClock
from support.samples import sample
from support.world import ERP, LONG, World

ENGLISH = words("en", "Europe/Berlin")
UTILIZATION = field(
    "utilization", source=ERP, path="Utilization", type=FieldType.NUMBER,
    stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
)  # fmt: skip
STAFFED = field(
    "staffed", source=ERP, lookup="tickets", path="@", type=FieldType.LIST,
    items={"title": "Worker", "status": "Utilization"},
    stale_after=timedelta(hours=1), expire_after=timedelta(hours=3),
)  # fmt: skip


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.directory.sync()
    yield world
    world.close()


@pytest.fixture
def report(httpserver):
    return sample("workday").play(httpserver)


@pytest.fixture
def look(world, report):
    """Looks at a field of the customer with a key."""
    with plugged("workday", sample("workday").settings(report.url)) as adapter:

        def looked(shown, key, lookup="account"):
            ask = adapter.lookups[lookup].ask
            world.erp.answer = lambda keys, names: {one: ask([key], names)[key] for one in keys}
            context = world.about(shown=card(shown, deadline=LONG))
            [reading] = answer(context, ENGLISH)["readings"]
            return reading

        yield looked


def test_a_column_that_the_row_leaves_out_is_none(look):
    reading = look(UTILIZATION, "C-61")

    assert (reading["state"], reading["reason"]) == ("missing", None)


@pytest.mark.parametrize("key", ["C-11", "C-61"])
def test_a_column_that_is_called_otherwise_is_a_mark_with_its_name(key, world, report, look):
    usual = ("fresh", "0.8") if key == "C-11" else ("missing", None)
    report.lies.calls = {"Utilization": "Utilization_Percent"}

    reading = look(UTILIZATION, key)
    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")
    assert reading["path"] == "account.Utilization"

    report.lies.calls = {}
    world.clock.forward(hours=7)  # what else is read of the lookup may be so old
    reading = look(UTILIZATION, key)
    assert (reading["state"], reading["value"]) == usual


def test_a_row_that_has_nothing_but_its_key_is_a_mark(look):
    reading = look(UTILIZATION, "C-62")

    assert (reading["state"], reading["reason"]) == ("failed", "schema_changed")


def test_who_is_staffed_is_listed_without_the_column_until_no_row_has_it(world, report, look):
    reading = look(STAFFED, "C-60", "rows")

    assert reading["state"] == "fresh"
    assert [one["title"] for one in reading["value"]["items"]] == ["Mary Kent", "Jo"]

    report.lies.calls = {"Utilization": "Utilization_Percent"}
    world.clock.forward(hours=4)
    reading = look(STAFFED, "C-60", "rows")
    assert (reading["state"], reading["reason"]) == ("stale", "schema_changed")
    assert [one["title"] for one in reading["value"]["items"]] == ["Mary Kent", "Jo"]


@pytest.fixture
def workday(report):
    with plugged("workday", sample("workday").settings(report.url)) as adapter:
        yield adapter


@pytest.mark.parametrize("lookup", ["account", "rows"])
def test_a_none_is_proven_by_the_very_answer_that_has_none(lookup, report, workday):
    answers = ask(workday, "C-11", "nobody", lookup=lookup)

    assert isinstance(answers["C-11"], Found)
    assert answers["nobody"] == NoMatch()
    assert len(report.asked) == 1


def test_an_empty_report_is_read_once(report, workday):
    report.lies.hides = True

    with pytest.raises(SourceError, match="no row of this kind"):
        ask(workday, "nobody", lookup="account")
    assert len(report.asked) == 1


def test_the_check_reads_the_report_once_more_for_the_canary_of_both(report, workday):
    workday.check()

    assert len(report.asked) == 2


def test_what_a_card_begins_with_is_within_our_own_limit(report, workday):
    landed, limited = queue.Queue(), source(limits=plugins.adapter("workday").limits)
    runner = SourceRunner(limited, workday, FakeClock(), random=lambda: 0.5)
    runner.land_at(lambda *what: landed.put(what))
    try:
        for lookup in ("account", "rows"):
            asked = Question("crm", lookup)
            assert runner.submit(asked, ["C-11", "nobody"], interactive=True) is None
        results = [landed.get(timeout=10)[1] for _ in range(2)]
    finally:
        assert runner.close(10)

    assert all(isinstance(found["C-11"], Found) for found in results)
    assert len(report.asked) == 2


def test_what_asks_nothing_uses_up_nothing_of_our_own_limit_when_it_is_examined(report, workday):
    once = Limits(rate=1, per=timedelta(days=1))
    trial = Trial(source(limits=once), workday, FakeClock(), ())

    assert trial.scope(()) is None
    assert trial.shape("account") is None
    assert isinstance(trial.ask("account", ["C-11"], ())["C-11"], Found)
    with pytest.raises(SourceError) as refused:
        trial.ask("rows", ["C-11"], ())
    assert refused.value.possible_causes == (Cause.OWN_LIMIT,)
    assert trial.scope(()) is None, "what asks nothing needs nothing of it"
    assert trial.shape("rows") is None
    assert len(report.asked) == 1
