"""A delivered file in a bucket: signed for, fetched when it changed, every refusal a reason."""

from __future__ import annotations

import gzip
import sys
from contextlib import contextmanager

import pytest
from context_sidecar import Cause, Found, Reason, SourceError, plugins
from context_sidecar_adapters.files.places import Bucket
from context_sidecar_adapters.files.s3 import address_of
from marshmallow import ValidationError
from support import s3, wire
from support.adapters import ask, plugged
from werkzeug import Response

CSV = b"number,name\nC-1,Acme\nC-2,Bolt\n"
KEY = "billing/latest.csv"


@pytest.fixture(scope="module")
def server():
    with s3.server() as server:
        yield server


class Delivery:
    """A bucket with a file, and a user who may read what is in it."""

    def __init__(self, server):
        self.server = server
        self.bucket = server.new_bucket()
        self.user, self.key = server.new_reader(self.bucket)
        self.put(CSV)

    def put(self, content, key=KEY, **more):
        self.server.put(self.bucket, key, content, **more)

    @contextmanager
    def read(self, key=KEY, *, bucket=None, max_megabytes=100, **told):
        told = {"endpoint_url": self.server.url, "region": s3.REGION, **self.key, **told}
        settings = {"url": f"s3://{bucket or self.bucket}/{key}", "key": "number", "s3": told}
        settings |= {"as_of": "modified", "max_megabytes": max_megabytes}
        with plugged("files", settings) as adapter:
            yield adapter


@pytest.fixture
def delivery(server):
    return Delivery(server)


def failure(adapter, key="C-1"):
    with pytest.raises(SourceError) as found:
        ask(adapter, key)
    return found.value


def kept(error):
    return error.reason, error.code, error.certain


def test_a_file_is_read_with_the_time_of_its_upload(delivery):
    told = delivery.server.client("s3").head_object(Bucket=delivery.bucket, Key=KEY)

    with delivery.read() as adapter:
        found = ask(adapter, "C-1")
        assert "latest.csv: 2 rows, of 20" in adapter.check()

    assert found == Found({"number": "C-1", "name": "Acme"}, told["LastModified"])


@pytest.mark.parametrize(
    "key", ["a b+c=d&e.csv", "käufer/ü?#%.csv", "2026//x.csv", "~x,(1)'!*.csv"], ids=ascii
)
def test_a_key_may_be_any_text(delivery, key):
    delivery.put(CSV, key)

    with delivery.read(key) as adapter:
        assert isinstance(ask(adapter, "C-1"), Found)


def test_a_replaced_file_is_noticed(delivery):
    with delivery.read() as adapter:
        assert ask(adapter, "C-1").data["name"] == "Acme"
        assert ask(adapter, "C-1").data["name"] == "Acme"
        delivery.put(CSV.replace(b"Acme", b"Acme AG"))
        assert ask(adapter, "C-1").data["name"] == "Acme AG"


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_packed_file_is_unpacked_whether_or_not_the_bucket_knows(delivery, encoding):
    more = {"ContentEncoding": encoding} if encoding else {}
    delivery.put(gzip.compress(CSV), "a.csv.gz", **more)

    with delivery.read("a.csv.gz") as adapter:
        assert ask(adapter, "C-1").data["name"] == "Acme"


