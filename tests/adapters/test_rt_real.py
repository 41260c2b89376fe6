"""Open tickets and records from a real Request Tracker 5: its rights, its quotes, its traps."""

from __future__ import annotations

import base64
import re
import subprocess
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from context_sidecar import Found, Reason, Scope, SourceError
from context_sidecar.core.drift import DriftKind, drift_of
from context_sidecar.core.field import FieldType
from context_sidecar.core.parsing import parse
from context_sidecar.core.remembered import remembered
from support import build
from support.adapters import ask, plugged
from support.rt import API_USER, RequestTracker, request_tracker
from werkzeug import Response

pytestmark = pytest.mark.real

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)

PERL = ["perl", "-I", "/usr/share/request-tracker5/lib", "-e"]
LISTEN = """
use RT -init;
use MIME::Base64;
sub done { my ($ok, $said) = @_; die $said unless $ok; }
$| = 1;
while (my $said = <STDIN>) {
    eval decode_base64($said);
    print "\\n", encode_base64($@, ''), "\\n";
}
"""
ADMINISTER = """
my ($user, $queue) = (RT::User->new(RT->SystemUser), RT::Queue->new(RT->SystemUser));
my $field = RT::CustomField->new(RT->SystemUser);
$user->Load('%s');
$queue->Load('Support');
$field->LoadByCols(LookupType => 'RT::Queue-RT::Ticket', Type => 'Freeform');
"""


@pytest.fixture(scope="module")
def rt(tmp_path_factory):
    with request_tracker(tmp_path_factory.mktemp("rt")) as running:
        running.add_ticket("Printer on fire", requestor="ana@acme.example", customer="C-1001")
        running.add_ticket("Invoice wrong", requestor="bo@emea.acme.example", customer="C-1001")
        running.add_ticket("Thanks", customer="C-1001", Status="resolved")
        running.add_ticket("Login fails", requestor="cy@notacme.example", customer="C-1002")
        yield running


