"""The one door to the network: what it sends, and what it makes of answers.

Addresses are in test_addresses, broken connections in test_http_faults, signing in in test_sign_in.
"""

import gzip
import json
import ssl

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Connection
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door.http import open_http
from context_sidecar.engine.door.reply import DEEPEST, Reply
from support.clock import FakeClock
from support.doors import door
from werkzeug import Request, Response


@pytest.fixture
def server(httpserver):
    return httpserver


def test_an_answer_comes_with_status_headers_and_json(server):
    server.expect_request("/api/accounts").respond_with_json({"id": 1}, headers={"X-Page": "2"})

    with door(server.url_for("/api")) as http:
        answer = http.get("/accounts")

    assert answer.status == 200
    assert answer.headers["x-page"] == "2"
    assert answer.json() == {"id": 1}


@pytest.mark.parametrize("path", ["accounts", "/accounts", "//accounts"])
def test_a_path_stays_below_the_base_address(server, path):
    server.expect_request("/api/v2/accounts").respond_with_json({})

    with door(server.url_for("/api/v2/")) as http:
        assert http.get(path).status == 200


def test_no_path_is_the_base_address_itself(server):
    server.expect_request("/export.csv").respond_with_data("id,name")

    with door(server.url_for("/export.csv")) as http:
        assert http.get("").content == b"id,name"


def test_the_next_page_may_be_an_absolute_address_of_the_same_origin(server):
    server.expect_request("/page", query_string={"after": "x y"}).respond_with_json([])

    with door(server.url_for("/api")) as http:
        assert http.get(server.url_for("/page?after=x%20y")).json() == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/page",
        "http://evil.example/page",
        "http://localhost:1/page",
        "http://user@{host}/page",
        "http://{host}@evil.example/page",
    ],
)
def test_s16_an_absolute_address_of_another_origin_is_refused(server, elsewhere):
    with door(server.url_for("/api")) as http, pytest.raises(SourceError) as caught:
        http.get(elsewhere.format(host=f"{server.host}:{server.port}"))

    assert caught.value.reason is Reason.BAD_RESPONSE
    assert server.log == []


def test_parameters_repeat_where_they_are_lists(server):
    server.expect_request("/", query_string="id=1&id=2&q=a%26b").respond_with_json({})

    with door(server.url_for("/")) as http:
        assert http.get("/", params={"id": ["1", "2"], "q": "a&b"}).status == 200


def test_a_body_is_json_or_a_form(server):
    server.expect_request("/json", method="POST", json={"ids": [1]}).respond_with_json({})
    server.expect_request("/form", method="POST", data="q=a+b").respond_with_json({})

    with door(server.url_for("/")) as http:
        assert http.post("/json", json={"ids": [1]}).status == 200
        assert http.post("/form", form={"q": "a b"}).status == 200


def test_a_header_takes_the_place_of_ours_however_its_name_is_written(server):
    server.expect_request("/").respond_with_json({})
    headers = {"User-Agent": "Acme (it@acme.example)", "ACCEPT": "text/csv"}

    with door(server.url_for("/"), headers=headers) as http:
        http.get("", headers={"Accept": "application/xml"})

    [(request, _)] = server.log
    assert request.headers.getlist("User-Agent") == ["Acme (it@acme.example)"]
    assert request.headers.getlist("Accept") == ["application/xml"]


def test_headers_of_the_connection_and_of_the_call_are_sent(server):
    def echo(request: Request) -> Response:
        return Response(json.dumps([request.headers["X-Version"], request.headers["Accept"]]))

    server.expect_request("/").respond_with_handler(echo)

    with door(server.url_for("/"), headers={"X-Version": "3"}) as http:
        assert http.get("/", headers={"accept": "text/csv"}).json() == ["3", "text/csv"]


