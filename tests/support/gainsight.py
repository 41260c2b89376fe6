"""An organization of Gainsight, written by hand as its Company API is documented: `result` and
codes whatever the status, dates in milliseconds, labels beside picklists, a refusal for no rows."""

from __future__ import annotations

from support.vendor import Vendor, reply

ACME, BOLT = "0010000000000001AAA", "0010000000000002AAA"
DESCRIBE = "/v1/meta/services/objects/Company/describe"
QUERY = "/v1/data/objects/query/Company"
RENEWAL = 1830297600000  # 2028-01-01
OPERATORS = {
    "IN": lambda value, values: value in values,
    "IS_NOT_NULL": lambda value, _: value is not None,
}


def company(gsid, account, **more):
    return {
        "Gsid": gsid,
        "Name": f"Company {gsid}",
        "SfdcAccountId": account,
        "Stage": "1I00STAGE1",
        "Stage_PicklistLabel": "Adopting",
        "RenewalDate": RENEWAL,
        "Csm__gr.Name": "Olga",
        "Arr": 12000.5,
        "Tier__gc": "ENT",
        "Note__gc": None,
    } | more


def field(name, kind, **meta):
    said = {"fieldName": name, "label": f"The {name}", "dataType": kind, "meta": meta or None}
    return {**said, "objectName": "company"}


FIELDS = [
    field("Gsid", "GSID"),
    field("Name", "STRING"),
    field("SfdcAccountId", "STRING"),
    field("Stage", "PICKLIST"),
    field("RenewalDate", "DATE"),
    field("Csm", "LOOKUP", lookupDetail={"lookupName": "Csm__gr", "lookupObjectName": "gsuser"}),
    field("Arr", "CURRENCY"),
    field("Tier__gc", "STRING"),
    field("Note__gc", "RICHTEXTAREA"),
]


class Gainsight(Vendor):
    """As much of the API as the adapter uses.

    Attributes:
        rows: the companies.
        fields: what is said of their fields.
        deaf: conditions do not count.
        listed: data is the list itself, as the page on the Company API has it.
        none: how no rows are told: empty, refused or failed.
        size: rows of a page, whatever is asked for.
        first: the number of the first row.
        queries: what was asked.
        lenient: fields that do not exist are let pass.
        lost: fields that are left out of rows.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.rows, self.fields = [company("1P01", ACME), company("1P02", BOLT)], list(FIELDS)
        self.deaf, self.listed, self.none, self.size, self.first = False, False, "empty", 5000, 0
        self.queries, self.lenient, self.lost = [], False, set()

    def answer(self, request):
        assert request.headers["accesskey"] == "T0P-s3cret-token"
        if request.path == DESCRIBE:
            return reply(said([{"objectName": "company", "fields": self.fields}]))
        assert request.path == QUERY
        self.queries.append(request.json)
        return self.queried(request.json)

    def queried(self, query):
        known = {one["fieldName"] for one in self.fields} | {"Csm__gr.Name"}
        if not self.lenient and (lost := set(query["select"]) - known):
            return refused("GSOBJ_VCRUDR1002", f"Fields {sorted(lost)} do not exist in object")
        rows = self.rows
        if "where" in query and not self.deaf:
            [condition] = query["where"]["conditions"]
            assert query["where"]["expression"] == condition["alias"]
            fits = OPERATORS[condition["operator"]]
            rows = [row for row in rows if fits(row[condition["name"]], condition["value"])]
        first = max(query["offset"] - self.first, 0)
        rows = rows[first : first + min(query["limit"], self.size)]
        if not rows and self.none != "empty":
            code, status = ("GSOBJ_1011", 400) if self.none == "refused" else (None, 200)
            return refused(code, NONE[self.none], status)
        labels = {f"{one}_PicklistLabel" for one in query["select"]}
        shown = {*query["select"], *labels} - self.lost
        page = [{name: value for name, value in row.items() if name in shown} for row in rows]
        return reply(said(page if self.listed else {"records": page}))


NONE = {
    "refused": "No entity matches the given criteria, please re-check your request",
    "failed": "No data found for given criteria",
}


def said(data, **more):
    told = {"result": True, "errorCode": None, "errorDesc": None, "requestId": "r-1", "data": data}
    return {**told, "message": None, **more}


def error(code, desc="…"):
    return said(None, result=False, errorCode=code, errorDesc=desc)


def refused(code, desc, status=400):
    return reply(error(code, desc), status)
