"""A site of Jira Cloud with Jira Service Management, written by hand as the references describe
its REST APIs, and JQL."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

ORGANIZATIONS, CUSTOMER = "customfield_10002", "customfield_10042"
GATEWAY = "/ex/jira/11223344-a1b2-3b33-c444-def123456789"
FIELDS = [
    {"id": "summary", "name": "Summary", "schema": {"type": "string", "system": "summary"}},
    {
        "id": ORGANIZATIONS,
        "name": "Organizations",
        "schema": {
            "type": "array",
            "items": "sd-customerorganization",
            "custom": "com.atlassian.servicedesk:sd-customer-organizations",
            "customId": 10002,
        },
    },
    {"id": "thumbnail", "name": "Images"},
    {"id": "duedate", "name": "Due date", "schema": {"type": "date", "system": "duedate"}},
    {"id": "labels", "name": "Labels", "schema": {"type": "array", "items": "string"}},
    {
        "id": CUSTOMER,
        "name": "Customer",
        "searchable": True,
        "schema": {"type": "option", "custom": "…:select", "customId": 10042},
    },
]
SHOWN = {"summary", "status", "priority", "created", "updated", "reporter"}
JQL = re.compile(
    r"project in \((?P<projects>[^)]*)\) AND (?P<clause>\S+) in \((?P<values>.*)\) "
    r"AND statusCategory != Done(?P<order> ORDER BY updated DESC)?"
)
ALL = re.compile(r"project in \((?P<projects>[^)]*)\)")
TEXT = re.compile(r'"((?:\\.|[^"\\])*)"')
NO_FIELD = "Field 'cf[10042]' does not exist or you do not have permission to view it."
HIDDEN = "Issue does not exist or you do not have permission to see it."


def organization(id, name):
    return {
        "id": str(id),
        "name": name,
        "created": {"iso8601": "2026-01-02T10:00:00+0100", "epochMillis": 1767344400000},
        "_links": {"self": f"https://acme.atlassian.net/rest/servicedeskapi/organization/{id}"},
    }


def issue(number, *organizations, done=False, customer=None, project="SUP"):
    category = {"id": 3, "key": "done"} if done else {"id": 4, "key": "indeterminate"}
    return {
        "id": str(10000 + number),
        "key": f"{project}-{number}",
        "fields": {
            "summary": f"Issue {number}",
            "status": {"name": "Waiting for support", "statusCategory": category},
            "priority": {"name": "High"},
            "created": "2026-11-20T08:00:00.000+0100",
            "updated": "2026-11-21T08:00:00.000+0100",
            "reporter": {"displayName": "Ana Lima", "emailAddress": "ana@acme.example"},
            ORGANIZATIONS: [
                {"id": one["id"], "name": one["name"], "_links": {}} for one in organizations
            ],
            CUSTOMER: {"id": f"1-{customer}", "value": customer} if customer else None,
        },
    }


class JiraSite(Vendor):
    """As much of Jira as the adapter uses.

    Attributes:
        user: whom Jira takes us for; None for nobody.
        projects: those that we may browse.
        choices: of the field that holds a customer.
        lagging: whether the search still finds what is done.
        false: what a search says wrongly.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        acme, bolt = organization(1, "Acme"), organization(2, 'Bolt "B"')
        self.user, self.agent = {"accountId": "1", "displayName": "Sidecar"}, True
        self.projects, self.fields = ["SUP", "OPS"], FIELDS
        self.organizations = [acme, bolt]
        self.issues = [issue(1, acme), issue(2, acme), issue(3, bolt), issue(4, bolt, done=True)]
        self.choices = {"C-1", "C-2"}
        self.lagging, self.false, self.tokens = False, {}, []

    def answer(self, request):
        path = request.path.removeprefix(GATEWAY)
        match path.split("/")[1:]:
            case ["oauth", "token"]:
                self.tokens.append(request.form.to_dict())
                token = f"token-{len(self.tokens)}"
                return reply({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})
            case ["rest", "api", "3", *rest]:
                return self.platform(rest, request)
            case ["rest", "servicedeskapi", "organization", *rest]:
                return self.service_management(rest, request)
        return reply("<h1>Oops</h1>", 404)

    def platform(self, path, request):
        match path:
            case ["myself"] if self.user is None:
                return reply("Client must be authenticated to access this resource.", 401)
            case ["search", "jql"]:
                return self.search(request.get_json())
            case ["issue", key]:
                return self.one(key)
        return reply(self.simple(path[0], request))

    def simple(self, name, request):
        match name:
            case "myself":
                return self.user
            case "mypermissions":
                permission = request.args["permissions"]
                held = {"key": permission, "havePermission": self.agent}
                return {"permissions": {permission: held}}
            case "field":
                return self.fields
            case "search":
                return {"count": len(self.found(request.get_json()["jql"]))}
        keys = [key for key in request.args.getlist("keys") if key in self.projects]
        shown = [{"id": str(n), "key": key} for n, key in enumerate(keys) if self.user]
        return {"isLast": True, "total": len(shown), "values": shown}

    def service_management(self, path, request):
        shown = self.organizations if self.agent else []
        if path:
            found = next((row for row in shown if row["id"] == path[0]), None)
            said = {"errorMessage": "The organization does not exist."}
            return reply(found) if found else reply(said, 404)
        start, limit = int(request.args["start"]), min(int(request.args["limit"]), 50)
        values = shown[start : start + limit]
        more = start + limit < len(shown)
        page = {"size": len(values), "start": start, "limit": limit, "isLastPage": not more}
        return reply(page | {"values": values})

    def search(self, asked):
        if shown := ALL.fullmatch(asked["jql"]):
            rows = [row for row in self.issues if self.browsed(row, texts(shown["projects"]))]
            return reply({"issues": rows[: asked["maxResults"]], "isLast": True} | self.false)
        parts = JQL.fullmatch(asked["jql"])
        if parts["clause"] == "cf[10042]" and CUSTOMER not in {one["id"] for one in self.fields}:
            return reply({"errorMessages": [NO_FIELD], "errors": {}}, 400)
        if parts["clause"] == "cf[10042]":
            for value in texts(parts["values"]):
                if value not in self.choices:
                    said = f"The option '{value}' for field 'Customer' does not exist."
                    return reply({"errorMessages": [said], "errors": {}}, 400)
        rows = self.found(asked["jql"])
        start = int(asked.get("nextPageToken", "0"))
        end = start + asked["maxResults"]
        names = asked["fields"]
        shown = [row | {"fields": self.shown(row, names)} for row in rows[start:end]]
        more = {"nextPageToken": str(end), "isLast": False} if end < len(rows) else {"isLast": True}
        return reply({"issues": shown} | more | self.false)

    def shown(self, row, names):
        """What is asked for and there: Jira leaves out what is no field, or is hidden."""
        known = {field["id"] for field in self.fields} | {*SHOWN, CUSTOMER}
        fields = dict.fromkeys(known) | row["fields"]
        return {name: fields[name] for name in names if name in known}

    def found(self, jql):
        """The issues that *jql* finds and that we may see."""
        parts = JQL.fullmatch(jql)
        field = {"cf[10002]": ORGANIZATIONS, "cf[10042]": CUSTOMER}[parts["clause"]]
        wanted = {value.casefold() for value in texts(parts["values"])}
        return [
            row
            for row in self.issues
            if self.browsed(row, texts(parts["projects"]))
            if self.lagging or row["fields"]["status"]["statusCategory"]["key"] != "done"
            if wanted & {name.casefold() for name in named(row["fields"][field])}
        ]

    def browsed(self, row, projects):
        project = row["key"].partition("-")[0]
        return bool(self.user) and project in projects and project in self.projects

    def one(self, key):
        found = next((row for row in self.issues if row["key"] == key), None)
        if found is None or key.partition("-")[0] not in self.projects:
            return reply({"errorMessages": [HIDDEN], "errors": {}}, 404)
        schema = {field["id"]: field.get("schema", {"type": "any"}) for field in self.fields}
        return reply(found | {"schema": schema})


def texts(listed):
    return [re.sub(r"\\(.)", r"\1", one) for one in TEXT.findall(listed)]


def named(value):
    if isinstance(value, list):
        return [one["name"] for one in value]
    return [value["value"]] if value else []
