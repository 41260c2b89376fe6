"""Other forms of a request: what a proxy or a framework may have made of it on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from context_sidecar.core.host import Inbound
from context_sidecar.proof.macs import Form

Signed = Callable[[Inbound], bytes]
"""Gives what is signed of a request."""


def nearby(inbound: Inbound, signed: Signed) -> Iterator[Form]:
    """Give what *signed* makes of *inbound* in other forms, each with what must have happened."""
    for url, what in _urls(inbound):
        yield Form(signed(replace(inbound, url=url)), what)
    for body, what in bodies(inbound.body):
        yield Form(signed(replace(inbound, body=body)), what)


def bodies(body: bytes) -> Iterator[Form]:
    """Give other forms of a body."""
    if body.strip() != body:
        yield Form(body.strip(), "the body without the white space around it")
    yield Form(body + b"\n", "the body with a line end that something has cut off")
    yield Form(b"", "a request without a body: something has added one")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    how = "the body written anew as JSON: something on the way reads and writes it again"
    for separators in ((",", ":"), (", ", ": ")):
        for ascii_only in (True, False):
            yield Form(
                json.dumps(said, separators=separators, ensure_ascii=ascii_only).encode(), how
            )


def _urls(inbound: Inbound) -> Iterator[tuple[str, str]]:
    url = urlsplit(inbound.url)
    other = "http" if url.scheme == "https" else "https"
    yield (
        url._replace(scheme=other).geturl(),
        f"{other}:// in place of {url.scheme}://; see public_url",
    )
    host = inbound.headers.get("host", "")
    if host and host != url.netloc:
        yield (
            url._replace(netloc=host).geturl(),
            f"the host name {host[:100]!r} in place of {url.netloc!r}; see public_url",
        )
    port = {"https": 443, "http": 80}[url.scheme] if url.scheme in {"https", "http"} else 0
    yield (
        url._replace(netloc=f"{url.hostname}:{port}").geturl(),
        f"the address with the port {port} written out",
    )
    path = url.path[:-1] if url.path.endswith("/") else f"{url.path}/"
    yield url._replace(path=path).geturl(), "the address with or without a slash at its end"
    if url.query:
        yield from _queries(urlunsplit(url._replace(query="")), url.query)


def _queries(address: str, query: str) -> Iterator[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    yield address, "the address without its query"
    ordered, anew = (urlencode(each, errors="replace") for each in (sorted(pairs), pairs))
    yield f"{address}?{ordered}", "the query in another order"
    yield f"{address}?{anew}", "the query encoded in another way"
