"""A deployment on disk, as an admin would have it: one file of customers, one install."""

from __future__ import annotations

import os
from pathlib import Path

CONFIGURATION = """\
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {name: Revenue Operations, notify: ["mailto://revops@example.com"]}
sources:
  crm:
    adapter: files
    label: Customer list
    owner: revops
    settings: {path: customers.csv, key: number}
accounts:
  source: crm
  keys: {id: number, name: name, domain: website}
  refresh: 1h
  match: [{record: requester_email, account: domain}]
fields:
  tier:
    label: Account tier
    type: choice
    source: crm
    path: tier
    choices: {ENT: Enterprise, PRO: Professional}
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: [support]
    decision: Which queue the ticket gets
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier]
installs:
  intranet:
    host: iframe
    origin: https://desk.example.com
    label: Intranet
    roles: [support]
    settings: {secret: "${DESK_SECRET}"}
"""
CUSTOMERS = """\
number,name,website,tier
1,Acme GmbH,acme.example,ENT
2,Brandt & Söhne,brandt.example,Platinum
3,Acme Retail,acme.example,PRO
"""
SECRET = "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6"


SLOW_SOURCE = """\
  health:
    adapter: rest
    label: Health service
    owner: revops
    allow_private: true
    settings:
      base_url: {address}
      lookups: {{account: {{get: "/accounts/{{key}}"}}}}
      check: {{get: /}}
"""
SLOW_FIELD = """\
  health:
    label: Health
    type: number
    source: health
    path: health
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: [support]
    decision: Whether to call
"""


def write_deployment(folder: Path, slow: str = "") -> None:
    """Lay out the deployment in *folder*; `DESK_SECRET` has to be in its environment. With an
    address in *slow*, its card has a second field, from a source there."""
    text = CONFIGURATION
    if slow:
        text = text.replace("accounts:\n", SLOW_SOURCE.format(address=slow) + "accounts:\n")
        text = text.replace("cards:\n", SLOW_FIELD + "cards:\n")
        text = text.replace("[tier]", "[tier, health]")
    (folder / "sidecar.yaml").write_text(text)
    customers = folder / "customers.csv"
    customers.write_text(CUSTOMERS, encoding="utf-8")
    # A file that has only just changed is taken to be half written.
    os.utime(customers, (1_700_000_000, 1_700_000_000))
