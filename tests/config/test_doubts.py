"""What a configuration says against itself is warned of; a good one is not warned of anything.

In the tables, ▲ marks the place that must be pointed at.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from context_sidecar import Adapter

Edit = tuple[str, str]


class Doubtful(NamedTuple):
    """Edits of the good file (a text, and what stands in its place), and the warning."""

    edits: tuple[Edit, ...]
    path: str
    problem: str
    remedy: str = ""


DAILY: Edit = ("limits: {timeout", "refreshed: 1d\n    limits: {timeout")
DAILY_DESK: Edit = ("key: erp_number\n", "key: erp_number\n    refreshed: 1d\n")
HEALTH = "stale_after: 1h\n    expire_after: 7d\n"
TICKETS = "stale_after: 5m\n    expire_after: 4h\n"
SEEN_BY = "audience: support\n    decision: How urgent"
ZENDESK = """zendesk:
    host: zendesk
    origin: https://acme.zendesk.com
    roles: [support]
    settings: {subdomain: acme}"""
TOKEN = '"${LEDGER_TOKEN}-${LEDGER_TOKEN}-${LEDGER_TOKEN}"'

FRESHNESS = [
    Doubtful(
        (DAILY, (HEALTH, HEALTH.replace("1h", "▲1h"))),
        "fields.health.stale_after",
        "promises values of at most 1h, but crm changes its data only every 1d",
        "Lengthen stale_after, or count from the source's own time (clock: source, as_of).",
    ),
    Doubtful(
        (DAILY, (HEALTH, HEALTH.replace("1h", "▲1h") + "    clock: source\n    as_of: At\n")),
        "fields.health.stale_after",
        "most of the time values are marked as old: after 1h, but crm changes its data only "
        "every 1d",
        "Lengthen stale_after.",
    ),
    Doubtful(
        (
            DAILY,
            (HEALTH, "stale_after: 1h\n    expire_after: ▲9h\n    clock: source\n    as_of: At\n"),
        ),
        "fields.health.expire_after",
        "most of the time nothing is shown: values expire after 9h, but crm changes its data "
        "only every 1d",
        "Lengthen expire_after.",
    ),
    Doubtful(
        (("as_of: LastModifiedDate\n    clock: source", "clock: ▲source"),),
        "fields.contract_value.clock",
        "age counts from the source's own time, and no as_of says where that is",
        "Give as_of here, or for the lookup account in the settings of crm.",
    ),
    Doubtful(
        (
            ("  contract_value:", "  ▲contract_value:"),
            ("    as_of: LastModifiedDate\n    clock: source\n", "    query: contracts\n"),
        ),
        "fields.contract_value",
        "age counts from when we look at what was delivered, however old that is",
        "Say clock: source. Where what is delivered does not grow old, say clock: confirmed.",
    ),
    Doubtful(
        (
            (HEALTH, "stale_after: 2d\n    expire_after: 7d\n"),
            ("fresh_within: ", "fresh_within: ▲"),
        ),
        "cards.ticket.fresh_within",
        "promises values of at most 1d, but health counts as fresh for 2d",
    ),
    Doubtful(
        (DAILY_DESK, (TICKETS, TICKETS.replace("5m", "▲5m"))),
        "fields.open_tickets.stale_after",
        "promises values of at most 5m, but helpdesk changes its data only every 1d",
        "Lengthen stale_after, or count from the source's own time (clock: source, as_of).",
    ),
]

PEOPLE = [
    Doubtful(
        ((SEEN_BY, "▲audience: [support, sales]\n    decision: How urgent"),),
        "cards.ticket.audience",
        "sales may see this card, and none of its fields",
        "Add sales to the audience of the fields, or take it out here.",
    ),
    Doubtful(
        (
            ("    definition: Y", "    definition: y"),
            ("audience: [support, csm]\n    decision: Who ", "audience: csm\n    decision: Who "),
            ("renewal_date, contract_value,", "renewal_date, ▲contract_value,"),
        ),
        "cards.ticket.fields[3]",
        "nobody sees contract_value here: it is for csm, the card for support",
    ),
    Doubtful(
        (
            (SEEN_BY, "audience: [support, csm]\n    decision: How urgent"),
            ("- when: {all:", "- ▲when: {all:"),
        ),
        "cards.ticket.attention[0]",
        "never told to csm, who may not see health",
    ),
    Doubtful(
        (("roles: [support]", "▲roles: [sales]"),),
        "installs.notebook-eu.roles",
        "sales may see none of the cards shown in notebook",
    ),
    Doubtful(
        (
            (
                "installs:\n",
                (
                    "installs:\n  ▲tracker:\n    host: iframe\n    origin: https://track.example.com\n"
                    f"    settings: {{secret: {TOKEN}}}\n"
                ),
            ),
        ),
        "installs.tracker",
        "no card is shown in iframe",
        "Add iframe/… to the `where` of a card.",
    ),
]

LEFTOVERS = [
    Doubtful(
        (("renewal_date, contract_value,", "renewal_date,"), ("  contract_v", "  ▲contract_v")),
        "fields.contract_value",
        "no card shows this field",
    ),
    Doubtful(
        (
            (
                "  helpdesk:\n",
                ("  ▲spare:\n    adapter: desk\n    owner: revops\n"
                f"    settings: {{database: {TOKEN}, queues: []}}\n  helpdesk:\n"),
            ),
        ),
        "sources.spare",
        "nothing is read from this source",
    ),
    Doubtful(
        (("  it-leads:\n", "  ▲idle:\n    name: Idle\n  it-leads:\n"),),
        "teams.idle",
        "this team owns nothing",
    ),
    Doubtful(
        (('  it-leads:\n    name: IT Leads\n    notify: ["${IT_PAGER}"]\n',
          "  ▲it-leads:\n    name: IT Leads\n"),),
        "teams.it-leads",
        "nobody in this team is told of a failure",
        "Give notify.",
    ),
    Doubtful(
        (
            (
                "\ninstalls:",
                ("  second:\n    title: Again\n    where: [▲notebook/page]\n    audience: csm\n"
                "    decision: The same once more\n    fields: [tier]\n\ninstalls:"),
            ),
        ),
        "cards.second.where[0]",
        "notebook/page shows the card ticket, which comes first",
    ),
    Doubtful(
        (("notebook/page]", "notebook/page, ▲iframe/ticket]"),),
        "cards.ticket.where[2]",
        "nobody sees this card at iframe/ticket: no install has that host",
    ),
    Doubtful(
        (("label: Renewal", "label: HEALTH"), ("health, renewal_date", "health, ▲renewal_date")),
        "cards.ticket.fields[2]",
        "another field of this card is called HEALTH too",
    ),
]  # fmt: skip

SALESFORCE = f"""notebook-eu:
    host: salesforce
    origin: https://acme.lightning.force.com
    roles: [support]
    settings: {{client_secret: {TOKEN}}}
