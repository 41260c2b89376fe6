"""What the Stripe adapter makes of each answer that Stripe can give."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from context_sidecar import Found, NoMatch, Reason, Several, SourceError, plugins
from context_sidecar_adapters.stripe.subscriptions import NOT_PLAIN
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.stripe import (
    ACME,
    BOLT,
    FAR_OFF,
    LONG_AGO,
    Stripe,
    customer,
    error,
    intent,
    invoice,
    missing,
    payment,
    position,
    price,
    subscription,
)
from support.vendor import failure


@pytest.fixture
def stripe(httpserver):
    return Stripe(httpserver)


@pytest.fixture
def settings(stripe):
    return {"url": stripe.url, "key": "rk_live_s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("stripe", settings) as opened:
        yield opened


@pytest.fixture
def by_email(settings):
    with plugged("stripe", settings | {"by": "email"}) as opened:
        yield opened


@pytest.fixture
def by_metadata(settings):
    with plugged("stripe", settings | {"by": "metadata.account"}) as opened:
        yield opened


class TestAccount:
    def test_a_customer_is_found_by_its_id(self, adapter):
        answer = ask(adapter, ACME)

        assert answer.data["name"] == "Customer C-1"
        assert answer.data["balance"] == {"amount": "-10.50", "currency": "EUR"}
        assert answer.link == "https://dashboard.stripe.com/customers/cus_acme"

    def test_one_that_never_had_a_currency_has_no_balance(self, stripe, adapter):
        stripe.customers = [customer(ACME, "C-1", currency=None, balance=0)]

        assert ask(adapter, ACME).data["balance"] is None

    def test_no_such_customer_is_no_match(self, adapter):
        assert ask(adapter, ACME, "cus_none")["cus_none"] == NoMatch()

    def test_a_deleted_one_is_none(self, stripe, adapter):
        stripe.customers = [
            customer(BOLT, "C-2"),
            {"id": ACME, "object": "customer", "deleted": True},
        ]

        assert ask(adapter, ACME) == NoMatch()

    def test_another_404_is_no_answer(self, stripe, adapter):
        stripe.refuse(404, error("Unrecognized request URL"))

        assert failure(adapter, ACME).reason is Reason.ENDPOINT_GONE

    def test_a_key_of_the_other_mode_never_reads_as_none(self, stripe, adapter):
        said = (
            "No such customer: 'cus_acme'; a similar object exists in live mode, but a test mode "
            "key was used to make this request."
        )
        stripe.refuse(404, missing(ACME, said))

        assert failure(adapter, ACME).reason is Reason.NOT_CONFIGURED

    def test_a_customer_of_the_other_mode_is_not_believed(self, stripe, settings, adapter):
        stripe.customers = [customer(ACME, "C-1", livemode=False)]

        assert failure(adapter, ACME).reason is Reason.NOT_CONFIGURED
        with plugged("stripe", settings | {"mode": "test"}) as of_test_mode:
            assert (
                ask(of_test_mode, ACME).link
                == "https://dashboard.stripe.com/test/customers/cus_acme"
            )

    def test_another_customer_than_was_asked_for_is_not_believed(self, stripe, adapter):
        stripe.refuse(200, customer(BOLT, "C-2"))

        assert failure(adapter, ACME).reason is Reason.SCHEMA_CHANGED


class TestAccountByEmail:
    def test_whatever_the_case(self, stripe, by_email):
        stripe.customers[0]["email"] = "Ana@acme.example"

        assert ask(by_email, "Ana@acme.example").data["id"] == ACME

    def test_of_two_with_one_address_none_is_guessed(self, stripe, by_email):
        stripe.customers.append(customer("cus_3", "C-3", email="c-1@acme.example"))

        assert ask(by_email, "c-1@acme.example") == Several(
            ("Customer C-1 (cus_acme)", "Customer C-3 (cus_3)")
        )

    def test_none_is_believed_once_we_see_that_there_are_customers(self, stripe, by_email):
        assert ask(by_email, "x@acme.example") == NoMatch()

        stripe.customers = []
        assert failure(by_email, "x@acme.example").reason is Reason.PERMISSION_DENIED

    def test_a_list_that_was_not_filtered_is_not_believed(self, stripe, by_email):
        stripe.false = {"data": stripe.customers}

        assert failure(by_email, "c-1@acme.example").reason is Reason.SCHEMA_CHANGED


class TestAccountByMetadata:
    def test_a_batch_is_one_search_and_each_customer_is_read_as_it_is_now(
        self, stripe, by_metadata
    ):
        stripe.index = [customer(ACME, "C-1", name="Old name"), customer(BOLT, "C-2")]

        answers = ask(by_metadata, "C-1", "C-2")

        assert [found.data["id"] for found in answers.values()] == [ACME, BOLT]
        assert answers["C-1"].data["name"] == "Customer C-1"
        assert [request.path for request in stripe.asked] == [
            "/v1/customers/search", "/v1/customers/cus_acme", "/v1/customers/cus_bolt",
        ]  # fmt: skip

    def test_a_quote_in_a_key_stays_in_it(self, stripe, by_metadata):
        key = 'C"1\\'
        stripe.customers.append(customer("cus_3", key))

        assert ask(by_metadata, key).data["id"] == "cus_3"

    def test_none_is_believed_only_when_it_is_said_twice(self, by_metadata):
        """The index lags behind."""
        assert ask(by_metadata, "C-9") == NoMatch(certain=False)

    def test_one_whose_metadata_changed_since_is_none(self, stripe, by_metadata):
        stripe.index = [customer(ACME, "C-9")]

        assert ask(by_metadata, "C-9") == NoMatch(certain=False)

    def test_another_customer_than_the_index_named_is_not_believed(self, stripe, by_metadata):
        stripe.refuse(200, customer("cus_3", "C-1"), only=ACME)

        assert failure(by_metadata, "C-1").reason is Reason.SCHEMA_CHANGED

    def test_a_search_that_was_not_filtered_is_not_believed(self, stripe, by_metadata):
        stripe.false = {"data": stripe.customers}

        assert failure(by_metadata, "C-1").reason is Reason.SCHEMA_CHANGED

    def test_all_pages_are_read(self, stripe, by_metadata):
        stripe.size = 1

        assert isinstance(ask(by_metadata, "C-1", "C-2")["C-2"], Found)

    def test_pages_that_go_in_circles_end(self, stripe, by_metadata):
        stripe.false = {"has_more": True, "next_page": "0"}

        assert failure(by_metadata, "C-1").reason is Reason.BAD_RESPONSE


def of(stripe, adapter, *rows):
    """What the adapter makes of Acme's subscriptions."""
    stripe.subscriptions = list(rows)
    return ask(adapter, ACME, lookup="subscriptions").data


