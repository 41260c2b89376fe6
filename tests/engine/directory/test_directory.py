"""The directory of accounts: brought up to date whole or not at all, and never a guess."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from context_sidecar.core.account import Ambiguous, Matched, Unmatched
from context_sidecar.core.adapter import AccountRow, Adapter
from context_sidecar.core.configuration import Accounts
from context_sidecar.core.errors import SourceError
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.quota import A_DAY, Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Trouble
from context_sidecar.engine.directory import Directory, Outcome
from context_sidecar.store.database import open_database
from context_sidecar.store.schema import account_keys, accounts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from support.build import source
from support.clock import FakeClock
from support.database import database_in
from support.postgres import new_database

CRM = source("crm")
CONTRACT = Accounts(
    source=CRM,
    keys={"id": "Id", "name": "Name", "domain": "Website", "erp_number": "ERP"},
    refresh=timedelta(hours=1),
    match=(MatchRule("organization_external_id", "erp_number"), MatchRule("email", "domain")),
    free_mail=frozenset({"extra.example"}),
)


class Crm(Adapter):
    """A source that lists what it is told to, and fails where it is told to."""

    Settings = dict

    def __init__(self):
        super().__init__({})
        self.rows = []
        self.error = None
        self.names = None
        self.before_the_end = lambda: None

    def check(self):
        return "here"

    def accounts(self, names):
        self.names = names
        for row in self.rows:
            yield AccountRow(row, link=f"https://crm.example/{row.get('Id')}")
        self.before_the_end()
        if self.error:
            raise self.error


def row(id="001A", name="Acme GmbH", website="acme.example", erp="K-1001", **more):
    return {"Id": id, "Name": name, "Website": website, "ERP": erp, **more}


def many(number, first=0):
    return [
        row(f"{n}", f"Customer {n}", f"customer{n}.example", f"K-{n}")
        for n in range(first, first + number)
    ]


OTHERWISE = [
    pytest.param(replace(CONTRACT, source=source("crm", system="another")), id="another system"),
    pytest.param(replace(CONTRACT, keys=CONTRACT.keys | {"domain": "Web"}), id="another key"),
]
"""What somebody made of the contract before the next start."""


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def crm():
    return Crm()


@pytest.fixture
def engine(tmp_path):
    opened = database_in(tmp_path)
    yield opened
    opened.dispose()


@pytest.fixture
def directory(engine, crm, clock):
    return Directory(engine, CONTRACT, crm, clock)


def ticket(**keys):
    return Record("rt", "ticket", "1", keys)


def ids(directory):
    """The ids of the accounts of `many` that can be found."""
    return {n for n in range(300) if directory.account(str(n))}


def rows_stored(engine):
    with engine.connect() as connection:
        return [
            connection.scalar(select(func.count()).select_from(table))
            for table in (accounts, account_keys)
        ]


# Finding


def test_an_account_is_found_by_its_keys_whatever_their_case(directory, crm):
    crm.rows = [row(), row("001B", "Globex", "globex.example", "K-1002")]
    directory.sync()
    found = directory.match(ticket(organization_external_id="  k-1001 "))
    assert isinstance(found, Matched)
    assert (found.account.id, found.by, found.value) == ("001A", "erp_number", "k-1001")
    assert found.account.link == "https://crm.example/001A"


def test_other_sources_are_asked_by_keys_as_the_owner_writes_them(directory, crm):
    crm.rows = [row(erp=" K-1001 ", website="https://www.Acme.example/de")]
    directory.sync()
    account = directory.account("001A")
    assert account.key("erp_number") == "K-1001"
    assert account.key("domain") == "acme.example"
    assert account.key("name") == "Acme GmbH"
    assert account.key("id") == "001A"


def test_a_list_gives_several_values_for_one_key(directory, crm):
    crm.rows = [row(website=["acme.example", "acme.test", None])]
    directory.sync()
    assert directory.match(ticket(email="ana@acme.test")).account.id == "001A"
    assert directory.match(ticket(email="ana@acme.example")).account.id == "001A"
    assert directory.account("001A").key("domain") is None


def test_two_accounts_with_one_domain_are_named_and_none_is_guessed(directory, crm):
    crm.rows = [row("2", "Acme AG", erp="K-2"), row("1", "Acme GmbH", erp="K-1")]
    directory.sync()
    found = directory.match(ticket(email="ana@acme.example"))
    assert isinstance(found, Ambiguous)
    assert [account.id for account in found.candidates] == ["1", "2"]
    assert (found.by, found.value) == ("domain", "acme.example")


def test_free_mail_matches_nobody_even_if_a_row_claims_it(directory, crm):
    crm.rows = [row(website="gmail.com"), row("2", website="extra.example")]
    directory.sync()
    assert isinstance(directory.match(ticket(email="ana@gmail.com")), Unmatched)
    assert isinstance(directory.match(ticket(email="ana@extra.example")), Unmatched)


def test_a_record_of_nobody_is_told_with_what_was_tried(directory, crm):
    crm.rows = [row()]
    directory.sync()
    found = directory.match(ticket(organization_external_id="K-9", email="bob@else.example"))
    assert found == Unmatched((("organization_external_id", "K-9"), ("email", "bob@else.example")))


def test_keys_of_any_kind_are_looked_up_without_harm(directory, crm):
    """Record keys are not ours: they may hold anything, and must find nobody, not an error."""
    crm.rows = [row()]
    directory.sync()
    for hostile in ("\x00", "\ud800", "' OR 1=1 --", "%", "a" * 100_000, "K-1001\u202e"):
        directory.match(ticket(organization_external_id=hostile, email=hostile))
        assert directory.account(hostile) is None


def test_invisible_characters_do_not_hide_an_account(directory, crm):
    crm.rows = [row(erp="K-1001\u200b")]
    directory.sync()
    found = directory.match(ticket(organization_external_id="\ufeffK-1001"))
    assert found.account.key("erp_number") == "K-1001"


# What is listed


def test_the_source_is_asked_for_the_names_that_the_keys_read(engine, crm, clock):
    keys = {"id": "Id", "name": "Name", "domain": "Website", "boss": "Owner.Email"}
    Directory(engine, replace(CONTRACT, keys=keys), crm, clock).sync()
    assert crm.names == {"Id", "Name", "Website", "Owner.Email"}


def test_rows_that_cannot_be_used_are_counted_not_lost_silently(directory, crm):
    crm.rows = [
        row(), row("001B", name=None), row(None), row("  "), row("001A", "Other"), row({"a": 1}),
    ]  # fmt: skip
    listing = directory.sync().listing
    assert (listing.rows, listing.accounts) == (6, 2)
    assert (listing.without_id, listing.without_name) == (3, 1)
    assert (listing.duplicates, listing.examples) == (1, ["001A"])
    assert listing.known_by == {"id": 2, "name": 1, "domain": 2, "erp_number": 2}
    assert directory.account("001A").name == "Acme GmbH"
    assert directory.account("001B").name == "001B"


def test_an_account_is_found_by_what_every_row_of_its_id_says(directory, crm):
    crm.rows = [
        row("1", "Acme GmbH", "acme.example", "K-1"),
        row("1", "Acme Holding", "holding.example", "K-1"),
        row("2", "Bolt", "bolt.example", "K-2"),
    ]
    listing = directory.sync().listing
    assert (listing.accounts, listing.duplicates) == (2, 1)
    for domain in ("acme.example", "holding.example"):
        account = directory.match(ticket(email=f"ana@{domain}")).account
        assert (account.id, account.name) == ("1", "Acme GmbH")
    assert account.keys["domain"] == ("acme.example", "holding.example")
    assert account.key("erp_number") == "K-1"
    assert directory.match(ticket(email="bo@bolt.example")).account.id == "2"


def test_a_repeated_id_with_two_numbers_has_no_number_to_be_asked_about(directory, crm):
    others = many(1500, first=10)
    crm.rows = [row("1", erp="K-1"), *others, row("1", erp="K-2"), row("1", erp="K-1")]
    directory.sync()
    assert directory.account("1").keys["erp_number"] == ("K-1", "K-2")
    assert directory.account("1").key("erp_number") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["a", "b", "c"])), min_size=1))
def test_no_row_is_lost_whatever_ids_repeat(directory, crm, pairs):
    crm.rows = [row(own, website=f"{domain}.example") for own, domain in pairs]
    directory.sync(believe=True)
    for own, domain in pairs:
        assert own in {account.id for account in directory.find("domain", f"{domain}.example")}


def test_of_repeated_ids_a_few_are_named_each_once(directory, crm):
    crm.rows = many(30) + many(30) + many(30)
    listing = directory.sync().listing
    assert listing.duplicates == 60
    assert listing.examples == [str(number) for number in range(20)]


def test_a_blank_key_is_no_key(directory, crm):
    crm.rows = [row(erp=" \u200b")]
    assert directory.sync().listing.known_by["erp_number"] == 0
    assert "erp_number" not in directory.account("001A").keys


def test_a_number_is_the_same_id_whether_the_spreadsheet_wrote_it_as_float(directory, crm):
    crm.rows = [row(1001.0), row(1002), row(True)]
    listing = directory.sync().listing
    assert directory.account("1001")
    assert directory.account("1002")
    assert listing.without_id == 1


def test_a_text_too_long_for_a_key_identifies_nobody(directory, crm):
    crm.rows = [row(erp="K" * 251)]
    assert directory.sync().listing.known_by["erp_number"] == 0


# Whole or not at all


def test_a_new_list_takes_the_place_of_the_old(directory, crm, engine):
    crm.rows = many(10)
    directory.sync()
    crm.rows = many(10, first=2)
    synced = directory.sync()
    assert (synced.outcome, synced.before) == (Outcome.PUBLISHED, 10)
    assert ids(directory) == set(range(2, 12))
    assert isinstance(directory.match(ticket(organization_external_id="K-0")), Unmatched)
    assert rows_stored(engine) == [10, 40]


def test_readers_see_the_old_list_until_the_new_one_is_whole(directory, crm):
    crm.rows = many(10)
    directory.sync()
    crm.rows = many(10, first=5)
    seen = []
    crm.before_the_end = lambda: seen.append(ids(directory))
    directory.sync()
    assert seen == [set(range(10))]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SourceError(Reason.TIMEOUT), Reason.TIMEOUT),
        (KeyError("surprise"), Reason.BAD_RESPONSE),
        (NotImplementedError(), Reason.NOT_CONFIGURED),
    ],
)
def test_a_list_that_ends_early_changes_nothing_and_says_why(
    directory, crm, clock, engine, error, reason
):
    crm.rows = many(10)
    directory.sync()
    confirmed = clock()
    clock.forward(hours=1)
    crm.rows, crm.error = many(9, first=5), error
    synced = directory.sync()
    assert (synced.outcome, synced.error.reason) == (Outcome.FAILED, reason)
    assert ids(directory) == set(range(10))
    state = directory.state()
    assert (state.finished_at, state.failed_at, state.reason) == (confirmed, clock(), reason)
    assert rows_stored(engine) == [10, 40]


def test_a_success_clears_what_was_noted_of_the_failure(directory, crm):
    crm.rows = [row()]
    crm.error = SourceError(Reason.TIMEOUT)
    directory.sync()
    crm.error = None
    directory.sync()
    assert directory.state().reason is None
    assert directory.state().failed_at is None


def test_what_a_killed_process_left_behind_is_removed_by_the_next(directory, crm, engine):
    class KilledError(BaseException):
        pass

    crm.rows = many(5)
    directory.sync()
    crm.rows, crm.error = many(3000, first=50), KilledError()
    with pytest.raises(KilledError):
        directory.sync()
    assert rows_stored(engine)[0] > 5
    assert ids(directory) == set(range(5))
    crm.rows, crm.error = many(6), None
    directory.sync()
    assert rows_stored(engine) == [6, 24]


@pytest.mark.parametrize("renamed", ["Id", "Website"])
def test_a_key_that_no_row_has_is_a_changed_schema(directory, crm, renamed):
    crm.rows = many(10)
    directory.sync()
    crm.rows = [{name: value for name, value in row.items() if name != renamed} for row in crm.rows]
    synced = directory.sync()
    assert synced.error.reason is Reason.SCHEMA_CHANGED
    assert renamed in synced.error.detail
    assert ids(directory) == set(range(10))


def test_a_key_that_some_rows_lack_is_just_empty_there(directory, crm):
    crm.rows = [row(), {"Id": "2", "Name": "Small"}]
    assert directory.sync().outcome is Outcome.PUBLISHED
    assert directory.account("2").keys == {"id": ("2",), "name": ("Small",)}


def test_a_list_of_nothing_but_empty_ids_is_refused(directory, crm):
    crm.rows = [row(None), row(None)]
    assert directory.sync().error.reason is Reason.SCHEMA_CHANGED


def test_the_directory_survives_a_restart(directory, crm, engine, clock):
    crm.rows = [row()]
    directory.sync()
    again = Directory(engine, CONTRACT, Crm(), clock)
    assert again.match(ticket(email="ana@acme.example")).account.id == "001A"


# A list of another system


@pytest.mark.parametrize("changed", OTHERWISE)
def test_what_another_system_listed_is_nobody_s_account_until_the_new_one_was_read(
    directory, crm, engine, clock, changed
):
    crm.rows = many(10)
    directory.sync()
    new = Crm()
    new.rows = [row("0", "Somebody else", Web="else.example")]

    again = Directory(engine, changed, new, clock)

    unknown = Trouble(changed.source)
    assert again.match(ticket(organization_external_id="K-0")).trouble == unknown
    assert again.match_id("0").trouble == unknown
    assert (ids(again), again.some(5), again.coverage()) == (set(), (), {})
    assert again.due()

    synced = again.sync()

    assert (synced.outcome, synced.before) == (Outcome.PUBLISHED, 0)
    assert again.match_id("0").account.name == "Somebody else"
    assert again.match_id("1") == Unmatched((("id", "1"),))
    assert not again.due()
    assert rows_stored(engine)[0] == 1


def test_trouble_with_the_old_system_is_not_the_new_ones(directory, crm, engine, clock):
    crm.error = SourceError(Reason.CREDENTIAL_EXPIRED)
    directory.sync()

    again = Directory(engine, OTHERWISE[0].values[0], Crm(), clock)

    assert again.state().reason is None
    assert again.due()


def test_a_new_system_that_fails_is_tried_again_soon_and_shows_nothing_of_the_old(
    directory, crm, engine, clock
):
    crm.rows = many(10)
    directory.sync()
    new = Crm()
    new.error = SourceError(Reason.TIMEOUT)
    again = Directory(engine, OTHERWISE[0].values[0], new, clock)
    again.sync()

    assert again.match_id("1").trouble == Trouble(
        OTHERWISE[0].values[0].source, Reason.TIMEOUT, clock()
    )
    assert not again.due()
    clock.forward(minutes=1)
    assert again.due()


def test_the_same_system_read_at_another_pace_or_by_other_rules_keeps_its_list(
    directory, crm, engine, clock
):
    crm.rows = [row()]
    directory.sync()
    changed = replace(CONTRACT, refresh=timedelta(hours=2), match=CONTRACT.match[:1])

    assert Directory(engine, changed, crm, clock).match_id("001A").account.name == "Acme GmbH"


def test_one_that_still_reads_the_old_system_does_not_publish_over_the_new_one(
    directory, crm, engine, clock
):
    """As on a change without a pause: the old process is still at it."""
    crm.rows = many(10)
    new = Crm()
    new.rows = many(3)
    again = Directory(engine, OTHERWISE[0].values[0], new, clock)
    crm.before_the_end = again.sync

    assert directory.sync().outcome is Outcome.SUPERSEDED
    assert ids(again) == set(range(3))
    assert ids(directory) == set()


# Lists that shrink


def test_a_list_that_lost_half_is_not_believed_at_once(directory, crm):
    crm.rows = many(100)
    directory.sync()
    crm.rows = many(49)
    synced = directory.sync()
    assert (synced.outcome, synced.before) == (Outcome.SUSPECTED, 100)
    assert ids(directory) == set(range(100))
    assert directory.state().suspected == 49
    assert directory.state().reason is Reason.BAD_RESPONSE


def test_a_second_list_that_says_the_same_is_believed(directory, crm):
    crm.rows = many(100)
    directory.sync()
    crm.rows = many(40)
    directory.sync()
    crm.rows = many(42)
    assert directory.sync().outcome is Outcome.PUBLISHED
    assert directory.state().suspected is None
    assert ids(directory) == set(range(42))


def test_a_second_list_that_says_something_else_is_not(directory, crm):
    crm.rows = many(100)
    directory.sync()
    for number in (10, 40, 20):
        crm.rows = many(number)
        assert directory.sync().outcome is Outcome.SUSPECTED
    assert ids(directory) == set(range(100))


def test_an_empty_list_is_never_believed_unless_a_person_says_so(directory, crm):
    crm.rows = many(100)
    directory.sync()
    crm.rows = []
    for _ in range(3):
        assert directory.sync().outcome is Outcome.SUSPECTED
    assert directory.sync(believe=True).outcome is Outcome.PUBLISHED
    assert ids(directory) == set()


def test_an_empty_list_is_not_believed_either_where_nothing_was_known_before(directory, crm, clock):
    for _ in range(2):
        assert directory.sync().outcome is Outcome.SUSPECTED
    found = directory.match(ticket(email="ana@acme.example"))
    assert found.trouble == Trouble(CRM, Reason.BAD_RESPONSE, clock())
    assert directory.state().finished_at is None


def test_where_a_person_has_said_that_there_are_none_there_may_go_on_to_be_none(directory, crm):
    directory.sync(believe=True)
    assert directory.sync().outcome is Outcome.PUBLISHED
    assert directory.match(ticket(email="ana@acme.example")).trouble is None


def test_a_list_that_lost_just_half_is_believed(directory, crm):
    crm.rows = many(100)
    directory.sync()
    crm.rows = many(50)
    assert directory.sync().outcome is Outcome.PUBLISHED


# Several at once


def test_a_later_synchronisation_takes_the_place_of_an_earlier_one(directory, crm, engine, clock):
    """As another process would: `sidecar accounts sync` beside a server that is at it."""
    crm.rows = many(10)
    other = Crm()
    other.rows = many(20)
    crm.before_the_end = lambda: Directory(engine, CONTRACT, other, clock).sync()
    assert directory.sync().outcome is Outcome.SUPERSEDED
    assert ids(directory) == set(range(20))
    assert rows_stored(engine) == [20, 80]


def test_within_one_process_the_second_waits_for_its_turn(directory, crm):
    crm.rows = many(10)
    reached, go_on = Event(), Event()
    outcomes = []

    def hold():
        reached.set()
        assert go_on.wait(20)

    crm.before_the_end = hold
    threads = [Thread(target=lambda: outcomes.append(directory.sync().outcome)) for _ in range(2)]
    threads[0].start()
    assert reached.wait(20)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert outcomes == [Outcome.PUBLISHED, Outcome.PUBLISHED]


def test_readers_never_see_a_mixture_while_lists_change(directory, crm, engine):
    """All accounts of one list have one ERP number, so that every look shows a whole list."""
    stop, seen = Event(), []

    def look():
        while not stop.is_set():
            for number in range(8):
                found = directory.match(ticket(organization_external_id=f"K-{number}"))
                if isinstance(found, Ambiguous):
                    seen.append((number, {account.id for account in found.candidates}))

    reader = Thread(target=look)
    crm.rows = [row(f"0-{n}", erp="K-0") for n in range(40)]
    directory.sync()
    reader.start()
    for number in range(1, 8):
        crm.rows = [row(f"{number}-{n}", erp=f"K-{number}") for n in range(40)]
        directory.sync()
    stop.set()
    reader.join(20)
    assert seen
    for number, found in seen:
        assert found == {f"{number}-{n}" for n in range(40)}


# What is not known


def test_before_the_first_list_nobody_is_said_to_be_unmatched(directory):
    found = directory.match(ticket(email="ana@acme.example"))
    assert found == Unmatched((("email", "ana@acme.example"),), trouble=Trouble(CRM))
    assert directory.match_id("001A").trouble == Trouble(CRM)


def test_where_the_first_list_failed_the_reason_is_told(directory, crm, clock):
    crm.error = SourceError(Reason.CREDENTIAL_EXPIRED)
    directory.sync()
    found = directory.match(ticket(email="ana@acme.example"))
    assert found.trouble == Trouble(CRM, Reason.CREDENTIAL_EXPIRED, clock())


def test_a_record_whose_keys_could_not_be_read_is_not_said_to_be_unmatched(directory, crm):
    crm.rows = [row()]
    directory.sync()
    trouble = Trouble(source("helpdesk"), Reason.UNREACHABLE)
    found = directory.match(Record("rt", "ticket", "1", trouble=trouble))
    assert found == Unmatched((), trouble=trouble)


def test_an_id_that_does_not_exist_is_unmatched(directory, crm):
    crm.rows = [row()]
    directory.sync()
    assert directory.match_id("001A").account.name == "Acme GmbH"
    assert directory.match_id("001a") == Unmatched((("id", "001a"),))


def test_a_directory_that_missed_several_intervals_says_so(directory, crm, clock):
    crm.rows = [row()]
    directory.sync()
    confirmed = clock()
    crm.error = SourceError(Reason.TIMEOUT)
    clock.forward(hours=3)
    directory.sync()
    assert directory.overdue() is None
    clock.forward(minutes=1)
    assert directory.overdue() == Trouble(CRM, Reason.TIMEOUT, confirmed)
    crm.error = None
    directory.sync()
    assert directory.overdue() is None


def test_a_directory_of_a_clock_that_was_ahead_is_out_of_date_since_nobody_knows_when(
    directory, crm, clock
):
    crm.rows = [row()]
    directory.sync()
    crm.error = SourceError(Reason.TIMEOUT)
    clock.forward(minutes=-5)
    assert directory.overdue() is None
    clock.forward(days=-365)
    directory.sync()
    assert directory.overdue() == Trouble(CRM, Reason.TIMEOUT, None)


def test_it_is_due_at_once_and_then_once_an_interval(directory, crm, clock):
    crm.rows = [row()]
    assert directory.due()
    directory.sync()
    clock.forward(minutes=59)
    assert not directory.due()
    clock.forward(minutes=1)
    assert directory.due()


def test_what_a_quota_keeps_for_people_is_not_spent_on_it(engine, crm, clock):
    left = [Standing(Quota("daily", A_DAY), 1, 100, clock(), clock() + A_DAY)]
    directory = Directory(engine, CONTRACT, crm, clock, left=lambda: left)
    crm.rows = [row()]
    assert directory.due(), "without a list nobody is found"
    directory.sync()
    clock.forward(hours=2)
    assert not directory.due()

    left.clear()
    assert directory.due()


def test_a_clock_that_was_set_back_does_not_put_it_off(directory, crm, clock):
    crm.rows = [row()]
    directory.sync()
    clock.forward(days=-30)
    assert directory.due()


def test_after_a_failure_it_is_due_sooner_and_soonest_while_nobody_can_be_found(
    directory, crm, clock
):
    crm.rows = [row()]
    crm.error = SourceError(Reason.TIMEOUT)
    directory.sync()
    assert not directory.due()
    clock.forward(minutes=1)
    assert directory.due()
    crm.error = None
    directory.sync()
    clock.forward(hours=1)
    crm.error = SourceError(Reason.TIMEOUT)
    directory.sync()
    clock.forward(minutes=4)
    assert not directory.due()
    clock.forward(minutes=1)
    assert directory.due()


def test_a_list_that_is_not_believed_is_asked_for_again_an_interval_later(directory, crm, clock):
    """Two lists within minutes would show one fault twice."""
    crm.rows = many(10)
    directory.sync()
    crm.rows = many(1)
    directory.sync()
    clock.forward(minutes=59)
    assert not directory.due()
    clock.forward(minutes=1)
    assert directory.due()


def test_an_empty_list_is_asked_for_again_as_soon_as_one_that_failed(directory, crm, clock):
    """However often it is seen it is not believed, so that nothing follows from two of them."""
    directory.sync()
    assert not directory.due()
    clock.forward(minutes=1)
    assert directory.due()


def test_another_process_that_synchronised_is_noticed(directory, engine, clock):
    assert directory.state().generation == 0
    other = Crm()
    other.rows = [row()]
    Directory(engine, CONTRACT, other, clock).sync()
    clock.forward(seconds=10)
    assert directory.state().accounts == 1


def test_progress_is_told_while_it_lasts(directory, crm):
    crm.rows = many(2500)
    told = []
    directory.sync(progress=lambda listing: told.append(listing.rows))
    assert told == [1000, 2000, 2500]


def test_it_works_the_same_on_postgresql(crm, clock):
    engine = open_database(new_database())
    directory = Directory(engine, CONTRACT, crm, clock)
    crm.rows = [
        row(),
        row("2", "A\x00B\ud800", "b.example", "K-\ud8002"),
        row("2", "", "b.example", "K-3"),
    ]
    assert directory.sync().listing.duplicates == 1
    assert directory.match(ticket(email="ana@acme.example")).account.id == "001A"
    assert directory.match(ticket(organization_external_id="k-\x002")).account.name == "AB"
    assert directory.match(ticket(organization_external_id="k-3")).account.id == "2"
    assert directory.account("\x00") is None
    crm.rows = many(6000)
    assert directory.sync().outcome is Outcome.PUBLISHED
    crm.rows = many(10)
    assert directory.sync().outcome is Outcome.SUSPECTED
    assert directory.state().accounts == 6000
    assert rows_stored(engine) == [6000, 24_000]
    engine.dispose()
