"""Dataverse and Business Central, written by hand as Microsoft's pages describe their OData: pages,
counts, annotations, filters, and what they keep to themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from support.vendor import Vendor, reply

API, COMPANY = "/api/data/v9.2", "9b7a6f3c-0000-4000-8000-0000000000aa"
CENTRAL = f"/v2.0/acme.example/Production/api/v2.0/companies({COMPANY})"
FORMATTED = "@OData.Community.Display.V1.FormattedValue"
WORDS = {
    ("industrycode", 7): "Consulting",
    ("_ownerid_value", "olga"): "Olga",
    ("statuscode", 1): "In Progress",
    ("prioritycode", 1): "High",
}
EURO = {"isocurrencycode": "EUR"}
TIMES = {"createdon": "2026-10-01T08:00:00Z", "modifiedon": "2026-11-02T09:30:00Z"}
NO_ID = "00000000-0000-0000-0000-000000000000"


def guid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


ACME, BOLT = guid(1), guid(2)


def day(days):
    return str(datetime.now(UTC).date() + timedelta(days=days))


def account(id, number, **more):
    return {
        "accountid": id,
        "accountnumber": number,
        "name": f"Account {number}",
        "statecode": 0,
        "merged": False,
        "_masterid_value": None,
        "industrycode": 7,
        "_ownerid_value": "olga",
        "revenue": None,
        "websiteurl": None,
        "primarycontactid": {"emailaddress1": "ana@acme.example", "fullname": "Ana"},
        **TIMES,
    } | more


def case(number, owner, **more):
    return {
        "incidentid": guid(100 + number),
        "ticketnumber": f"CAS-{number:05}",
        "title": f"Case {number}",
        "_customerid_value": owner,
        "statecode": 0,
        "statuscode": 1,
        "prioritycode": 1,
        "customerid_account": {"accountid": owner, "accountnumber": "A-1", "name": "Account A-1"},
        "primarycontactid": None,
        **TIMES,
    } | more


def opportunity(number, owner, **more):
    return {
        "opportunityid": guid(200 + number),
        "name": f"Deal {number}",
        "_parentaccountid_value": owner,
        "statecode": 0,
        "statuscode": 1,
        "estimatedvalue": 1000.5,
        "estimatedclosedate": "2027-01-31",
        "transactioncurrencyid": EURO,
        **TIMES,
    } | more


def entitlement(number, owner, ends, **more):
    return {
        "entitlementid": guid(300 + number),
        "name": "Gold support",
        "_customerid_value": owner,
        "statecode": 1,
        "statuscode": 1,
        "enddate": ends,
        **TIMES,
    } | more


def customer(id, number, **more):
    return {
        "id": id,
        "number": number,
        "displayName": f"Customer {number}",
        "email": "ana@acme.example",
        "website": "",
        "taxAreaId": NO_ID,
        "balanceDue": 362.07,
        "customerFinancialDetail": {"balance": 362.07, "overdueAmount": 120.5},
    } | more


def invoice(number, owner, *, days=-10, **more):
    """An invoice that is due in *days* from today."""
    return {
        "id": guid(400 + number),
        "number": f"PS-INV{number:04}",
        "customerId": owner,
        "billToCustomerId": owner,
        "invoiceDate": "2026-09-01",
        "dueDate": day(days),
        "remainingAmount": 120.5,
        "currencyCode": "EUR",
        "status": "Open",
        "lastModifiedDateTime": "2026-11-02T09:30:00Z",
    } | more


def attribute(name, kind, **more):
    return {
        "LogicalName": name,
        "AttributeType": kind,
        "DisplayName": {"UserLocalizedLabel": {"Label": name.capitalize()}},
        "IsValidForRead": True,
        "IsSecured": False,
        "AttributeOf": None,
        "RequiredLevel": {"Value": "None"},
    } | more


class Dynamics(Vendor):
    """As much of both services as the adapter uses.

    Attributes:
        sets: the rows by set.
        kept: ids of rows that our user may not read.
        secured: columns of accounts that are secured.
        deaf: conditions do not count.
        false: what lists say wrongly.
        size: rows of a page.
        privileges: what our user may do.
        tokens: the forms by which tokens were asked for.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.kept, self.secured, self.deaf, self.false = set(), set(), False, {}
        self.size, self.tokens = 500, []
        kinds = ("Account", "Contact", "Incident", "Opportunity", "Entitlement")
        self.privileges = [f"prvRead{kind}" for kind in kinds]
        self.sets = {
            "accounts": [account(ACME, "A-1"), account(BOLT, "A-2")],
            "incidents": [
                case(1, ACME),
                case(2, ACME, modifiedon="2026-11-03T09:30:00Z"),
                case(3, ACME, statecode=1),
                case(4, BOLT),
            ],
            "opportunities": [
                opportunity(1, ACME),
                opportunity(2, ACME, estimatedvalue=None, estimatedclosedate=None),
                opportunity(3, ACME, statecode=1),
            ],
            "entitlements": [
                entitlement(1, ACME, "2027-02-28T00:00:00Z"),
                entitlement(2, ACME, "2026-12-31T00:00:00Z"),
                entitlement(3, BOLT, None, statecode=2),
            ],
            "contacts": [
                {
                    "contactid": guid(9),
                    "fullname": "Bo",
                    "emailaddress1": "bo@acme.example",
                    "parentcustomerid_account": account(ACME, "A-1"),
                }
            ],
            "customers": [customer(ACME, "10000"), customer(BOLT, "20000")],
            "salesInvoices": [
                invoice(1, ACME),
                invoice(2, ACME, days=5),
                invoice(3, ACME, status="Paid", remainingAmount=0),
                invoice(4, BOLT, days=-1),
            ],
        }

    def answer(self, request):
        if request.path.endswith("/oauth2/v2.0/token"):
            self.tokens.append(request.form.to_dict())
            return reply({"access_token": "t-1", "token_type": "Bearer", "expires_in": 3599})
        path = request.path.removeprefix(API).removeprefix(CENTRAL).lstrip("/")
        if path == "WhoAmI":
            return reply({"UserId": guid(77), "OrganizationId": guid(78)})
        if path.endswith("RetrieveUserPrivileges()"):
            rows = [{"PrivilegeName": name, "Depth": "Global"} for name in self.privileges]
            return reply({"RolePrivileges": rows})
        if path.startswith("EntityDefinitions"):
            return reply({"value": self.described(path, request.args)})
        if path not in self.sets:
            message = f"Resource not found for the segment '{path}'."
            return refused("0x8006088a", message, 404)
        return self.listed(path, request)

    def listed(self, kind, request):
        asked = request.args
        known = {name for row in self.sets[kind] for name in row}
        expanded = dict(re.findall(r"(\w+)\(\$select=([\w,]+)\)", asked.get("$expand", "")))
        for name in [*asked["$select"].split(","), *expanded]:
            if self.sets[kind] and name not in known:
                message = f"Could not find a property named '{name}' on type 'x.{kind}'."
                return refused("0x80060888", message, 400)
        rows = [row for row in self.sets[kind] if not self.kept & set(map(str, row.values()))]
        if not self.deaf:
            rows = [row for row in rows if fits(row, asked.get("$filter", ""))]
        if "modifiedon desc" in asked.get("$orderby", ""):
            rows = sorted(rows, key=lambda row: row["modifiedon"], reverse=True)
        start = int(asked.get("$skiptoken", 0))
        stop = start + int(asked.get("$top", self.size))
        wanted = [*asked["$select"].split(","), *expanded]
        page = {"value": [shown(row, wanted) for row in rows[start:stop]]}
        if asked.get("$count") == "true":
            page["@odata.count"] = len(rows)
        if stop < len(rows) and "$top" not in asked:
            page["@odata.nextLink"] = f"{request.base_url}?{next_place(request, stop)}"
        return reply(page | self.false)

    def described(self, path, asked):
        if "IsSecured" in asked.get("$filter", ""):
            return [{"LogicalName": name} for name in self.secured]
        if path.endswith("PicklistAttributeMetadata"):
            option = {"Value": 7, "Label": {"UserLocalizedLabel": {"Label": "Consulting"}}}
            return [{"LogicalName": "industrycode", "OptionSet": {"Options": [option]}}]
        if path.endswith("DateTimeAttributeMetadata"):
            formats = {"createdon": "DateAndTime", "cr_renewal": "DateOnly"}
            return [{"LogicalName": name, "Format": one} for name, one in formats.items()]
        if path.endswith("MoneyAttributeMetadata"):
            base = {"revenue": False, "revenue_base": True}
            return [{"LogicalName": name, "IsBaseCurrency": one} for name, one in base.items()]
        if path.endswith("AttributeMetadata"):
            return []
        return [
            attribute("cr_renewal", "DateTime"),
            attribute("createdon", "DateTime"),
            attribute("industrycode", "Picklist"),
            attribute("name", "String", RequiredLevel={"Value": "ApplicationRequired"}),
            attribute("ownerid", "Owner"),
            attribute("owneridname", "String", AttributeOf="ownerid"),
            attribute("revenue", "Money"),
            attribute("revenue_base", "Money"),
            attribute("entityimage", "Virtual"),
        ]