class TestSubscriptions:
    def test_they_are_listed_with_their_renewal_and_what_they_cost_in_a_year(self, stripe, adapter):
        assert ask(adapter, ACME, lookup="subscriptions").data == {
            "items": [
                {
                    "id": "sub_1",
                    "title": "Team",
                    "status": "active",
                    "created_at": "2020-09-13T12:26:40+00:00",
                    "url": "https://dashboard.stripe.com/subscriptions/sub_1",
                }
            ],
            "total": 1,
            "renewal_date": "2096-10-02",
            "renews_at": "2096-10-02T07:06:40+00:00",
            "ends_at": None,
            "yearly": {"amount": "240.00", "currency": "EUR"},
        }

    def test_none_is_a_list_of_none(self, stripe, adapter):
        nothing = {"renewal_date": None, "renews_at": None, "ends_at": None, "yearly": None}

        assert of(stripe, adapter) == {"items": [], "total": 0, **nothing}

    def test_an_unknown_customer_has_none_to_count(self, adapter):
        assert ask(adapter, "cus_none", lookup="subscriptions") == NoMatch()

    def test_of_several_the_next_renewal_counts_and_all_that_they_cost(self, stripe, adapter):
        data = of(
            stripe,
            adapter,
            subscription("sub_1", ACME, position(price(2000, interval="year"), ends=FAR_OFF)),
            subscription(
                "sub_2", ACME, position(price(500, count=3), ends=FAR_OFF - 86400, quantity=7)
            ),
        )

        assert data["renewal_date"] == "2096-10-01"
        assert data["yearly"] == {"amount": "160.00", "currency": "EUR"}

    def test_what_was_cancelled_ends_and_does_not_renew(self, stripe, adapter):
        data = of(
            stripe,
            adapter,
            subscription("sub_1", ACME, position(price(2000)), cancel_at_period_end=True),
            subscription("sub_2", ACME, position(price(2000)), cancel_at=FAR_OFF - 86400),
        )

        assert (data["renewal_date"], data["yearly"]) == (None, None)
        assert data["ends_at"] == "2096-10-01T07:06:40+00:00"

    @pytest.mark.parametrize("status", ["incomplete", "paused"])
    def test_what_does_not_run_is_listed_and_does_not_renew(self, stripe, adapter, status):
        data = of(stripe, adapter, subscription("sub_1", ACME, position(price(9)), status=status))

        assert (data["total"], data["renewal_date"]) == (1, None)

    def test_what_is_unpaid_renews_and_is_worth_no_amount_that_can_be_counted_on(
        self, stripe, adapter
    ):
        active = subscription("sub_1", ACME, position(price(2000), ends=FAR_OFF + 86400))
        unpaid = subscription("sub_2", ACME, position(price(9)), status="unpaid")

        data = of(stripe, adapter, active, unpaid)

        assert [one["status"] for one in data["items"]] == ["active", "unpaid"]
        assert data["renewal_date"] == "2096-10-02"
        assert data["yearly"].startswith("not collected: a subscription is unpaid")

        data = of(stripe, adapter, active)

        assert data["yearly"] == {"amount": "240.00", "currency": "EUR"}

    def test_what_is_paused_renews_and_nobody_pays_for_it(self, stripe, adapter):
        """https://docs.stripe.com/billing/subscriptions/pause-payment"""
        pause = {"behavior": "void", "resumes_at": None}
        paused = subscription("sub_1", ACME, position(price(9)), pause_collection=pause)

        data = of(stripe, adapter, paused)

        assert data["items"][0]["status"] == "active"
        assert data["yearly"].startswith("not collected: a subscription is unpaid or paused")

    def test_a_discount_of_the_customers_own_holds_for_each_subscription(self, stripe, adapter):
        plain = of(stripe, adapter, subscription("sub_1", ACME, position(price(9))))
        stripe.customers[0]["discount"] = {"id": "di_1", "coupon": {"percent_off": 50}}
        reduced = of(stripe, adapter, subscription("sub_1", ACME, position(price(9))))

        assert plain["yearly"] == {"amount": "1.08", "currency": "EUR"}
        assert reduced["yearly"] == NOT_PLAIN

    def test_a_day_is_one_in_the_time_zone_of_the_account(self, stripe, adapter):
        data = of(stripe, adapter, subscription("sub_1", ACME, position(price(9))))
        assert data["renewal_date"] == "2096-10-02"

        adapter.settings["time_zone"] = ZoneInfo("America/Los_Angeles")
        data = of(
            stripe, adapter, subscription("sub_1", ACME, position(price(9), ends=FAR_OFF - 3600))
        )
        assert data["renewal_date"] == "2096-10-01"
        assert data["renews_at"] == "2096-10-02T06:06:40+00:00"

    @pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
    def test_what_is_over_is_not_listed(self, stripe, adapter, status):
        data = of(stripe, adapter, subscription("sub_1", ACME, position(price(9)), status=status))

        assert data["total"] == 0

    @pytest.mark.parametrize(
        ("currency", "units", "amount"),
        [("jpy", 500, "500"), ("isk", 500, "5.00"), ("ugx", 500, "5.00"), ("mga", 500, "500"),
         ("kwd", 5120, "5.120"), ("huf", 1045, "10.45"), ("eur", 0, "0.00")],
    )  # fmt: skip
    def test_amounts_are_in_whole_units_of_their_currency(
        self, stripe, adapter, currency, units, amount
    ):
        row = subscription("sub_1", ACME, position(price(units, currency, "year")))

        assert of(stripe, adapter, row)["yearly"] == {
            "amount": amount,
            "currency": currency.upper(),
        }

    def test_a_fraction_of_the_smallest_unit_is_kept(self, stripe, adapter):
        row = subscription(
            "sub_1", ACME, position(price(1, unit_amount_decimal="0.5"), quantity=1000)
        )

        assert of(stripe, adapter, row)["yearly"]["amount"] == "60.000"

    @pytest.mark.parametrize(
        "row",
        [
            subscription("sub_1", ACME, position(price(None, billing_scheme="tiered"))),
            subscription("sub_1", ACME, position(price(9, transform_quantity={"divide_by": 5}))),
            subscription("sub_1", ACME, position(price(9, interval="week"))),
            subscription("sub_1", ACME, position(price(9, count=24))),
            subscription("sub_1", ACME, position(price(9)), discounts=["di_1"]),
            subscription("sub_1", ACME, position(price(9), discounts=["di_1"])),
            subscription("sub_1", ACME, position(price(9)), position(price(9, "usd"), id="si_2")),
        ],
    )
    def test_what_a_year_costs_is_said_where_it_is_no_one_amount(self, stripe, adapter, row):
        data = of(stripe, adapter, row)

        assert data["renewal_date"] == "2096-10-02"
        assert isinstance(data["yearly"], str)

    def test_usage_is_not_known_beforehand(self, stripe, adapter):
        metered = price(9)
        metered["recurring"]["usage_type"] = "metered"

        data = of(stripe, adapter, subscription("sub_1", ACME, position(metered)))
        assert data["yearly"] == NOT_PLAIN

    def test_all_items_of_a_subscription_count(self, stripe, adapter):
        first = position(price(2000, interval="year"))
        row = subscription("sub_1", ACME, first)
        row["items"]["has_more"] = True
        stripe.more_items = [first, position(price(500, interval="year"), ends=FAR_OFF - 86400)]

        data = of(stripe, adapter, row)

        assert data["yearly"]["amount"] == "25.00"
        assert data["renewal_date"] == "2096-10-01"

    def test_an_item_that_comes_twice_is_not_counted_twice(self, stripe, adapter):
        once = position(price(2000))
        stripe.subscriptions = [subscription("sub_1", ACME, once, once)]

        assert failure(adapter, ACME, lookup="subscriptions").reason is Reason.BAD_RESPONSE

    def test_all_pages_are_read(self, stripe, adapter):
        stripe.size = 2
        rows = [subscription(f"sub_{n}", ACME, position(price(100))) for n in range(5)]

        assert of(stripe, adapter, *rows)["total"] == 5

    @pytest.mark.parametrize(
        ("false", "reason"),
        [
            ({"data": [subscription("sub_2", BOLT, position(price(9)))]}, Reason.SCHEMA_CHANGED),
            ({"data": [], "has_more": True}, Reason.BAD_RESPONSE),
            ({"has_more": True}, Reason.BAD_RESPONSE),
        ],
    )
    def test_a_list_that_cannot_be_right_is_not_believed(self, stripe, adapter, false, reason):
        stripe.false = false

        assert failure(adapter, ACME, lookup="subscriptions").reason is reason