"""
NOTEBOOK = """notebook-eu:
    host: notebook
    label: Notebook
    origin: https://notebook.example.com
    roles: [support]
    source: helpdesk
    settings: {secret: "${file:secrets/notebook}"}
"""
RULES = """    - {record: organization_external_id, account: crm_id}
    - {record: requester_email, account: domain}
"""
WHERE = "notebook/ticket, notebook/page"
IN_SALESFORCE = (NOTEBOOK, SALESFORCE), (RULES, "    - {record: account_id, account: crm_id}\n")

MATCHING = [
    Doubtful(
        (*IN_SALESFORCE, (WHERE, "salesforce/account, ▲salesforce/case")),
        "cards.ticket.where[1]",
        "salesforce/case in notebook-eu finds no account: no rule of accounts.match looks at what "
        "its records say of their customer",
        "They say nothing: give the install a source that knows whose they are.",
    ),
    Doubtful(
        (("ERP_Number__c}", "ERP_Number__c, other_id: ▲'`null`'}"),),
        "accounts.keys.other_id",
        "this key is yet to be filled in: it is read from nowhere, and finds no account",
        "Say where the rows of crm have it.",
    ),
]  # fmt: skip

SAFETY = [
    Doubtful(
        (("key: erp_number", "key: ▲name"),),
        "sources.helpdesk.key",
        "names are a weak key: two customers may share one, and one may have several",
        "Find a key that this source has too.",
    ),
    Doubtful(
        (("token: ${LEDGER_TOKEN}", "token: ▲hunter2-hunter2"),),
        "sources.crm.settings.token",
        "a secret stands in the file itself",
        "Write ${NAME} or ${file:/path} in its place.",
    ),
    Doubtful(
        (("account: domain}", "account: domain}\n    - {record: organization, account: ▲name}"),),
        "accounts.match[2].account",
        "names are a weak key: two customers may share one, and one may have several",
        "Match by an id or a domain before.",
    ),
    Doubtful(
        (
            (
                "account: domain}",
                "account: domain}\n    - ▲{record: requester_email, account: domain}",
            ),
        ),
        "accounts.match[2]",
        "this rule stands above already",
    ),
    Doubtful(
        (("settings:\n      url: https://ledger.example.com", "▲settings:\n      url: http://10.1.2.3:8080"),),
        "sources.crm.settings",
        "10.1.2.3 is a private address, to which no call is made",
        "Say allow_private: true if this is meant.",
    ),
    Doubtful(
        (
            (
                "installs:\n",
                f"installs:\n  ▲{ZENDESK}\n",
            ),
            ("notebook/page]", "notebook/page, zendesk/ticket]"),
        ),
        "installs.zendesk",
        "no visit is accepted yet",
        "Set public_key to the app's; INSTALL.md says where Zendesk shows it.",
    ),
    Doubtful(
        (("locale: en", "locale: ▲pt-BR"),),
        "locale",
        "there are no words for pt, so cards are in English",
        "There are words for en, de, es, fr, ja.",
    ),
    Doubtful(
        (("installs:\n  ", "installs:\n  ▲"), ("https://notebook.ex", "http://notebook.ex")),
        "installs.notebook-eu",
        "anybody on the way can change pages of http://notebook.example.com",
        "Use https.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "doubtful",
    [*FRESHNESS, *PEOPLE, *LEFTOVERS, *MATCHING, *SAFETY],
    ids=lambda one: one.problem[:50],
)
def test_a_contradiction_is_warned_of_with_its_place(doubtful, good, warnings_in):
    text = good
    for old, new in doubtful.edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    before = text[: text.index("▲")].split("\n")
    [warning] = warnings_in(text.replace("▲", ""))
    assert warning.warning
    assert (warning.path, warning.expected, warning.hint) == doubtful[1:]
    assert (warning.line, warning.column) == (len(before), len(before[-1]) + 1)


def test_a_good_configuration_is_warned_of_nothing(good, warnings_in):
    assert warnings_in(good) == ()


def test_what_is_not_installed_is_told_with_what_installs_it(good, warnings_in, monkeypatch):
    needs = "a driver: pip install 'context-sidecar[mysql]'"
    monkeypatch.setattr(Adapter, "lacks", lambda _: needs)

    first, second = warnings_in(good)

    assert {first.path, second.path} == {"sources.crm.settings", "sources.helpdesk.settings"}
    assert first.expected == "a driver is not installed here, and nothing can be read without it"
    assert first.hint == "Run pip install 'context-sidecar[mysql]'."


def test_addresses_of_ones_own_are_no_doubt_where_they_are_allowed(good, warnings_in):
    private = good.replace("url: https://ledger.example.com", "url: http://localhost:8080")
    assert warnings_in(private.replace("limits: {", "allow_private: true\n    limits: {")) == ()


def test_a_mailbox_without_a_password_is_no_secret(good, warnings_in):
    text = good.replace('"${REVOPS_SLACK}"', '"mailto://revops@example.com"')
    assert warnings_in(text) == ()


SQL = """adapter: sql
    owner: revops
    key: erp_number
    settings:
      url: "{url}"
      lookups:
        open_tickets:
          {{query: "SELECT id FROM t WHERE id IN :keys", key: id, many: list}}
