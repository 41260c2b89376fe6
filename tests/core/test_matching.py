"""From a record to its account: one, none or several, and never a guess."""

from context_sidecar.core.account import Account, Ambiguous, Matched, Unmatched
from context_sidecar.core.matching import MatchRule, Normaliser, fold, match, visible
from context_sidecar.core.record import Record
from context_sidecar.engine.directory.domains import registrable
from hypothesis import given
from hypothesis import strategies as st

RULES = (MatchRule("crm", "crm_id"), MatchRule("erp", "erp_number"), MatchRule("email", "domain"))
KEYS = tuple(rule.account for rule in RULES)
normalise = Normaliser(registrable, frozenset({"free.example"}))


def finder(*accounts):
    """The directory's index, as a table: every account under each of its normalised keys."""

    def find(key, value):
        return tuple(
            account
            for account in accounts
            if any(normalise(key, written) == value for written in account.keys.get(key, ()))
        )

    return find


def account(id, **keys):
    return Account(id, id, {key: (value,) for key, value in keys.items()})


def ticket(**keys):
    return Record("rt", "ticket", "1", keys)


ACME = account("acme", crm_id="001A", erp_number="K-1", domain="acme.example")
ACME_AG = account("acme-ag", crm_id="001B", erp_number="K-2", domain="acme.example")
GLOBEX = account("globex", crm_id="001C", erp_number="K-3", domain="globex.example")
find = finder(ACME, ACME_AG, GLOBEX)


def test_the_first_rule_that_finds_exactly_one_wins():
    found = match(ticket(crm="001a", email="x@globex.example"), RULES, normalise, find)
    assert found == Matched(ACME, by="crm_id", value="001a")


def test_a_rule_for_one_host_is_not_met_by_what_another_calls_alike():
    rules = (MatchRule("crm", "crm_id", host="zendesk"), MatchRule("email", "domain"))
    record = ticket(crm="001a", email="x@globex.example")

    assert match(record, rules, normalise, find).account == GLOBEX
    there = Record("zendesk", "ticket", "1", record.keys)
    assert match(there, rules, normalise, find).account == ACME


def test_a_rule_that_finds_nobody_leaves_it_to_the_next():
    found = match(ticket(crm="gone", email="x@globex.example"), RULES, normalise, find)
    assert found == Matched(GLOBEX, by="domain", value="globex.example")


def test_a_rule_whose_key_the_record_does_not_bring_is_not_tried():
    assert match(ticket(email="x@nobody.example"), RULES, normalise, find) == Unmatched(
        (("email", "x@nobody.example"),)
    )


def test_several_are_named_with_what_they_share():
    found = match(ticket(email="x@acme.example"), RULES, normalise, find)
    assert found == Ambiguous((ACME, ACME_AG), by="domain", value="acme.example")


def test_a_later_rule_may_decide_among_several():
    rules = (RULES[2], RULES[1])
    found = match(ticket(email="x@acme.example", erp="K-2"), rules, normalise, find)
    assert found == Matched(ACME_AG, by="erp_number", value="k-2")


def test_a_later_rule_that_points_elsewhere_is_no_evidence():
    rules = (RULES[2], RULES[1])
    found = match(ticket(email="x@acme.example", erp="K-3"), rules, normalise, find)
    assert found == Ambiguous((ACME, ACME_AG), by="domain", value="acme.example")


def test_a_later_rule_may_narrow_several_down_to_fewer():
    twin = account("twin", domain="acme.example", erp_number="K-2")
    rules = (RULES[2], RULES[1])
    find = finder(ACME, ACME_AG, twin)
    found = match(ticket(email="x@acme.example", erp="K-2"), rules, normalise, find)
    assert found == Ambiguous((ACME_AG, twin), by="erp_number", value="k-2")


def test_a_record_that_says_nothing_is_unmatched_with_nothing_tried():
    assert match(ticket(), RULES, normalise, find) == Unmatched()
    at_free_mail = (("email", "ana@free.example"),)
    assert match(ticket(email="ana@free.example"), RULES, normalise, find) == Unmatched(
        nobodys=at_free_mail
    )
    assert match(ticket(crm=" ", erp=""), RULES, normalise, find) == Unmatched()


# Over random directories

values = st.sampled_from(["a", "b", "c", "A ", "x@a.example", "b.example", "free.example", ""])
accounts = st.lists(st.dictionaries(st.sampled_from(KEYS), values), max_size=6).map(
    lambda keys: [account(str(number), **one) for number, one in enumerate(keys)]
)
records = st.dictionaries(st.sampled_from([rule.record for rule in RULES]), values).map(
    lambda keys: ticket(**keys)
)
orders = st.permutations(RULES)


def candidates(record, rule, find):
    value = normalise(rule.account, record.keys.get(rule.record))
    return {one.id for one in find(rule.account, value)} if value else set()


@given(accounts, records, orders)
def test_a_match_is_the_only_account_that_its_rule_allows(accounts, record, rules):
    find = finder(*accounts)
    found = match(record, rules, normalise, find)
    by_rule = [candidates(record, rule, find) for rule in rules]
    said = [ids for ids in by_rule if ids]
    if isinstance(found, Matched):
        assert found.account.id in said[0]
        assert all(
            found.account.id in ids for rule, ids in zip(rules, by_rule, strict=True)
            if rule.account == found.by
        )  # fmt: skip
    elif isinstance(found, Ambiguous):
        assert len(found.candidates) > 1
        assert {one.id for one in found.candidates} <= said[0]
    else:
        assert said == []


@given(accounts, records, orders)
def test_rules_after_the_one_that_decided_change_nothing(accounts, record, rules):
    find = finder(*accounts)
    found = match(record, rules, normalise, find)
    if isinstance(found, Matched):
        last = next(i for i, rule in enumerate(rules) if rule.account == found.by)
        assert match(record, rules[: last + 1], normalise, find) == found


@given(accounts, records, orders, st.randoms())
def test_the_order_of_accounts_decides_nothing(accounts, record, rules, random):
    def told(find):
        found = match(record, rules, normalise, find)
        if isinstance(found, Ambiguous):
            return {one.id for one in found.candidates}
        return found

    shuffled = list(accounts)
    random.shuffle(shuffled)
    assert told(finder(*accounts)) == told(finder(*shuffled))


# Folding


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_text_can_be_seen(text):
    assert fold(text).isprintable()
    assert visible(text).isprintable()


@given(st.text())
def test_case_and_surrounding_space_make_no_difference(text):
    assert fold(f"  {text}\t") == fold(text)
    assert fold(text.upper().lower()) == fold(text.upper())


def test_ways_of_writing_the_same_are_one():
    assert fold(" Acme\u00a0 GMBH\n") == "acme gmbh"
    assert fold("\uff21\uff23\uff2d\uff25") == fold("acme")
    assert fold("Straße") == fold("STRASSE")
    assert fold("e\u0301") == fold("É")
