"""What fails of a source just now, and what has changed there, as the admin pages tell it."""

from datetime import timedelta

import pytest
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Found, NoMatch
from context_sidecar.core.reasons import Reason
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.findings import Mark
from context_sidecar.engine.faring import Faring
from context_sidecar.engine.questions import questions
from context_sidecar.store.shapes import Shapes
from support import build
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, found, landed, running

TIER, TICKETS = build.field(), build.field("tickets", lookup="tickets")
ACCOUNT = questions([TIER])["crm", "account"]


class Watched:
    """The source `crm`, of which two lookups are declared."""

    def __init__(self, runner, adapter, shapes, clock):
        self.runner, self.adapter, self.clock = runner, adapter, clock
        self.cache = Cache({"crm": runner}, clock, random=lambda: 0.5)
        self.drifts = drifts = Drifts(shapes, [TIER, TICKETS], clock)
        known = {"a": build.account("a", "Acme GmbH")}
        self.faring = Faring(
            {"crm": runner}, self.cache, [TIER, TICKETS], drifts, clock,
            lambda name, key: known.get(key) if name == "id" else None,
        )  # fmt: skip

    def look(self, *keys, answer=found):
        """Somebody looks at *keys*, and the source answers by *answer*."""
        self.adapter.answer = answer
        for one in self.cache.ask(ACCOUNT, keys, now=self.clock(), interactive=True).values():
            landed(one)

    @property
    def failing(self):
        return self.faring.of("crm").failing


@pytest.fixture
def one(tmp_path):
    clock, adapter, engine = FakeClock(), ScriptedAdapter(batch=10), database_in(tmp_path)
    with running(adapter, clock) as runner:
        yield Watched(runner, adapter, Shapes(engine), clock)
    engine.dispose()


def refusing(*keys, reason=Reason.BAD_RESPONSE, **more):
    """Find everything but *keys*."""
    error = SourceError(reason, "scripted", **more)
    return lambda asked, _: {
        key: error if key in keys else Found({"tier": "GOLD"}) for key in asked
    }


def test_nothing_fails_of_what_nobody_has_looked_at(one):
    assert one.failing == ()


def test_what_failed_is_told_with_all_that_is_known_of_it(one):
    one.look("a", "b", "c")
    one.clock.forward(hours=2)
    known = {"code": "E1", "request_id": "r-7", "possible_causes": (Cause.PLAN,)}
    one.look("a", "b", "c", answer=refusing("a", "c", **known))

    [failing] = one.failing

    assert (failing.lookup, failing.reason) == ("account", Reason.BAD_RESPONSE)
    assert failing.accounts == 2
    assert failing.since == one.clock()
    assert failing.next_try_at > one.clock()
    assert failing.particulars.request_id == "r-7"
    assert failing.particulars.causes == (Cause.PLAN,)


def test_failures_of_several_kinds_are_told_apart_the_most_frequent_first(one):
    one.look("a", answer=refusing("a", reason=Reason.SERVER_ERROR))
    one.look("b", "c", answer=refusing("b", "c"))

    assert [(each.reason, each.accounts) for each in one.failing] == [
        (Reason.BAD_RESPONSE, 2),
        (Reason.SERVER_ERROR, 1),
    ]


def test_what_is_answered_again_fails_no_more(one):
    one.look("a", answer=refusing("a"))
    assert one.failing

    one.clock.forward(hours=1)
    one.look("a")

    assert one.failing == ()


def test_what_nobody_tries_again_says_nothing_after_a_while(one):
    """Nobody looks any more, so how it would go now is not known."""
    one.look("a", answer=refusing("a"))
    [failing] = one.failing

    one.clock.now = failing.next_try_at + timedelta(seconds=30)
    assert one.failing
    one.clock.now = failing.next_try_at + timedelta(seconds=90)
    assert one.failing == ()


def test_what_failed_before_somebody_mended_the_source_says_nothing(one):
    one.look("a", answer=refusing("a"))
    one.clock.forward(seconds=1)

    one.runner.start_anew()

    assert one.failing == ()


def test_what_has_changed_is_told_by_the_source_it_changed_at(one):
    place = "crm", "account"
    one.drifts.learn(place, Shape((ShapeField(("tier",)), ShapeField(("name",)))))
    assert one.faring.changed("crm") == []

    one.clock.forward(hours=1)
    one.drifts.learn(place, Shape((ShapeField(("name",)),)))

    [finding] = one.faring.changed("crm")
    assert (finding.about, finding.reason) == ("tier", Reason.SCHEMA_CHANGED)
    assert "`tier` is gone from Crm" in finding.said
    assert one.faring.changed("billing") == []


