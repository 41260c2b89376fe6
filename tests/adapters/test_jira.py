"""What the Jira adapter makes of each answer that Jira can give."""

from __future__ import annotations

import base64

import pytest
from context_sidecar import (
    AccountRow,
    FieldType,
    Found,
    NoMatch,
    Reason,
    Several,
    ShapeField,
    SourceError,
    plugins,
)
from context_sidecar_adapters.jira.issues import SHOWN
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.jira_site import CUSTOMER, GATEWAY, ORGANIZATIONS, JiraSite, issue, organization
from support.vendor import failure

ACME = organization(1, "Acme")

CLOUD = GATEWAY.rpartition("/")[2]


@pytest.fixture
def jira(httpserver):
    return JiraSite(httpserver)


@pytest.fixture
def settings(jira):
    login = {"user": "sidecar@acme.example", "api_token": "s3cret"}
    return {"url": jira.url, **login, "projects": ["SUP", "OPS"]}


@pytest.fixture
def adapter(settings):
    with plugged("jira", settings) as opened:
        yield opened


@pytest.fixture
def by_name(settings):
    with plugged("jira", settings | {"by": "organization_name"}) as opened:
        yield opened


@pytest.fixture
def by_field(jira, settings):
    jira.issues = [issue(1, customer="C-1"), issue(2, customer="C-2"), issue(3, customer="C-2")]
    with plugged("jira", settings | {"by": "customer_field", "customer_field": CUSTOMER}) as opened:
        yield opened


def paths(jira):
    return [request.path for request in jira.asked]


class TestAccount:
    def test_an_organization_is_found_by_its_id(self, jira, adapter):
        answer = ask(adapter, "1")

        assert answer.data == jira.organizations[0]
        assert answer.link.startswith(f"{jira.url}/issues/?jql=project")

    def test_many_are_looked_for_in_the_list(self, jira, adapter):
        jira.organizations = [organization(n, f"O {n}") for n in range(1, 121)]

        answers = ask(adapter, "1", "51", "101", "120")

        assert [found.data["name"] for found in answers.values()] == [
            "O 1",
            "O 51",
            "O 101",
            "O 120",
        ]
        assert len(jira.asked) == 3

    def test_by_its_name_whatever_the_case(self, by_name):
        assert ask(by_name, "aCME").data["id"] == "1"

    def test_of_two_with_one_name_none_is_guessed(self, jira, by_name):
        jira.organizations.append(organization(3, "Acme"))

        assert ask(by_name, "Acme") == Several(("Acme (1)", "Acme (3)"))

    def test_no_such_organization_is_no_match_once_we_know_that_we_see_all(self, jira, adapter):
        assert ask(adapter, "9") == NoMatch()
        assert "/rest/api/3/mypermissions" in paths(jira)

    def test_what_can_be_no_id_is_no_match(self, adapter):
        assert ask(adapter, "../1") == NoMatch()

    def test_one_that_is_shown_its_own_only_never_reads_as_none(self, jira, adapter):
        """Customers are shown the organizations that they are members of, and no refusal."""
        jira.agent = False

        assert failure(adapter, "1").reason is Reason.PERMISSION_DENIED

    def test_another_organization_than_was_asked_for_is_not_believed(self, jira, adapter):
        jira.refuse(200, organization(7, "Other"), only="organization")

        assert failure(adapter, "1").reason is Reason.SCHEMA_CHANGED

    def test_where_issues_name_their_customer_in_a_field_there_are_no_accounts(self, by_field):
        assert failure(by_field, "C-1").reason is Reason.NOT_CONFIGURED


