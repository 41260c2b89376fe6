"""Random histories of one account in one lookup: answers, failures of every reason, and time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import AgeClock, Field, FieldType, OnFailure
from context_sidecar.core.observation import AHEAD, Answer, Found, NoMatch, Observation, Several
from context_sidecar.core.reasons import Reason
from hypothesis import strategies as st

from support.build import field
from support.clock import START

NOTHING_KNOWN = Observation()
CHOICES = {"ENT": "Enterprise", "PRO": "Professional"}


@dataclass(frozen=True)
class Answered:
    answer: Answer


@dataclass(frozen=True)
class Failed:
    reason: Reason
    wait: timedelta | None


@dataclass(frozen=True)
class Passed:
    time: timedelta


@dataclass(frozen=True)
class Outdated:
    """The source says that it has changed."""


Event = Answered | Failed | Passed | Outdated


@dataclass(frozen=True)
class Moment:
    """What is known at a time, after some history."""

    observation: Observation = NOTHING_KNOWN
    now: datetime = START

    def after(self, event: Event) -> Moment:
        match event:
            case Answered(answer):
                return replace(self, observation=self.observation.answered(answer, self.now))
            case Failed(reason, wait):
                again = None if wait is None else self.now + wait
                known = self.observation.failed(SourceError(reason), self.now, again)
                return replace(self, observation=known)
            case Outdated():
                return replace(self, observation=self.observation.outdated(self.now))
            case Passed(time):
                return replace(self, now=self.now + time)

    def later(self, time: timedelta) -> Moment:
        return replace(self, now=self.now + time)


def moment_after(events: list[Event]) -> Moment:
    """The moment after *events*; every history begins with nothing known."""
    moment = Moment()
    for event in events:
        moment = moment.after(event)
    return moment


spans = st.one_of(
    st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(hours=1)]),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)),
)
"""Time that passes, often just at the edge of a contract."""

clock_steps = st.timedeltas(min_value=-AHEAD, max_value=timedelta(hours=1))
"""What a clock that is being set may do; several in a row make one that was wrong."""

as_ofs = st.one_of(
    st.none(),
    st.timedeltas(-timedelta(days=40), timedelta(hours=2)).map(lambda ago: START + ago),
    st.sampled_from(
        [datetime.max.replace(tzinfo=START.tzinfo), datetime(1, 1, 1, tzinfo=START.tzinfo)]
    ),
)

datas: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"tier": st.sampled_from(["ENT", "PRO", "odd", "", None, 5, ["ENT"]])}),
    st.just({"level": "ENT"}),
    st.just({}),
)

founds = st.builds(Found, datas, as_of=as_ofs, archived=st.booleans())
denials = st.builds(NoMatch, st.booleans())
merged = st.just(NoMatch(merged_into="Fabrikam (7)"))
answers = st.one_of(
    founds, founds, founds, denials, merged, st.builds(Several, st.just(("one", "two")))
)
answered = st.builds(Answered, answers)
failed = st.builds(Failed, st.sampled_from(Reason), st.none() | st.just(timedelta(minutes=1)))
events = st.one_of(
    answered,
    failed,
    st.builds(Passed, spans),
    st.builds(Passed, clock_steps),
    st.builds(Outdated),
)
moments = st.lists(events, max_size=12).map(moment_after)


@st.composite
def contracts(draw: st.DrawFn, **given: Any) -> Field:
    """A field of any contract; *given* are answers that the test is about."""
    stale = draw(st.timedeltas(timedelta(minutes=1), timedelta(days=2)))
    declared = {
        "type": draw(st.sampled_from([FieldType.TEXT, FieldType.CHOICE])),
        "choices": CHOICES,
        "clock": draw(st.sampled_from(AgeClock)),
        "on_failure": draw(st.sampled_from(OnFailure)),
        "stale_after": stale,
        "expire_after": stale + draw(st.timedeltas(timedelta(0), timedelta(days=14))),
    }
    return field("tier", **(declared | given))
