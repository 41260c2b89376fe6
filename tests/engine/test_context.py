"""One request: whose card, every source asked once and at once, one deadline, nothing invented.

Real directory, cache and sources; only the systems behind them are scripted.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from time import monotonic

import pytest
from context_sidecar.core.account import Ambiguous, Matched, Unmatched
from context_sidecar.core.attention import AttentionRule, Comparison, Condition, Severity
from context_sidecar.core.causes import Cause
from context_sidecar.core.observation import NoMatch
from context_sidecar.core.reading import AnswerKind, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Limits, Trouble
from context_sidecar.engine.context import POLL, UNMATCHED_AGAIN
from context_sidecar.engine.records import GOOD_FOR
from support.build import card
from support.world import (
    CONTRACT,
    CRM,
    HEALTH,
    HELPDESK,
    LONG,
    MARGIN,
    RENEWAL,
    SUPPORT,
    TIER,
    Down,
    Gate,
    World,
    answering,
    refusing,
)

SOON = timedelta(milliseconds=150)
NOW = timedelta(0)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.directory.sync()
    yield world
    world.close()


def states(context):
    return {reading.field.id: reading.state.value for reading in context.readings}


def values(context):
    return {reading.field.id: reading.value for reading in context.readings}


# A card


def test_a_card_shows_its_fields_in_order_each_from_its_source(world):
    context = world.about()
    assert isinstance(context.match, Matched)
    assert context.account.name == "Acme GmbH"
    assert values(context) == {
        "tier": "ENT", "health": Decimal(40), "contract": "Gold", "invoices": Decimal(2),
    }  # fmt: skip
    assert set(states(context).values()) == {"fresh"}
    assert context.complete
    assert context.generated_at == world.clock()
    assert context.accounts is CRM
    assert context.overdue is None


def test_each_lookup_of_a_source_is_asked_once_by_the_key_that_the_source_knows(world):
    world.about()
    assert world.crm.calls == [("1",)]
    assert world.erp.calls == [("K-1",), ("K-1",)]


def test_all_sources_are_asked_at_the_same_time(world):
    both = Barrier(2, timeout=10)

    def meet(answer):
        def ask(keys, names):
            both.wait()
            return answer(keys, names)

        return ask

    world.crm.answer = meet(world.crm.answer)
    world.erp.answer = meet(world.erp.answer)
    assert world.about(shown=card(TIER, CONTRACT, deadline=LONG)).complete


def test_cards_share_what_they_ask(world):
    world.about(shown=card(TIER))
    assert world.about(shown=card(HEALTH, id="other")).complete
    assert len(world.crm.calls) == 1


def test_many_who_look_at_once_ask_once(world):
    everybody = Barrier(40, timeout=20)

    def look(_):
        everybody.wait()
        return values(world.about())

    with ThreadPoolExecutor(40) as pool:
        seen = list(pool.map(look, range(40)))
    assert all(one == seen[0] for one in seen)
    assert len(world.crm.calls) == 1
    assert len(world.erp.calls) == 2


# Who may see what


def test_a_field_that_the_visitor_may_not_see_is_absent(world):
    assert "margin" not in values(world.about())
    assert values(world.about(roles={"finance"})) == {"margin": "7"}
    assert values(world.about(roles={"support", "finance"}))["margin"] == "7"


def test_once_a_permission_is_lost_nothing_old_is_served(world):
    world.about(roles={"finance"})
    assert world.about(roles=set()).readings == ()


def test_a_source_is_not_asked_for_what_nobody_there_may_see(world):
    context = world.about(shown=card(MARGIN, deadline=LONG))
    assert (context.readings, context.complete) == ((), True)
    assert world.crm.calls == []


# Accounts that a source cannot be asked for


def test_an_account_without_the_sources_key_is_not_asked_for_and_the_reading_says_so(world):
    context = world.about("bob@globex.example")
    contract = {reading.field.id: reading for reading in context.readings}["contract"]
    assert (contract.state, contract.lacks) == (State.UNMATCHED, "erp_number")
    assert world.erp.calls == []
    assert states(context)["tier"] == "fresh"
    assert {reading.lacks for reading in context.readings if reading.field.source is CRM} == {""}


def test_of_several_keys_none_is_guessed(world):
    context = world.about("eve@initech.example")
    contract = {reading.field.id: reading for reading in context.readings}["contract"]
    assert (contract.state, contract.lacks) == (State.AMBIGUOUS, "erp_number")
    assert contract.candidates == (), "they are keys of ours, and no records that it has"
    assert world.erp.calls == []


@pytest.mark.parametrize("email", ["bob@globex.example", "eve@initech.example"])
def test_a_source_that_was_not_asked_has_said_nothing_at_any_time(world, email):
    context = world.about(email)
    contract = {reading.field.id: reading for reading in context.readings}["contract"]
    assert contract.answer is AnswerKind.NEVER
    assert (contract.confirmed_at, contract.attempted_at, contract.stale_at) == (None, None, None)
    assert not contract.particulars.certain


def test_a_key_that_is_added_meanwhile_is_found_without_a_reload(world):
    context = world.about("bob@globex.example", shown=card(CONTRACT))
    assert context.complete
    assert world.clock() < context.check_again_at <= world.clock() + CONTRACT.stale_after


# Whose card


def test_without_exactly_one_account_there_are_no_readings_and_no_questions(world):
    nobody, twins = world.about("x@nobody.example"), world.about("x@twin.example")
    assert isinstance(nobody.match, Unmatched)
    assert isinstance(twins.match, Ambiguous)
    for context in (nobody, twins):
        assert (context.readings, context.attention, context.complete) == ((), (), True)
        assert context.check_again_at == world.clock() + UNMATCHED_AGAIN
        assert context.account is None
    assert world.crm.calls == world.erp.calls == []


def test_a_card_can_be_had_by_the_accounts_id(world):
    context = world.sidecar.account_context("1", world.card, SUPPORT)
    assert context.match == Matched(world.directory.account("1"), by="id", value="1")
    assert values(context)["tier"] == "ENT"
    unknown = world.sidecar.account_context("99", world.card, SUPPORT)
    assert unknown.match == Unmatched((("id", "99"),))


def test_before_the_directory_is_there_the_card_is_on_its_way(tmp_path):
    world = World(tmp_path)
    context = world.about()
    assert context.match == Unmatched((("requester_email", "ana@acme.example"),), Trouble(CRM))
    assert not context.complete
    assert context.check_again_at == world.clock() + POLL
    world.close()


def test_a_directory_that_is_overdue_is_said_to_be_so(world):
    synced = world.clock()
    world.clock.forward(days=3, minutes=1)
    assert world.about(patience=NOW).overdue == Trouble(CRM, None, synced)


# Time


def test_what_is_late_is_pending_and_comes_later(world):
    world.erp.open.clear()
    began = monotonic()
    context = world.about(patience=SOON)
    assert monotonic() - began < 5
    assert states(context) == {
        "tier": "fresh", "health": "fresh", "contract": "pending", "invoices": "pending",
    }  # fmt: skip
    assert not context.complete
    assert context.check_again_at == world.clock() + POLL
    world.erp.open.set()
    assert set(states(world.about()).values()) == {"fresh"}
    assert len(world.erp.calls) == 2


def test_the_deadline_is_the_cards_unless_it_is_said(world):
    world.erp.open.clear()
    context = world.about(shown=card(CONTRACT, deadline=SOON))
    assert states(context) == {"contract": "pending"}


def test_a_live_page_is_shown_what_is_old_at_once_and_told_the_rest_later(world):
    world.about()
    world.clock.forward(hours=2)
    world.crm.open.clear()
    context = world.about(shown=card(TIER), live=True, patience=LONG)
    (tier,) = context.readings
    assert (tier.state, tier.value, tier.settling) == (State.STALE, "ENT", True)
    assert not context.complete
    world.crm.open.set()
    assert states(world.about(shown=card(TIER), patience=LONG)) == {"tier": "fresh"}


def test_a_live_page_waits_for_what_cannot_be_shown_at_all(world):
    assert states(world.about(live=True, patience=LONG))["tier"] == "fresh"


def test_whoever_takes_one_answer_waits_for_what_is_old(world):
    world.about()
    world.clock.forward(hours=2)
    world.crm.answer = answering(tier="PRO", health=50, renewal=None, margin="7")
    context = world.about(shown=card(TIER), patience=LONG)
    assert (states(context), values(context)) == ({"tier": "fresh"}, {"tier": "PRO"})


def test_nobody_waits_for_a_value_that_is_fresh_and_merely_refreshed_ahead(world):
    world.about(shown=card(TIER))
    world.clock.forward(minutes=58)
    world.crm.open.clear()
    context = world.about(shown=card(TIER), patience=LONG)
    assert states(context) == {"tier": "fresh"}
    assert context.complete


def test_a_page_comes_back_for_what_is_from_before_the_source_became_another(world):
    world.about(shown=card(TIER))
    world.clock.forward(minutes=1)
    world.runners["crm"].start_anew()
    world.crm.open.clear()
    context = world.about(shown=card(TIER), live=True, patience=LONG)
    assert (states(context), context.complete) == ({"tier": "fresh"}, False)
    world.crm.answer = answering(tier="PRO", health=50, renewal=None, margin="7")
    world.crm.open.set()
    context = world.about(shown=card(TIER), patience=LONG)
    assert (values(context), context.complete) == ({"tier": "PRO"}, True)


def test_a_source_that_fails_says_why_and_when_it_is_tried_again(world):
    world.erp.answer = refusing(Reason.TIMEOUT)
    context = world.about(shown=card(CONTRACT, deadline=LONG))
    (contract,) = context.readings
    assert (contract.state, contract.reason) == (State.FAILED, Reason.TIMEOUT)
    assert contract.next_try_at > world.clock()
    assert context.complete
    assert context.check_again_at == contract.next_try_at


def test_a_source_that_fails_takes_away_nothing_that_still_holds(world):
    world.about(shown=card(CONTRACT, deadline=LONG))
    world.erp.answer = refusing(Reason.UNREACHABLE)
    world.clock.forward(hours=7)
    (contract,) = world.about(shown=card(CONTRACT, deadline=LONG)).readings
    assert (contract.state, contract.value) == (State.STALE, "Gold")
    assert contract.reason is Reason.UNREACHABLE


def test_asked_again_by_a_person_even_what_is_fresh_is_new(world):
    world.about()
    world.crm.answer = answering(tier="PRO", health=50, renewal=None, margin="7")
    world.clock.forward(seconds=11)
    assert values(world.about())["tier"] == "ENT"
    assert values(world.about(force=True, patience=LONG))["tier"] == "PRO"


def test_asked_again_the_answer_is_not_complete_before_the_new_one_is_there(world):
    world.about()
    world.clock.forward(seconds=11)
    world.crm.open.clear()
    context = world.about(shown=card(TIER), force=True, patience=SOON)
    assert states(context) == {"tier": "fresh"}
    assert not context.complete


def test_asked_again_and_again_the_source_is_asked_once_in_ten_seconds(world):
    world.about(shown=card(TIER, deadline=LONG))
    for _ in range(3):
        assert world.about(shown=card(TIER), force=True, patience=LONG).complete
    assert len(world.crm.calls) == 1


def test_it_says_when_it_will_be_worth_asking_again(world):
    """A little before the value is stale: by then it has been refreshed ahead."""
    context = world.about(shown=card(TIER, CONTRACT, deadline=LONG))
    assert context.check_again_at == world.clock() + timedelta(minutes=54)
    world.clock.forward(minutes=55)
    context = world.about(shown=card(CONTRACT, deadline=LONG))
    assert context.check_again_at == world.clock() + timedelta(hours=5.4, minutes=-55)


def test_where_nothing_changes_by_time_there_is_nothing_to_ask_again(world):
    assert world.about(shown=card(MARGIN)).check_again_at is None


# Attention


def test_a_rule_is_judged_on_the_readings_in_the_deployments_own_day(world):
    """In Auckland it is 22:00; two hours later the 24th of December is thirty days off."""
    soon = AttentionRule(
        Condition("renewal", Comparison.WITHIN, timedelta(days=30)), Severity.HIGH, "Renewal."
    )
    shown = card(RENEWAL, attention=(soon,), deadline=LONG)
    assert world.about(shown=shown).attention == ()
    world.clock.forward(hours=2)
    (line,) = world.about(shown=shown).attention
    assert (line.judged, line.because) == (True, ("renewal",))
    assert values(world.about(shown=shown))["renewal"] == date(2026, 12, 24)


def test_a_rule_over_what_the_visitor_may_not_see_does_not_exist(world):
    secret = AttentionRule(Condition("margin", Comparison.IS, "7"), Severity.HIGH, "Margin.")
    shown = card(TIER, MARGIN, attention=(secret,), deadline=LONG)
    assert world.about(shown=shown).attention == ()
    assert len(world.about(shown=shown, roles={"support", "finance"}).attention) == 1


def test_an_account_that_only_a_status_denies_is_looked_for_again_before_that_is_said(world):
    world.about(email="bo@globex.example")
    world.crm.answer = lambda keys, _: {key: NoMatch(certain=False) for key in keys}

    context = world.about(shown=card(TIER))
    assert context.readings[0].state is State.PENDING
    assert not context.complete

    world.clock.forward(seconds=10)
    assert world.about(shown=card(TIER)).readings[0].state is State.UNMATCHED


# The keys of a record that the visit did not bring

KEYS = {"requester_email": "ana@acme.example"}
GLOBEX = {"requester_email": "bob@globex.example"}


def keys_of(world, patience=LONG, install="rt-support"):
    return world.sidecar.keys_of(install, "ticket", "1", patience=patience)


def test_a_records_keys_are_asked_for_in_the_hosts_own_system(world):
    world.helpdesk.records["1"] = KEYS
    assert keys_of(world) == Record("rt", "ticket", "1", KEYS, world.clock())
    assert world.sidecar.context(keys_of(world), world.card, SUPPORT).account.id == "1"


def test_an_install_without_a_source_has_nobody_to_ask(world):
    assert keys_of(world, install="portal") == Record("iframe", "ticket", "1")


def test_a_record_that_the_system_does_not_have_has_no_keys(world):
    world.helpdesk.records["2"] = KEYS
    world.sidecar.keys_of("rt-support", "ticket", "2", patience=LONG)

    record = keys_of(world)
    assert record == Record("rt", "ticket", "1", trouble=Trouble(HELPDESK))
    assert not world.sidecar.context(record, world.card, SUPPORT).complete

    world.clock.forward(seconds=10)
    record = keys_of(world)
    assert record == Record("rt", "ticket", "1")
    assert world.sidecar.context(record, world.card, SUPPORT).match == Unmatched()


def test_a_system_that_has_not_one_record_is_asked_at_a_wrong_address(world):
    keys_of(world)
    world.clock.forward(seconds=10)
    assert keys_of(world).trouble.reason is Reason.ENDPOINT_GONE


def test_a_system_that_cannot_be_asked_leaves_nobody_unmatched(world):
    world.helpdesk.records = Down()
    record = keys_of(world)
    trouble = Trouble(HELPDESK, Reason.UNREACHABLE, world.clock())
    assert record == Record("rt", "ticket", "1", trouble=trouble)
    context = world.sidecar.context(record, world.card, SUPPORT)
    assert context.match == Unmatched((), trouble)
    assert context.complete


def test_a_system_that_we_do_not_ask_for_our_own_limit_is_told_as_that(tmp_path):
    world = World(tmp_path, helpdesk=Limits(rate=8, per=timedelta(days=60)))
    try:
        world.helpdesk.records["1"] = KEYS
        for _ in range(3):
            record = keys_of(world)
            world.clock.forward(minutes=11)
    finally:
        world.close()

    assert record.keys == KEYS
    assert record.trouble.reason is Reason.RATE_LIMITED
    assert record.trouble.particulars.causes == (Cause.OWN_LIMIT,)


def test_a_system_that_takes_its_time_is_still_being_asked(world):
    slow = world.helpdesk.records = Gate({"1": KEYS})
    record = keys_of(world, patience=SOON)
    assert record.trouble == Trouble(HELPDESK)
    assert not world.sidecar.context(record, world.card, SUPPORT).complete
    slow.open.set()
    assert keys_of(world).keys == KEYS
    assert slow.asked == 1


def test_keys_that_were_read_just_now_are_not_asked_for_again(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    slow = world.helpdesk.records = Gate({})
    assert keys_of(world) == Record("rt", "ticket", "1", KEYS, world.clock())
    assert slow.asked == 0
    slow.open.set()


def test_a_ticket_that_has_changed_hands_shows_its_new_customer_at_once(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    world.clock.forward(minutes=9)
    world.helpdesk.records["1"] = GLOBEX
    assert keys_of(world).keys == GLOBEX


def test_where_the_system_takes_its_time_the_last_keys_serve_until_it_answers(world):
    """The card is not complete, so that the page comes back for what may be somebody else's."""
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    read_at = world.clock()
    world.clock.forward(minutes=9)
    slow = world.helpdesk.records = Gate({"1": GLOBEX})
    record = keys_of(world, patience=SOON)
    assert record == Record("rt", "ticket", "1", KEYS, read_at, Trouble(HELPDESK))
    context = world.sidecar.context(record, world.card, SUPPORT)
    assert context.account.name == "Acme GmbH"
    assert not context.complete
    assert context.check_again_at == world.clock() + POLL
    slow.open.set()
    assert keys_of(world).keys == GLOBEX