@pytest.fixture(scope="module")
def perl(rt):
    """RT's own Perl, which takes seconds to load, and then does what it is told."""
    with subprocess.Popen(
        [*PERL, LISTEN], env=rt._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as running:  # fmt: skip

        def execute(perl):
            said = base64.b64encode((ADMINISTER % API_USER.name + perl).encode()).decode()
            print(said, file=running.stdin, flush=True)
            printed, error = running.stdout.readline(), running.stdout.readline()
            assert not error.strip(), base64.b64decode(error).decode()
            return printed.strip()

        yield execute


@pytest.fixture
def administer(perl):
    """Does with RT's own Perl what its API has no call for, and undoes it in the end."""
    undo = []

    def run(change, undone_by=""):
        undo.append(undone_by)
        return perl(change)

    yield run
    for change in filter(None, reversed(undo)):
        perl(change)


@pytest.fixture
def revoke(administer):
    """Takes a right on the queue from the API's user, until the test is over."""

    def without(right):
        change = f"(Right => '{right}', Object => $queue));"
        administer(
            f"done($user->PrincipalObj->RevokeRight{change}",
            undone_by=f"done($user->PrincipalObj->GrantRight{change}",
        )

    return without


def settings_of(rt: RequestTracker, **more: object) -> dict[str, object]:
    login = {"user": API_USER.name, "password": API_USER.password}
    return {"url": rt.url, **login, "queues": ["Support"], **more}


@pytest.fixture
def adapter(rt):
    with plugged("rt", settings_of(rt), timeout=30) as opened:
        yield opened


@pytest.fixture
def by_domain(rt):
    with plugged("rt", settings_of(rt, by="requestor_domain"), timeout=30) as opened:
        yield opened


def titles(answer: Found) -> set[str]:
    return {item["title"] for item in answer.data["items"]}


def failure(adapter, key="C-1001"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key, lookup="open_tickets")
    return found.value


def test_each_customer_gets_the_open_tickets_that_name_it(adapter):
    answers = ask(adapter, "C-1001", "C-1002", "C-9999", lookup="open_tickets")

    assert titles(answers["C-1001"]) == {"Printer on fire", "Invoice wrong"}
    assert titles(answers["C-1002"]) == {"Login fails"}
    assert [answer.data["total"] for answer in answers.values()] == [2, 1, 0]
    assert answers["C-9999"].data["items"] == []


def test_the_items_are_what_a_list_field_is_made_of(adapter, rt):
    answer = ask(adapter, "C-1002", lookup="open_tickets")

    listed = parse(build.field(type=FieldType.LIST), answer.data)

    (item,) = listed.items
    assert (item.title, item.status, item.priority) == ("Login fails", "new", "Low")
    assert item.url == f"{rt.url}/Ticket/Display.html?id={item.id}"
    assert item.id.isdecimal()
    assert item.created_at <= item.updated_at
    assert listed.total == 1
    assert answer.link.startswith(f"{rt.url}/Search/Results.html?Query=")


def test_a_domain_finds_its_people_and_those_of_its_subdomains_and_nobody_else(by_domain):
    answers = ask(by_domain, "acme.example", "notacme.example", lookup="open_tickets")

    assert titles(answers["acme.example"]) == {"Printer on fire", "Invoice wrong"}
    assert titles(answers["notacme.example"]) == {"Login fails"}


def test_a_domain_finds_people_in_a_group_though_only_the_group_is_shown(rt, by_domain, administer):
    ticket = rt.add_ticket("From all of us")
    administer(
        "my $zoe = RT::User->new(RT->SystemUser);"
        "my ($id) = $zoe->Create(Name => 'zoe', EmailAddress => 'zoe@group.example');"
        "my $group = RT::Group->new(RT->SystemUser);"
        "$group->CreateUserDefinedGroup(Name => 'Them'); done($group->AddMember($id));"
        f"my $ticket = RT::Ticket->new(RT->SystemUser); $ticket->Load({ticket});"
        "done($ticket->AddWatcher(Type => 'Requestor', PrincipalId => $group->Id));"
    )

    answers = ask(by_domain, "acme.example", "group.example", lookup="open_tickets")

    assert titles(answers["group.example"]) == {"From all of us"}
    assert "From all of us" not in titles(answers["acme.example"])
    assert by_domain.record("ticket", str(ticket)) == {"queue": "Support"}


@pytest.mark.parametrize(
    "key", ["O'Brien \\ Söhne", "x' OR id > 0 OR Subject = 'x", "\\", "\\'", 'a"b', "%", "中"]
)
def test_no_customer_can_break_out_of_the_query(rt, adapter, key):
    rt.add_ticket(f"of {key}", customer=key)

    assert titles(ask(adapter, key, lookup="open_tickets")) == {f"of {key}"}


def test_case_does_not_matter_to_request_tracker(adapter):
    assert ask(adapter, "c-1002", lookup="open_tickets").data["total"] == 1


def test_a_token_signs_in_as_well_as_a_password(rt, administer):
    made = administer(
        "my ($id, $said, $token) = RT::AuthToken->new(RT->SystemUser)"
        "->Create(Owner => $user->Id, Description => 'sidecar'); print $token;"
    )
    settings = {"url": rt.url, "token": made, "queues": ["Support"]}

    with plugged("rt", settings, timeout=30) as adapter:
        assert ask(adapter, "C-1002", lookup="open_tickets").data["total"] == 1


def test_a_locked_user_is_an_expired_credential_until_unlocked(rt, adapter):
    rt.lock_user()

    assert failure(adapter).reason is Reason.CREDENTIAL_EXPIRED

    rt.unlock_user()
    assert ask(adapter, "C-1001", lookup="open_tickets").data["total"] == 2


@pytest.mark.parametrize(
    ("right", "reason"),
    [
        ("ShowTicket", Reason.PERMISSION_DENIED),
        ("SeeQueue", Reason.PERMISSION_DENIED),
        ("SeeCustomField", Reason.SCHEMA_CHANGED),
    ],
)
def test_a_lost_right_never_reads_as_no_tickets(adapter, revoke, right, reason):
    """RT answers a search without rights with 200 and nothing, or with what cannot be checked."""
    revoke(right)

    for key in ("C-1001", "C-9999"):
        found = failure(adapter, key)
        assert (found.reason, found.certain) == (reason, False)


@pytest.mark.parametrize(
    ("done", "undone"),
    [("SetName('Client')", "SetName('Customer')"), ("SetDisabled(1)", "SetDisabled(0)")],
    ids=["renamed", "disabled"],
)
def test_a_custom_field_that_is_gone_never_reads_as_no_tickets(adapter, administer, done, undone):
    administer(f"done($field->{done});", undone_by=f"done($field->{undone});")

    assert failure(adapter).reason is Reason.SCHEMA_CHANGED
    with pytest.raises(SourceError) as found:
        adapter.check()
    assert "Customer" in str(found.value)


@pytest.fixture
def gateway(rt, httpserver):
    """RT behind a gateway, which leaves out of its searches what is said of `dropped`."""
    dropped = []

    def forward(request):
        form = request.form.to_dict()
        for part in dropped if form else ():
            form["query"] = re.sub(part, "id > 0", form["query"])
        said = httpx.request(
            request.method, f"{rt.url}{request.path}", data=form,
            headers={"Authorization": request.headers["Authorization"]}, timeout=30,
        )  # fmt: skip
        return Response(said.content, said.status_code, content_type="application/json")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(forward)
    url = httpserver.url_for("").rstrip("/")
    with plugged("rt", settings_of(rt) | {"url": url}, timeout=30) as adapter:
        yield adapter, dropped


@pytest.mark.parametrize(
    "part",
    [r"Status = '__Active__'", r"Status = '\w+'", "Queue = 'Support'"],
    ids=["active", "status", "queue"],
)
def test_a_condition_that_is_left_out_of_a_search_is_seen(gateway, elsewhere, part):
    adapter, dropped = gateway

    dropped.append(part)
    found = failure(adapter, "C-E")
    assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)

    dropped.clear()
    assert ask(adapter, "C-E", lookup="open_tickets").data["total"] == 1


