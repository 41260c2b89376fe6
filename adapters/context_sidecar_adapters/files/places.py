"""The settings that say where a file on the network is, and how we come to it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from context_sidecar import Secret
from context_sidecar.settings import Address, SecretText, Shaped
from marshmallow import Schema, ValidationError, fields, post_load, validate


class Place(Shaped):
    """The address of a file: on the web, in a bucket, or on an SFTP server."""

    pattern = (
        r"(https?://[^\s/@?#]+(/[^\s?#]*)?"
        r"|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/(?!\.\.?(/|$))[^/\x00-\x1f]*)+"
        r"|sftp://[^\s/@?#]+/[^\x00-\x1f]+)"
    )
    expected = (
        "an address such as https://example.com/billing.csv, s3://bucket/billing.csv or "
        "sftp://example.com/billing.csv, without a user in it"
    )


def scheme_of(url: str | None) -> str:
    """Return what stands before the colon of *url*; nothing where there is none."""
    return url.partition(":")[0] if url else ""


def path_of(url: str) -> PurePosixPath:
    """Return the path in *url*, as it is written; in a bucket, all characters are its own."""
    if scheme_of(url) in {"s3", "sftp"}:
        return PurePosixPath(url.partition("://")[2].partition("/")[2])
    return PurePosixPath(urlsplit(url).path)


def _about(description: str) -> dict[str, str]:
    return {"description": description}


@dataclass(frozen=True, slots=True)
class Bucket:
    """How a bucket is reached, and who we are there; without a key, who the environment says."""

    region: str = "us-east-1"
    endpoint_url: str | None = None
    access_key_id: str = ""
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    public: bool = False


class BucketSettings(Schema):
    """The setting `s3`."""

    region = fields.String(
        load_default="us-east-1",
        validate=validate.Regexp(r"^[a-z0-9-]+$", error="expected a region such as eu-central-1"),
        metadata=_about("The region of the bucket, such as eu-central-1."),
    )
    endpoint_url = Address(
        load_default=None,
        metadata=_about("The address of another S3 than Amazon's, such as that of MinIO."),
    )
    access_key_id = fields.String(
        load_default="",
        metadata=_about(
            "Whose key it is. Without one, the environment's own is taken: its variables, its "
            "profile, the role of the machine."
        ),
    )
    secret_access_key = SecretText(
        load_default=None,
        allow_none=True,
        metadata=_about("The key that belongs to access_key_id."),
    )
    session_token = SecretText(
        load_default=None, metadata=_about("What a temporary key has besides.")
    )
    public = fields.Boolean(
        load_default=False, metadata=_about("Whether everybody may read the file, without a key.")
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Bucket:
        if bool(data["access_key_id"]) != bool(data["secret_access_key"]):
            raise ValidationError({"secret_access_key": ["goes with access_key_id, or neither"]})
        return Bucket(**data)


@dataclass(frozen=True, slots=True)
class HostKey:
    """A server's public key, by its fingerprint; `type` is "" where only that is known."""

    fingerprint: str
    type: str = ""


class _HostKeys(fields.Field[Any]):
    """The keys by which a server is known: fingerprints, or lines of known_hosts."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[HostKey, ...]:
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            lines = []
        written = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not written:
            raise ValidationError(_EXPECTED_KEY)
        return tuple(_host_key(line.strip()) for line in written)


_EXPECTED_KEY = (
    "expected the server's key as `ssh-keyscan HOST` prints it, or its fingerprint, SHA256:…, "
    "confirmed by whoever runs the server"
)


def _host_key(line: str) -> HostKey:
    if re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", line):
        return HostKey(line)
    found = re.search(r"(?:^|\s)((?:ssh|ecdsa)-[\w-]+)\s+([A-Za-z0-9+/]+=*)", line)
    if not found or line.startswith("@"):  # a certificate authority, or a revoked key
        raise ValidationError(_EXPECTED_KEY)
    try:
        blob = base64.b64decode(found[2], validate=True)
    except binascii.Error as error:
        raise ValidationError(_EXPECTED_KEY) from error
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return HostKey(f"SHA256:{digest}", found[1])


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are on an SFTP server, and by which keys it proves who it is."""

    user: str
    host_keys: tuple[HostKey, ...]
    password: Secret | None = None
    private_key: Secret | None = None
    passphrase: Secret | None = None
    marker: str = ""


class LoginSettings(Schema):
    """The setting `sftp`."""

    user = fields.String(
        required=True, validate=validate.Length(min=1), metadata=_about("The user's name.")
    )
    password = SecretText(load_default=None, metadata=_about("The user's password."))
    private_key = SecretText(
        load_default=None,
        metadata=_about("The user's private key, as ssh-keygen writes it, in place of a password."),
    )
    passphrase = SecretText(load_default=None, metadata=_about("What opens the private key."))
    host_key = _HostKeys(
        required=True,
        attribute="host_keys",
        metadata=_about(
            "The server's public key, by which we know the server: what `ssh-keyscan HOST` prints, "
            "or a fingerprint, SHA256:…. Have it confirmed by whoever runs the server."
        ),
    )
    marker = fields.String(
        load_default="",
        metadata=_about(
            "A file on the server that the writer makes, or touches, after the delivery is "
            "complete, such as /outgoing/billing.done."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Login:
        if (data["password"] is None) == (data["private_key"] is None):
            raise ValidationError({"password": ["expected either password or private_key"]})
        return Login(**data)
