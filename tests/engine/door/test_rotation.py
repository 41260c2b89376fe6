"""Whatever happens between two steps of a renewal, the grant outlives it wherever it can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import chain, repeat

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Tokens
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.engine.door.kept import KeptToken
from context_sidecar.engine.door.token_answers import ENDED
from context_sidecar.store.grants import Grants, GrantsOutOfReach
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.clock import FakeClock
from support.database import database_in
from support.rotating import Rotation

VAULT = Vault([Fernet.generate_key().decode()])

HAPPENS = (
    "nothing",
    "another asks",
    "time passes",
    "an hour passes",
    "connected again",
    "taken back",
    "the process dies",
    "the store is away",
    "the vendor is down",
    "the answer is lost",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = database_in(tmp_path_factory.mktemp("store"))
    yield opened
    opened.dispose()


class DiedError(BaseException):
    """The process is gone in the middle of it."""


class World:
    """A vendor, a store, and processes to each of whose steps something may happen."""

    def __init__(self, engine, story):
        self.clock, self.vendor = FakeClock(), Rotation()
        self.grants = Grants(engine, VAULT, self.clock)
        self.grants.keep_only(())
        self.kept = self.grants.of("books")
        self.story: Iterator[str] = chain(story, repeat("nothing"))
        self.depth, self.under_way, self.excused = 0, 0, False
        self.stored: set[str] = set()
        self.connect()

    def connect(self):
        tokens = self.tokens(self.vendor.grant())
        self.kept.give("client", tokens, "Ana")
        self.stored.add(tokens.access.reveal())

    def tokens(self, said):
        until = self.clock() + timedelta(minutes=59)
        return Tokens(Secret(said["access_token"]), until, refresh=Secret(said["refresh_token"]))

    def process(self):
        return Process(self)

    def happens(self, *, answered=False):
        """Let the next of the story happen, while a vendor's answer is on its way or not."""
        match next(self.story):
            case "another asks" if self.depth < 3:
                self.process().ask()
            case "time passes":
                self.excused |= self.under_way > 0
                self.clock.forward(seconds=40)
            case "an hour passes":
                self.excused |= self.under_way > 0
                self.clock.forward(hours=1)
            case "connected again":
                self.connect()
            case "taken back":
                self.vendor.end()
            case "the process dies":
                self.excused |= answered
                raise DiedError
            case "the store is away":
                self.excused |= answered  # it is stored late, and another may have been earlier
                raise GrantsOutOfReach
            case "the vendor is down" | "the answer is lost":
                self.excused |= answered
                raise SourceError(Reason.TIMEOUT, "no complete answer in time")


class Process:
    """A process that shares the store, with a memory of its own."""

    def __init__(self, world):
        self.world = world
        self.token = KeptToken(self, "client", self.renew, world.clock, self.wait)

    def ask(self):
        """Ask for a token, as each call does."""
        world = self.world
        world.depth += 1
        before = world.under_way
        try:
            token = self.token(None)
        except DiedError:
            return None
        except SourceError as error:
            return error
        finally:
            world.depth -= 1
            world.under_way = before
        assert token.access.reveal() in world.stored
        return token

    def renew(self, old):
        world = self.world
        world.happens()
        if not world.excused:
            assert world.kept.read().refused_at is None, "refused for good, and asked again"
        said = world.vendor.renew(old.refresh.reveal())
        world.happens(answered=True)
        if said is None:
            raise SourceError(Reason.CREDENTIAL_EXPIRED, "refused", code=ENDED)
        return world.tokens(said)

    def wait(self, seconds):
        # Nobody else is running: whoever holds it is waiting for us, or gone.
        raise SourceError(Reason.TIMEOUT, "somebody else is renewing it")

    def read(self):
        self.world.happens()
        return self.world.kept.read()

    def hold(self, version, span):
        self.world.happens()
        holder = self.world.kept.hold(version, span)
        self.world.under_way += holder is not None
        return holder

    def replace(self, version, tokens):
        try:
            self.world.happens(answered=True)
        except SourceError:
            raise GrantsOutOfReach from None
        replaced = self.world.kept.replace(version, tokens)
        if replaced:
            self.world.stored.add(tokens.access.reveal())
        return replaced

    def refuse(self, version):
        self.world.happens()
        return self.world.kept.refuse(version)

    def let_go(self, holder):
        self.world.happens()
        self.world.kept.let_go(holder)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(HAPPENS), max_size=24))
@example(["an hour passes", "time passes", "another asks"])
@example(["nothing"] * 5 + ["the store is away"])
def test_a_grant_ends_only_where_it_is_taken_back_or_an_answer_was_lost(engine, story):
    world = World(engine, story)
    processes = [world.process(), world.process()]

    for _ in range(4):
        world.clock.forward(minutes=45)
        for process in processes:
            try_quietly(process)

    if not world.excused:
        assert world.vendor.reused == 0
    world.story = repeat("nothing")
    world.clock.forward(hours=2)
    outcomes = [process.ask() for process in processes]
    if world.vendor.ended:
        assert {one.reason for one in outcomes} == {Reason.CREDENTIAL_EXPIRED}
        shown = len(world.vendor.shown)
        assert world.process().ask().reason is Reason.CREDENTIAL_EXPIRED
        assert len(world.vendor.shown) == shown
    else:
        assert {one.access.reveal() for one in outcomes} == world.vendor.access
        assert world.kept.read().tokens.refresh.reveal() == world.vendor.current


def try_quietly(process):
    with suppress(GrantsOutOfReach):
        process.ask()