class TestOverdueInvoices:
    def test_they_are_listed_with_what_remains_to_be_paid(self, stripe, adapter):
        stripe.invoices = [
            invoice("in_1", ACME, due=LONG_AGO + 86400),
            invoice("in_2", ACME, amount_remaining=50),
            invoice("in_3", BOLT),
        ]

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert [item["title"] for item in data["items"]] == [
            "A-in_2: 0.50 EUR",
            "A-in_1: 120.00 EUR",
        ]
        assert data["items"][0]["url"] == "https://dashboard.stripe.com/invoices/in_2"
        assert (data["total"], data["oldest_due"]) == (2, "2020-09-13")
        assert data["amount"] == {"amount": "120.50", "currency": "EUR"}

    def test_none_is_a_list_of_none(self, stripe, adapter):
        stripe.invoices = []

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert data == {
            "items": [], "total": 0, "oldest_due": None, "amount": None, "under_way": None,
            "reasons": "none of it is being paid; before unapplied credits (10.50 EUR)",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "row",
        [
            invoice("in_1", ACME, due=FAR_OFF),
            invoice("in_1", ACME, due=None),
            invoice("in_1", ACME, amount_remaining=0),
        ],
    )
    def test_what_is_not_due_yet_or_paid_does_not_count(self, stripe, adapter, row):
        stripe.invoices = [row]

        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 0

    def test_one_that_was_paid_does_not_count_whatever_the_list_says(self, stripe, adapter):
        stripe.false = {"data": [invoice("in_1", ACME, status="paid") | stripe.paid("in_1")]}

        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 0

    def test_one_that_is_charged_automatically_is_overdue_once_a_charge_failed(
        self, stripe, adapter
    ):
        stripe.invoices = [invoice("in_1", ACME, due=None, attempted=True, number=None)]

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert [item["title"] for item in data["items"]] == ["in_1: 120.00 EUR"]

    def test_an_invoice_that_comes_twice_is_not_owed_twice(self, stripe, adapter):
        stripe.invoices = [invoice("in_1", ACME), invoice("in_1", ACME)]

        found = failure(adapter, ACME, lookup="overdue_invoices")
        assert found.reason is Reason.BAD_RESPONSE

    def test_amounts_of_several_currencies_are_not_added(self, stripe, adapter):
        stripe.invoices = [invoice("in_1", ACME), invoice("in_2", ACME, currency="usd")]

        amount = ask(adapter, ACME, lookup="overdue_invoices").data["amount"]
        assert re.fullmatch(r"[\d.]+ EUR \+ [\d.]+ USD", amount)


