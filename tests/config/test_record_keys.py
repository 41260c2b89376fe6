"""Rules look at what a record says about its customer: one that no record says is a mistake."""

from __future__ import annotations

import pytest

RULES = """    - {record: organization_external_id, account: crm_id}
    - {record: requester_email, account: domain}
"""
NOTEBOOK = """  notebook-eu:
    host: notebook
    label: Notebook
    origin: https://notebook.example.com
    roles: [support]
    source: helpdesk
    settings: {secret: "${file:secrets/notebook}"}
"""
SECRET = '"${LEDGER_TOKEN}-${LEDGER_TOKEN}-${LEDGER_TOKEN}"'
RT = f"""  tracker: {{host: rt, origin: https://rt.example.com, roles: [support],
    settings: {{secret: {SECRET}}}}}
"""
PAGE = RT.replace("tracker: {host: rt", "page: {host: iframe")


@pytest.fixture
def text(good):
    """Gives the good file with one rule, and with these installs."""

    def text(record, *installs):
        made = good.replace(RULES, f"    - {{record: {record}, account: domain}}\n")
        made = made.replace("where: [notebook/ticket", "where: [rt/ticket, iframe/ticket")
        assert NOTEBOOK in made
        return made.replace(NOTEBOOK, "".join(installs))

    return text


@pytest.mark.parametrize(
    ("record", "hint"),
    [
        ("requester_emial", "Did you mean `requester_email`?"),
        ("email", "Did you mean `requester_email`?"),
        ("organisation", "Known: queue, requester_email, requester_name, cf_…."),
        ("cf_", "Did you mean `cf_…`?"),
    ],
)
def test_a_key_that_no_record_has_is_a_mistake_with_the_nearest(text, mistakes_in, record, hint):
    [mistake] = mistakes_in(text(record, RT))

    assert mistake.path == "accounts.match[0].record"
    assert mistake.expected == "expected a key that records of an installed host tool have"
    assert (mistake.found, mistake.hint) == (f"`{record}`", hint)


@pytest.mark.parametrize("record", ["queue", "requester_email", "cf_customer_number"])
def test_a_key_that_a_record_may_have_is_none(text, warnings_in, record):
    assert "accounts.match[0].record" not in {one.path for one in warnings_in(text(record, RT))}


def test_a_page_of_ones_own_may_say_anything(text, warnings_in):
    assert warnings_in(text("anything", RT, PAGE)) is not None


def test_what_the_installs_source_knows_of_a_record_counts_too(text, warnings_in):
    """A third party's adapter that does not say what it knows may know anything."""
    with_source = RT.replace("roles:", "source: helpdesk, roles:")
    assert warnings_in(text("anything", with_source)) is not None


def test_without_an_install_the_api_may_say_anything(good, warnings_in):
    text = good.replace(RULES, "    - {record: anything, account: domain}\n")
    assert warnings_in(text[: text.index("installs:")])


def test_an_install_that_is_mistaken_itself_hides_what_its_records_have(text, mistakes_in):
    broken = RT.replace("host: rt", "host: rtt")
    assert "accounts.match[0].record" not in {
        one.path for one in mistakes_in(text("anything", broken))
    }


def test_a_rule_for_a_tool_that_there_is_not_is_a_mistake_with_the_nearest(good, mistakes_in):
    text = good.replace("account: crm_id}", "account: crm_id, host: zendsk}")
    [mistake] = mistakes_in(text)

    assert mistake.path == "accounts.match[0].host"
    assert mistake.expected == "expected the name of an installed host"
    assert mistake.hint == "Did you mean `zendesk`?"
