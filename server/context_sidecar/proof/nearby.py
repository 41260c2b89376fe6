"""Other forms of a request: what a proxy or a framework may have made of it on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import permutations, product
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from context_sidecar.core.host import Inbound
from context_sidecar.proof.macs import Form

Signed = Callable[[Inbound], bytes]
"""Gives what is signed of a request."""

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?")
_MOST_ORDERED = 5
"""So many parameters are tried in every order: 120 for five."""


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
    yield from _places(url, inbound.headers)
    path = url.path[:-1] if url.path.endswith("/") else f"{url.path}/"
    yield url._replace(path=path).geturl(), "the address with or without a slash at its end"
    if url.query:
        yield from _queries(urlunsplit(url._replace(query="")), url.query)


def _places(url: SplitResult, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the address with every scheme, host name and port that it may have had: a proxy often
    changes more than one."""
    named = (headers.get(name, "").strip() for name in ("host", "x-forwarded-host"))
    hosts = dict.fromkeys((url.netloc, *filter(_HOST.fullmatch, named)))
    for (scheme, port), host in product(_PORTS.items(), hosts):
        name = re.sub(r":[0-9]+$", "", host)
        moved = []
        if scheme != url.scheme:
            moved.append(f"{scheme}:// in place of {url.scheme}://")
        if host != url.netloc:
            moved.append(f"the host name {host[:100]!r} in place of {url.netloc!r}")
        for netloc, ported in (
            (host, ()),
            (f"{name}:{port}", (f"the address with the port {port} written out",)),
            (name, ("the address without a port",)),
        ):
            what = " and ".join((*moved, *ported)) + ("; see public_url" if moved else "")
            yield url._replace(scheme=scheme, netloc=netloc).geturl(), what


def _queries(address: str, query: str) -> Iterator[tuple[str, str]]:
    yield address, "the address without its query"
    parameters = query.split("&")
    if len(parameters) <= _MOST_ORDERED:
        for order in permutations(parameters):
            yield f"{address}?{'&'.join(order)}", "the query in another order"
    pairs = parse_qsl(query, keep_blank_values=True)
    ordered, anew = (urlencode(each, errors="replace") for each in (sorted(pairs), pairs))
    yield f"{address}?{ordered}", "the query in another order"
    yield f"{address}?{anew}", "the query encoded in another way"