class TestBreaksAndIsMended:
    def test_a_file_that_is_away_is_unreachable_until_it_is_back(self, delivery):
        with delivery.read() as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)
            delivery.server.client("s3").delete_object(Bucket=delivery.bucket, Key=KEY)
            found = failure(adapter)
            assert kept(found) == (Reason.UNREACHABLE, "NoSuchKey", True)
            assert "`url` in the source's settings" in found.remedy
            delivery.put(CSV)
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_a_right_that_is_taken_away(self, delivery):
        with delivery.read() as adapter:
            delivery.server.forbid(delivery.user)
            found = failure(adapter)
            delivery.server.allow(delivery.user, delivery.bucket)
            assert isinstance(ask(adapter, "C-1"), Found)

        assert kept(found) == (Reason.PERMISSION_DENIED, "AccessDenied", False)
        assert found.possible_causes == (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE)

    def test_another_bucket_than_ours(self, delivery):
        with delivery.read(bucket=delivery.server.new_bucket()) as adapter:
            assert failure(adapter).reason is Reason.PERMISSION_DENIED

    def test_a_bucket_that_is_gone(self, delivery):
        admin = delivery.server.client("s3")
        delivery.server.allow(delivery.user, "*")

        with delivery.read(bucket="gone-and-never-back") as adapter:
            assert kept(failure(adapter)) == (Reason.ENDPOINT_GONE, "NoSuchBucket", True)
            place = {"LocationConstraint": s3.REGION}
            admin.create_bucket(Bucket="gone-and-never-back", CreateBucketConfiguration=place)
            admin.put_object(Bucket="gone-and-never-back", Key=KEY, Body=CSV)
            assert isinstance(ask(adapter, "C-1"), Found)

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            ({"secret_access_key": "T0P-wrong"}, "SignatureDoesNotMatch"),
            ({"access_key_id": "AKIANOBODY"}, "InvalidAccessKeyId"),
        ],
        ids=["secret", "id"],
    )
    def test_a_key_that_is_none(self, delivery, told, code):
        with delivery.read(**told) as adapter:
            found = failure(adapter)

        assert kept(found) == (Reason.CREDENTIAL_EXPIRED, code, True)
        assert "T0P" not in str(found)

    def test_a_key_that_was_withdrawn(self, delivery):
        iam = delivery.server.client("iam")

        with delivery.read() as adapter:
            assert isinstance(ask(adapter, "C-1"), Found)
            iam.delete_access_key(UserName=delivery.user, AccessKeyId=delivery.key["access_key_id"])
            assert failure(adapter).reason is Reason.CREDENTIAL_EXPIRED

    def test_a_server_that_is_not_there(self, delivery):
        with delivery.read(endpoint_url="http://127.0.0.1:1") as adapter:
            assert failure(adapter).reason is Reason.UNREACHABLE

    def test_a_file_over_the_cap_is_refused(self, delivery):
        delivery.put(b"number\n" + b"C-1\n" * 300_000)

        with delivery.read(max_megabytes=1) as adapter:
            assert failure(adapter).reason is Reason.BAD_RESPONSE


class TestWhatAmazonDocuments:
    """What no server here does, played as the vendor describes it."""

    @pytest.fixture
    def played(self, httpserver):
        told = {"endpoint_url": httpserver.url_for("").rstrip("/"), "access_key_id": "AKIA"}
        told |= {"secret_access_key": "T0P-secret", "session_token": "T0P-session"}
        settings = {"url": f"s3://exports/{KEY}", "key": "number", "s3": told}
        with plugged("files", settings) as adapter:
            yield adapter

    def test_a_file_that_did_not_change_is_not_sent_again(self, played, httpserver):
        for headers, answer in (
            ({"X-Amz-Security-Token": "T0P-session"}, Response(CSV, headers={"etag": '"v1"'})),
            ({"If-None-Match": '"v1"'}, Response("", 304)),
            ({"If-None-Match": '"v1"'}, Response(CSV.replace(b"Acme", b"Acme AG"))),
        ):
            httpserver.expect_ordered_request(
                f"/exports/{KEY}", headers=headers
            ).respond_with_response(answer)

        assert [ask(played, "C-1").data["name"] for _ in range(3)] == ["Acme", "Acme", "Acme AG"]

    @pytest.mark.parametrize(
        ("status", "code", "reason"),
        [
            (400, "ExpiredToken", Reason.CREDENTIAL_EXPIRED),
            (403, "RequestTimeTooSkewed", Reason.NOT_CONFIGURED),
            (403, "InvalidObjectState", Reason.NOT_CONFIGURED),
            (400, "KMS.DisabledException", Reason.PERMISSION_DENIED),
            (400, "RequestTimeout", Reason.TIMEOUT),
            (503, "SlowDown", Reason.RATE_LIMITED),
            (500, "InternalError", Reason.SERVER_ERROR),
            (400, "NobodyKnows", Reason.BAD_RESPONSE),
        ],
    )
    def test_an_error_is_its_reason_and_the_mended_file_an_answer(
        self, played, httpserver, status, code, reason
    ):
        body = f"<Error><Code>{code}</Code><Message>T0P-secret</Message></Error>"
        told = {"x-amz-request-id": "4442587FB7D0A2F9", "content-type": "application/xml"}
        for answer in (Response(body, status, told), Response(CSV)):
            httpserver.expect_ordered_request(f"/exports/{KEY}").respond_with_response(answer)

        found = failure(played)

        assert (found.reason, found.request_id) == (reason, "4442587FB7D0A2F9")
        assert "T0P" not in str(found)
        assert isinstance(ask(played, "C-1"), Found)

    @pytest.mark.parametrize(
        ("status", "code", "body", "headers"),
        [
            (301, "PermanentRedirect", "", {"x-amz-bucket-region": "eu-west-3"}),
            (400, "AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>", {}),
        ],
    )
    def test_a_bucket_of_another_region_says_which(
        self, played, httpserver, status, code, body, headers
    ):
        text = f"<Error><Code>{code}</Code>{body}</Error>"
        httpserver.expect_request(f"/exports/{KEY}").respond_with_data(text, status, headers)

        found = failure(played)

        assert found.reason is Reason.NOT_CONFIGURED
        assert found.detail.endswith("say region: eu-west-3")
        assert found.remedy == "Set `s3: {region: eu-west-3}` in the source's settings."

    def test_a_public_file_is_asked_for_without_a_key(self, httpserver):
        httpserver.expect_request(f"/exports/{KEY}").respond_with_data(CSV)
        told = {"endpoint_url": httpserver.url_for("").rstrip("/"), "public": True}

        with plugged("files", {"url": f"s3://exports/{KEY}", "key": "number", "s3": told}) as one:
            assert isinstance(ask(one, "C-1"), Found)

        [(request, _)] = httpserver.log
        assert "Authorization" not in request.headers

    def test_a_download_that_breaks_off_is_never_taken_for_whole(self):
        head = b"HTTP/1.1 200 OK\r\netag: x\r\ncontent-length: 1000\r\n\r\n"
        with wire.serve(wire.says(head + CSV)) as server:
            told = {"endpoint_url": server.url, "public": True}
            settings = {"url": f"s3://exports/{KEY}", "key": "number", "s3": told}
            with plugged("files", settings) as adapter:
                assert failure(adapter).reason is Reason.BAD_RESPONSE