def test_packed_answers_are_unpacked(server):
    packed = gzip.compress(b'{"packed": true}')
    server.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})

    with door(server.url_for("/")) as http:
        assert http.get("/").json() == {"packed": True}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (301, Reason.ENDPOINT_GONE),
        (302, Reason.BAD_RESPONSE),
        (304, Reason.BAD_RESPONSE),
        (308, Reason.ENDPOINT_GONE),
        (400, Reason.BAD_RESPONSE),
        (401, Reason.CREDENTIAL_EXPIRED),
        (402, Reason.PERMISSION_DENIED),
        (403, Reason.PERMISSION_DENIED),
        (404, Reason.ENDPOINT_GONE),
        (405, Reason.ENDPOINT_GONE),
        (408, Reason.TIMEOUT),
        (410, Reason.ENDPOINT_GONE),
        (418, Reason.BAD_RESPONSE),
        (429, Reason.RATE_LIMITED),
        (451, Reason.PERMISSION_DENIED),
        (477, Reason.BAD_RESPONSE),
        (500, Reason.SERVER_ERROR),
        (503, Reason.SERVER_ERROR),
        (504, Reason.SERVER_ERROR),
        (530, Reason.SERVER_ERROR),
    ],
)
def test_every_status_but_success_is_a_reason(server, status, reason):
    server.expect_request("/accounts/1").respond_with_data("oops", status=status)

    with door(server.url_for("/")) as http, pytest.raises(SourceError) as caught:
        http.get("/accounts/{id}", {"id": "1"})

    assert caught.value.reason is reason
    assert caught.value.detail.startswith(f"GET /accounts/{{id}}: {status}")


def test_what_a_403_and_a_404_mean_is_a_suspicion(server):
    server.expect_request("/gone").respond_with_data(status=404)
    server.expect_request("/key").respond_with_data(status=401)

    with door(server.url_for("/")) as http:
        with pytest.raises(SourceError) as gone:
            http.get("/gone")
        with pytest.raises(SourceError) as key:
            http.get("/key")

    assert (gone.value.certain, key.value.certain) == (False, True)


def test_an_adapter_may_accept_a_status_as_an_answer(server):
    server.expect_request("/").respond_with_json({"error": "none"}, status=404)

    with door(server.url_for("/")) as http:
        assert http.get("/", accept=[404]).json() == {"error": "none"}


def test_the_vendors_own_error_is_read_before_the_status(server):
    server.expect_request("/").respond_with_json({"code": "REQUEST_LIMIT_EXCEEDED"}, status=403)

    def explain(response):
        if response.json()["code"] == "REQUEST_LIMIT_EXCEEDED":
            return SourceError(Reason.RATE_LIMITED, "daily limit", code="REQUEST_LIMIT_EXCEEDED")
        return None

    with door(server.url_for("/"), explain=explain) as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.reason is Reason.RATE_LIMITED
    assert caught.value.code == "REQUEST_LIMIT_EXCEEDED"


@pytest.mark.parametrize("body", ["<html>", "[]", '{"other": 1}', "null"])
def test_an_error_that_the_adapter_cannot_read_is_judged_by_status(server, body):
    server.expect_request("/").respond_with_data(body, status=503)

    def explain(response):
        response.json()["code"]
        raise AssertionError("not reached")

    with door(server.url_for("/"), explain=explain) as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.reason is Reason.SERVER_ERROR


def test_a_part_of_an_answer_is_none_unless_it_was_asked_for(server):
    server.expect_request("/").respond_with_data("[1]", status=206)

    with door(server.url_for("/")) as http:
        with pytest.raises(SourceError, match="206 Partial Content") as caught:
            http.get("/")
        assert http.get("/", accept=[206]).json() == [1]

    assert caught.value.reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize("header", ["7", "Mon, 23 Nov 2026 09:00:07 GMT"])
def test_how_long_to_wait_is_kept_in_seconds(server, header):
    server.expect_request("/").respond_with_data(status=429, headers={"Retry-After": header})

    with door(server.url_for("/"), clock=FakeClock()) as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("name", ["X-Request-Id", "X-HubSpot-Correlation-Id", "intuit_tid"])
def test_the_vendors_name_for_the_request_is_kept(server, name):
    server.expect_request("/").respond_with_data(status=500, headers={name: "req-4711"})

    with door(server.url_for("/")) as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.request_id == "req-4711"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_s16_a_redirect_is_not_followed(server, status):
    headers = {"Location": server.url_for("/internal?token=secret")}
    server.expect_request("/").respond_with_data(status=status, headers=headers)

    with door(server.url_for("/")) as http, pytest.raises(SourceError, match="not followed") as one:
        http.get("/")

    assert [request.path for request, _ in server.log] == ["/"]
    assert "secret" not in str(one.value)