def next_place(request, stop):
    parts = [one for one in request.query_string.decode().split("&") if "skiptoken" not in one]
    return "&".join([*parts, f"$skiptoken={stop}"])


def shown(row, wanted):
    told = {"@odata.etag": 'W/"1"'} | {name: row[name] for name in wanted}
    words = {
        name: WORDS.get((name, row[name])) for name in wanted if not isinstance(row[name], dict)
    }
    return told | {f"{name}{FORMATTED}": said for name, said in words.items() if said}


def fits(row, condition):
    """Whether *row* fits a filter as the adapter writes them."""
    if found := re.fullmatch(
        r"Microsoft.*PropertyName='(\w+)',PropertyValues=\[(.*)\]\)", condition
    ):
        values = re.findall(r"'((?:[^']|'')*)'", found[2])
        return str(row[found[1]]).casefold() in [one.casefold() for one in values]
    return all(
        any(holds(row, one) for one in part.strip("()").split(" or "))
        for part in condition.split(" and ")
        if part
    )


def holds(row, comparison):
    name, operator, value = comparison.split(" ", 2)
    told = None if value == "null" else value.strip("'")
    found = None if row[name] is None else str(row[name])
    return (found == told) is (operator == "eq")


def refused(code, message, status):
    return reply({"error": {"code": code, "message": message}}, status)
