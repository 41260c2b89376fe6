"""Every mistake says where it is, what was found, what was expected, and the nearest valid name.

In the tables, ▲ marks the place that must be pointed at.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest


class Wrong(NamedTuple):
    """An edit of the good file, and what is said about it."""

    written: str
    instead_of: str
    path: str
    expected: str
    found: str = ""
    hint: str = ""


NAMES = [
    Wrong(
        "owner: ▲revosp\n    runbook", "owner: revops\n    runbook",
        "sources.crm.owner", "expected the name of a team", "`revosp`", "Did you mean `revops`?",
    ),
    Wrong(
        "escalate_to: ▲it-lead\n", "escalate_to: it-leads\n",
        "teams.revops.escalate_to", "expected the name of a team", "`it-lead`",
        "Did you mean `it-leads`?",
    ),
    Wrong(
        "source: ▲crn\n  keys", "source: crm\n  keys",
        "accounts.source", "expected the name of a source", "`crn`", "Did you mean `crm`?",
    ),
    Wrong(
        "source: ▲CRM\n    path: Health__c", "source: crm\n    path: Health__c",
        "fields.health.source", "expected the name of a source", "`CRM`", "Did you mean `crm`?",
    ),
    Wrong(
        "key: ▲erp_numbr", "key: erp_number",
        "sources.helpdesk.key", "expected one of the keys in accounts.keys", "`erp_numbr`",
        "Did you mean `erp_number`?",
    ),
    Wrong(
        "account: ▲crm_ids}", "account: crm_id}",
        "accounts.match[0].account", "expected one of the keys in accounts.keys", "`crm_ids`",
        "Did you mean `crm_id`?",
    ),
    Wrong(
        "query: ▲open_ticket\n", "query: open_tickets\n",
        "fields.open_tickets.query", "expected a lookup that helpdesk offers", "`open_ticket`",
        "Did you mean `open_tickets`?",
    ),
    Wrong(
        "renewal_date, ▲contract_valeu,", "renewal_date, contract_value,",
        "cards.ticket.fields[3]", "expected the name of a field", "`contract_valeu`",
        "Did you mean `contract_value`?",
    ),
    Wrong(
        "{field: ▲helth, below", "{field: health, below",
        "cards.ticket.attention[0].when.all[1].field", "expected a field that is on the card",
        "`helth`", "Did you mean `health`?",
    ),
    Wrong(
        "one_of: [ENT, ▲ENTT]", "one_of: [ENT, NO]",
        "cards.ticket.attention[1].when.any[0].one_of[1]", "expected one of the field's choices",
        "`ENTT`", "Did you mean `ENT`?",
    ),
    Wrong(
        "where: [notebook/ticket, ▲notebook/pages]", "where: [notebook/ticket, notebook/page]",
        "cards.ticket.where[1]", "expected a place that notebook offers", "`notebook/pages`",
        "Did you mean `notebook/page`?",
    ),
    Wrong(
        "where: [notebook/ticket, ▲notebok/page]", "where: [notebook/ticket, notebook/page]",
        "cards.ticket.where[1]", "expected a place in an installed host", "`notebok/page`",
        "Did you mean `notebook`?",
    ),
    Wrong(
        "adapter: ▲leger", "adapter: ledger",
        "sources.crm.adapter", "expected the name of an installed adapter", "`leger`",
        "Did you mean `ledger`?",
    ),
    Wrong(
        "host: ▲notebok", "host: notebook",
        "installs.notebook-eu.host", "expected the name of an installed host", "`notebok`",
        "Did you mean `notebook`?",
    ),
    Wrong(
        "time_zone: ▲Europe/Berln", "time_zone: Europe/Berlin",
        "time_zone", "expected a time zone such as Europe/Berlin", "`Europe/Berln`",
        "Did you mean `Europe/Berlin`?",
    ),
    Wrong(
        "locale: ▲pt-BRA", "locale: en",
        "locale", "expected a language such as en, de or pt-BR", "`pt-BRA`",
        "Did you mean `pt-BR`?",
    ),
    Wrong(
        "currency: ▲GPB", "currency: EUR",
        "fields.contract_value.currency", "expected a currency of ISO 4217", "`GPB`",
    ),
]  # fmt: skip

KEYS = [
    Wrong(
        "▲lable: Ledger", "label: Ledger",
        "sources.crm.lable", "unknown key", "", "Did you mean `label`?",
    ),
    Wrong(
        "▲extra: {a: '${LEDGER_TOKEN}'}\n      region: eu", "region: eu",
        "sources.crm.settings.extra", "unknown key", "",
        "Known: url, token, region, pages, time_zone, labels.",
    ),
    Wrong(
        "▲regin: eu", "region: eu",
        "sources.crm.settings.regin", "unknown key", "", "Did you mean `region`?",
    ),
    Wrong(
        "▲stale_afer: 1h", "stale_after: 1h",
        "fields.health.stale_afer", "unknown key", "", "Did you mean `stale_after`?",
    ),
    Wrong(
        "version: 1\n▲acounts: {}\n", "version: 1\n",
        "acounts", "unknown key", "", "Did you mean `accounts`?",
    ),
    Wrong(
        "health, ▲bellow: 50}", "health, below: 50}",
        "cards.ticket.attention[0].when.all[1].bellow", "unknown key", "",
        "Did you mean `below`?",
    ),
    Wrong(
        "cards:\n  ▲Ticket card:\n", "cards:\n  ticket:\n",
        "cards.Ticket card",
        "expected a name of lower-case letters, digits, - and _, beginning with a letter",
        "`Ticket card`",
    ),
    Wrong(
        "items: {▲heading: Subject,", "items: {title: Subject,",
        "fields.open_tickets.items.heading",
        "expected one of title, id, status, priority, created_at, updated_at, url", "`heading`",
    ),
    Wrong(
        "▲crm:\n    adapter: ledger\n    label: Ledger\n",
        "crm:\n    adapter: ledger\n    label: Ledger\n    owner: revops\n",
        "sources.crm.owner", "the owner is not answered, name the team that answers for it",
    ),
    Wrong(
        "▲{account: crm_id}", "{record: organization_external_id, account: crm_id}",
        "accounts.match[0].record", "this key is missing",
    ),
]  # fmt: skip

VALUES = [
    Wrong("version: ▲2", "version: 1", "version", "expected 1", "`2`"),
    Wrong(
        "public_url: ▲http://context.example.com", "public_url: https://context.example.com",
        "public_url",
        "expected an https address such as https://context.example.com (http for localhost only)",
        "`http://context.example.com`",
    ),
    Wrong(
        "public_url: ▲https://ada:pw@context.example.com",
        "public_url: https://context.example.com",
        "public_url",
        "expected an https address such as https://context.example.com (http for localhost only)",
        "`https://••••@context.example.com`",
    ),
    Wrong(
        "stale_after: ▲1 hour", "stale_after: 1h", "fields.health.stale_after",
        "expected a duration such as 30s, 5m, 2h, 1d or 2w", "`1 hour`",
    ),
    Wrong(
        "stale_after: ▲0s", "stale_after: 1h", "fields.health.stale_after",
        "expected a duration from 1s to 520w", "`0s`",
    ),
    Wrong(
        "expire_after: ▲1h", "expire_after: 7d", "fields.health.expire_after",
        "expected longer than stale_after (1h)", "`1h`",
    ),
    Wrong(
        "path: Health__c\n    words: {0: Poor, ▲half: Fair}\n", "path: Health__c\n",
        "fields.health.words.half", "expected a number", "`half`",
    ),
    Wrong(
        "deadline: ▲2m", "deadline: 2s", "cards.ticket.deadline",
        "expected a duration from 100ms to 30s", "`2m`",
    ),
    Wrong(
        "rate: ▲100 per minute", "rate: 100/min", "sources.crm.limits.rate",
        "expected a rate such as 5/s, 100/min, 2000/h or 10000/day", "`100 per minute`",
    ),
    Wrong(
        "concurrency: ▲0,", "concurrency: 8,", "sources.crm.limits.concurrency",
        "expected a whole number from 1 to 64", "`0`",
    ),
    Wrong(
        "memory: ▲64 megabytes", "memory: 8MB", "cache.memory",
        "expected a size such as 512KB, 64MB or 1GB", "`64 megabytes`",
    ),
    Wrong(
        "label: ▲2024\n    type: number", "label: Health\n    type: number", "fields.health.label",
        "expected a text", "`2024`", "Put it in quotes to make it a text.",
    ),
    Wrong(
        "type: ▲nummer", "type: number", "fields.health.type",
        "expected one of text, choice, number, money, percent, date, datetime, boolean, person, "
        "link, list", "`nummer`", "Did you mean `number`?",
    ),
    Wrong(
        "on_failure: ▲show-stale", "on_failure: show_stale", "fields.tier.on_failure",
        "expected one of show_stale, withhold", "`show-stale`", "Did you mean `show_stale`?",
    ),
    Wrong(
        "path: ▲Health-Score", "path: Health__c", "fields.health.path",
        "expected a JMESPath expression; a name with special characters stands in quotes: "
        "'\"Health-Score\"'", "`Health-Score`",
    ),
    Wrong(
        "path: ▲lenght(Health__c)", "path: Health__c", "fields.health.path",
        "expected a JMESPath expression, there is no function lenght()", "`lenght(Health__c)`",
    ),
    Wrong(
        'dialect: ▲"%d.%m."', 'dialect: "%d.%m.%Y"', "fields.renewal_date.dialect",
        "expected a pattern with year, month and day", "`%d.%m.`",
    ),
    Wrong(
        "dialect: ▲dot", "dialect: comma", "fields.contract_value.dialect",
        "expected comma or micros or minor or point", "`dot`",
        "Known: comma, micros, minor, point.",
    ),
    Wrong(
        "health, ▲within: 5d}", "health, below: 50}",
        "cards.ticket.attention[0].when.all[1].within",
        "expected a comparison that fits a field of type number", "`within`",
        "These do: below, above, at_least, at_most, is, is_not, one_of, missing.",
    ),
    Wrong(
        "health, is: ▲good}", "health, below: 50}",
        "cards.ticket.attention[0].when.all[1].is",
        "expected a number, as the field is of type number", "`good`",
    ),
    Wrong(
        "all: [{field: renewal_date, within: 60d}, ▲{field: health, below: 50, above: 20}]",
        "all: [{field: renewal_date, within: 60d}, {field: health, below: 50}]",
        "cards.ticket.attention[0].when.all[1]",
        "expected one field with one comparison, such as {field: health, below: 50}, or one of "
        "all, any and none with a list of conditions", "a mapping",
    ),
    Wrong(
        "origin: ▲https://Notebook.example.com/app/", "origin: https://notebook.example.com",
        "installs.notebook-eu.origin",
        "expected an exact origin such as https://rt.example.com, without path or wildcard "
        "(here https://notebook.example.com)", "`https://Notebook.example.com/app/`",
    ),
    Wrong(
        "origin: ▲https://*.example.com", "origin: https://notebook.example.com",
        "installs.notebook-eu.origin",
        "expected an exact origin such as https://rt.example.com, without path or wildcard",
        "`https://*.example.com`",
    ),
    Wrong(
        "expose: [docs, ▲metric]", "expose: [docs]", "expose[1]",
        "expected one of docs, metrics", "`metric`", "Did you mean `metrics`?",
    ),
    Wrong(
        "pages: ▲1000", "pages: 10", "sources.crm.settings.pages",
        "expected something greater than or equal to 1 and less than or equal to 100", "`1000`",
    ),
    Wrong(
        "region: ▲ue", "region: eu", "sources.crm.settings.region",
        "expected one of eu, us", "`ue`", "Known: eu, us.",
    ),
    Wrong(
        "queues: ▲General", "queues: [General]", "sources.helpdesk.settings.queues",
        "expected a list", "a text",
    ),
    Wrong(
        "queues: [General, ▲7]", "queues: [General]", "sources.helpdesk.settings.queues[1]",
        "expected a text", "`7`", "Put it in quotes to make it a text.",
    ),
    Wrong(
        "limits: ▲fast", "limits: {timeout: 3s, concurrency: 8, rate: 100/min}",
        "sources.crm.limits", "expected a mapping", "a text",
    ),
    Wrong(
        "audience: [support, ▲support]\n    decision: Which",
        "audience: [support, csm]\n    decision: Which",
        "fields.tier.audience[1]", "expected each only once", "`support`",
    ),
]  # fmt: skip

LISTS = [
    Wrong(
        "settings: ▲[]", 'settings: {secret: "${file:secrets/notebook}"}',
        "installs.notebook-eu.settings", "expected a mapping", "an empty list",
    ),
    Wrong(
        "settings:▲\n", 'settings: {secret: "${file:secrets/notebook}"}\n',
        "installs.notebook-eu.settings", "expected a value", "nothing",
    ),
    Wrong(
        "free_mail: ▲[]", "free_mail: [mail.example]",
        "accounts.free_mail", "expected at least one", "an empty list",
    ),
    Wrong(
        "{all: ▲[]}", "{all: [{field: renewal_date, within: 60d}, {field: health, below: 50}]}",
        "cards.ticket.attention[0].when.all", "expected at least one", "an empty list",
    ),
    Wrong(
        "choices: ▲[ENT, PRO]", "choices: {ENT: Enterprise, PRO: Professional, NO: None yet}",
        "fields.tier.choices", "expected a mapping", "a list",
        "For example {ENT: Enterprise, PRO: Professional}.",
    ),
    Wrong(
        "notify: ▲''", 'notify: ["${IT_PAGER}"]',
        "teams.it-leads.notify", "expected a value", "a text",
    ),
    Wrong(
        "notify: ▲foo", 'notify: ["${IT_PAGER}"]',
        "teams.it-leads.notify",
        "expected an Apprise address such as mailto://… or slack://…", "a text that is kept secret",
    ),
]  # fmt: skip

TOGETHER = [
    Wrong(
        "headline: [tier, ▲helth]\n    deadline: 2s", "deadline: 2s",
        "cards.ticket.headline[1]", "expected a field that is on the card", "`helth`",
        "Did you mean `health`?",
    ),
    Wrong(
        "path: Health__c\n    because: ▲teir\n", "path: Health__c\n",
        "fields.health.because", "expected the name of a field", "`teir`", "Did you mean `tier`?",
    ),
    Wrong(
        "path: Health__c\n    because: ▲tier\n", "path: Health__c\n",
        "fields.health.because", "expected a field of type text", "`tier`",
        "The path join(', ', reasons) makes one text of several.",
    ),
    Wrong(
        "fields:\n  why: {type: text, source: crm, path: Why__c, because: ▲why, stale_after: 1h, "
        "expire_after: 1d, audience: support, decision: What to ask}\n  tier:\n",
        "fields:\n  tier:\n",
        "fields.why.because", "expected a field that needs no reasons itself", "`why`",
    ),
    Wrong(
        "path: Tier__c\n    ▲words: {1: One}\n", "path: Tier__c\n",
        "fields.tier.words", "expected only in a field of type number or percent",
    ),
    Wrong(
        "▲contract_value:\n    label: Contract value\n    type: money\n    source: crm\n"
        "    path: Value__c\n",
        "contract_value:\n    label: Contract value\n    type: money\n    source: crm\n"
        "    path: Value__c\n    currency: EUR\n",
        "fields.contract_value.currency", "a field of type money needs its currency", "",
        "Give currency (such as EUR), or currency_path.",
    ),
    Wrong(
        "choices: ▲{}", "choices: {ENT: Enterprise, PRO: Professional, NO: None yet}",
        "fields.tier.choices", "a field of type choice needs its choices", "a mapping",
        "List what the source holds, and what people read: {ENT: Enterprise}.",
    ),
    Wrong(
        "path: Health__c\n    ▲choices: {A: a}", "path: Health__c",
        "fields.health.choices", "expected only in a field of type choice",
    ),
    Wrong(
        "path: Health__c\n    ▲records: rt/ticket", "path: Health__c",
        "fields.health.records", "expected only in a field of type list",
    ),
    Wrong(
        '▲revops:\n    name: Revenue Operations\n    notify: ["${REVOPS_SLACK}"]\n',
        'revops:\n    name: Revenue Operations\n    notify: ["${REVOPS_SLACK}"]\n'
        "    escalate_to: it-leads\n",
        "teams.revops.escalate_to", "escalate_after needs escalate_to beside it",
    ),
    Wrong(
        "name: IT Leads\n    escalate_to: ▲revops\n    escalate_after: 1d", "name: IT Leads",
        "teams.it-leads.escalate_to",
        "expected an escalation that ends, it goes in a circle (revops → it-leads → revops)",
        "`revops`",
    ),
    Wrong(
        "source: ▲helpdesk\n  keys", "source: crm\n  keys",
        "accounts.source", "expected a source that can list accounts", "`helpdesk`",
        "These can: crm.",
    ),
    Wrong(
        "source: ▲crm\n    settings: {secret", "source: helpdesk\n    settings: {secret",
        "installs.notebook-eu.source", "expected a source that can be asked for records", "`crm`",
        "These can: helpdesk.",
    ),
    Wrong(
        "▲origin: https://notebook.example.com\n    origins: [https://other.example.com]",
        "origin: https://notebook.example.com",
        "installs.notebook-eu.origin", "expected origin or origins, not both",
    ),
    Wrong(
        "    currency: ▲EUR\n    currency_path: Currency\n", "    currency: EUR\n",
        "fields.contract_value.currency", "expected currency or currency_path, not both", "",
        "An amount whose currency the source does not name is no amount.",
    ),
    Wrong(
        "▲keys: {crm_id: Id, domain: Website, erp_number: ERP_Number__c}",
        "keys: {crm_id: Id, name: Name, domain: Website, erp_number: ERP_Number__c}",
        "accounts.keys.name", "this key is missing", "", "Say what accounts are called.",
    ),
    Wrong(
        "▲keys: {domain: Website, crm_id: Id, name: Name, erp_number: ERP_Number__c}",
        "keys: {crm_id: Id, name: Name, domain: Website, erp_number: ERP_Number__c}",
        "accounts.keys.id",
        "this key is missing, and domain cannot stand for it: two accounts may share it", "",
        "Say what tells accounts apart, such as id: Id.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [*NAMES, *KEYS, *VALUES, *LISTS, *TOGETHER], ids=lambda one: one.path
)
def test_a_mistake_is_told_with_its_place_and_its_remedy(wrong, good, mistakes_in):
    assert good.count(wrong.instead_of) == 1
    marked = good.replace(wrong.instead_of, wrong.written)
    before = marked[: marked.index("▲")].split("\n")
    [mistake] = mistakes_in(marked.replace("▲", ""))
    assert (mistake.path, mistake.expected, mistake.found, mistake.hint) == wrong[2:]
    assert (mistake.line, mistake.column) == (len(before), len(before[-1]) + 1)
    assert not mistake.warning
