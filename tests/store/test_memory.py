"""What hosts remember: a token is used once, a pin is set once, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from context_sidecar.store.memory import StoredMemory
from context_sidecar.store.schema import used_tokens
from sqlalchemy import func, select
from support.clock import FakeClock

MINUTES = timedelta(minutes=5)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def memory(engine, clock):
    return StoredMemory(engine, clock)


def test_a_token_is_new_once(memory, clock):
    assert memory.first_use("token", clock() + MINUTES)
    assert not memory.first_use("token", clock() + MINUTES)
    assert memory.first_use("another", clock() + MINUTES)


def test_a_used_token_is_remembered_over_a_restart(memory, opened, clock):
    memory.first_use("token", clock() + MINUTES)
    assert not StoredMemory(opened(), clock).first_use("token", clock() + MINUTES)


def test_a_used_token_is_remembered_to_its_very_end(memory, clock):
    memory.first_use("token", clock() + MINUTES)
    clock.forward(minutes=5)
    assert not memory.first_use("token", clock() + MINUTES)


def test_tokens_that_have_expired_do_not_pile_up(memory, engine, clock):
    for number in range(20):
        memory.first_use(str(number), clock() + MINUTES)
    clock.forward(minutes=6)
    memory.first_use("late", clock() + MINUTES)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(used_tokens)) == 1


def test_the_token_itself_is_not_in_the_database(memory, engine, clock):
    memory.first_use("s3cret-token", clock() + MINUTES)
    with engine.connect() as connection:
        assert "s3cret" not in connection.scalar(select(used_tokens.c.digest))


def test_of_many_that_show_one_token_at_once_one_is_first(memory, clock):
    barrier = Barrier(8, timeout=20)

    def use(_):
        barrier.wait()
        return memory.first_use("token", clock() + MINUTES)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_a_pin_stays_as_it_was_first_set(memory, opened, clock):
    assert memory.pin("install-1", "account-a") == "account-a"
    assert memory.pin("install-1", "account-b") == "account-a"
    assert memory.pin("install-2", "account-b") == "account-b"
    assert StoredMemory(opened(), clock).pin("install-1", "account-c") == "account-a"


def test_of_many_that_pin_at_once_all_get_the_same(memory):
    barrier = Barrier(8, timeout=20)

    def pin(number):
        barrier.wait()
        return memory.pin("install", str(number))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(pin, range(8)))) == 1
