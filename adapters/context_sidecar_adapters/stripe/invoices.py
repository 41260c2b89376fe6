"""Invoices that a customer should have paid by now, and how much of them is being paid.

From docs.stripe.com: an invoice stays open while a bank debit is under way, which takes days
(/payments/ach-direct-debit, /payments/sepa-debit, /payments/bacs-debit): its PaymentIntent is
`processing`, and fails in the end or succeeds (/payments/paymentintents/lifecycle). Since
2025-03-31.basil an invoice names it only in its `payments` (/api/invoice-payment), and in a list,
where nothing deeper than four levels is shown (/api/expanding_objects), by its id. What a
customer's balance has to its credit is taken off its next invoice, and not off one that is open
(/billing/customer/balance).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from context_sidecar import Row, added_up

from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.stripe.money import day, moment, money, worth

INTENTS = "/payment_intents"


@dataclass(frozen=True, slots=True)
class Overdue:
    """What a customer owes.

    Attributes:
        invoices: those that are overdue, the oldest first.
        processing: the PaymentIntents that are under way; None where we are not shown them.
        balance: of the customer, as money; below zero it is a credit. None where it has none.
    """

    invoices: Sequence[Row]
    processing: Collection[str] | None
    balance: Mapping[str, str] | None


def overdue(
    ledger: Ledger, customers: Collection[str], balances: Mapping[str, Any]
) -> dict[str, Overdue]:
    """Return what each of *customers* owes, with its balance, of *balances* by their ids."""
    everybodys = ledger.of(
        "/invoices", customers, **{"status": "open", "expand[]": "data.payments"}
    )
    late = {
        one: sorted((row for row in rows if _is_late(row, now.timestamp())), key=_since)
        for one, rows, now in everybodys
    }
    shown = any(late.values()) and ledger.may_read(INTENTS)
    return {
        one: Overdue(
            [_whole(ledger, row) for row in rows],
            _processing(ledger, one, rows) if shown or not rows else None,
            balances[one],
        )
        for one, rows in late.items()
    }


def item(row: Row, processing: Collection[str] | None, link: str) -> dict[str, object]:
    """Return what a list says of an invoice."""
    left = money(row["amount_remaining"], row["currency"])
    paying = any(_of_row(row, processing or ()))
    return {
        "id": row["id"],
        "title": f"{row['number'] or row['id']}: {left['amount']} {left['currency']}",
        "status": f"{row['status']}, payment under way" if paying else row["status"],
        "created_at": moment(row["created"]),
        "url": link,
    }


def summary(owed: Overdue, *, zone: tzinfo) -> dict[str, object]:
    """Return what remains to be paid, since which day in *zone* the oldest is due, how much of it
    is being paid, and both with the credit in words."""
    rows, processing = owed.invoices, owed.processing
    amounts = [worth(row["amount_remaining"], row["currency"]) for row in rows]
    paying = [one for row in rows for one in _of_row(row, processing or ())]
    under_way = added_up("under_way", paying)
    return {
        "oldest_due": day(min(map(_since, rows), default=None), zone),
        **added_up("amount", amounts),
        **under_way,
        "reasons": _reasons(owed, under_way["under_way"]),
    }


def _reasons(owed: Overdue, under_way: Any) -> str:
    if owed.processing is None:
        said = "whether any of it is being paid is not shown to us"
    elif under_way is None:
        said = "none of it is being paid"
    else:
        said = f"{_text(under_way)} of it is being paid, by a debit that is under way"
    credit = -Decimal(owed.balance["amount"]) if owed.balance else Decimal(0)
    before = f"{credit:f} {owed.balance['currency']}" if owed.balance and credit > 0 else "none"
    return f"{said}; before unapplied credits ({before})"


def _text(amount: Any) -> str:
    return amount if isinstance(amount, str) else f"{amount['amount']} {amount['currency']}"


def _processing(ledger: Ledger, customer: str, late: Sequence[Row]) -> set[str]:
    """The customer's PaymentIntents that are under way, made since the oldest of *late* was."""
    if not late:
        return set()
    since = {"created[gte]": str(min(row["created"] for row in late))}
    [(_, rows, _)] = ledger.of(INTENTS, [customer], **since)
    return {row["id"] for row in rows if row["status"] == "processing"}


def _whole(ledger: Ledger, row: Row) -> Row:
    """An invoice shows its first payments only."""
    if not row["payments"]["has_more"]:
        return row
    payments, _ = ledger.every("/invoice_payments", {"invoice": row["id"]})
    return {**row, "payments": {"data": payments, "has_more": False}}


def _of_row(row: Row, processing: Collection[str]) -> Iterator[tuple[Decimal, str]]:
    """What of an invoice is being paid by *processing*."""
    for one in row["payments"]["data"]:
        if one["status"] == "open" and one["payment"].get("payment_intent") in processing:
            yield worth(one["amount_requested"], one["currency"])


def _is_late(row: Row, now: float) -> bool:
    if row["status"] != "open" or row["amount_remaining"] <= 0:
        return False
    due = row["due_date"]
    return bool(row["attempted"]) if due is None else due < now


def _since(row: Row) -> int:
    due = row["due_date"]
    return int(row["created"] if due is None else due)
