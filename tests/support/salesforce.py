"""A Salesforce org, written by hand as the REST API, SOQL and composite guides describe it."""

from __future__ import annotations

import re
from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

from support.vendor import Vendor, reply

DATA = "/services/data/v62.0"
ACME, BOLT = "001A000001LbTzaIAF", "001A000001LbTzbIAF"
SOQL = re.compile(
    r"SELECT (?P<columns>.+?) FROM (?P<type>\w+)"
    r"(?: WHERE (?P<by>[\w.]+) IN \((?P<keys>.*)\)(?P<open> AND IsClosed = false)?)?"
    r"(?: ORDER BY LastModifiedDate DESC)?(?: LIMIT (?P<limit>\d+))?",
    re.DOTALL,
)
UNKNOWN = (
    "\nSELECT {name} FROM {type}\n       ^\nERROR at Row:1:Column:8\nNo such column '{name}' on "
    "entity '{type}'. If you are attempting to use a custom field, be sure to append the '__c' "
    "after the custom field name. Please reference your WSDL or the describe call."
)
STRANGE = "Didn't understand relationship '{name}' in field path. If you are attempting to use …"


def account(id, number, **more):
    return {
        "Id": id,
        "Name": f"Account {number}",
        "ERP_Number__c": number,
        "Tier__c": "ENT",
        "Owner": {"attributes": {"type": "User"}, "Name": "Olga", "Email": None},
    } | more


def described(name, kind="string", **options):
    """A field as a describe call tells it; *options* are a picklist's."""
    label = name.removesuffix("__c").replace("_", " ")
    return {
        "name": name,
        "label": label,
        "type": kind,
        "nillable": True,
        "filterable": True,
        "deprecatedAndHidden": False,
        "relationshipName": None,
        "referenceTo": [],
        "picklistValues": [
            {"value": value, "label": words, "active": True, "defaultValue": False}
            for value, words in options.items()
        ],
    }


FIELDS = [
    described("Id", "id"),
    described("Name"),
    described("ERP_Number__c"),
    described("Tier__c", "picklist", ENT="Enterprise", STD="Standard"),
    described("OwnerId", "reference")
    | {"label": "Owner ID", "relationshipName": "Owner", "referenceTo": ["User"]},
    described("BillingAddress", "address"),
]

ANA = {"Email": "ana@acme.example", "Name": "Ana Lima"}


def contact(id, account, **more):
    return {"Id": id, "AccountId": account and account["Id"], "Account": account} | ANA | more


def case(number, account, **more):
    return {
        "Id": f"500A0000{number:07}IAA",
        "AccountId": account["Id"],
        "Account": account,
        "Contact": None,
        "Subject": f"Case {number}",
        "Status": "New",
        "Priority": "High",
        "CreatedDate": "2026-05-01T07:25:37.000+0000",
        "LastModifiedDate": "2026-05-02T07:25:37.000+0000",
        "IsClosed": False,
    } | more


