"""A signed address: how any tool that can make an HMAC proves a visit.

    https://context.example.com/hosts/intranet
        ?expires=1795424700&key.requester_email=ana%40acme.example&nonce=3f7a0c55e1d94b28
        &record=ticket%2F4711&signature=…

What is signed is the address from `/hosts/` on, without `signature`: every parameter's name and
value percent-encoded as UTF-8 but for the unreserved characters of RFC 3986 (letters, digits and
`-._~`), in the order of their encoded names, no name twice. The signature is the HMAC-SHA256 of
that text in lower-case hexadecimal. What stands before `/hosts/` is not signed, so a proxy may
change it; the text is built anew from the parameters as received, so their order and the way they
were encoded on the road do not matter.

| parameter | meaning |
|---|---|
| `record` | type and id, `ticket/4711` |
| `expires` | seconds since 1970, at most ten minutes ahead |
| `nonce` | 16 to 64 letters, digits, `-`, `_`, never used before with this install |
| `key.<name>` | what the record says about its customer: `key.requester_email` |
| `user`, `user_name` | who looks: the tool's id, and a name for people |
| `roles` | some of the install's roles, separated by commas; all of them where absent |
| `locale`, `theme` | `de`, `de-AT`; `light` or `dark` |
| `time_zone` | the user's, by its IANA name: `America/New_York` |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from marshmallow import Schema, ValidationError

from context_sidecar.core.configuration import Install
from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Inbound, Memory
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.core.secrets import Secret
from context_sidecar.proof import check_mac, mac, use_once
from context_sidecar.settings import SecretText

LONGEST = timedelta(minutes=10)
"""How far ahead an address may expire."""

PLACES = (
    "ticket",
    "conversation",
    "contact",
    "company",
    "account",
    "deal",
    "order",
    "invoice",
    "issue",
    "project",
    "dashboard",
)
"""The types of records that a tool of any kind may have."""

_LONGEST_TEXT = 8_000
_SHORTEST_SECRET = 32
_FEWEST_CHARACTERS = 10

_MADE = {"nonce", "signature"}

_RECORD = re.compile(r"([a-z][a-z0-9_]{0,31})/([^\x00-\x1f\x7f]{1,200})")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_KEY = re.compile(r"key\.(\w{1,64})")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class SigningSecret(SecretText):
    """A secret long and varied enough that nobody finds it by trying."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Secret:
        secret = super()._deserialize(value, attr, data, **kwargs)
        text = secret.reveal()
        if len(text) < _SHORTEST_SECRET or len(set(text)) < _FEWEST_CHARACTERS:
            raise ValidationError(
                f"expected at least {_SHORTEST_SECRET} characters that nobody can guess, "
                "such as `openssl rand -hex 32` gives"
            )
        return secret


class SignedUrlSettings(Schema):
    """The settings of a host that proves itself by signed addresses."""

    secret = SigningSecret(
        required=True,
        metadata={
            "description": "What the tool signs with; at least 32 characters.",
            "chosen": True,
        },
    )
    previous_secret = SigningSecret(
        metadata={
            "description": "The secret before this one, accepted too while the tool changes over."
        },
    )


def sign(
    address: str, install: str, secret: Secret, parameters: Mapping[str, str], *, now: datetime
) -> str:
    """Return the signed address of *install* below *address*, where we are reached.

    *parameters* are as the table above says. `expires` is five minutes after *now* and `nonce` is
    new, unless given.
    """
    fresh = {
        "expires": str(int((now + LONGEST / 2).timestamp())),
        "nonce": token_hex(16),
    }
    text = _text(install, {**fresh, **parameters}.items())
    return f"{address.rstrip('/')}{text}&signature={mac(text.encode(), secret)}"


def prove(inbound: Inbound, install: Install, memory: Memory) -> Visit:
    """Return the visit that the signed address of *inbound* proves.

    Raises:
        VisitRefused: it is not signed by this install's secret, not valid now or used before.
    """
    given = _once_each(inbound)
    signature = given.pop("signature", "")
    try:
        text = _text(install.id, given.items())
    except UnicodeEncodeError as error:
        raise VisitRefused("the address holds what is no text") from error
    check_mac(text.encode(), signature, install.secrets("secret"))
    expires = _expiry(given.get("expires", ""), inbound.received_at)
    visit = read_visit(given, install)
    use_once(memory, install.id, given["nonce"], expires)
    return visit


def once_more(inbound: Inbound, install: Install) -> str:
    """Return an address for the visit that *inbound* has proven: good for one use, and no longer
    than the one that proved it."""
    given = {name: value for name, value in inbound.query if name not in _MADE}
    address = inbound.url.partition("?")[0].rpartition("/hosts/")[0]
    [secret, *_] = install.secrets("secret")
    return sign(address, install.id, secret, given, now=inbound.received_at)


def _once_each(inbound: Inbound) -> dict[str, str]:
    if inbound.method != "GET":
        raise VisitRefused("a signed address is for GET")
    if sum(len(name) + len(value) for name, value in inbound.query) > _LONGEST_TEXT:
        raise VisitRefused("the address is too long")
    given = dict(inbound.query)
    if len(given) != len(inbound.query):
        raise VisitRefused("the address has a parameter twice")
    return given


def _text(install: str, parameters: Iterable[tuple[str, str]]) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in parameters)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return f"/hosts/{_encoded(install)}?{query}"


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _expiry(text: str, now: datetime) -> datetime:
    if not _SECONDS.fullmatch(text):
        raise VisitRefused("the address does not say when it expires")
    expires = datetime.fromtimestamp(int(text), UTC)
    if expires <= now:
        raise VisitRefused("the address has expired")
    if expires > now + LONGEST:
        raise VisitRefused("the address expires more than ten minutes ahead")
    return expires


def read_visit(given: Mapping[str, str], install: Install) -> Visit:
    """Return the visit that proven parameters, as the table above has them, tell of.

    Raises:
        VisitRefused: they tell of none, or have no nonce.
    """
    if not _NONCE.fullmatch(given.get("nonce", "")):
        raise VisitRefused("there is no nonce of 16 to 64 letters and digits")
    record = _RECORD.fullmatch(given.get("record", ""))
    if not record:
        raise VisitRefused("there is no record named as type/id")
    keys = {
        key[1]: value for name, value in given.items() if value and (key := _KEY.fullmatch(name))
    }
    user = given.get("user", "")
    locale = given.get("locale", "")
    theme = given.get("theme", "")
    return Visit(
        install=install.id,
        record=Record(install.host, record[1], record[2], keys),
        visitor=Visitor(user, given.get("user_name", "") or user),
        roles=_roles(given, install),
        locale=locale if _LOCALE.fullmatch(locale) else "",
        theme=theme if theme in {"light", "dark"} else "",
        time_zone=given.get("time_zone", ""),
    )


def _roles(given: Mapping[str, str], install: Install) -> frozenset[str]:
    if "roles" not in given:
        return install.roles
    asked = frozenset(given["roles"].split(",")) - {""}
    if not asked <= install.roles:
        raise VisitRefused("a role is asked for that the install does not give")
    return asked