class TestPaymentsUnderWay:
    """A bank debit takes days, in which its invoice is open."""

    @pytest.fixture(autouse=True)
    def debit(self, stripe):
        stripe.invoices = [invoice("in_1", ACME, attempted=True), invoice("in_2", ACME)]
        stripe.payments = {"in_1": [payment("pi_1")], "in_2": [payment("pi_2")]}
        stripe.payment_intents = [
            intent("pi_1", ACME),
            intent("pi_2", ACME, status="requires_payment_method"),
            intent("pi_3", BOLT),
        ]

    def owed(self, adapter):
        return ask(adapter, ACME, lookup="overdue_invoices").data

    def test_what_is_being_paid_counts_and_is_said_to_be(self, adapter):
        data = self.owed(adapter)

        assert [item["status"] for item in data["items"]] == ["open, payment under way", "open"]
        assert data["amount"] == {"amount": "240.00", "currency": "EUR"}
        assert data["under_way"] == {"amount": "120.00", "currency": "EUR"}
        assert data["reasons"] == (
            "120.00 EUR of it is being paid, by a debit that is under way; "
            "before unapplied credits (10.50 EUR)"
        )

    def test_it_is_asked_for_only_where_something_is_overdue(self, stripe, adapter):
        self.owed(adapter)
        assert [one.path.removeprefix("/v1/") for one in stripe.asked] == [
            "customers/cus_acme", "invoices", "payment_intents", "payment_intents",
        ]  # fmt: skip

        stripe.asked.clear()
        ask(adapter, BOLT, lookup="overdue_invoices")
        assert [one.path.removeprefix("/v1/") for one in stripe.asked] == [
            "customers/cus_bolt", "invoices",
        ]  # fmt: skip

    @pytest.mark.parametrize("status", ["succeeded", "canceled", "requires_action"])
    def test_none_is_under_way_that_is_over_or_waits_for_the_customer(
        self, stripe, adapter, status
    ):
        stripe.payment_intents[0]["status"] = status

        data = self.owed(adapter)

        assert data["under_way"] is None
        assert data["reasons"].startswith("none of it is being paid;")

    def test_a_key_that_may_not_read_payments_is_no_word_that_there_are_none(self, stripe, adapter):
        stripe.prices = []
        lacking = LACKING.replace("invoice", "payment_intent")
        stripe.refuse(403, error(lacking), only="payment_intents")
        data = self.owed(adapter)
        assert (data["total"], data["under_way"]) == (2, None)
        assert data["reasons"].startswith("whether any of it is being paid is not shown to us;")
        assert adapter.scope().missing == ("rak_payment_intent_read",)

        stripe.mend()
        assert self.owed(adapter)["under_way"]

    def test_all_payments_of_an_invoice_count(self, stripe, adapter):
        stripe.listed_payments = 1
        stripe.payments["in_1"] = [payment("pi_9", status="canceled"), payment("pi_1")]

        assert self.owed(adapter)["under_way"] == {"amount": "120.00", "currency": "EUR"}

    def test_another_customers_payment_is_found_out(self, stripe, adapter):
        stripe.payment_intents = []
        real = stripe.listed

        def unfiltered(kind, arguments):
            others = [intent("pi_3", BOLT)]
            return others if kind == "payment_intents" else real(kind, arguments)

        stripe.listed = unfiltered
        found = failure(adapter, ACME, lookup="overdue_invoices")
        assert found.reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(("balance", "said"), [(-1050, "10.50 EUR"), (0, "none"), (50, "none")])
    def test_a_credit_is_said_and_not_taken_off(self, stripe, adapter, balance, said):
        stripe.customers[0]["balance"] = balance

        data = self.owed(adapter)

        assert data["amount"] == {"amount": "240.00", "currency": "EUR"}
        assert data["reasons"].endswith(f"before unapplied credits ({said})")