def test_keys_older_than_that_do_not_serve_while_the_system_may_still_answer(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    world.clock.forward(minutes=11)
    slow = world.helpdesk.records = Gate({"1": GLOBEX})
    assert keys_of(world, patience=SOON) == Record("rt", "ticket", "1", trouble=Trouble(HELPDESK))
    slow.open.set()


def test_a_page_that_stays_open_comes_back_to_see_whose_the_ticket_is(world):
    world.helpdesk.records["1"] = KEYS
    context = world.sidecar.context(keys_of(world), world.card, SUPPORT)
    assert context.check_again_at == world.clock() + GOOD_FOR
    assert context.complete


def test_while_the_system_cannot_be_asked_old_keys_serve_for_a_day_and_are_marked(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    read_at = world.clock()
    world.helpdesk.records = Down()
    world.clock.forward(minutes=9)
    assert keys_of(world) == Record("rt", "ticket", "1", KEYS, read_at)
    since = world.clock()
    world.clock.forward(hours=23)
    record = keys_of(world)
    down = Trouble(HELPDESK, Reason.UNREACHABLE, since)
    assert record == Record("rt", "ticket", "1", KEYS, read_at, down)
    context = world.sidecar.context(record, world.card, SUPPORT)
    assert context.complete
    assert context.check_again_at == world.clock() + UNMATCHED_AGAIN
    world.clock.forward(hours=1)
    assert keys_of(world) == Record("rt", "ticket", "1", trouble=down)


def test_a_person_who_asks_again_asks_whose_the_ticket_is_too(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    world.clock.forward(seconds=15)
    world.helpdesk.records["1"] = GLOBEX
    assert keys_of(world).keys == KEYS
    again = world.sidecar.keys_of("rt-support", "ticket", "1", patience=LONG, force=True)
    assert again.keys == GLOBEX


def test_a_ticket_that_the_system_denies_once_is_looked_for_again(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    read_at = world.clock()
    world.clock.forward(minutes=2)
    world.helpdesk.records = {}
    assert keys_of(world) == Record("rt", "ticket", "1", KEYS, read_at, Trouble(HELPDESK))
    world.clock.forward(minutes=2)
    assert keys_of(world) == Record("rt", "ticket", "1")


def test_keys_of_a_clock_that_was_ahead_are_not_known(world):
    world.helpdesk.records["1"] = KEYS
    keys_of(world)
    world.clock.forward(days=-365)
    world.helpdesk.records = Down()
    assert keys_of(world).keys == {}


def test_what_a_system_gives_instead_of_keys_is_an_unreadable_answer(world):
    world.helpdesk.records["1"] = ["ana@acme.example"]
    assert keys_of(world).trouble == Trouble(HELPDESK, Reason.BAD_RESPONSE)


def test_many_who_open_one_record_ask_once(world):
    slow = world.helpdesk.records = Gate({"1": KEYS})
    with ThreadPoolExecutor(20) as pool:
        records = [pool.submit(keys_of, world) for _ in range(20)]
        slow.open.set()
        assert all(record.result().keys == KEYS for record in records)
    assert slow.asked == 1