def test_what_is_described_no_more_and_answered_all_the_same_is_told_as_that(one):
    """The description may be hidden from us, and the field be there."""
    one.look("a", answer=lambda keys, _: {key: Found({"tier": "GOLD"}) for key in keys})
    one.drifts.learn(("crm", "account"), Shape((ShapeField(("tier",)),)))
    one.clock.forward(minutes=30)
    one.drifts.learn(("crm", "account"), Shape((ShapeField(("name",)),)))

    [finding] = one.faring.changed("crm")
    assert "`tier` is gone from Crm" in finding.said  # the answer is from before

    one.clock.forward(minutes=30)
    one.look("a", answer=lambda keys, _: {key: Found({"tier": "GOLD"}) for key in keys})

    [finding] = one.faring.changed("crm")
    assert finding.said == "Crm describes no `tier` any more, though its answers have it"
    assert finding.reason is None


def test_what_answers_lack_is_told_before_anybody_has_looked_why(one):
    one.look("a", "b", answer=lambda keys, _: {key: Found({"level": "GOLD"}) for key in keys})

    [finding] = one.faring.changed("crm")
    assert finding.said == "there is no `tier` in the answer"

    one.clock.forward(hours=1)
    one.look("a", "b", answer=lambda keys, _: {key: Found({"tier": "GOLD"}) for key in keys})
    assert one.faring.changed("crm") == []


def test_values_that_are_not_as_declared_are_told(one):
    one.look("a", "b", "c", answer=lambda keys, _: {key: Found({"tier": [key]}) for key in keys})

    [finding] = one.faring.changed("crm")
    assert finding.said.startswith("3 of 3 values cannot be read as text")


def test_an_answer_from_long_ago_says_nothing_of_how_it_answers_now(one):
    one.look("a", answer=lambda keys, _: {key: Found({"level": "GOLD"}) for key in keys})
    one.clock.forward(hours=1)
    assert one.faring.changed("crm")

    one.clock.forward(seconds=1)
    assert one.faring.changed("crm") == []


GOLD = Found({"tier": "GOLD"})
ARCHIVED, MERGED = Found({"tier": "GOLD"}, archived=True), NoMatch(merged_into="Fabrikam (7)")


def test_accounts_that_a_source_has_archived_or_merged_are_told_by_name_until_it_has_not(one):
    one.look("a", "b", "c", answer=lambda *_: {"a": ARCHIVED, "b": GOLD, "c": MERGED})

    archived, merged = one.faring.changed("crm")
    assert archived.mark is merged.mark is Mark.DOUBTFUL
    assert archived.said == "1 of 3 accounts is archived in Crm: Acme GmbH (a)"
    assert merged.said == "Crm has merged 1 of 3 accounts into others: c"
    assert "Set the account's id to that of the record" in merged.remedy

    one.clock.forward(hours=1)
    one.look("a", "b", "c", answer=lambda keys, _: dict.fromkeys(keys, GOLD))
    assert one.faring.changed("crm") == []


def test_an_account_is_archived_once_however_many_lookups_say_so(one):
    for question in questions([TIER, TICKETS]).values():
        one.adapter.answer = lambda keys, _: dict.fromkeys(keys, ARCHIVED)
        for asked in one.cache.ask(question, ("a",), now=one.clock(), interactive=True).values():
            landed(asked)

    [finding] = [one for one in one.faring.changed("crm") if one.about == "accounts"]
    assert finding.said.startswith("1 of 1 account is archived")


@pytest.mark.parametrize("told_by", [0, 1], ids=["the first lookup", "the second lookup"])
@pytest.mark.parametrize("told", [ARCHIVED, MERGED], ids=["archived", "merged"])
def test_an_account_is_put_away_whichever_lookup_says_so(one, told_by, told):
    for at, question in enumerate(questions([TIER, TICKETS]).values()):
        one.adapter.answer = lambda keys, _, at=at: dict.fromkeys(
            keys, told if at == told_by else GOLD
        )
        for asked in one.cache.ask(question, ("a",), now=one.clock(), interactive=True).values():
            landed(asked)

    assert [one for one in one.faring.changed("crm") if one.about == "accounts"]
