"""What the answers of lookups show in the items of lists, and what they lack there.

One account's items may leave out what those of another have. So an account whose items lack a name
is a doubt, until items of another are seen to have it after that: those that had it when they were
last asked are asked again. Where none of them has it any more, its system calls it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.inference import infer
from context_sidecar.core.lost import names_in_lists
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.remembered import Memory
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.extraction import told_in_items
from context_sidecar.engine.questions import Question, questions
from context_sidecar.engine.sources.allowance import spares
from context_sidecar.store.shapes import Place

AGAIN = timedelta(minutes=5)
"""How soon a doubt leads to another look."""

LOST_AGAIN = timedelta(minutes=1)
"""The same where an account's items have lost what they had: it is shown to be gone until then."""

KNOWN_FOR = timedelta(hours=1)
"""How long what is known to be gone, or was never there, is no doubt again."""

EACH_OF = 3
"""Accounts that are asked again for each name that their items had."""

OTHERS = 10
"""Accounts that are asked where none of those has it any more, be they told to have it or not."""

LOOKS_ALIKE = 20
"""Answers from which it is told what came in the place of a name."""

EVERY = ""
"""Stands for whatever name is missing."""

Survey = Callable[[Question], Iterable[tuple[str, Observation]]]

log = structlog.get_logger()


@dataclass
class _Doubts:
    """What is not known of the items of one lookup: the names that were lacking, each since when,
    whether an account lost one, which names are news, and when somebody looked last."""

    lacking: dict[str, datetime] = field(default_factory=dict)
    shown: dict[str, datetime] = field(default_factory=dict)
    settled: dict[str, datetime] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)
    lost: bool = False
    tried: datetime | None = None