class TestOpenTickets:
    def test_each_organization_gets_its_own(self, jira, adapter):
        answers = ask(adapter, "1", "2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]
        assert answers["2"].data["items"] == [
            {
                "id": "SUP-3",
                "title": "Issue 3",
                "status": "Waiting for support",
                "priority": "High",
                "created_at": "2026-11-20T08:00:00.000+0100",
                "updated_at": "2026-11-21T08:00:00.000+0100",
                "url": f"{jira.url}/browse/SUP-3",
            }
        ]

    def test_a_batch_is_one_search(self, jira, adapter):
        ask(adapter, "1", "2", lookup="open_tickets")

        assert paths(jira).count("/rest/api/3/search/jql") == 1

    def test_none_is_a_list_of_none_once_others_issues_are_shown(self, jira, adapter):
        jira.issues = [issue(3, jira.organizations[1])]
        assert ask(adapter, "1", lookup="open_tickets").data == {"items": [], "total": 0}

        jira.issues = []  # as an issue security scheme would have it
        found = failure(adapter, "1", lookup="open_tickets")
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

    def test_an_unknown_organization_has_no_issues_to_count(self, adapter):
        assert ask(adapter, "9", lookup="open_tickets") == NoMatch()

    def test_organizations_of_one_name_are_told_apart_by_id(self, jira, adapter):
        twin = organization(3, "ACME")
        jira.organizations.append(twin)
        jira.issues.append(issue(5, twin))

        answers = ask(adapter, "1", "3", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]
        assert ask(adapter, "1", lookup="open_tickets").data["total"] == 2

    def test_an_issue_of_several_organizations_is_open_for_each(self, jira, adapter):
        jira.issues = [issue(1, *jira.organizations)]

        answers = ask(adapter, "1", "2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [1, 1]

    def test_all_pages_are_read(self, jira, adapter):
        acme, bolt = jira.organizations
        jira.issues = [issue(number, acme if number % 3 else bolt) for number in range(250)]

        answers = ask(adapter, "1", "2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [166, 84]

    def test_of_very_many_the_first_come_with_how_many_there_are(self, jira, adapter):
        acme, bolt = jira.organizations
        jira.issues = [issue(number, acme) for number in range(1050)] + [issue(2000, bolt)]

        answers = ask(adapter, "1", "2", lookup="open_tickets")

        assert (len(answers["1"].data["items"]), answers["1"].data["total"]) == (100, 1050)
        assert answers["2"].data["total"] == 1

    def test_very_many_are_not_counted_along_with_those_of_another_of_one_name(self, jira, adapter):
        twin = organization(3, "ACME")
        jira.organizations.append(twin)
        jira.issues = [issue(0, twin), *(issue(number, ACME) for number in range(1, 1051))]

        assert failure(adapter, "1", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    def test_what_was_done_since_it_was_indexed_does_not_count(self, jira, adapter):
        jira.lagging = True

        assert ask(adapter, "2", lookup="open_tickets").data["total"] == 1

    def test_a_project_without_priorities_has_none(self, jira, adapter):
        jira.issues[2]["fields"]["priority"] = None

        assert ask(adapter, "2", lookup="open_tickets").data["items"][0]["priority"] is None

    @pytest.mark.parametrize(
        ("user", "projects", "reason"),
        [
            (None, ["SUP", "OPS"], Reason.CREDENTIAL_EXPIRED),
            ({"displayName": "Sidecar"}, ["OPS"], Reason.PERMISSION_DENIED),
        ],
    )
    def test_one_who_may_not_see_all_never_reads_as_none(
        self, jira, adapter, user, projects, reason
    ):
        """Jira answers such a search with 200, and fewer issues, or none."""
        jira.user, jira.projects = user, projects

        assert failure(adapter, "1", lookup="open_tickets").reason is reason

    def test_without_a_field_for_organizations_there_is_no_answer(self, jira, adapter):
        jira.fields = [field for field in jira.fields if field["id"] != ORGANIZATIONS]

        assert failure(adapter, "1", lookup="open_tickets").reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(
        ("false", "reason"),
        [
            ({"issues": [issue(9, organization(9, "Other"))]}, Reason.SCHEMA_CHANGED),
            ({"issues": [issue(9)]}, Reason.SCHEMA_CHANGED),
            ({"issues": [{**issue(9, ACME), "key": "HR-9"}]}, Reason.SCHEMA_CHANGED),
            ({"isLast": False}, Reason.BAD_RESPONSE),
            ({"isLast": None, "issues": [issue(n) for n in range(1, 101)]}, Reason.BAD_RESPONSE),
            ({"isLast": False, "nextPageToken": "0"}, Reason.BAD_RESPONSE),
            ({"isLast": False, "nextPageToken": "9", "issues": []}, Reason.BAD_RESPONSE),
        ],
    )
    def test_a_search_that_cannot_be_right_is_not_believed(self, jira, adapter, false, reason):
        jira.false = false

        assert failure(adapter, "1", lookup="open_tickets").reason is reason

    def test_by_name(self, by_name):
        assert ask(by_name, "acme", lookup="open_tickets").data["total"] == 2


class TestOpenTicketsByAField:
    def test_each_customer_gets_its_own(self, jira, by_field):
        answers = ask(by_field, "C-1", "C-2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [1, 2]
        assert not [path for path in paths(jira) if "organization" in path]

    def test_what_only_a_search_takes_for_its_name_is_nobody_s(self, jira, by_field):
        jira.choices = {"Weiß", "Weiss"}
        jira.issues = [issue(1, customer="Weiss"), issue(2, customer="weiss")]

        answers = ask(by_field, "Weiß", "Weiss", lookup="open_tickets")

        assert {key: one.data["total"] for key, one in answers.items()} == {"Weiß": 0, "Weiss": 2}

    def test_a_value_that_is_no_choice_is_no_match_and_spoils_nothing(self, by_field):
        answers = ask(by_field, "C-1", "C-8", "C-9", lookup="open_tickets")

        assert answers["C-1"].data["total"] == 1
        assert (answers["C-8"], answers["C-9"]) == (NoMatch(), NoMatch())

    def test_a_refusal_of_what_was_not_asked_for_ends(self, jira, by_field):
        said = {"errorMessages": ["The option 'X' for field 'Customer' does not exist."]}
        jira.refuse(400, said, only="search/jql")

        assert failure(by_field, "C-1", lookup="open_tickets").reason is Reason.BAD_RESPONSE


class TestAccounts:
    def test_all_pages_are_listed(self, jira, adapter):
        jira.organizations = [organization(n, f"O {n}") for n in range(1, 121)]

        rows = list(adapter.accounts({"id"}))

        assert [row.data["id"] for row in rows] == [str(n) for n in range(1, 121)]
        assert isinstance(rows[0], AccountRow)
        assert rows[0].link

    def test_one_that_is_shown_its_own_only_lists_nothing(self, jira, adapter):
        jira.agent = False

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED

    @pytest.mark.parametrize("false", [{"start": 50}, {"start": 0, "values": []}])
    def test_a_list_that_does_not_come_to_its_end_is_not_believed(self, jira, adapter, false):
        page = {"start": 0, "isLastPage": False, "values": [organization(1, "Acme")]}
        jira.refuse(200, page | false, only="servicedeskapi")

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE


class TestRecord:
    def test_an_issue_names_its_reporter_and_organization(self, adapter):
        assert adapter.record("issue", "SUP-1") == {
            "requester_email": "ana@acme.example",
            "requester_name": "Ana Lima",
            "organization_id": "1",
            "organization_name": "Acme",
        }

    def test_of_two_organizations_none_is_guessed(self, jira, adapter):
        jira.issues = [issue(1, *jira.organizations)]

        assert set(adapter.record("issue", "SUP-1")) == {"requester_email", "requester_name"}

    def test_a_field_that_names_the_customer_is_a_key(self, by_field):
        assert by_field.record("issue", "SUP-1")["customer"] == "C-1"

    def test_a_project_without_that_field_names_none(self, jira, by_field):
        del jira.issues[0]["fields"][CUSTOMER]

        assert "customer" not in by_field.record("issue", "SUP-1")

    def test_a_reporter_may_hide_their_address_or_be_nobody(self, jira, adapter):
        del jira.issues[0]["fields"]["reporter"]["emailAddress"]
        jira.issues[1]["fields"]["reporter"] = None

        assert "requester_email" not in adapter.record("issue", "SUP-1")
        assert set(adapter.record("issue", "SUP-2")) == {"organization_id", "organization_name"}

    def test_no_such_issue_is_none_in_a_project_that_we_may_browse(self, adapter):
        assert adapter.record("issue", "SUP-99") is None

    def test_elsewhere_it_may_be_hidden(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("issue", "HR-1")
        assert found.value.reason is Reason.PERMISSION_DENIED
        assert not found.value.certain

    def test_other_things_have_no_keys(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("project", "SUP")
        assert found.value.reason is Reason.NOT_CONFIGURED


def errors(*messages):
    return {"errorMessages": list(messages), "errors": {}}


HIDDEN_FIELD = "Field 'cf[10002]' does not exist or you do not have permission to view it."
REFUSALS = [
    (401, "Client must be authenticated to access this resource.", {}, Reason.CREDENTIAL_EXPIRED),
    (401, {"code": 401, "message": "Unauthorized"}, {}, Reason.CREDENTIAL_EXPIRED),
    (
        401,
        {"code": 401, "message": "Unauthorized; scope does not match"},
        {},
        Reason.PERMISSION_DENIED,
    ),
    (
        403,
        "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED",
        {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"},
        Reason.CREDENTIAL_EXPIRED,
    ),
    (403, errors("You do not have the permission."), {}, Reason.PERMISSION_DENIED),
    (
        403,
        errors("The IP address has been rejected because it is not in the IP allowlist."),
        {},
        Reason.IP_NOT_ALLOWED,
    ),
    (400, errors(HIDDEN_FIELD), {}, Reason.SCHEMA_CHANGED),
    (
        400,
        errors("The value 'SUP' does not exist for the field 'project'."),
        {},
        Reason.PERMISSION_DENIED,
    ),
    (
        400,
        errors("The value 'Acme' does not exist for the field 'Organizations'."),
        {},
        Reason.SCHEMA_CHANGED,
    ),
    (400, errors("Error in the JQL Query"), {}, Reason.BAD_RESPONSE),
    (410, errors("The requested API has been removed."), {}, Reason.ENDPOINT_GONE),
    (404, "<h1>Site unavailable</h1>", {}, Reason.ENDPOINT_GONE),
    (
        429,
        "",
        {"Retry-After": "7", "RateLimit-Reason": "jira-burst-based"},
        Reason.RATE_LIMITED,
    ),
    (503, "", {"Retry-After": "7"}, Reason.SERVER_ERROR),
    (500, errors("Internal server error"), {}, Reason.SERVER_ERROR),
    (200, "<h1>Log in</h1>", {}, Reason.BAD_RESPONSE),
]


@pytest.mark.parametrize(("status", "body", "headers", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    jira, adapter, status, body, headers, reason
):
    jira.refuse(status, body, {"atl-traceid": "r-1", **headers}, only="search/jql")

    found = failure(adapter, "1", lookup="open_tickets")

    assert found.reason is reason
    assert found.retry_after == (7 if "Retry-After" in headers else None)
    if status not in {200, 400}:
        assert found.request_id == "r-1"
    if status == 429:
        assert found.code == "jira-burst-based"
    assert "s3cret" not in str(found)

    jira.mend()
    assert isinstance(ask(adapter, "1", lookup="open_tickets"), Found)


def test_check_says_who_we_are(jira, adapter):
    assert adapter.check() == f"Jira at {jira.url} as Sidecar"


def test_an_api_token_goes_to_the_site(jira, adapter):
    ask(adapter, "1")

    expected = base64.b64encode(b"sidecar@acme.example:s3cret").decode()
    assert jira.asked[0].headers["Authorization"] == f"Basic {expected}"
    assert jira.asked[0].path == "/rest/servicedeskapi/organization/1"


def test_one_with_scopes_goes_to_the_gateway(jira, settings):
    with plugged("jira", settings | {"cloud_id": CLOUD, "api_url": jira.url}) as adapter:
        ask(adapter, "1")

    assert jira.asked[0].path == f"{GATEWAY}/rest/servicedeskapi/organization/1"


def test_a_service_account_signs_in_by_oauth(jira):
    oauth = {"client_id": "app", "client_secret": "s3cret", "cloud_id": CLOUD}
    places = {"url": jira.url, "api_url": jira.url, "token_url": f"{jira.url}/oauth/token"}

    with plugged("jira", {**places, **oauth, "projects": ["SUP"]}) as adapter:
        assert ask(adapter, "1", lookup="open_tickets").data["total"] == 2

    client = {"client_id": "app", "client_secret": "s3cret"}
    assert jira.tokens == [{"grant_type": "client_credentials", **client}]
    assert {request.headers["Authorization"] for request in jira.asked[1:]} == {"Bearer token-1"}
    assert all(request.path.startswith(GATEWAY) for request in jira.asked[1:])


USER = {"user": "a@acme.example", "api_token": "t"}
CLIENT = {"client_id": "c", "client_secret": "t"}


@pytest.mark.parametrize(
    "given",
    [
        {"projects": ["SUP"]},
        {"projects": ["SUP"], "user": "a@acme.example"},
        {"projects": ["SUP"], **USER, **CLIENT, "cloud_id": CLOUD},
        {"projects": ["SUP"], **CLIENT},
        {"projects": [], **USER},
        {"projects": ['SUP" OR 1=1'], **USER},
        {"projects": ["SUP"], **USER, "by": "customer_field"},
        {"projects": ["SUP"], **USER, "customer_field": "labels"},
        {"projects": ["SUP"], **USER, "by": "customer_field", "customer_field": "summary"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("jira").Settings().load({"url": "https://acme.atlassian.net", **given})


class TestIssueFields:
    """What Jira says of the fields of issues, and what a customer's issues have there."""

    @pytest.fixture
    def jira(self, jira):
        jira.issues[0]["fields"] |= {
            "duedate": "2027-01-05",
            "labels": ["vip", "emea"],
            CUSTOMER: {"id": "1", "value": "C-1"},
        }
        return jira

    def test_all_that_have_a_type_are_described(self, adapter):
        found = {one.name: one for one in adapter.shape("open_tickets").fields}

        assert list(found) == [
            "", "total", "fields.customfield_10042", "fields.duedate", "fields.labels",
            "fields.customfield_10002", "fields.summary",
        ]  # fmt: skip
        assert found["fields.customfield_10042"] == ShapeField(
            ("fields", CUSTOMER), FieldType.TEXT, "Customer", "option", filterable=True, each=True
        )
        assert (found["fields.duedate"].type, found["fields.labels"].native) == (
            FieldType.DATE, "string",
        )  # fmt: skip
        assert adapter.shape("account") is None

    @pytest.mark.parametrize(
        ("how", "key"),
        [("adapter", ORGANIZATIONS), ("by_name", ORGANIZATIONS), ("by_field", CUSTOMER)],
    )
    def test_that_which_names_the_customer_is_the_key(self, request, how, key):
        fields = request.getfixturevalue(how).shape("open_tickets").fields

        assert [one.name for one in fields if one.key] == [f"fields.{key}"]

    def test_without_it_nothing_is_the_key(self, jira, adapter):
        jira.fields = [field for field in jira.fields if field["id"] != ORGANIZATIONS]

        assert not any(one.key for one in adapter.shape("open_tickets").fields)

    def test_a_list_has_what_its_issues_have_in_those_that_are_asked_for(self, adapter):
        names = ["items", "fields.duedate", "fields.labels", f"fields.{CUSTOMER}"]

        answers = ask(adapter, "1", "2", lookup="open_tickets", names=names)

        assert answers["1"].data["fields"] == {
            "duedate": ["2027-01-05"], "labels": ["vip", "emea"], CUSTOMER: ["C-1"],
        }  # fmt: skip
        assert answers["2"].data["fields"] == {"duedate": [], "labels": [], CUSTOMER: []}

    def test_without_a_name_nothing_more_is_asked_for(self, jira, adapter):
        assert "fields" not in ask(adapter, "1", lookup="open_tickets").data
        [search] = [one.get_json() for one in jira.asked if one.path.endswith("/search/jql")]
        assert set(search["fields"]) == {*SHOWN, ORGANIZATIONS}

    def test_a_field_that_is_gone_is_left_out(self, adapter):
        names = ["fields.customfield_99", "fields.duedate"]

        data = ask(adapter, "1", lookup="open_tickets", names=names).data

        assert data["fields"] == {"duedate": ["2027-01-05"]}

    def test_of_more_than_are_read_none_is_told(self, jira, adapter):
        jira.issues = [issue(n, jira.organizations[0]) for n in range(1, 1102)]

        found = ask(adapter, "1", lookup="open_tickets", names=["fields.duedate"])

        assert (found.data["total"], "fields" in found.data) == (1101, False)
        assert "more open issues than are read" in found.unread["fields"]