class TestManyAtOnce:
    """From the list of all: a call for each hundred."""

    @pytest.mark.parametrize("by", ["id", "email", "metadata.account"])
    def test_each_is_what_it_is_by_itself(self, stripe, settings, by):
        stripe.customers = [customer(f"cus_{n}", f"C-{n}") for n in range(250)]
        own = {"id": "id", "email": "email", "metadata.account": "metadata"}[by]
        values = [one[own] for one in stripe.customers]
        keys = [one["account"] if isinstance(one, dict) else one for one in values]
        with plugged("stripe", settings | {"by": by}) as adapter:
            many = adapter.lookups["account"].ask([*keys, "nobody"], ())
            alone = ask(adapter, keys[7])

        assert many[keys[7]] == alone
        assert all(isinstance(many[key], Found) for key in keys)
        assert many["nobody"] == NoMatch(certain=False)

    @pytest.fixture
    def many(self, stripe):
        """Two hundred and fifty customers, every second one subscribed, and every fifth in debt."""
        ids = [f"cus_{n}" for n in range(250)]
        stripe.customers = [customer(one, one) for one in ids]
        stripe.subscriptions = [
            subscription(f"sub_{one}", one, position(price(2000))) for one in ids[::2]
        ]
        stripe.invoices = [invoice(f"in_{one}", one) for one in ids[::5]]
        return ids

    @pytest.mark.parametrize(
        ("lookup", "path", "pages"),
        [("subscriptions", "/v1/subscriptions", 2), ("overdue_invoices", "/v1/invoices", 1)],
    )
    def test_what_they_have_is_read_out_of_what_everybody_has(
        self, stripe, adapter, many, lookup, path, pages
    ):
        answers = adapter.lookups[lookup].ask([*many[:200], "nobody"], ())
        lists = [request for request in stripe.asked if request.path == path]
        alone = ask(adapter, *many[:6], lookup=lookup)

        assert (len(lists), {request.args.get("customer") for request in lists}) == (pages, {None})
        assert {key: answers[key] for key in many[:6]} == alone
        assert {one.data["total"] for one in alone.values()} == {0, 1}
        assert answers["nobody"] == NoMatch(certain=False)
        assert len(answers) == 201

    def test_all_items_of_their_subscriptions_count(self, stripe, adapter, many):
        stripe.subscriptions[1]["items"]["has_more"] = True
        stripe.more_items = [position(price(500)), position(price(700), ends=FAR_OFF - 1)]

        answers = adapter.lookups["subscriptions"].ask(many, ())

        assert answers["cus_2"].data["yearly"] == {"amount": "144.00", "currency": "EUR"}
        assert answers["cus_4"].data["yearly"] == {"amount": "240.00", "currency": "EUR"}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (subscription("sub_cus_0", "cus_0", position(price(9))), Reason.BAD_RESPONSE),
            (subscription("sub_9", "cus_9", position(price(9)), livemode=False),
             Reason.NOT_CONFIGURED),
            (subscription("sub_9", None, position(price(9))), Reason.SCHEMA_CHANGED),
        ],
        ids=["twice", "of the other mode", "of nobody"],
    )  # fmt: skip
    def test_a_list_that_cannot_be_right_is_not_believed_until_it_is(
        self, stripe, adapter, many, row, reason
    ):
        stripe.subscriptions.append(row)

        with pytest.raises(SourceError) as found:
            adapter.lookups["subscriptions"].ask(many, ())
        assert found.value.reason is reason

        stripe.subscriptions.pop()
        assert adapter.lookups["subscriptions"].ask(many, ())["cus_9"].data["total"] == 0

    def test_a_page_that_is_refused_takes_the_answers_of_all_until_it_is_shown(
        self, stripe, adapter, many
    ):
        stripe.refuse(403, error(LACKING), only="invoices")

        with pytest.raises(SourceError) as found:
            adapter.lookups["overdue_invoices"].ask(many, ())
        assert found.value.reason is Reason.PERMISSION_DENIED

        stripe.mend()
        answers = adapter.lookups["overdue_invoices"].ask(many, ())
        assert [answers[key].data["total"] for key in many[:6]] == [1, 0, 0, 0, 0, 1]


