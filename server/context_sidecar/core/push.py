"""What a system sends by itself when something has changed: how it proves that, and what it says.

A system that signs as Standard Webhooks says needs none of this. Others have a form of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

PLACES = frozenset({"body", "method", "time", "url"})
"""What can be signed of a delivery."""


PUSHED = "/v1/push/"
"""Where sources send to, each below its own id."""


def address_of(public_url: str, source: str) -> str:
    """Return the address that *source* sends to, to be entered at the vendor."""
    return f"{public_url}{PUSHED}{source}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A delivery proves itself by a MAC (RFC 2104) under the secret that was entered at both ends.

    Attributes:
        header: where it stands, in lower case.
        signs: what is signed: `{body}`, `{time}.{body}`, `{method}{url}{body}{time}`, …
        digest: by which hash.
        encoding: how it is written.
        part: its name where it is a part of the header: `v1` in `t=1,v1=…`, `sha1` in `sha1=…`.
        time: the header that says when it was signed.
        time_part: the part of `header` that says it, where that does.
        dialect: how that time is written, as the `dialect` of a field.
        window: how long ago it may have been signed.
    """

    header: str
    signs: str = "{body}"
    digest: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    part: str = ""
    time: str = ""
    time_part: str = ""
    dialect: str = "epoch_seconds"
    window: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        signed = set(re.findall(r"\{(\w*)\}", self.signs))
        if "body" not in signed or not signed <= PLACES:
            raise ValueError(
                "expected {body} among what is signed, and else {time}, {method}, {url}"
            )
        if ("time" in signed) != bool(self.time or self.time_part):
            raise ValueError("expected a time that is signed, or none")


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery proves itself by the secret itself, in a header: for systems that sign nothing.

    Attributes:
        header: where it stands, in lower case.
        basic: whether it is HTTP's own `Basic`; the secret is then `user:password`.
    """

    header: str = "authorization"
    basic: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a delivery says to have changed; where it names no account and no item, any account may
    be meant.

    An item that is another account's now is on the list of the one that had it before, which most
    deliveries do not name: the item itself does.

    Attributes:
        keys: the accounts, by the key that the source is asked by.
        ids: the accounts, by the id that the system itself has for them; see `Push.known_by`.
        lookups: in which answers about them; none named, in all.
        at: when, by the system's own clock; None where it does not say.
        items: what is listed in answers, by its `id` there: whoever's known answer has one of them,
            or may have it, is meant besides the accounts that are named.
    """

    keys: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    at: datetime | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery says. Without changes it is about nothing that is read: a trial, another
    kind of record. `id` is alike each time that the same is sent again, and empty where nothing
    is."""

    changes: tuple[Change, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """The form of a system's own webhooks.

    Attributes:
        proof: how a delivery proves itself.
        read: gives what a delivery says: of its body, as JSON has it, and its headers, by
            lower-case name. Pure. Whatever `LookupError`, `TypeError`, `ValueError` or
            `AttributeError` it raises, the delivery then counts as a change of everything.
        guide: what an admin does at the vendor, in a sentence or two. It names “our address”, which
            stands above it in `sidecar doctor`, and below it in the admin pages.
        known_by: the path in the answers of the lookup `account` to the id that `Change.ids` have.
    """

    proof: Signed | Shown
    read: Callable[[Any, Mapping[str, str]], Delivery]
    guide: str
    known_by: str = "id"
