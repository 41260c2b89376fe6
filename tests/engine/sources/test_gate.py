"""Whether a source may be asked now."""

from datetime import timedelta

import pytest
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError, Unasked
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.gate import Gate
from support.clock import START, FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def gate(clock):
    return Gate(Limits(), clock(), lambda: 0.5)


def fail(gate, clock, reason, *, lookup="account", times=1, **more):
    for _ in range(times):
        gate.admit(lookup, clock())
        gate.begin(clock())
        gate.failed(lookup, SourceError(reason, **more), clock(), clock())


def answer(gate, clock, lookup="account"):
    gate.admit(lookup, clock())
    gate.begin(clock())
    gate.answered(lookup, clock(), clock(), slow=False)


def reason(gate, clock, lookup="account", **how):
    refusal = gate.refusal(lookup, clock(), **how)
    return refusal.error.reason if refusal else None


def test_a_source_that_keeps_failing_is_left_alone_for_a_while(gate, clock):
    fail(gate, clock, Reason.TIMEOUT, times=8)

    refusal = gate.refusal("account", clock())

    assert refusal.error.reason is Reason.TIMEOUT, "what is wrong, not that we do not ask"
    assert not refusal.error.asked
    assert refusal.until == clock() + timedelta(seconds=30)
    assert gate.circuit(clock()) is Circuit.OPEN


@pytest.mark.parametrize("why", [Reason.CREDENTIAL_EXPIRED, Reason.IP_NOT_ALLOWED])
def test_one_refused_sign_in_blocks_the_whole_source(gate, clock, why):
    fail(gate, clock, why)

    assert reason(gate, clock) is why
    assert reason(gate, clock, "tickets") is why
    assert gate.refusal("account", clock()).until == clock() + timedelta(minutes=15)


@pytest.mark.parametrize(
    "why",
    [Reason.PERMISSION_DENIED, Reason.ENDPOINT_GONE, Reason.SCHEMA_CHANGED, Reason.NOT_CONFIGURED],
)
def test_one_lookup_is_blocked_by_three_refusals_in_a_row_and_the_others_are_not(gate, clock, why):
    fail(gate, clock, why, times=2)
    assert reason(gate, clock) is None

    fail(gate, clock, why)

    assert reason(gate, clock) is gate.blocked is why
    assert reason(gate, clock, "tickets") is None


@pytest.mark.parametrize("why", [Reason.SCHEMA_CHANGED, Reason.BAD_RESPONSE])
def test_what_is_to_be_done_is_told_for_as_long_as_nothing_is_asked(gate, clock, why):
    fail(gate, clock, why, times=20, remedy="Deliver it whole.")

    assert gate.refusal("account", clock()).error.remedy == "Deliver it whole."
    assert gate.remedy == ("Deliver it whole." if why.needs_person else "")


@pytest.mark.parametrize("why", [Reason.TIMEOUT, Reason.CREDENTIAL_EXPIRED, Reason.SCHEMA_CHANGED])
def test_nothing_is_held_against_a_source_that_starts_anew(gate, clock, why):
    fail(gate, clock, why, times=8)
    clock.forward(seconds=1)

    gate.start_anew(clock())

    assert reason(gate, clock) is gate.blocked is None
    assert gate.circuit(clock()) is Circuit.CLOSED
    assert gate.well_since == clock()


def test_what_a_source_asked_of_us_still_holds_when_it_starts_anew(gate, clock):
    fail(gate, clock, Reason.RATE_LIMITED, retry_after=60)

    gate.start_anew(clock())

    assert reason(gate, clock) is Reason.RATE_LIMITED


def test_what_needs_a_person_does_not_open_the_circuit_so_that_mending_it_shows_at_once(
    gate, clock
):
    for _ in range(20):
        fail(gate, clock, Reason.CREDENTIAL_EXPIRED)
    clock.forward(minutes=15)

    answer(gate, clock)

    assert reason(gate, clock) is None


def test_somebody_who_asks_may_try_a_blocked_source_sooner(gate, clock):
    fail(gate, clock, Reason.CREDENTIAL_EXPIRED)
    clock.forward(minutes=1)

    assert reason(gate, clock) is Reason.CREDENTIAL_EXPIRED
    assert reason(gate, clock, by_person=True) is None


def test_a_source_left_alone_for_being_slow_says_that(gate, clock):
    for _ in range(8):
        gate.begin(clock())
        gate.answered("account", clock(), clock(), slow=True)

    assert reason(gate, clock) is Reason.CIRCUIT_OPEN