"""


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("sqlite:///desk.db", False),
        ("duckdb:///desk.duckdb", False),
        ("postgresql+psycopg://reader@db.example.com/desk?sslmode=require", False),
        ("postgresql+psycopg://reader:hunter2@db.example.com/desk", True),
        ("postgresql+psycopg://db.example.com/desk?password=hunter2", True),
        ("duckdb:///md:desk?motherduck_token=hunter2", True),
    ],
)
def test_of_a_databases_address_only_its_password_is_a_secret(good, warnings_in, url, secret):
    told = [
        one
        for one in warnings_in(with_desk(good, SQL.format(url=url)))
        if one.path == "sources.helpdesk.settings.url"
    ]

    assert [one.expected for one in told] == ["a secret stands in the file itself"] * secret


def with_desk(good, desk):
    """The good file with another source of tickets."""
    start, end = good.index("adapter: desk"), good.index("\naccounts:")
    rest = good[end:].replace(
        "    source: helpdesk\n    settings: {secret", "    settings: {secret"
    )
    return good[:start] + desk + rest


REST = """adapter: rest
    owner: revops
    key: erp_number
    settings:
      base_url: https://desk.example.com
      check: {{get: /me}}
      lookups:
        open_tickets:
          {{get: /tickets, params: {{of: "{{key}}"}}, key: of, many: list, {more}}}
