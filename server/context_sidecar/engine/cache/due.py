"""When to ask again. Pure.

What people look at is asked for again before it turns stale, so that with healthy sources nothing
ever is; each key at its own moment, so that a thousand that came together do not go together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b

from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import NoMatch, Observation, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.block import PROBE_EVERY

REFRESH_AT = 0.8
JITTER = 0.1
NO_MATCH_FOR = timedelta(seconds=60)
SEVERAL_FOR = timedelta(minutes=10)
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=5)
BUSY_BACKOFF = timedelta(seconds=2)

SET_BACK = timedelta(minutes=1)
"""An attempt that lies further in the future is from before the clock was set back. A nearer one
has ended since the question was put, which may wait for a thread, a lock or the database."""


def due(
    question: Question,
    key: str,
    observation: Observation,
    now: datetime,
    *,
    well_since: datetime,
    changed_at: datetime,
) -> bool:
    """Whether *key* should be asked for now.

    Args:
        question: what would be asked.
        key: of which account.
        observation: what is known of it.
        now: the present.
        well_since: when the source last recovered; failures from before say nothing any more.
        changed_at: when the source became another; nothing from before says anything any more.
    """
    attempted = observation.attempted_at
    if attempted is None or attempted > now + SET_BACK:
        return True
    if attempted < changed_at <= now:  # later than now, it is from before the clock was set back
        return True
    if observation.fetch.failed:
        again = observation.next_try_at
        return again is None or now >= again or attempted < well_since
    if observation.outdated_at and attempted <= observation.outdated_at:
        return True
    return now >= again_at(question, key, observation)


def again_at(question: Question, key: str, observation: Observation) -> datetime:
    """Return when *key*, whose last attempt was answered, is asked for again."""
    assert observation.attempted_at is not None
    ahead = question.stale_after * REFRESH_AT * _jitter(question, key)
    if observation.denial_until:
        return min(observation.attempted_at + ahead, observation.denial_until)
    if isinstance(observation.answer, NoMatch):
        ahead = min(ahead, NO_MATCH_FOR)
    elif isinstance(observation.answer, Several):
        ahead = min(ahead, SEVERAL_FOR)
    return observation.attempted_at + ahead


def next_try(
    error: SourceError, failures: int, now: datetime, random: Callable[[], float]
) -> datetime:
    """Return when a key is tried again after its failure number *failures* in a row.

    The source's own wish comes first; trouble that needs a person is probed rarely; everything
    else backs off, doubling, with up to half of it left to chance.
    """
    if error.retry_after:
        return now + timedelta(seconds=error.retry_after)
    if error.reason.needs_person:
        return now + PROBE_EVERY
    first = BUSY_BACKOFF if error.reason is Reason.BUSY else FIRST_BACKOFF
    ceiling = min(LONGEST_BACKOFF, first * 2.0 ** min(failures - 1, 10))
    return now + ceiling * (0.5 + 0.5 * random())


def _jitter(question: Question, key: str) -> float:
    """Return a factor within a tenth of one, always the same for the same key."""
    text = "\n".join((*question.address, key)).encode()
    chance = int.from_bytes(blake2b(text, digest_size=4).digest(), "big") / 2**32
    return 1 - JITTER + 2 * JITTER * chance