def test_a_source_left_alone_for_its_failures_says_the_last_whatever_was_answered_between(
    gate, clock
):
    for _ in range(4):
        fail(gate, clock, Reason.SERVER_ERROR)
        answer(gate, clock)

    assert gate.circuit(clock()) is Circuit.OPEN
    assert reason(gate, clock) is Reason.SERVER_ERROR


def test_a_probe_that_is_slow_says_that_and_no_older_failure(gate, clock):
    fail(gate, clock, Reason.SERVER_ERROR, times=8)
    clock.forward(minutes=10)
    gate.begin(clock())
    gate.answered("account", clock(), clock(), slow=True)

    assert reason(gate, clock) is Reason.CIRCUIT_OPEN


def test_somebody_who_asks_may_try_a_source_that_is_left_alone(gate, clock):
    fail(gate, clock, Reason.TIMEOUT, times=8)

    assert reason(gate, clock) is Reason.TIMEOUT
    assert reason(gate, clock, by_person=True) is None
    gate.admit("account", clock())
    assert gate.circuit_refusal(clock()) is not None
    assert gate.circuit_refusal(clock(), admitted=True) is None


def test_a_source_that_is_left_alone_and_then_refuses_our_credential_says_the_latter(gate, clock):
    fail(gate, clock, Reason.TIMEOUT, times=8)
    gate.admit("account", clock())
    fail(gate, clock, Reason.CREDENTIAL_EXPIRED)

    assert reason(gate, clock) is Reason.CREDENTIAL_EXPIRED


def test_too_many_calls_pause_and_do_not_open_the_circuit(gate, clock):
    fail(gate, clock, Reason.RATE_LIMITED, times=20, retry_after=7)

    assert gate.refusal("account", clock()).until == clock() + timedelta(seconds=7)
    assert reason(gate, clock) is Reason.RATE_LIMITED
    clock.forward(seconds=7)
    assert reason(gate, clock) is None


@pytest.mark.parametrize(
    "error",
    [SourceError(Reason.BUSY), Unasked(Reason.BAD_RESPONSE, "a key that cannot be sent")],
)
def test_what_we_caused_ourselves_is_no_evidence_against_the_source(gate, clock, error):
    for _ in range(50):
        gate.begin(clock())
        gate.failed("account", error, clock(), clock())

    assert reason(gate, clock) is None


def test_a_source_is_well_again_when_it_answers_after_trouble_of_its_own(gate, clock):
    fail(gate, clock, Reason.UNREACHABLE, times=3)
    clock.forward(minutes=1)
    answer(gate, clock)

    assert gate.well_since == START + timedelta(minutes=1)


def test_a_source_is_well_again_when_a_block_is_lifted(gate, clock):
    fail(gate, clock, Reason.CREDENTIAL_EXPIRED)
    clock.forward(minutes=15)
    answer(gate, clock)

    assert gate.well_since == clock()
    assert gate.blocked is None


def test_one_accounts_own_trouble_says_nothing_of_the_others(gate, clock):
    fail(gate, clock, Reason.SERVER_ERROR, times=2)
    clock.forward(minutes=1)
    answer(gate, clock)

    assert gate.well_since == START


class TestOverdrawn:
    """Whether people would have to wait for what they may spend, and whose limit that is."""

    QUOTA = Quota("burst", timedelta(seconds=10))

    @pytest.fixture
    def gate(self, clock):
        return Gate(Limits(rate=6), clock(), lambda: 0.5)

    def test_what_may_begin_is_not_refused(self, gate, clock):
        assert gate.overdrawn(clock(), 1) is None

    def test_our_own_limit_is_said_to_be_ours_with_what_mends_it(self, gate, clock):
        gate.begin(clock())

        refusal = gate.overdrawn(clock(), 1)

        assert refusal.until == clock() + timedelta(seconds=10)
        assert refusal.error.possible_causes == (Cause.OWN_LIMIT,)
        assert refusal.error.certain
        assert "Raise limits.rate (6/min) in sidecar.yaml" in refusal.error.remedy

    def test_one_that_was_lowered_as_the_vendor_said_too_many_is_the_vendors(self, gate, clock):
        fail(gate, clock, Reason.RATE_LIMITED, retry_after=5)
        clock.forward(seconds=5)

        refusal = gate.overdrawn(clock(), 1)

        assert refusal.error.reason is Reason.RATE_LIMITED
        assert (refusal.error.possible_causes, refusal.error.remedy) == ((), "")

    def test_what_the_vendor_says_is_left_is_the_vendors(self, gate, clock):
        gate.begin(clock())
        gate.heard([Standing(self.QUOTA, 0, 100, clock(), clock() + timedelta(minutes=1))])

        refusal = gate.overdrawn(clock(), 1)

        assert refusal.until == clock() + timedelta(minutes=1)
        assert (refusal.error.possible_causes, refusal.error.remedy) == ((), "")