"""
RECIPE = """adapter: django_helpdesk
    owner: revops
    key: erp_number
    settings: {{url: "https://desk.example.com", user: us, password: "${{LEDGER_TOKEN}}", {more}}}
"""
MAY_BE_HIDDEN = (
    "where open_tickets has nothing, it may be that we are not shown it, and nothing tells the one "
    "from the other"
)


@pytest.mark.parametrize(
    ("desk", "where", "remedy", "mended"),
    [
        (
            REST, ".lookups.open_tickets",
            "Give it a canary: a key that must always be found.", 'canary: "1"',
        ),
        (
            REST, ".lookups.open_tickets",
            "Give it a canary: a key that must always be found.", "proof: {get: /tickets}",
        ),
        (
            SQL.replace("list}}", "list, {more}}}")
            .replace("{url}", "sqlite:///desk.db")
            .replace("FROM t ", "FROM json_each('[]') "),
            ".lookups.open_tickets",
            "Give it a canary: a key that must always be found.", 'canary: "1"',
        ),
        (
            RECIPE, "",
            "Give canary or canary_sender: a key that must always be found.", 'canary: "1"',
        ),
    ],
    ids=["rest, canary", "rest, proof", "sql", "recipe"],
)  # fmt: skip
def test_a_none_that_nothing_proves_is_doubted(good, warnings_in, desk, where, remedy, mended):
    def told(more):
        found = warnings_in(with_desk(good, desk.format(more=more)))
        return [one for one in found if "not shown it" in one.expected]

    [doubt] = told("")

    assert (doubt.path, doubt.expected, doubt.hint) == (
        f"sources.helpdesk.settings{where}", MAY_BE_HIDDEN, remedy,
    )  # fmt: skip
    assert told(mended) == []


def test_a_lookup_whose_answers_carry_their_own_time_needs_no_as_of(good, warnings_in):
    text = good.replace("    as_of: LastModifiedDate\n", "    query: contracts\n")
    assert warnings_in(text) == ()


def test_that_a_delivered_copy_does_not_grow_old_is_believed_where_it_is_said(good, warnings_in):
    text = good.replace(
        "    as_of: LastModifiedDate\n    clock: source\n",
        "    query: contracts\n    clock: confirmed\n",
    )
    assert warnings_in(text) == ()


def test_the_time_of_one_lookup_says_nothing_of_another(good, warnings_in):
    text = good.replace("    as_of: LastModifiedDate\n", "    query: invoices\n")
    [warning] = warnings_in(text)
    assert warning.hint == "Give as_of here, or for the lookup invoices in the settings of crm."


def test_without_any_install_the_api_alone_shows_cards(good, warnings_in):
    [warning] = warnings_in(good[: good.index("installs:")])
    assert warning.expected == "no host tool is installed, so only the API shows cards"


def test_a_rule_that_looks_at_what_no_record_beside_a_card_says_is_doubted(good, warnings_in):
    plain = NOTEBOOK.replace("host: notebook", "host: plain").replace("    source: helpdesk\n", "")
    text = good.replace(NOTEBOOK, plain.replace("notebook-eu", "plain-eu"))
    text = text.replace(WHERE, "plain/customer")

    [warning] = warnings_in(text)

    assert warning.path == "accounts.match[0].record"
    told = "no record beside which a card is shown has organization_external_id"
    assert warning.expected == told
    assert warning.hint == "They say requester_email, requester_external_id."
    there = text.replace("plain/customer", "plain/thread")
    assert warnings_in(there) == ()

    for host, path in (("plain", []), ("zendesk", ["accounts.match[0].record"])):
        rule = f"account: crm_id, host: {host}}}"
        assert [one.path for one in warnings_in(there.replace("account: crm_id}", rule))] == path


def test_what_a_third_partys_adapter_may_say_of_records_is_anything(good, warnings_in):
    text = good.replace(WHERE, "salesforce/account, salesforce/case")
    for old, new in IN_SALESFORCE:
        text = text.replace(old, new)
    assert [one.path for one in warnings_in(text)] == ["cards.ticket.where[1]"]

    asked = text.replace("host: salesforce\n", "host: salesforce\n    source: helpdesk\n")
    assert warnings_in(asked) == ()


def test_several_roles_may_share_a_card_without_seeing_the_same_fields(good, warnings_in):
    text = good.replace(SEEN_BY, "audience: [support, csm]\n    decision: How urgent")
    assert warnings_in(text[: text.index("    attention:")] + text[text.index("installs:") :]) == ()