def test_no_cookie_is_kept_between_calls(server):
    server.expect_request("/in").respond_with_data(headers={"Set-Cookie": "session=other"})
    server.expect_request("/out").respond_with_json({})

    with door(server.url_for("/")) as http:
        http.get("/in")
        http.get("/out")

    assert "Cookie" not in server.log[-1][0].headers


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Instance hibernating</html>",
        b'{"cut": ',
        b"",
        b"NaN",
        b'{"n": Infinity}',
        b"\xff\xfe\x00",
        b"[" * 100 + b"]" * 100,
        b"[" * 200_000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b"1" * 5000,
        b'{"tier": "gold", "tier": "silver"}',
    ],
)
def test_s17_a_success_that_is_no_sound_json_is_a_bad_response(server, body):
    server.expect_request("/").respond_with_data(body, content_type="text/html")

    with door(server.url_for("/")) as http, pytest.raises(SourceError, match="not JSON") as caught:
        http.get("/").json()

    assert caught.value.reason is Reason.BAD_RESPONSE


def test_json_may_be_as_deep_as_data_is():
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    too_deep = b"[" + deepest + b"]"

    assert Reply(200, {}, deepest, "GET /").json()
    with pytest.raises(SourceError):
        Reply(200, {}, too_deep, "GET /").json()


def test_a_line_break_in_a_credential_is_named_without_showing_it(server):
    with (
        door(server.url_for("/"), headers={"X-Key": "canary\n"}) as http,
        pytest.raises(SourceError, match="line break") as caught,
    ):
        http.get("/")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert "canary" not in str(caught.value)


def test_an_odd_character_in_a_credential_is_named_without_showing_it(server):
    with (
        door(server.url_for("/"), headers={"X-Key": "canary\u2013"}) as http,
        pytest.raises(SourceError, match="odd characters") as caught,
    ):
        http.get("/")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "base",
    ["ftp://crm.example", "crm.example", "https://u:canary@crm.example", "https://", "http://[::1",
     "https://crm.example:99999", "https://\uff11\uff12\uff17.0.0.1", "", "https://crm.example:x"],
)  # fmt: skip
def test_a_base_address_that_is_none_is_a_matter_of_configuration(base):
    with door(base) as http, pytest.raises(SourceError) as caught:
        http.get("/")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert "canary" not in str(caught.value)


def test_s16_plain_http_is_only_for_sources_of_ones_own(server):
    with door("http://crm.example", allow_private=False) as http, pytest.raises(SourceError) as one:
        http.get("/")

    assert one.value.reason is Reason.NOT_CONFIGURED
    assert "https" in one.value.detail


def test_tls_is_checked_against_the_host_name_though_the_socket_goes_to_the_address(
    make_httpserver_with_certificate,
):
    server, trust = make_httpserver_with_certificate("crm.example")
    server.expect_request("/").respond_with_json({"host": "seen"})

    with door(
        f"https://crm.example:{server.port}", resolve=lambda *_: ["127.0.0.1"], tls=trust
    ) as http:
        assert http.get("/").json() == {"host": "seen"}

    assert server.log[0][0].headers["Host"] == f"crm.example:{server.port}"


def test_a_certificate_for_another_name_is_not_trusted(make_httpserver_with_certificate):
    server, trust = make_httpserver_with_certificate("other.example")

    with (
        door(
            f"https://crm.example:{server.port}", resolve=lambda *_: ["127.0.0.1"], tls=trust
        ) as http,
        pytest.raises(SourceError, match="certificate is not trusted") as caught,
    ):
        http.get("/")

    assert caught.value.reason is Reason.UNREACHABLE


def test_by_default_the_usual_certificate_authorities_are_trusted():
    http = open_http(
        Connection("https://crm.example"), Limits(), allow_private=False, clock=FakeClock()
    )

    tls = http._pool._ssl_context

    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname
    http.close()