class TestQuotas:
    def gone(self, clock, left=0):
        daily = Quota("daily", timedelta(days=1))
        return [Standing(daily, left, 100, clock(), clock() + timedelta(hours=5))]

    def test_a_quota_that_is_used_up_closes_the_gate_until_it_is_whole_again(self, gate, clock):
        gate.heard(self.gone(clock))

        refusal = gate.refusal("account", clock(), by_person=True)

        assert (refusal.error.reason, refusal.until) == (
            Reason.RATE_LIMITED, clock() + timedelta(hours=5),
        )  # fmt: skip
        assert refusal.error.possible_causes == (Cause.DAILY_QUOTA,)
        clock.forward(hours=5)
        assert gate.refusal("account", clock()) is None

    def test_a_refusal_for_the_day_waits_for_its_end_and_says_so(self, gate, clock):
        """Salesforce says 403 with no word of when; its header has told that nothing is left."""
        gate.heard(self.gone(clock))
        error = SourceError(Reason.RATE_LIMITED, possible_causes=[Cause.DAILY_QUOTA])

        gate.failed("account", error, clock(), clock())

        assert error.retry_after == timedelta(hours=5).total_seconds()

    def test_one_of_which_nothing_else_is_known_is_tried_again_after_an_hour(self, gate, clock):
        fail(gate, clock, Reason.RATE_LIMITED, possible_causes=[Cause.DAILY_QUOTA])

        refusal = gate.refusal("account", clock())

        assert refusal.until == clock() + timedelta(hours=1)
        assert refusal.error.possible_causes == (Cause.DAILY_QUOTA,)

    def test_what_the_vendor_refused_is_said_in_its_own_words(self, gate, clock):
        fail(
            gate, clock, Reason.RATE_LIMITED, code="REQUEST_LIMIT_EXCEEDED",
            possible_causes=[Cause.DAILY_QUOTA],
        )  # fmt: skip

        assert gate.refusal("account", clock()).error.code == "REQUEST_LIMIT_EXCEEDED"
        [standing] = gate.left(clock())
        assert (standing.quota.name, standing.left, standing.resets_at) == ("daily", 0, None)
        clock.forward(hours=1)
        assert gate.left(clock()) == ()

    def test_the_vendors_own_word_on_when_goes_first(self, gate, clock):
        fail(gate, clock, Reason.RATE_LIMITED, retry_after=90, possible_causes=[Cause.DAILY_QUOTA])

        assert gate.refusal("account", clock()).until == clock() + timedelta(seconds=90)

    def test_it_says_nothing_of_how_fast_we_ask(self, clock):
        gate = Gate(Limits(rate=60), clock(), lambda: 0.5)
        fail(gate, clock, Reason.RATE_LIMITED, possible_causes=[Cause.DAILY_QUOTA])
        clock.forward(hours=1)

        for _ in range(15):
            assert gate.wait(clock(), interactive=True) == timedelta(0)
            gate.begin(clock())

    def test_a_burst_that_is_refused_tells_when_it_is_tried_again(self, gate, clock):
        error = SourceError(Reason.RATE_LIMITED)

        gate.failed("account", error, clock(), clock())

        assert error.retry_after == 10
        assert gate.refusal("account", clock()).until == clock() + timedelta(seconds=10)


def test_an_endpoint_at_its_limit_keeps_its_own_lookup_waiting_and_nothing_else(gate, clock):
    fail(gate, clock, Reason.RATE_LIMITED, endpoint="search", retry_after=30)

    refusal = gate.refusal("account", clock())
    assert (refusal.error.endpoint, refusal.until) == ("search", clock() + timedelta(seconds=30))
    assert reason(gate, clock, "tickets") is None
    assert gate.wait(clock(), interactive=True) == timedelta(0)

    gate.start_anew(clock())
    assert reason(gate, clock) is Reason.RATE_LIMITED, "what it asked of us stays"
    clock.forward(seconds=30)
    assert reason(gate, clock) is None
