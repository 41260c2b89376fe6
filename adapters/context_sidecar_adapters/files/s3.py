"""An object in a bucket: requests signed as Amazon S3 wants them, its errors told apart.

Errors: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from threading import Lock
from typing import Any
from urllib.parse import quote

from context_sidecar import Cause, Reason, Response, SourceError

from context_sidecar_adapters.files.places import Bucket

_REASONS: dict[str, Reason] = {
    "AccessDenied": Reason.PERMISSION_DENIED,
    "AccountProblem": Reason.PERMISSION_DENIED,
    "AllAccessDisabled": Reason.PERMISSION_DENIED,
    "AuthorizationHeaderMalformed": Reason.NOT_CONFIGURED,
    "ExpiredToken": Reason.CREDENTIAL_EXPIRED,
    "InternalError": Reason.SERVER_ERROR,
    "InvalidAccessKeyId": Reason.CREDENTIAL_EXPIRED,
    "InvalidBucketName": Reason.NOT_CONFIGURED,
    "InvalidObjectState": Reason.NOT_CONFIGURED,  # archived
    "InvalidToken": Reason.CREDENTIAL_EXPIRED,
    "NoSuchBucket": Reason.ENDPOINT_GONE,
    "NoSuchKey": Reason.UNREACHABLE,  # as a file that is away
    "PermanentRedirect": Reason.NOT_CONFIGURED,
    "RequestTimeTooSkewed": Reason.NOT_CONFIGURED,
    "RequestTimeout": Reason.TIMEOUT,
    "ServiceUnavailable": Reason.SERVER_ERROR,
    "SignatureDoesNotMatch": Reason.CREDENTIAL_EXPIRED,
    "SlowDown": Reason.RATE_LIMITED,
    "TemporaryRedirect": Reason.SERVER_ERROR,  # a new bucket is not known everywhere yet
    "TokenRefreshRequired": Reason.CREDENTIAL_EXPIRED,
}

_SAYS = {
    "AccessDenied": "the key may not read the object, or may not list the bucket, where it is not",
    "NoSuchKey": "there is no such file",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
}
"""S3 tells who may not list a bucket that an object is denied that is not there (s3:ListBucket)."""

_MENDED = {
    "AccessDenied": "See whether the file is still delivered to where `url` in the source's "
    "settings leads, and give the key s3:GetObject on it, and s3:ListBucket on the bucket, which "
    "tells the two apart.",
    "NoSuchBucket": "Correct the bucket's name in `url`, in the source's settings, or its place in "
    "`s3`: region and endpoint_url.",
    "NoSuchKey": "See whether the file is still delivered, and whether `url` in the source's "
    "settings leads to it: s3://BUCKET/KEY.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
}


def address_of(url: str, bucket: Bucket) -> str:
    """Return the web address of the object at *url*. Elsewhere than at Amazon, and where a dot in
    the bucket's name would be none of the certificate's, the bucket stands in the path."""
    name, _, key = url.removeprefix("s3://").partition("/")
    path = quote(key, safe="/~")
    if bucket.endpoint_url:
        return f"{bucket.endpoint_url.rstrip('/')}/{name}/{path}"
    if "." in name:
        return f"https://s3.{bucket.region}.amazonaws.com/{name}/{path}"
    return f"https://{name}.s3.{bucket.region}.amazonaws.com/{path}"


def explain(answer: Response) -> SourceError | None:
    """Read an error of S3, which is XML with a code."""
    text = answer.content.decode("utf-8", "replace")
    found = re.search(r"<Code>([\w.]+)</Code>", text)
    if not found:
        return None
    code = found[1]
    reason = Reason.PERMISSION_DENIED if code.startswith("KMS.") else _REASONS.get(code)
    if reason is None:
        return None
    told = _SAYS.get(code, code)
    remedy = _MENDED.get(code, "")
    region = answer.headers.get("x-amz-bucket-region") or _tag("Region", text)
    if region and reason is Reason.NOT_CONFIGURED:
        told = f"the bucket is in another region: say region: {region}"
        remedy = f"Set `s3: {{region: {region}}}` in the source's settings."
    either = (Cause.MISSING_PERMISSION, Cause.NOTHING_THERE) if code == "AccessDenied" else ()
    return SourceError(
        reason, told, code=code, certain=not either, possible_causes=either, remedy=remedy
    )


def _tag(name: str, text: str) -> str:
    found = re.search(rf"<{name}>([a-z0-9-]+)</{name}>", text)
    return found[1] if found else ""


@dataclass(slots=True)
class Signer:
    """Signs requests for the object at `address` (AWS Signature Version 4), by botocore."""

    address: str
    bucket: Bucket
    _lock: Lock = field(default_factory=Lock)
    _known: Any = None

    def __call__(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return *headers* with what proves who we are.

        Raises:
            SourceError: NOT_CONFIGURED or CREDENTIAL_EXPIRED, there is no key to sign with.
        """
        if self.bucket.public:
            return headers
        if find_spec("botocore") is None:
            raise SourceError(
                Reason.NOT_CONFIGURED, "S3 needs botocore: pip install 'context-sidecar[s3]'"
            )
        from botocore.auth import S3SigV4Auth  # noqa: PLC0415  botocore is an extra
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415  as above

        request = AWSRequest("GET", self.address, dict(headers))
        S3SigV4Auth(self._credentials(), "s3", self.bucket.region).add_auth(request)
        return {str(name): str(value) for name, value in request.headers.items()}

    def _credentials(self) -> Any:
        """Return the declared key, or the environment's, which renews itself where it ends."""
        from botocore.credentials import Credentials  # noqa: PLC0415  as above
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415  as above
        from botocore.session import Session  # noqa: PLC0415  as above

        bucket = self.bucket
        if bucket.secret_access_key:
            token = bucket.session_token.reveal() if bucket.session_token else None
            return Credentials(bucket.access_key_id, bucket.secret_access_key.reveal(), token)
        try:
            with self._lock:
                if self._known is None:
                    self._known = Session().get_credentials()
            if self._known is not None:
                return self._known.get_frozen_credentials()
        except BotoCoreError as error:
            failure = SourceError(Reason.CREDENTIAL_EXPIRED, type(error).__name__)
        else:
            failure = SourceError(
                Reason.NOT_CONFIGURED, "neither s3.access_key_id nor a key in the environment"
            )
        raise failure