class TestAccounts:
    def test_all_pages_are_listed(self, stripe, adapter):
        stripe.customers = [customer(f"cus_{n}", f"C-{n}") for n in range(250)]

        rows = list(adapter.accounts({"id"}))

        assert [row.data["id"] for row in rows] == [f"cus_{n}" for n in range(250)]
        assert rows[0].link == "https://dashboard.stripe.com/customers/cus_0"

    def test_no_customer_at_all_is_no_list(self, stripe, adapter):
        stripe.customers = []

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED


LACKING = (
    "The provided key 'rk_live_***' does not have the required permissions for this endpoint on "
    "account 'acct_1'. Having the 'rak_invoice_read' permission would allow this request to "
    "continue."
)
REFUSALS = [
    (401, error("Invalid API Key provided: rk_live_***"), {}, Reason.CREDENTIAL_EXPIRED),
    (401, error("Expired API Key provided", code="api_key_expired"), {}, Reason.CREDENTIAL_EXPIRED),
    (403, error(LACKING), {}, Reason.PERMISSION_DENIED),
    (
        403,
        error("The API key provided does not allow requests from your IP address."),
        {},
        Reason.IP_NOT_ALLOWED,
    ),
    (400, error("Invalid Stripe API version: 2025-03-31.basil"), {}, Reason.ENDPOINT_GONE),
    (400, error("Received unknown parameter", code="parameter_unknown"), {}, Reason.BAD_RESPONSE),
    (
        429,
        error("Request rate limit exceeded.", code="rate_limit"),
        {"Stripe-Rate-Limited-Reason": "endpoint-rate", "Retry-After": "7"},
        Reason.RATE_LIMITED,
    ),
    (500, error("An unknown error occurred", type="api_error"), {}, Reason.SERVER_ERROR),
    (503, "<h1>Oops</h1>", {}, Reason.SERVER_ERROR),
    (200, "<h1>Log in</h1>", {}, Reason.BAD_RESPONSE),
]


