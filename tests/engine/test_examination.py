"""The examination as a whole: everything at once, and nothing that hangs or crashes keeps the rest
from being looked at."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from threading import Event
from types import SimpleNamespace

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.index import Feeds
from context_sidecar.core.lookups import Bulk
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination import Examination, Mark, measuring
from support.world import World, answering


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.directory.sync()
    yield made
    made.close()


@pytest.fixture
def examination(world):
    def examination(patience=timedelta(seconds=20)):
        return Examination(
            world.configuration,
            {"crm": world.crm, "erp": world.erp, "helpdesk": world.helpdesk},
            world.directory,
            world.clock,
            needs=dict.fromkeys(world.configuration.installs, ()),
            drifts=world.drifts,
            patience=patience,
        )

    return examination


def by_id(examined):
    return {one.id: one for one in examined}


def about(examined):
    return {finding.about: finding for finding in examined.findings}


def test_it_finds_in_the_order_of_the_configuration(examination):
    assert [(one.kind, one.id) for one in examination().whole()] == [
        ("source", "crm"),
        ("source", "erp"),
        ("source", "helpdesk"),
        ("accounts", "accounts"),
        ("install", "rt-support"),
        ("install", "portal"),
        ("deployment", "deployment"),
    ]


def test_sources_are_tried_all_at_the_same_time(world, examination):
    """Each waits until the other has been asked."""
    crm, erp = Event(), Event()

    def meet(mine, other):
        def check():
            mine.set()
            assert other.wait(10), "nobody else is asked meanwhile"
            return "met"

        return check

    world.crm.check, world.erp.check = meet(crm, erp), meet(erp, crm)

    found = by_id(examination().of(["crm", "erp"]))

    assert about(found["crm"])["check"].said == about(found["erp"])["check"].said == "met"


def test_progress_names_what_is_still_awaited(world, examination):
    told = []
    go_on = Event()

    def wait():
        assert go_on.wait(10)
        return "at last"

    def progress(waiting):
        told.append(list(waiting))
        if waiting == ["Erp"]:
            go_on.set()

    world.erp.check = wait
    examination().of(["crm", "erp"], progress)

    assert told == [["Crm", "Erp"], ["Erp"]]


def test_what_hangs_is_given_up_with_what_was_found_until_then(world, examination):
    world.erp.open.clear()

    found = by_id(examination(patience=timedelta(seconds=0.5)).whole())

    erp = about(found["erp"])
    assert erp["check"].mark is Mark.WELL
    assert "does not come to an end" in erp["source"].said
    assert erp["source"].reason is Reason.TIMEOUT
    assert found["crm"].mark is not Mark.WRONG
    assert about(found["accounts"])["synchronisation"].mark is Mark.WELL


@pytest.mark.parametrize("bug", [RuntimeError("canary"), ValueError("canary"), OSError("canary")])
def test_an_adapter_that_crashes_is_an_unreadable_answer_and_quotes_nothing(
    world, examination, bug
):
    def crash():
        raise bug

    world.crm.check = crash

    [crm] = examination().of(["crm"])

    assert [finding.mark for finding in crm.findings] == [Mark.WRONG, Mark.DOUBTFUL]
    assert crm.findings[0].reason is Reason.BAD_RESPONSE
    assert "canary" not in str(crm)


def test_each_lookup_is_tried_and_fails_on_its_own(world, examination):
    def answer(keys, names):
        return answering(contract="Gold")(keys, names)

    world.erp.answer = answer

    [erp] = examination().of(["erp"])

    found = about(erp)
    assert found["contract"].mark is Mark.WELL
    assert found["invoices"].reason is Reason.SCHEMA_CHANGED


@pytest.mark.parametrize(("seconds", "slow"), [(0.5, False), (2.5, True)])
def test_a_lookup_that_takes_nearly_all_its_time_is_slow(
    world, examination, monkeypatch, seconds, slow
):
    """Of the three seconds that a card's call may take."""
    passed = count(step=3 * seconds)  # three accounts, one in a call
    monkeypatch.setattr(measuring, "time", SimpleNamespace(monotonic=lambda: next(passed)))

    [found] = examination().of(["erp"])

    said = [finding.said for finding in found.findings]
    assert (f"one call took {seconds} seconds, and a card's may take 3s" in said) == slow


def test_a_directory_that_is_too_old_is_to_be_mended(world, examination):
    world.clock.forward(days=4)

    found = about(by_id(examination().whole())["accounts"])

    assert found["synchronisation"].mark is Mark.WRONG
    assert "longer ago than they should be" in found["synchronisation"].said
    assert "sidecar serve" in found["synchronisation"].remedy


def test_what_an_install_needs_is_to_be_mended(world):
    examination = Examination(
        world.configuration,
        {"crm": world.crm, "erp": world.erp, "helpdesk": world.helpdesk},
        world.directory,
        world.clock,
        needs={"rt-support": ("Give it a key.",), "portal": ()},
        drifts=world.drifts,
    )

    found = by_id(examination.whole())

    [needed] = found["rt-support"].findings
    assert (needed.mark, needed.remedy) == (Mark.WRONG, "Give it a key.")
    assert found["portal"].mark is Mark.WELL


def test_changes_that_cannot_be_read_are_told(world, examination):
    def refuse(since):
        raise SourceError(Reason.PERMISSION_DENIED)

    world.crm.bulk = Bulk(20, 1_000, Feeds(refuse, (), lambda *_: {}))

    [told] = [
        one
        for one in by_id(examination().whole())["crm"].findings
        if "what has changed" in one.said
    ]
    assert (told.about, told.mark) == ("account", Mark.DOUBTFUL)
    assert told.remedy.startswith(
        "Each account is asked for by itself, which takes a call for each."
    )