@pytest.mark.parametrize(
    ("url", "told", "address"),
    [
        ("s3://exports/a b.csv", {"region": "eu-west-3"},
         "https://exports.s3.eu-west-3.amazonaws.com/a%20b.csv"),
        ("s3://my.exports/a.csv", {}, "https://s3.us-east-1.amazonaws.com/my.exports/a.csv"),
        ("s3://exports/a/b.csv", {"endpoint_url": "https://minio.example.com/"},
         "https://minio.example.com/exports/a/b.csv"),
    ],
)  # fmt: skip
def test_a_bucket_has_an_address(url, told, address):
    assert address_of(url, Bucket(**told)) == address


class TestWhoseKeyItIs:
    @pytest.fixture
    def elsewhere(self, monkeypatch, tmp_path):
        """An environment without any key."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    def test_the_environment_s_own_is_taken_where_none_is_declared(
        self, delivery, elsewhere, monkeypatch
    ):
        nobody = {"access_key_id": "", "secret_access_key": None}

        with delivery.read(**nobody) as adapter:
            assert failure(adapter).reason is Reason.NOT_CONFIGURED
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", delivery.key["access_key_id"])
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", delivery.key["secret_access_key"])
            assert isinstance(ask(adapter, "C-1"), Found)

    def test_without_the_library_it_says_what_to_install(self, delivery, monkeypatch):
        monkeypatch.setitem(sys.modules, "botocore", None)

        with delivery.read() as adapter:
            found = failure(adapter)

        assert found.reason is Reason.NOT_CONFIGURED
        assert found.detail.endswith("pip install 'context-sidecar[s3]'")


BEARER = {"type": "bearer", "token": "T0P-secret"}


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "places"),
        [
            ({"url": "s3://exports"}, {"url"}),
            ({"url": "s3://Exports/a.csv"}, {"url"}),
            ({"url": "s3://exports/../a.csv"}, {"url"}),
            ({"url": "s3://exports/a.csv", "s3": {"access_key_id": "A"}}, {"s3"}),
            ({"url": "s3://exports/a.csv", "s3": {"region": "Frankfurt"}}, {"s3"}),
            (
                {"url": "s3://exports/a.csv", "sign_in": {"type": "bearer", "token": "x"}},
                {"sign_in"},
            ),
            ({"url": "https://x.example/a.csv", "s3": {}}, {"s3"}),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, settings, places):
        with pytest.raises(ValidationError) as found:
            plugins.adapter("files").Settings().load({"key": "number", **settings})

        assert set(found.value.messages) == places
