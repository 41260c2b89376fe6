"""The kinds of systems that there are."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """The kinds of systems, as those who use them call them."""

    ANY = "any"
    TICKETING = "ticketing"
    CRM = "CRM"
    CUSTOMER_SUCCESS = "customer success"
    BILLING = "ERP and billing"
    SERVICES = "PSA"
    HR = "HR"
    WAREHOUSE = "warehouse"
    FILES = "files"