@pytest.fixture(scope="module")
def elsewhere(rt, perl):
    """Tickets of a customer: an open one, one that is done, and one in another queue."""
    perl(
        "my $other = RT::Queue->new(RT->SystemUser); done($other->Create(Name => 'Elsewhere'));"
        "done($field->AddToObject($other));"
        "done($user->PrincipalObj->GrantRight(Right => $_, Object => $other))"
        " for qw(SeeQueue ShowTicket SeeCustomField);"
    )
    for status in ("open", "resolved"):
        rt.add_ticket(status, customer="C-E", Status=status)
    rt.add_ticket("Elsewhere", customer="C-E", Queue="Elsewhere")


def test_a_queue_that_is_not_there_never_reads_as_no_tickets(rt):
    """RT ignores such a queue in a search, and answers 403 for it."""
    settings = settings_of(rt, queues=["Support", "Sales"])

    with plugged("rt", settings, timeout=30) as adapter:
        found = failure(adapter)

    assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)


def test_a_queue_that_shows_no_ticket_at_all_proves_nothing(rt, administer):
    administer(
        "my $new = RT::Queue->new(RT->SystemUser); done($new->Create(Name => 'New'));"
        "done($user->PrincipalObj->GrantRight(Right => $_, Object => $new))"
        " for qw(SeeQueue ShowTicket SeeCustomField);"
    )
    settings = settings_of(rt, queues=["Support", "New"], by="requestor_domain")

    with plugged("rt", settings, timeout=30) as adapter:
        found = failure(adapter, "acme.example")

    assert found.reason is Reason.PERMISSION_DENIED
    assert "New" in found.detail


def test_a_ticket_says_who_sent_it_and_for_which_customer(rt, adapter):
    ticket = rt.add_ticket("Who", requestor="ana@acme.example", customer="C-1001")

    keys = adapter.record("ticket", str(ticket))

    assert keys == {
        "queue": "Support", "requester_email": "ana@acme.example", "cf_customer": "C-1001",
    }  # fmt: skip


def test_of_two_requestors_none_is_guessed(rt, adapter):
    ticket = rt.add_ticket("Two", Requestor=["ana@acme.example", "bo@other.example"])

    assert "requester_email" not in adapter.record("ticket", str(ticket))


def test_a_merged_ticket_is_the_one_that_it_was_merged_into(rt, adapter):
    kept = rt.add_ticket("Kept", requestor="kept@acme.example", customer="C-M")
    merged = rt.add_ticket("Merged", requestor="merged@acme.example", customer="C-M")
    rt.change_ticket(merged, MergeInto=str(kept))

    assert adapter.record("ticket", str(merged)) == adapter.record("ticket", str(kept))
    assert ask(adapter, "C-M", lookup="open_tickets").data["total"] == 1


