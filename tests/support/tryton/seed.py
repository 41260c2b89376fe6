"""Fills a new Tryton by its own client library, proteus: one company, three parties.

python seed.py CONFIGURATION DATABASE
"""

import datetime as dt
import sys
from decimal import Decimal

from proteus import Model, config

config.set_trytond(database=sys.argv[2], config_file=sys.argv[1])

from trytond.exceptions import UserWarning as Warned  # noqa: E402  once Tryton is set up
from trytond.modules.account.tests.tools import (  # noqa: E402
    create_chart,
    create_fiscalyear,
    get_accounts,
)
from trytond.modules.account_invoice.tests.tools import (  # noqa: E402
    set_fiscalyear_invoice_sequences,
)
from trytond.modules.company.tests.tools import create_company, get_company  # noqa: E402
from trytond.modules.currency.tests.tools import get_currency  # noqa: E402

YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
USERS = {"sidecar": ["Account", "Sales"], "clerk": []}


def record(model, **values):
    made = Model.get(model)(**values)
    made.save()
    return made


def first(model, name):
    [found] = Model.get(model).find([("name", "=", name)])
    return found


def keep_books():
    """Make the company, its accounts and its year; return the account of revenues."""
    create_company(currency=get_currency("EUR"))
    create_chart(get_company())
    year = set_fiscalyear_invoice_sequences(create_fiscalyear(get_company(), YEAR))
    year.click("create_period")
    return get_accounts(get_company())


def invoice(party, amount, revenue, due, *, post=True):
    made = Model.get("account.invoice")(party=party, type="out", description="Hosting")
    made.invoice_date = dt.date(2026, 1, 15)
    made.payment_term_date = due
    line = made.lines.new()
    line.account, line.quantity, line.unit_price = revenue, 1, Decimal(amount)
    made.save()
    if not post:
        return
    try:
        made.click("post")
    except Warned as warned:  # that it is due in the past
        record("res.user.warning", user=config.get_config().user, name=warned.name)
        made.click("post")


def subscribe(party, accounts):
    category = record(
        "product.category", name="Services", accounting=True,
        account_expense=accounts["expense"], account_revenue=accounts["revenue"],
    )  # fmt: skip
    plan = record(
        "product.template", name="Support plan", type="service", salable=True,
        default_uom=first("product.uom", "Unit"), list_price=Decimal(100),
        account_category=category,
    )  # fmt: skip
    monthly = Model.get("sale.subscription.recurrence.rule.set")(name="Monthly")
    rule = monthly.rules[0] if monthly.rules else monthly.rules.new()
    rule.freq, rule.interval = "monthly", 1
    monthly.save()
    service = record(
        "sale.subscription.service", product=plan.products[0], consumption_recurrence=monthly
    )
    made = Model.get("sale.subscription")(party=party, description="Support")
    made.start_date = made.invoice_start_date = YEAR[0]
    made.end_date = dt.date(2027, 12, 31)
    made.invoice_recurrence = monthly
    line = made.lines.new()
    line.service, line.quantity = service, 10
    made.save()
    made.click("quote")
    made.click("run")


def hire(login, groups):
    made = Model.get("res.user")(name=login.capitalize(), login=login)
    made.password = f"{login}-reads-only"
    made.companies.append(get_company())
    made.company = made.companies[0]
    made.groups.extend(first("res.group", name) for name in groups)
    made.save()


accounts = keep_books()
acme = Model.get("party.party")(name="Acme", code="C-1")
site = acme.contact_mechanisms.new()
site.type, site.value = "website", "https://acme.example"
acme.save()
beta = record("party.party", name="Beta", code="C-2")
record("party.party", name="Gone", code="C-3", active=False)
past, future = dt.date(2026, 1, 31), dt.date(2099, 12, 31)
invoice(acme, "1200.50", accounts["revenue"], past)
invoice(acme, "300", accounts["revenue"], future)
invoice(acme, "77", accounts["revenue"], past, post=False)
invoice(beta, "9", accounts["revenue"], past)
subscribe(acme, accounts)
record(
    "project.work", name="Roll-out", type="project", party=acme, timesheet_available=False,
    effort_duration=dt.timedelta(hours=8), progress=0.25,
    status=first("project.work.status", "Open"),
)  # fmt: skip
record(
    "project.work", name="Kick-off", type="project", party=acme, timesheet_available=False,
    effort_duration=dt.timedelta(hours=1), progress=1.0,
    status=first("project.work.status", "Done"),
)  # fmt: skip
for login, groups in USERS.items():
    hire(login, groups)