class Salesforce(Vendor):
    """An org: OAuth, queries, composite requests, over records that a test puts here.

    Attributes:
        records: by object; an object that is not among them is hidden from us.
        hidden: columns that we may not see.
        tokens: what the token endpoint gives out, in turn.
        size: rows of a page.
        fields: what a describe call tells of accounts.
        added: columns of accounts beside the usual, each with its value.
        false: what a query says wrongly.
        merged: accounts that were merged into others, which only queryAll gives.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        acme, bolt = account(ACME, "C-1"), account(BOLT, "C-2")
        self.records = {
            "Account": [acme, bolt],
            "Case": [case(1, acme), case(2, acme), case(3, bolt), case(4, bolt, IsClosed=True)],
            "Opportunity": [],
        }
        self.hidden, self.size, self.false = set(), 2000, {}
        self.merged, self.deleted = [], ()
        self.refused_tokens = set()
        self.fields, self.added = deepcopy(FIELDS), {}
        self.given, self.queries, self.cursors = [], [], {}

    def answer(self, request):
        if request.path == "/services/oauth2/token":
            return self.sign_in(request)
        if request.headers.get("Authorization", "")[7:] in self.refused_tokens:
            said = {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
            return reply([said], 401)
        if request.path == f"{DATA}/composite":
            parts = [self.part(part) for part in request.get_json()["compositeRequest"]]
            return reply({"compositeResponse": parts})
        if request.path == f"{DATA}/sobjects/Account/describe":
            shown = [one for one in self.fields if one["name"] not in self.hidden]
            return reply({"name": "Account", "label": "Account", "fields": shown})
        if request.path == f"{DATA}/query":
            body, status = self.query(request.args["q"])
            return reply(body, status)
        return reply(self.page(*self.cursors[request.path]))

    def sign_in(self, request):
        self.given.append(request.form.to_dict())
        token = f"token-{len(self.given)}"
        answer = {"access_token": token, "instance_url": self.url, "token_type": "Bearer"}
        return reply(answer)

    def part(self, part):
        url = urlsplit(part["url"])
        assert part["method"] == "GET"
        assert url.path in {f"{DATA}/query", f"{DATA}/queryAll"}
        self.deleted = self.merged if url.path.endswith("All") else ()
        body, status = self.query(parse_qs(url.query)["q"][0])
        answer = {"body": body, "httpHeaders": {}, "httpStatusCode": status}
        return answer | {"referenceId": part["referenceId"]}

    def query(self, text):
        self.queries.append(text)
        asked = SOQL.fullmatch(text)
        columns = asked["columns"].split(", ")
        if asked["type"] not in self.records:
            said = f"sObject type '{asked['type']}' is not supported."
            return [{"errorCode": "INVALID_TYPE", "message": said}], 400
        for column in [*columns, *filter(None, [asked["by"]])]:
            if message := self.unknown(asked["type"], column):
                return [{"errorCode": "INVALID_FIELD", "message": message}], 400
        rows = self.selected(asked)
        shown = [{"attributes": {"type": asked["type"]}} | project(row, columns) for row in rows]
        return self.page(shown, 0) | self.false, 200

    def unknown(self, type, column):
        """What Salesforce says of a column that is not there, or not for us."""
        *relationship, name = column.split(".")
        if column in {"MasterRecordId", "MasterRecord.Name"} - self.hidden:
            return None
        if relationship and relationship[0] not in {"Owner", "Account", "Contact"}:
            return STRANGE.format(name=relationship[0])
        sample = account("", "") if type == "Account" or relationship == ["Account"] else None
        sample = sample | self.added if sample else None
        sample = sample or case(0, account("", "")) | {"Name": "", "StageName": ""}
        sample |= {"Amount": 0, "CloseDate": ""} if type == "Opportunity" else {}
        sample |= ANA if type == "Contact" else {}
        known = sample["Owner"] if relationship == ["Owner"] else sample
        known = ANA if relationship == ["Contact"] else known
        if name in self.hidden or name not in known:
            return UNKNOWN.format(name=name, type=type)
        return None

    def rename(self, old, new):
        """Rename a field's API name, with all its values."""
        self.hidden.add(old)
        self.hidden.discard(new)
        self.fields += [
            {**one, "name": new, "label": new.removesuffix("__c").replace("_", " ")}
            for one in self.fields
            if one["name"] == old
        ]
        self.added[new] = None
        for one in self.records["Account"]:
            one[new] = one.pop(old)

    def selected(self, asked):
        rows = [*self.records[asked["type"]], *self.deleted]
        if asked["keys"] is not None:
            keys = [unescape(key) for key in re.findall(r"'((?:\\.|[^'\\])*)'", asked["keys"])]
            if asked["by"] in {"Id", "AccountId"}:
                rows = [row for row in rows if row[asked["by"]][:15] in {key[:15] for key in keys}]
            else:
                wanted = {key.casefold() for key in keys}
                rows = [row for row in rows if str(at(row, asked["by"])).casefold() in wanted]
        if asked["open"]:
            rows = [row for row in rows if not row["IsClosed"]]
        return rows[: int(asked["limit"])] if asked["limit"] else rows

    def page(self, rows, start):
        end = start + self.size
        found = {"totalSize": len(rows), "done": end >= len(rows), "records": rows[start:end]}
        if found["done"]:
            return found
        path = f"{DATA}/query/01gA{len(self.cursors)}-{end}"
        self.cursors[path] = (rows, end)
        return found | {"nextRecordsUrl": path}


def unescape(text):
    return re.sub(r"\\(.)", r"\1", text)


def at(row, path):
    for name in path.split("."):
        row = row[name]
    return row


def project(row, columns):
    shown = {}
    for column in columns:
        root, _, name = column.partition(".")
        if not name:
            shown[root] = row[root]
        elif row[root] is None:
            shown[root] = None
        else:
            shown.setdefault(root, {"attributes": {}})[name] = row[root][name]
    return shown