@pytest.mark.parametrize(("status", "body", "headers", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    stripe, adapter, status, body, headers, reason
):
    stripe.refuse(status, body, {"Request-Id": "req_1", **headers}, only="invoices")

    found = failure(adapter, ACME, lookup="overdue_invoices")

    assert found.reason is reason
    assert found.retry_after == (7 if "Retry-After" in headers else None)
    if status != 200:
        assert found.request_id == "req_1"
    if status == 429:
        assert found.code == "endpoint-rate"
    assert "s3cret" not in str(found)

    stripe.mend()
    assert isinstance(ask(adapter, ACME, lookup="overdue_invoices"), Found)


def test_the_scope_that_a_key_lacks_is_named(stripe, adapter):
    stripe.refuse(403, error(LACKING), only="invoices")

    assert failure(adapter, ACME, lookup="overdue_invoices").detail == "needs rak_invoice_read"


def test_check_says_which_mode_it_is(adapter):
    assert adapter.check() == "Stripe, live mode"


def test_the_version_is_pinned(stripe, adapter):
    ask(adapter, ACME)

    assert stripe.asked[0].headers["Stripe-Version"] == "2025-03-31.basil"
    assert stripe.asked[0].headers["Authorization"] == "Bearer rk_live_s3cret"


@pytest.mark.parametrize(
    "given",
    [{}, {"key": "k", "by": "name"}, {"key": "k", "by": 'metadata.a"b'}, {"key": "k", "mode": "x"}],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("stripe").Settings().load(given)
