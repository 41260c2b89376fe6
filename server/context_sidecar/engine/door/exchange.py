"""One request and its answer over a pool: bounded in time and bytes, every fault a `SourceError`.

The faults are told in words of our own. What the libraries say may quote what was sent.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpcore

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import clocks, counting, deadline
from context_sidecar.engine.door.reply import Reply

_ANY_ZLIB = 47
"""For `zlib`: the largest window, and gzip or zlib by the data's own first bytes."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, ready to be written. `where` names it in error texts."""

    method: str
    url: httpcore.URL
    headers: list[tuple[bytes, bytes]]
    content: bytes
    where: str


def exchange(pool: httpcore.ConnectionPool, sent: Sent, most: int) -> Reply:
    """Send *sent* and read the whole answer, of at most *most* bytes when unpacked.

    The time for it is the present deadline's.

    Raises:
        SourceError: there is no whole answer.
    """
    try:
        return _exchange(pool, sent, most)
    except httpcore.PoolTimeout:
        failure = Reason.BUSY, "all connections are in use"
    except httpcore.TimeoutException as error:
        failure = Reason.TIMEOUT, _late(error)
    except httpcore.ConnectError as error:
        failure = Reason.UNREACHABLE, _why_no_connection(error)
    except httpcore.LocalProtocolError:
        failure = (
            Reason.NOT_CONFIGURED,
            ("the request cannot be written; look for a line break in the credential"),
        )
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        failure = _broken_off(error)
    except zlib.error:
        failure = Reason.BAD_RESPONSE, "the compressed answer is damaged"
    reason, fault = failure
    raise SourceError(reason, f"{sent.where}: {fault}")


class _CutShortError(httpcore.RemoteProtocolError):
    """The answer began and did not come to its end."""


def _exchange(pool: httpcore.ConnectionPool, sent: Sent, most: int) -> Reply:
    with pool.stream(
        sent.method,
        sent.url,
        headers=sent.headers,
        content=sent.content or None,
        extensions={"timeout": {"pool": deadline.left()}},
    ) as answer:
        headers = _headers(answer)
        clocks.hear(headers.get("date"))
        counting.count()
        content = b"".join(_capped(_unpacked(answer, headers, most), most, sent.where))
    return Reply(answer.status, headers, content, sent.where)


def _headers(answer: httpcore.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _capped(chunks: Iterator[bytes], most: int, where: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise SourceError(Reason.BAD_RESPONSE, f"{where}: an answer of over {most} bytes")
        yield chunk


def _unpacked(answer: httpcore.Response, headers: dict[str, str], most: int) -> Iterator[bytes]:
    """Yield the body; of one chunk never more than the cap lets through, however well packed."""
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing == "identity":
        yield from _whole(answer)
        return
    unpacker = zlib.decompressobj(_ANY_ZLIB)
    for chunk in _whole(answer):
        yield unpacker.decompress(chunk, most + 1)
    if not unpacker.eof:
        raise _CutShortError


def _whole(answer: httpcore.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_stream()
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        raise _CutShortError from error


def _broken_off(error: Exception) -> tuple[Reason, str]:
    if isinstance(error, _CutShortError):
        return Reason.BAD_RESPONSE, "the answer was cut short"
    if isinstance(error, httpcore.NetworkError) or "disconnected" in str(error):
        return Reason.UNREACHABLE, "the connection was closed before there was an answer"
    return Reason.BAD_RESPONSE, "the answer is not HTTP"


def _late(error: httpcore.TimeoutException) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    return "no complete answer in time"


def _why_no_connection(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be agreed on"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        cause = cause.__cause__ or cause.__context__
    return str(error) or "no connection"