class InItems:
    """Notices what answers show and lack in items, and looks where there is doubt.

    Args:
        trials: what tries each source.
        drifts: what is remembered of lookups.
        samples: gives accounts to ask for.
        survey: gives all kept answers to a question, by key.
        clock: gives the present.
    """

    def __init__(
        self,
        trials: Mapping[str, Trial],
        drifts: Drifts,
        samples: Callable[[], Samples],
        survey: Survey,
        clock: Clock,
    ) -> None:
        self._trials, self._drifts, self._samples = trials, drifts, samples
        self._survey, self._clock = survey, clock
        self._lock = Lock()  # guards what follows
        self._doubts: dict[Place, _Doubts] = {}

    def notice(self, place: Place, known: Observation) -> None:
        """Take in what an answer's items show and lack."""
        memory = self._drifts.memory(place)
        if memory is None or not isinstance(known.answer, Found):
            return
        shown, lacked = self._told(place, known.answer.data, memory)
        if not (shown or lacked):
            return
        now = self._clock()
        with self._lock:
            doubts = self._doubts.setdefault(place, _Doubts())
            doubts.shown |= dict.fromkeys(shown, now)
            for name in shown:
                doubts.lacking.pop(name, None)
                doubts.settled.pop(name, None)
            doubts.news |= {name for name in shown if _is_news(name, memory)}
            for name in lacked:
                if not _is_within(doubts.settled.get(name), now, KNOWN_FOR):
                    doubts.lacking.setdefault(name, now)
            doubts.lost = doubts.lost or bool(lacked & doubts.lacking.keys() & known.lost.keys())

    def look(self) -> None:
        """Look at what is due, where its source has something left for what nobody waits for."""
        for place, doubts in list(self._doubts.items()):
            with self._lock:
                news = {name: doubts.shown[name] for name in doubts.news}
                doubts.news.clear()
                lacking = self._due(doubts)
            if news:
                self._drifts.judge(place, news, (), infer(()))
            if lacking and spares(self._trials[place[0]].left()):
                self._look(place, doubts, lacking)

    def _due(self, doubts: _Doubts) -> set[str]:
        now = self._clock()
        again = LOST_AGAIN if doubts.lost else AGAIN
        return set() if _is_within(doubts.tried, now, again) else set(doubts.lacking)

    def _look(self, place: Place, doubts: _Doubts, lacking: Collection[str]) -> None:
        now = self._clock()
        memory = self._drifts.memory(place)
        assert memory
        had, without = self._kept(place, lacking, memory)
        shown: set[str] = set()
        try:
            for data in self._asked(place, had, lacking, shown):
                shown |= self._told(place, data, memory)[0]
                without.append(data)
            gone = set(lacking) - shown
        except SourceError as error:
            source, lookup = place
            log.info("items_not_read", source=source, lookup=lookup, reason=error.reason.value)
            gone = set()
        if shown or gone:
            self._drifts.judge(place, dict.fromkeys(shown, now), gone, infer(without))
        with self._lock:
            doubts.tried, doubts.lost = now, False
            for name in shown | gone:
                doubts.lacking.pop(name, None)
            doubts.settled |= dict.fromkeys(gone, now)

    def _kept(
        self, place: Place, lacking: Collection[str], memory: Memory
    ) -> tuple[dict[str, list[str]], list[object]]:
        """Return the keys of some accounts whose items had each of the names, when they were asked
        last, and the answers of some whose items have not one of these."""
        had: dict[str, list[str]] = {}
        without: list[object] = []
        kept: dict[str, Observation] = {}
        for key, known in self._survey(questions(self._drifts.fields(place))[place]):
            kept.setdefault(key, known)  # the first is the latest
        for key, known in kept.items():
            if not isinstance(known.answer, Found):
                continue
            shown, lacked = self._told(place, known.answer.data, memory)
            for name in shown.intersection(lacking):
                if len(keys := had.setdefault(name, [])) < EACH_OF:
                    keys.append(key)
            if lacked.intersection(lacking) and len(without) < LOOKS_ALIKE:
                without.append(known.answer.data)
        return had, without

    def _asked(
        self,
        place: Place,
        had: Mapping[str, Sequence[str]],
        lacking: Collection[str],
        shown: Collection[str],
    ) -> Iterator[object]:
        """Ask accounts that *had* a name, then some others, and give what they have, until nothing
        is *lacking* of what was *shown*.

        Raises:
            SourceError: one could not be asked.
        """
        trial, names = self._trials[place[0]], self._drifts.names(place)
        batch, asked = trial.batch_of(place[1]), set[str]()
        for name in (*sorted(had), EVERY):
            keys = had[name] if name else self._others(trial)
            left = [key for key in keys if key not in asked]
            for at in range(0, len(left), batch):
                missing = {*lacking} - {*shown}
                if not missing or name not in {EVERY, *missing}:
                    break
                results = trial.ask(place[1], left[at : at + batch], names)
                asked.update(results)
                yield from (one.data for one in results.values() if isinstance(one, Found))

    def _others(self, trial: Trial) -> Sequence[str]:
        samples = self._samples()
        return [] if samples.needs_list else samples.keys(trial.source.key)[:OTHERS]

    def _told(self, place: Place, data: object, memory: Memory) -> tuple[set[str], set[str]]:
        there = names_in_lists(data)
        told = [told_in_items(field, data, there) for field in self._drifts.fields(place)]
        shown = {name for some, _ in told for name in some}
        lacked = {name for _, some in told for name in some} - shown
        declared = self._drifts.declared_in_items(place)
        return shown, {name for name in lacked if name in declared or name in memory.fields}


def _is_news(name: str, memory: Memory) -> bool:
    """Whether neither *name* nor what it stands in is there by what is remembered."""
    steps = name.split(".")
    known = (memory.fields.get(".".join(steps[:some])) for some in range(1, len(steps) + 1))
    return not any(one.gone_at is None for one in known if one and one.seen.list)


def _is_within(then: datetime | None, now: datetime, span: timedelta) -> bool:
    return then is not None and timedelta(0) <= now - then < span