def test_no_such_ticket_is_none_and_a_hidden_one_is_a_refusal(rt, adapter, revoke):
    ticket = rt.add_ticket("Hidden")
    assert adapter.record("ticket", "99999") is None

    revoke("ShowTicket")

    with pytest.raises(SourceError) as found:
        adapter.record("ticket", str(ticket))
    assert found.value.reason is Reason.PERMISSION_DENIED


def test_check_tells_the_version_and_the_queues(adapter):
    assert adapter.check().startswith("Request Tracker 5.")
    assert adapter.check().endswith("queues Support")


def test_it_offers_what_our_user_may_do_beyond_reading(adapter, administer):
    assert adapter.scope() == Scope()

    change = "(Right => 'ReplyToTicket', Object => $queue));"
    administer(
        f"done($user->PrincipalObj->GrantRight{change}",
        undone_by=f"done($user->PrincipalObj->RevokeRight{change}",
    )
    assert adapter.scope() == Scope(excess=("ReplyToTicket",))


SEVERITY = """
my $severity = RT::CustomField->new(RT->SystemUser);
$severity->LoadByCols(Name => 'Severity v2.0');
"""


@pytest.fixture
def severity(rt, administer):
    """A field with choices, whose type our user may not see."""
    administer(
        "my $made = RT::CustomField->new(RT->SystemUser);"
        "$made->Create(Name => 'Severity v2.0', Type => 'Select', MaxValues => 1,"
        " LookupType => 'RT::Queue-RT::Ticket'); done($made->AddToObject($queue));"
        "done($made->AddValue(Name => $_)) for qw(Critical Minor);",
        undone_by=f"{SEVERITY} done($severity->SetDisabled(1)); done($severity->SetName('Old'));",
    )
    ticket = rt.add_ticket("Severe", customer="C-S")
    rt.change_ticket(ticket, CustomFields={"Severity v2.0": "Critical"})
    rt.add_ticket("Who knows", customer="C-S")


def fields(adapter):
    return {one.name: one for one in adapter.shape("open_tickets").fields}


def test_the_custom_fields_of_its_queues_are_described_as_far_as_we_may_see(
    adapter, severity, administer
):
    found = fields(adapter)
    assert list(found) == ["", "total", "fields.Customer", "fields.Severity v2.0"]
    assert [name for name, one in found.items() if one.key] == ["fields.Customer"]
    assert (found["fields.Severity v2.0"].type, found["fields.Severity v2.0"].native) == (None, "")

    change = "(Right => 'SeeCustomField', Object => $severity));"
    administer(
        f"{SEVERITY} done($user->PrincipalObj->GrantRight{change}",
        undone_by=f"{SEVERITY} done($user->PrincipalObj->RevokeRight{change}",
    )
    known = fields(adapter)["fields.Severity v2.0"]
    assert (known.path, known.type, known.native, dict(known.choices)) == (
        'fields."Severity v2.0"', FieldType.CHOICE, "Select",
        {"Critical": "Critical", "Minor": "Minor"},
    )  # fmt: skip


def test_a_list_has_what_its_tickets_have_in_the_fields_that_are_asked_for(adapter, severity):
    asked = ["items", "fields.Severity v2.0", "fields.Nothing"]

    answers = ask(adapter, "C-S", "C-9999", lookup="open_tickets", names=asked)

    assert answers["C-S"].data["fields"] == {"Severity v2.0": ["Critical"]}
    assert answers["C-9999"].data["fields"] == {"Severity v2.0": []}


def test_a_renamed_customer_field_is_noticed_with_its_successor(adapter, administer):
    before = remembered(None, adapter.shape("open_tickets"), NOON)
    administer("done($field->SetName('Client'));", undone_by="done($field->SetName('Customer'));")

    after = remembered(before, adapter.shape("open_tickets"), NOON + timedelta(hours=6))

    found = drift_of({"items"}, FieldType.LIST, {}, after, ())
    assert (found.kind, found.name) == (DriftKind.GONE, "fields.Customer")
    assert found.successor.field.name == "fields.Client"
