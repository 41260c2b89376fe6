"""Where a delivery comes from, and whether it is one: a file that is still being written is not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from context_sidecar import Adapter, Reason, SourceError


class Unfinished(SourceError):
    """The file is still being written."""

    def __init__(self, detail: str) -> None:
        remedy = (
            "It counts by itself once it is quiet. Where a new file takes the old one's place in "
            "one step, settle: 0s says so, and nothing is waited for."
        )
        super().__init__(Reason.BAD_RESPONSE, detail, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A whole file. Two deliveries with equal `mark`s are the same one."""

    mark: Hashable
    content: bytes
    modified: datetime | None


class Origin(Protocol):
    """Where deliveries come from."""

    def fetch(self, known: Hashable | None) -> Delivery | None:
        """Return what is there now, or None where that is the delivery marked *known*. Where it may
        be another of the same time and size, it is read, and may be that delivery once more.

        Raises:
            Unfinished: it is still being written.
            SourceError: it cannot be read.
        """


LARGER = "Have less delivered, or raise `max_megabytes` in the source's settings."

_NOT_THERE = (
    "See whether the file is still delivered, and whether `path` in the source's settings leads to "
    "it: a relative one starts at the folder of sidecar.yaml."
)
_NOT_OURS = (
    "Let the user as whom Context Sidecar runs read the file, and enter the folders it is in."
)
_A_FOLDER = "Let `path` in the source's settings name the file itself."
_UNREAD = "See whether the disk that `path` in the source's settings leads to is there and whole."


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine, of at most `most` bytes."""

    path: Path
    most: int
    settle: timedelta
    marker: Path | None = None

    def fetch(self, known: Hashable | None) -> Delivery | None:
        """See `Origin`."""
        try:
            return self._fetch(known)
        except FileNotFoundError:
            reason, detail, remedy = Reason.UNREACHABLE, "there is no such file", _NOT_THERE
        except PermissionError:
            reason, detail, remedy = Reason.PERMISSION_DENIED, "the file may not be read", _NOT_OURS
        except (IsADirectoryError, NotADirectoryError):
            reason, detail, remedy = Reason.NOT_CONFIGURED, "a folder, not a file", _A_FOLDER
        except OSError as error:
            reason, detail, remedy = Reason.UNREACHABLE, os.strerror(error.errno or 0), _UNREAD
        raise SourceError(reason, f"{self.path}: {detail}", remedy=remedy)

    def _fetch(self, known: Hashable | None) -> Delivery | None:
        before = self.path.stat()
        if _mark(before) == known:
            return None
        self._check_finished(before)
        if before.st_size > self.most:
            raise SourceError(
                Reason.BAD_RESPONSE, f"a file of over {self.most} bytes", remedy=LARGER
            )
        with self.path.open("rb") as file:
            content = file.read(self.most + 1)
        if _mark(self.path.stat()) != _mark(before) or len(content) != before.st_size:
            raise Unfinished("the file changed while it was read")
        return Delivery(_mark(before), content, datetime.fromtimestamp(before.st_mtime, UTC))

    def _check_finished(self, now: os.stat_result) -> None:
        if self.marker:
            if not self.marker.exists() or self.marker.stat().st_mtime_ns < now.st_mtime_ns:
                raise Unfinished("the file is newer than its marker")
        else:
            check_settled(now.st_mtime, self.settle)


def check_settled(modified: float, settle: timedelta, *, ahead: float = 0.0) -> None:
    """Check that a file that was last *modified* then, by a clock that may be *ahead* of ours by so
    many seconds, has not changed for the time *settle*. A time further in the future is a wrong
    one, and tells nothing.

    Raises:
        Unfinished: it has.
    """
    age = time.time() - modified
    if settle and -ahead <= age < settle.total_seconds():
        raise Unfinished(
            f"the file changed {max(age, 0):.0f} s ago, and counts once nothing has changed in it "
            f"for {settle.total_seconds():.0f} s (settle)"
        )


def _mark(stat: os.stat_result) -> Hashable:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


AHEAD = 3600.0
"""Seconds by which a server's clock may be ahead of ours: what it wrote just now has a time in our
future."""

_SAME_TIME = 2.0
"""Seconds within which two changes may show the same time."""


@dataclass(frozen=True, slots=True)
class FarMark:
    """What a delivery from elsewhere is known by: what is `told` of it where it is, which has times
    to the second, and a hash of what it holds.

    Unless it is `told_apart`, it was read so soon after it had changed that it may have changed
    once more, with nothing told of it: it is then what Git calls racily clean
    (https://git-scm.com/docs/racy-git).
    """

    told: Hashable
    digest: bytes
    told_apart: bool = field(compare=False)


def far_mark(told: Hashable, content: bytes, modified: float | None, read: float) -> FarMark:
    """Return the mark of a delivery with *content* that was last *modified* then, if that is told,
    and *read* then, in seconds since 1970."""
    fresh = modified is not None and -AHEAD <= read - modified < _SAME_TIME
    return FarMark(told, hashlib.sha256(content).digest(), told_apart=not fresh)


def _as_they_are(headers: Mapping[str, str]) -> Mapping[str, str]:
    return headers


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file behind an address, asked for only if it has changed (RFC 9110, 13). `sign` adds to a
    request's headers what proves who we are, where the door does not."""

    adapter: Adapter
    sign: Callable[[Mapping[str, str]], Mapping[str, str]] = _as_they_are

    def fetch(self, known: Hashable | None) -> Delivery | None:
        """See `Origin`."""
        headers = {"accept": "*/*", **_condition(known)}
        answer = self.adapter.http.get(
            "", headers=self.sign(headers), accept=[HTTPStatus.NOT_MODIFIED]
        )
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return None
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise SourceError(
                Reason.BAD_RESPONSE,
                "a web page where the file belongs",
                remedy="Open `url` in a browser that is not signed in: most likely it asks who you "
                "are. Then `sign_in` in the source's settings is missing or not right.",
            )
        told = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        modified = _date(told[1])
        read = _date(answer.headers.get("date", "")) or datetime.now(UTC)
        mark = far_mark(
            told, answer.content, modified.timestamp() if modified else None, read.timestamp()
        )
        return Delivery(mark, answer.content, modified)


def _condition(known: Hashable | None) -> Mapping[str, str]:
    """Return the header by which nothing is sent that is *known*. Many a server makes the ETag of
    the time and the size, too (nginx, ngx_http_set_etag), so that none says more than another."""
    match known:
        case FarMark(told=(str(etag), str()), told_apart=True) if etag:
            return {"if-none-match": etag}
        case FarMark(told=(str(), str(modified)), told_apart=True) if modified:
            return {"if-modified-since": modified}
    return {}


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
