"""A real HTTP server that speaks S3 and judges signatures and policies as IAM does: moto's.

with s3.server() as server:
    server.put("exports", "billing.csv", b"…")
    settings = {"endpoint_url": server.url, **server.reader("exports")}
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import httpx
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class S3:
    """A server at `url`, and what its administrator does there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)
        self._key: dict[str, str] = {"access_key_id": "first", "secret_access_key": "first"}
        self._say("reset")  # what one before in this process had, and how that judged
        self._say("reset-auth", "inf")
        self._key = self._new_user("admin", _ALL)
        self._say("reset-auth", "0")  # from here on every request is judged

    def _say(self, command: str, content: str = "") -> None:
        said = httpx.post(f"{self.url}/moto-api/{command}", content=content)
        assert said.status_code == httpx.codes.OK

    def client(self, service: str) -> Any:
        """Return the vendor's own client, for the administrator."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self._key["access_key_id"],
            aws_secret_access_key=self._key["secret_access_key"],
        )

    def new_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"exports-{next(self._numbers)}"
        place = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    def put(self, bucket: str, key: str, content: bytes, **more: str) -> None:
        """Put an object there."""
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=content, **more)

    def new_reader(self, bucket: str) -> tuple[str, dict[str, str]]:
        """Make a user who may read the objects of *bucket*; return its name and its key."""
        user = f"reader-{next(self._numbers)}"
        return user, self._new_user(user, self._reading(bucket))

    def allow(self, user: str, bucket: str) -> None:
        """Let *user* read the objects of *bucket*."""
        self._policy(user, self._reading(bucket))

    def forbid(self, user: str) -> None:
        """Take from *user* what it may."""
        self.client("iam").delete_user_policy(UserName=user, PolicyName="all")

    def _reading(self, bucket: str) -> dict[str, str]:
        objects = f"arn:aws:s3:::{bucket}/*"
        return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects}

    def _new_user(self, user: str, may: dict[str, str]) -> dict[str, str]:
        iam = self.client("iam")
        iam.create_user(UserName=user)
        made = iam.create_access_key(UserName=user)["AccessKey"]
        self._policy(user, may)
        return {
            "access_key_id": made["AccessKeyId"], "secret_access_key": made["SecretAccessKey"],
        }  # fmt: skip

    def _policy(self, user: str, may: dict[str, str]) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        self.client("iam").put_user_policy(UserName=user, PolicyName="all", PolicyDocument=document)


@contextmanager
def server() -> Iterator[S3]:
    """Give a running server."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        yield S3(f"http://{host}:{port}")
    finally:
        moto.stop()
