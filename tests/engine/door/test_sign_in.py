"""How we prove to a source who we are, and that nobody else learns it."""

import json
import threading
from base64 import b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
)
from context_sidecar.core.source import Limits
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from support.certificates import certificate_of, pem_of
from support.clock import FakeClock
from support.doors import door
from werkzeug import Request, Response

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = pem_of(KEY)
CURVE = ec.generate_private_key(ec.SECP256R1())
UNTIMED = {"verify_exp": False, "verify_iat": False}


class Vendor:
    """A token endpoint that hands out t1, t2, …, and an API that accepts the tokens in `valid`."""

    def __init__(self, server, *, expires_in: object = 3600) -> None:
        self.server, self.expires_in = server, expires_in
        self.issued = 0
        self.valid: set[str] = set()
        self.asked: list[Request] = []
        self.gate = threading.Event()
        self.gate.set()
        server.expect_request("/token", method="POST").respond_with_handler(self.token)
        server.expect_request("/api").respond_with_handler(self.api)

    def token(self, request: Request) -> Response:
        self.gate.wait(10)
        self.asked.append(request)
        self.issued += 1
        self.valid = {f"t{self.issued}-canary"}
        said = {"access_token": f"t{self.issued}-canary", "token_type": "bearer"}
        if self.expires_in is not None:
            said["expires_in"] = self.expires_in
        return Response(json.dumps(said))

    def api(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return Response("{}", status=200 if token in self.valid else 401)

    @property
    def client(self) -> ClientCredentials:
        return ClientCredentials(self.server.url_for("/token"), "app", Secret("s3cret-canary"))

    def calls(self, path: str) -> int:
        return sum(request.path == path for request, _ in self.server.log)


@pytest.fixture
def vendor(httpserver):
    return Vendor(httpserver)


@pytest.mark.parametrize(
    ("how", "header", "value"),
    [
        (Bearer(Secret("tok")), "Authorization", "Bearer tok"),
        (Bearer(Secret("tok"), scheme="token"), "Authorization", "token tok"),
        (Basic("ana", Secret("pa:ss")), "Authorization", "Basic YW5hOnBhOnNz"),
        (Basic("änä", Secret("p")), "Authorization", "Basic w6Ruw6Q6cA=="),
        (HeaderKey("X-Api-Key", Secret("k")), "X-Api-Key", "k"),
    ],
)
def test_a_fixed_credential_is_sent_with_every_call(httpserver, how, header, value):
    httpserver.expect_request("/api", headers={header: value}).respond_with_json({})

    with door(httpserver.url_for("/"), sign_in=how) as http:
        assert http.get("/api").status == 200


def test_a_fixed_credential_that_is_refused_is_not_tried_again(httpserver):
    httpserver.expect_request("/api").respond_with_data(status=401)

    with (
        door(httpserver.url_for("/"), sign_in=Bearer(Secret("tok"))) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/api")

    assert caught.value.reason is Reason.CREDENTIAL_EXPIRED
    assert len(httpserver.log) == 1


def test_a_client_gets_a_token_by_its_credentials_once_for_many_calls(vendor):
    with door(vendor.server.url_for("/"), sign_in=vendor.client) as http:
        for _ in range(3):
            http.get("/api")

    assert vendor.issued == 1
    request = vendor.asked[0]
    assert dict(request.form) == {"grant_type": "client_credentials"}
    assert request.authorization.username == "app"
    assert request.authorization.password == "s3cret-canary"


def test_a_clients_id_and_secret_are_form_encoded_in_the_basic_pair(vendor):
    """RFC 6749, 2.3.1."""
    how = ClientCredentials(vendor.server.url_for("/token"), "a:b c", Secret("p&ss"), scope="x y")

    with door(vendor.server.url_for("/"), sign_in=how) as http:
        http.get("/api")

    pair = vendor.asked[0].headers["Authorization"].removeprefix("Basic ")
    assert b64decode(pair) == b"a%3Ab+c:p%26ss"
    assert vendor.asked[0].form["scope"] == "x y"


def test_a_client_may_send_its_secret_in_the_body(vendor):
    how = ClientCredentials(vendor.server.url_for("/token"), "app", Secret("s3cret"), in_body=True)

    with door(vendor.server.url_for("/"), sign_in=how) as http:
        http.get("/api")

    assert vendor.asked[0].form["client_secret"] == "s3cret"
    assert "Authorization" not in vendor.asked[0].headers


def test_a_jwt_that_we_sign_is_exchanged_for_a_token(vendor):
    clock = FakeClock()
    how = JwtBearer(vendor.server.url_for("/token"), "app", "ana", "https://login", Secret(PEM))

    with door(vendor.server.url_for("/"), sign_in=how, clock=clock) as http:
        http.get("/api")

    form = vendor.asked[0].form
    claims = jwt.decode(
        form["assertion"],
        KEY.public_key(),
        algorithms=["RS256"],
        audience="https://login",
        options=UNTIMED,
    )
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert (claims["iss"], claims["sub"]) == ("app", "ana")
    assert claims["iat"] == int(clock.now.timestamp())
    assert claims["exp"] - claims["iat"] == 180


KEYS = {"PS256": KEY, "ES256": CURVE, "RS512": KEY}


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_client_may_sign_in_place_of_a_secret(vendor, algorithm):
    """As NetSuite wants it: the key named by its certificate's id, the scope among the claims
    (docs.oracle.com, NetSuite: The Request Token Structure)."""
    clock, key = FakeClock(), KEYS[algorithm]
    signs = ClientKey(
        Secret(pem_of(key)), algorithm, "cert-1", claims={"scope": ["rest_webservices"]}
    )
    token_url = vendor.server.url_for("/token")
    how = ClientCredentials(token_url, "app", signs)

    with door(vendor.server.url_for("/"), sign_in=how, clock=clock) as http:
        http.get("/api")

    form = vendor.asked[0].form
    assert form["grant_type"] == "client_credentials"
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form["client_assertion_type"] == kind
    assert jwt.get_unverified_header(form["client_assertion"]) == {
        "typ": "JWT", "alg": algorithm, "kid": "cert-1",
    }  # fmt: skip
    claims = jwt.decode(
        form["client_assertion"], key.public_key(), [algorithm], UNTIMED, audience=token_url
    )
    assert (claims["iss"], claims["sub"], claims["scope"]) == ("app", "app", ["rest_webservices"])
    assert claims["exp"] - claims["iat"] == 180
    assert claims["iat"] == int(clock.now.timestamp())
    assert "Authorization" not in vendor.asked[0].headers


def test_no_two_assertions_are_the_same(vendor):
    """RFC 7523, 3: a server may take an id that it has seen for a replay."""
    clock = FakeClock()
    how = ClientCredentials(vendor.server.url_for("/token"), "app", ClientKey(Secret(PEM)))

    with door(vendor.server.url_for("/"), sign_in=how, clock=clock) as http:
        http.get("/api")
        clock.forward(hours=2)
        http.get("/api")

    sent = [request.form["client_assertion"] for request in vendor.asked]
    ids = [jwt.decode(one, options={"verify_signature": False})["jti"] for one in sent]
    assert len(set(ids)) == 2


def test_a_key_is_named_by_its_certificate_where_that_stands_behind_it(vendor):
    """As Microsoft Entra wants it (RFC 7515, 4.1.8)."""
    certificate, pem = certificate_of(KEY)
    how = ClientCredentials(vendor.server.url_for("/token"), "app", ClientKey(Secret(PEM + pem)))

    with door(vendor.server.url_for("/"), sign_in=how) as http:
        http.get("/api")

    header = jwt.get_unverified_header(vendor.asked[0].form["client_assertion"])
    thumb = urlsafe_b64encode(certificate.fingerprint(SHA256())).decode().rstrip("=")
    assert header["x5t#S256"] == thumb


def test_a_jwt_may_be_signed_by_an_elliptic_curve(vendor):
    token_url, pem = vendor.server.url_for("/token"), Secret(pem_of(CURVE))
    how = JwtBearer(token_url, "app", "ana", "aud", pem, algorithm="ES256", key_id="k1")

    with door(vendor.server.url_for("/"), sign_in=how) as http:
        http.get("/api")

    sent = vendor.asked[0].form["assertion"]
    assert jwt.get_unverified_header(sent)["kid"] == "k1"
    assert jwt.decode(sent, CURVE.public_key(), ["ES256"], UNTIMED, audience="aud")["sub"] == "ana"


@pytest.mark.parametrize(
    ("key", "algorithm", "says"),
    [
        ("canary-key", "RS256", "no RSA key in PEM that signs with RS256"),
        (pem_of(CURVE), "PS256", "no RSA key"),
        (pem_of(KEY), "ES256", "no EC key"),
        (pem_of(CURVE), "ES512", "no EC key in PEM that signs with ES512"),
    ],
    ids=["none", "a curve's", "no curve's", "another curve's"],
)
def test_a_key_that_cannot_sign_is_a_matter_of_configuration(vendor, key, algorithm, says):
    signs = ClientKey(Secret(key), algorithm)
    how = ClientCredentials(vendor.server.url_for("/token"), "app", signs)

    with (
        door(vendor.server.url_for("/"), sign_in=how) as http,
        pytest.raises(SourceError, match=says) as caught,
    ):
        http.get("/api")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert "canary" not in str(caught.value)
    assert vendor.asked == []


def test_a_private_key_that_is_none_is_a_matter_of_configuration(vendor):
    how = JwtBearer(vendor.server.url_for("/token"), "app", "ana", "aud", Secret("canary-key"))

    with (
        door(vendor.server.url_for("/"), sign_in=how) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/api")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("expires_in", "minutes", "issued"),
    [(3600, 58.9, 1), (3600, 59.1, 2), ("3600", 59.1, 2), (60, 0.8, 1), (60, 0.95, 2),
     (None, 28, 1), (None, 29.1, 2), ("soon", 29.1, 2), (-5, 28, 1)],
)  # fmt: skip
def test_a_token_is_renewed_shortly_before_it_expires(httpserver, expires_in, minutes, issued):
    vendor, clock = Vendor(httpserver, expires_in=expires_in), FakeClock()

    with door(httpserver.url_for("/"), sign_in=vendor.client, clock=clock) as http:
        http.get("/api")
        clock.forward(minutes=minutes)
        http.get("/api")

    assert vendor.issued == issued


def test_a_token_that_is_refused_early_is_renewed_once_and_the_call_made_again(vendor):
    with door(vendor.server.url_for("/"), sign_in=vendor.client) as http:
        http.get("/api")
        vendor.valid.clear()

        assert http.get("/api").status == 200

    assert vendor.issued == 2
    assert vendor.calls("/api") == 3


def test_a_call_that_is_refused_with_a_new_token_too_is_not_made_a_third_time(vendor):
    vendor.server.expect_request("/closed").respond_with_data(status=401)

    with (
        door(vendor.server.url_for("/"), sign_in=vendor.client) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/closed")

    assert caught.value.reason is Reason.CREDENTIAL_EXPIRED
    assert vendor.calls("/closed") == 2
    assert vendor.issued == 2


def test_a_source_that_refuses_every_new_token_is_not_given_one_after_the_other(vendor):
    """What it refuses is not their age."""
    clock = FakeClock()
    vendor.server.expect_request("/closed").respond_with_data(status=401)

    def ask(http):
        with pytest.raises(SourceError) as caught:
            http.get("/closed")
        assert caught.value.reason is Reason.CREDENTIAL_EXPIRED

    with door(vendor.server.url_for("/"), sign_in=vendor.client, clock=clock) as http:
        for _ in range(5):
            ask(http)
        assert vendor.issued == 2
        clock.forward(minutes=2)
        ask(http)

    assert vendor.issued == 3


def test_many_calls_at_once_fetch_one_token(vendor):
    vendor.gate.clear()
    start = threading.Barrier(9)

    def call(http):
        start.wait(10)
        return http.get("/api").status

    with (
        door(vendor.server.url_for("/"), sign_in=vendor.client) as http,
        ThreadPoolExecutor(8) as pool,
    ):
        calls = [pool.submit(call, http) for _ in range(8)]
        start.wait(10)
        vendor.gate.set()

        assert [call.result(10) for call in calls] == [200] * 8

    assert vendor.issued == 1


def test_many_calls_with_one_refused_token_renew_it_once(vendor):
    start = threading.Barrier(8)

    def call(http):
        start.wait(10)
        return http.get("/api").status

    with (
        door(vendor.server.url_for("/"), sign_in=vendor.client) as http,
        ThreadPoolExecutor(8) as pool,
    ):
        http.get("/api")
        vendor.valid.clear()
        calls = [pool.submit(call, http) for _ in range(8)]

        assert [call.result(10) for call in calls] == [200] * 8

    assert vendor.issued == 2


def test_calls_that_wait_for_a_token_share_its_refusal(httpserver):
    """Vendors count refused sign-ins and lock the user out."""
    arrived, gate = threading.Semaphore(0), threading.Event()

    def refuse(request: Request) -> Response:
        arrived.release()
        gate.wait(10)
        return Response('{"error": "invalid_client"}', status=401)

    httpserver.expect_request("/token").respond_with_handler(refuse)
    how = ClientCredentials(httpserver.url_for("/token"), "app", Secret("s3cret"))

    with (
        door(httpserver.url_for("/"), sign_in=how) as http,
        ThreadPoolExecutor(4) as pool,
    ):
        calls = [pool.submit(http.get, "/api") for _ in range(4)]
        arrived.acquire(timeout=10)
        flight = http._signed_in._flight
        while len(flight._condition._waiters) < 3:
            gate.wait(0.01)
        gate.set()
        errors = [call.exception(10) for call in calls]

    assert {error.reason for error in errors} == {Reason.CREDENTIAL_EXPIRED}
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (400, {"error": "invalid_grant"}, Reason.CREDENTIAL_EXPIRED),
        (401, {"error": "invalid_client"}, Reason.CREDENTIAL_EXPIRED),
        (400, {"error": "invalid_client_id"}, Reason.CREDENTIAL_EXPIRED),
        (
            400,
            {"error": "invalid_grant", "error_description": "IP restricted"},
            Reason.IP_NOT_ALLOWED,
        ),
        (400, {"error": "unauthorized_client"}, Reason.PERMISSION_DENIED),
        (400, {"error": "invalid_scope"}, Reason.PERMISSION_DENIED),
        (400, {"error": "unsupported_grant_type"}, Reason.NOT_CONFIGURED),
        (400, {"error": "server_error"}, Reason.SERVER_ERROR),
        (401, {"message": "no"}, Reason.CREDENTIAL_EXPIRED),
        (403, "<html>", Reason.PERMISSION_DENIED),
        (400, ["no"], Reason.BAD_RESPONSE),
        (404, {}, Reason.ENDPOINT_GONE),
        (429, {}, Reason.RATE_LIMITED),
        (503, {}, Reason.SERVER_ERROR),
        (302, {}, Reason.BAD_RESPONSE),
        (200, {}, Reason.BAD_RESPONSE),
        (200, {"access_token": ""}, Reason.BAD_RESPONSE),
        (200, "<html>", Reason.BAD_RESPONSE),
    ],
)
def test_every_refusal_of_a_token_is_a_reason(httpserver, status, said, reason):
    httpserver.expect_request("/token").respond_with_data(json.dumps(said), status=status)
    how = ClientCredentials(httpserver.url_for("/token"), "app", Secret("s3cret"))

    with door(httpserver.url_for("/"), sign_in=how) as http, pytest.raises(SourceError) as caught:
        http.get("/api")

    assert caught.value.reason is reason
    assert [request.path for request, _ in httpserver.log] == ["/token"]


def test_s16_a_token_endpoint_is_guarded_like_any_address(httpserver):
    how = ClientCredentials(f"https://login.example:{httpserver.port}/token", "app", Secret("s3c"))
    resolve = {"login.example": ["169.254.169.254"]}

    with (
        door(httpserver.url_for("/"), sign_in=how, resolve=lambda host, _: resolve[host]) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/api")

    assert caught.value.reason is Reason.NOT_CONFIGURED
    assert httpserver.log == []


WAYS = {
    "bearer": Bearer(Secret("canary-4711")),
    "basic": Basic("ana", Secret("canary-4711")),
    "header": HeaderKey("X-Api-Key", Secret("canary-4711")),
}


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
def test_s18_no_error_shows_the_credential_even_where_the_vendor_echoes_it(httpserver, how, status):
    def echo(request: Request) -> Response:
        sent = " ".join(request.headers.values())
        return Response(sent, status=status, headers={"X-Request-Id": "canary-4711"})

    def explain(response):
        return SourceError(Reason.SERVER_ERROR, response.content.decode(), code="canary-4711")

    httpserver.expect_request("/api").respond_with_handler(echo)
    with (
        door(httpserver.url_for("/"), sign_in=how, explain=explain) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/api", params={"key": "canary-4711"})

    error = caught.value
    said = f"{error!r} {error} {error.detail} {error.code} {error.request_id}"
    assert "canary" not in said
    assert "Y2FuYXJ5" not in said  # in base64
    assert error.__cause__ is error.__context__ is None


def test_s18_no_error_shows_a_token_or_what_it_was_bought_with(vendor):
    vendor.server.expect_request("/echo").respond_with_handler(
        lambda request: Response(request.headers["Authorization"] + " s3cret-canary", status=500)
    )

    def explain(response):
        return SourceError(Reason.SERVER_ERROR, response.content.decode())

    with (
        door(vendor.server.url_for("/"), sign_in=vendor.client, explain=explain) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/echo")

    assert "canary" not in str(caught.value)
    assert "••••" in str(caught.value)


def test_s18_secrets_that_the_source_was_given_are_masked_too(httpserver):
    httpserver.expect_request("/").respond_with_data("query-key-canary", status=500)

    def explain(response):
        return SourceError(Reason.SERVER_ERROR, response.content.decode())

    with (
        door(httpserver.url_for("/"), explain=explain, secrets=("query-key-canary",)) as http,
        pytest.raises(SourceError) as caught,
    ):
        http.get("/", params={"api_key": "query-key-canary"})

    assert "canary" not in str(caught.value)


def test_what_is_said_stays_on_one_line_and_short(httpserver):
    body = "a\r\nlevel=error\x1b[2J" + "x" * 5000
    httpserver.expect_request("/").respond_with_data(body, status=500)

    def explain(response):
        return SourceError(Reason.SERVER_ERROR, response.content.decode())

    with door(httpserver.url_for("/"), explain=explain) as http, pytest.raises(SourceError) as one:
        http.get("/")

    assert one.value.detail.isprintable()
    assert len(one.value.detail) <= 500


def test_a_token_is_not_awaited_longer_than_the_call_may_take(vendor):
    vendor.gate.clear()
    limits = Limits(timeout=timedelta(seconds=0.3))

    with (
        door(vendor.server.url_for("/"), sign_in=vendor.client, limits=limits) as http,
        ThreadPoolExecutor(2) as pool,
    ):
        errors = [call.exception(10) for call in [pool.submit(http.get, "/api") for _ in range(2)]]
        vendor.gate.set()

    assert {error.reason for error in errors} == {Reason.TIMEOUT}
