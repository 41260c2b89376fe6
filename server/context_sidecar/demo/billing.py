"""The demo's billing: a file that the finance system is said to export every night."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from context_sidecar.demo.company import CUSTOMERS, Customer
from context_sidecar.demo.faults import Switches

OLD = timedelta(days=3, hours=2)


def write_billing(path: Path, switches: Switches) -> None:
    """Write the export anew; it replaces the old one in one step, as an export should."""
    exported = datetime.now(UTC) - (OLD if "billing_old" in switches else timedelta())
    draft = path.with_suffix(".part")
    with draft.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["customer", "contract_status", "overdue", "exported_at"])
        for customer in CUSTOMERS:
            if customer.in_billing:
                rows.writerow(_row(customer, exported))
    draft.replace(path)


def _row(customer: Customer, exported: datetime) -> list[str]:
    status = "dunning" if customer.overdue else "active"
    return [customer.id, status, str(customer.overdue), exported.isoformat(timespec="seconds")]
