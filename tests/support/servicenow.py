"""A ServiceNow instance, written by hand as the Table and Aggregate APIs are documented, with what
they keep to themselves: conditions that are dropped, rows and columns that are taken out."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

ACME, BOLT, CALM = (digit * 32 for digit in "abc")
ME = "6816f79cc0a8016401c5a33be04be441"
TOKEN = "/oauth_token.do"
LABELS = {"state": {"1": "New", "10": "Open", "3": "Closed"}, "priority": {"1": "1 - Critical"}}


def account(sys_id, number, **more):
    return {
        "sys_id": sys_id,
        "number": number,
        "name": f"Account {number}",
        "u_tier": "ENT",
        "website": "",
        "primary_contact": "f" * 32,
        "primary_contact.email": "ana@acme.example",
        "sys_created_on": "2018-12-23 05:25:17",
        "sys_updated_on": "2019-01-03 19:37:55",
    } | more


def case(number, owner, **more):
    return {
        "sys_id": f"{number:032x}",
        "number": f"CS{number:07}",
        "account": owner,
        "account.number": "ACCT0000001",
        "account.name": "Account ACCT0000001",
        "contact.email": "ana@acme.example",
        "contact.name": "",
        "short_description": f"Case {number}",
        "state": "10",
        "priority": "1",
        "active": "true",
        "opened_at": "2026-11-01 08:00:00",
        "sys_created_on": "2026-11-01 08:00:00",
        "sys_updated_on": f"2026-11-02 08:{number % 60:02}:00",
    } | more


def contract(number, owner, ends, **more):
    return {
        "sys_id": f"{number:032x}",
        "number": f"CNTR{number:07}",
        "account": owner,
        "short_description": "Gold support",
        "name": "Gold support",
        "state": "active",
        "active": "true",
        "ends": ends,
        "end_date": ends,
        "sys_created_on": "2026-01-01 08:00:00",
        "sys_updated_on": "2026-01-01 08:00:00",
    } | more


def column(name, kind="string", table="customer_account", choice="0"):
    return {
        "sys_id": f"{len(name):032x}",
        "name": table,
        "element": name,
        "column_label": name.removeprefix("u_").capitalize(),
        "internal_type": kind,
        "mandatory": "false",
        "choice": choice,
        "active": "true",
    }


class ServiceNow(Vendor):
    """As much of the APIs as the adapter uses.

    Attributes:
        tables: the rows by table.
        hidden: sys_ids of rows that our user may not read.
        unreadable: columns that it may not read.
        dropped: columns of which a condition is dropped all the same.
        no_rows: glide.invalid_query.returns_no_rows.
        beside: what an answer says beside its rows.
        tokens: the forms by which tokens were asked for.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.hidden, self.unreadable, self.dropped = set(), set(), set()
        self.no_rows, self.beside, self.tokens = False, {}, []
        choices = {"ENT": "Enterprise", "STD": "Standard"}
        self.tables = {
            "customer_account": [account(ACME, "ACCT0000001"), account(BOLT, "ACCT0000002")],
            "sn_customerservice_case": [
                case(1, ACME),
                case(2, ACME, priority="3", state="1"),
                case(3, ACME, active="false", state="3"),
                case(4, BOLT),
            ],
            "ast_contract": [
                contract(1, ACME, "2027-01-31"),
                contract(2, ACME, "2026-12-31"),
                contract(3, ACME, ""),
                contract(4, ACME, "2025-12-31", active="false"),
            ],
            "service_entitlement": [contract(5, ACME, "2027-02-28")],
            "customer_contact": [case(9, ACME, email="bo@acme.example", name="Bo")],
            "sys_user_has_role": [
                {"sys_id": "1", "user": ME, "role.name": "snc_read_only", "state": "active"},
                {"sys_id": "2", "user": "another", "role.name": "admin", "state": "active"},
            ],
            "sys_db_object": [
                {"sys_id": "1", "name": "customer_account", "super_class.name": "core_company"},
                {"sys_id": "2", "name": "core_company", "super_class.name": ""},
            ],
            "sys_dictionary": [
                column("u_tier", choice="3"),
                column("primary_contact", "reference"),
                column("website", "url", "core_company"),
                column("elsewhere", table="incident"),
            ],
            "sys_choice": [
                {"sys_id": value, "name": "customer_account", "element": "u_tier",
                 "value": value, "label": label, "inactive": "false", "language": "en"}
                for value, label in choices.items()
            ],
        }  # fmt: skip

    def answer(self, request):
        if request.path == TOKEN:
            self.tokens.append(request.form.to_dict())
            return reply({"access_token": "t-1", "token_type": "Bearer", "expires_in": 1799})
        _, _, _, api, table, *one = request.path.split("/")
        if table not in self.tables:
            error = {"message": f"Invalid table {table}", "detail": None}
            return reply({"error": error, "status": "failure"}, 400)
        if one:
            return self.single(table, one[0], request.args)
        found = list(self.found(table, request.args["sysparm_query"]))
        if api == "stats":
            return self.grouped(found, request.args)
        first, most = int(request.args["sysparm_offset"]), int(request.args["sysparm_limit"])
        page = [row for row in found[first : first + most] if row["sys_id"] not in self.hidden]
        shown = [self.shown(row, request.args["sysparm_fields"]) for row in page]
        headers = {"X-Total-Count": str(len(found))}
        return reply({"result": shown} | self.beside, headers=headers)

    def single(self, table, sys_id, asked):
        for row in self.tables[table]:
            if row["sys_id"] == sys_id and sys_id not in self.hidden:
                return reply({"result": self.shown(row, asked["sysparm_fields"])})
        detail = "Record doesn't exist or ACL restricts the record retrieval"
        error = {"message": "No Record found", "detail": detail}
        return reply({"error": error, "status": "failure"}, 404)

    def grouped(self, found, asked):
        if {row["sys_id"] for row in found} & self.hidden:
            error = {"message": "User Not Authorized", "detail": "Failed API level ACL Validation"}
            return reply({"error": error, "status": "failure"}, 403)
        columns, groups = asked["sysparm_group_by"].split(","), {}
        for row in found:
            groups.setdefault(tuple(row[one] for one in columns), []).append(row)
        return reply({
            "result": [
                {
                    "stats": {"count": str(len(rows))},
                    "groupby_fields": [
                        {"field": field, "value": value}
                        for field, value in zip(columns, values, strict=True)
                    ],
                }
                for values, rows in groups.items()
            ]
        })  # fmt: skip

    def found(self, table, query):
        rows = self.tables[table]
        known = {name for row in rows for name in row}
        for part in query.split("^"):
            name, operator, value = re.fullmatch(
                r"(ORDERBY(?:DESC)?)?([a-z_.]+)(IN|=|ISNOTEMPTY)?(.*)", part
            ).group(2, 3, 4)
            if part.startswith("ORDERBY"):
                rows = sorted(rows, key=lambda row: row[name], reverse="DESC" in part)
            elif name not in known - self.dropped:
                rows = [] if self.no_rows else rows
            elif operator == "ISNOTEMPTY":
                rows = [row for row in rows if row[name]]
            else:
                value = ME if value == "javascript:gs.getUserID()" else value
                values = value.casefold().split(",")
                rows = [row for row in rows if row[name].casefold() in values]
        return rows

    def shown(self, row, fields):
        return {
            name: {
                "value": row[name],
                "display_value": LABELS.get(name, {}).get(row[name], row[name]),
            }
            for name in fields.split(",")
            if name in row and name not in self.unreadable
        }
