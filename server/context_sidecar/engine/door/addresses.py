"""Which addresses a source may have: the guard against being sent to our own network.

A host name is resolved here, every address it gives is judged, and the caller connects to a judged
address and to nothing else, so that a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

HTTPS, LAST_PORT = 443, 65535

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, float], Sequence[str]]
"""Gives the IP addresses of a host name within so many seconds.

Raises:
    OSError: there are none, or not within the time (`TimeoutError`).
"""

_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"))
)
"""Where clouds tell a machine its secrets: AWS, Google and Azure; AWS over IPv6; Azure's agent
(WireServer), which is a public address; Alibaba Cloud. No source lives there."""

_PRIVATE = tuple(
    map(ip_network, (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  # RFC 1918
        "100.64.0.0/10",  # RFC 6598, carriers' NAT
        "127.0.0.0/8", "::1/128",  # this machine
        "fc00::/7",  # RFC 4193, unique local
    ))
)  # fmt: skip
"""What a source may have only where it says `allow_private`."""

_NAT64 = ip_network("64:ff9b::/96")
_UNICAST = ip_network("2000::/3")


def judged(host: str, addresses: Sequence[str], *, allow_private: bool) -> list[str]:
    """Return *addresses*, which *host* resolved to, if a source may have every one of them.

    Raises:
        SourceError: NOT_CONFIGURED, one of them is not allowed, which the text explains.
    """
    for address in addresses:
        fault = _fault(address, allow_private=allow_private)
        if fault:
            raise SourceError(Reason.NOT_CONFIGURED, f"{host} is at {address}: {fault}")
    return list(addresses)


def refuse_unfit(
    scheme: str, user: bytes, host: str, port: int | None, schemes: Collection[str]
) -> None:
    """Refuse an address of the configuration that no source may have, of the *schemes* allowed.

    Raises:
        SourceError: NOT_CONFIGURED, and why.
    """
    if user or not host or not 0 < (port or HTTPS) <= LAST_PORT:
        raise SourceError(
            Reason.NOT_CONFIGURED, "expected an address such as https://crm.example, no user"
        )
    if scheme not in schemes:
        raise SourceError(
            Reason.NOT_CONFIGURED,
            f"{host}: expected https (http only for a source with allow_private: true)",
        )
    refuse_disguise(host)


def refuse_disguise(host: str) -> None:
    """Refuse a host that is an IP address in disguise: decimal, octal, hexadecimal, shortened.

    Raises:
        SourceError: NOT_CONFIGURED.
    """
    last = host.rstrip(".").rpartition(".")[2]
    if re.fullmatch(r"\d+|0x[0-9a-f]*", last, re.IGNORECASE | re.ASCII) and not _is_plain(host):
        raise SourceError(
            Reason.NOT_CONFIGURED, f"{host}: write an IP address in its usual form, or a host name"
        )


def resolve(host: str, seconds: float) -> Sequence[str]:
    """Resolve *host* by the system. The system's resolver knows no deadline, so it is left behind
    in its thread where it takes too long.

    Raises:
        OSError: there are none, or not within the time (`TimeoutError`).
    """
    found: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            found.set_exception(OSError(f"no address for {host}: {error}"))
        else:
            found.set_result(list(dict.fromkeys(str(answer[4][0]) for answer in answers)))

    threading.Thread(target=ask, name=f"resolve-{host}", daemon=True).start()
    return found.result(seconds)


def _fault(text: str, *, allow_private: bool) -> str | None:
    address = _inner(ip_address(text))
    if address in _METADATA:
        return "a cloud's metadata address is never allowed"
    if any(address in network for network in _PRIVATE):
        hint = "a private address; allow_private: true allows it for this source"
        return None if allow_private else hint
    return None if _is_public(address) else "an address that no source can have"


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _UNICAST):
        return False
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64), else
    the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_plain(host: str) -> bool:
    try:
        return str(ip_address(host)) == host
    except ValueError:
        return False
