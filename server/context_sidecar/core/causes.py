"""What may lie behind a failure: one closed vocabulary, finer than the reasons.

A reason says what happens next; a cause says what to look at. Vendors often give one answer to
several causes, and then nobody can tell which it is: all of them are named, and none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """What may be wrong."""

    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    API_NOT_ENABLED = "api_not_enabled"
    BURST_LIMIT = "burst_limit"
    CONCURRENCY_LIMIT = "concurrency_limit"
    DAILY_QUOTA = "daily_quota"
    DATABASE_UNKNOWN = "database_unknown"
    DISCONNECTED = "disconnected"
    HIDDEN = "hidden"
    HOURLY_QUOTA = "hourly_quota"
    LOCKED_OUT = "locked_out"
    MAINTENANCE = "maintenance"
    MISSING_PERMISSION = "missing_permission"
    MISSING_SCOPE = "missing_scope"
    NETWORK = "network"
    NOTHING_THERE = "nothing_there"
    OVERLOADED = "overloaded"
    OWN_ENDPOINT_LIMIT = "own_endpoint_limit"
    OWN_LIMIT = "own_limit"
    PLAN = "plan"
    RENAMED = "renamed"
    SERVER_DOWN = "server_down"
    SESSION_LOCKED = "session_locked"
    SLOWED_DOWN = "slowed_down"
    SUSPENDED = "suspended"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105  a word about one
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  a word about one
    TOO_MANY_CONNECTIONS = "too_many_connections"
    USER_UNKNOWN = "user_unknown"
    WRONG_ADDRESS = "wrong_address"
    WRONG_INSTANCE = "wrong_instance"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  a word about one

    @property
    def said(self) -> str:
        """A main clause without a full stop, for people."""
        return CAUSES[self]


CAUSES: dict[Cause, str] = {
    Cause.ADDRESS_NOT_ALLOWED: "our server's address is not on its allow list",
    Cause.API_NOT_ENABLED: "access to its API is not enabled for us",
    Cause.BURST_LIMIT: "too many calls came in a short time",
    Cause.CONCURRENCY_LIMIT: "too many calls were under way at once",
    Cause.DAILY_QUOTA: "the daily quota of calls is used up",
    Cause.DATABASE_UNKNOWN: "the database does not exist",
    Cause.DISCONNECTED: "the connection was cut by its administrator",
    Cause.HIDDEN: "it is hidden from our user",
    Cause.HOURLY_QUOTA: "the hourly quota of calls is used up",
    Cause.LOCKED_OUT: "our user is locked out after refused sign-ins",
    Cause.MAINTENANCE: "it is being maintained",
    Cause.MISSING_PERMISSION: "our user lacks a permission",
    Cause.MISSING_SCOPE: "our credential lacks a scope",
    Cause.NETWORK: "the network or a firewall stops it",
    Cause.NOTHING_THERE: "there is nothing of that kind yet",
    Cause.OVERLOADED: "it is overloaded",
    Cause.OWN_ENDPOINT_LIMIT: "our own limit for questions of this kind is used up",
    Cause.OWN_LIMIT: "our own limit for it is used up",
    Cause.PLAN: "its plan does not include this",
    Cause.RENAMED: "it was renamed or deleted",
    Cause.SERVER_DOWN: "the server is not running",
    Cause.SESSION_LOCKED: "the session is bound to another network address",
    Cause.SLOWED_DOWN: "calls are being slowed down on purpose",
    Cause.SUSPENDED: "the account there is suspended",
    Cause.TOKEN_EXPIRED: "the token has expired",
    Cause.TOKEN_REVOKED: "the token was revoked",
    Cause.TOO_MANY_CONNECTIONS: "too many connections are open",
    Cause.USER_UNKNOWN: "our user does not exist there",
    Cause.WRONG_ADDRESS: "the address in its settings is wrong",
    Cause.WRONG_INSTANCE: "the token is one of another instance",
    Cause.WRONG_PASSWORD: "the password is wrong",
}

OUR_OWN = frozenset({Cause.OWN_ENDPOINT_LIMIT, Cause.OWN_LIMIT})
"""Limits that we keep to, and the source has not spoken of: what we count of the calls of an
endpoint whose answers tell nothing, and `limits.rate`."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a failure beyond its reason.

    `certain` is false where the reason is a suspicion. `causes` are what may lie behind it, or,
    where there is one alone and it is certain, what does. `code` is the vendor's own, `request_id`
    the vendor's name of the request, which its support asks for. `remedy` is what the owner does
    about it, in whole sentences, where that is more than what the reason's own entry says.
    """

    certain: bool = True
    causes: tuple[Cause, ...] = ()
    code: str = ""
    request_id: str = ""
    remedy: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is a limit of our own, and no refusal of the source's."""
        return bool(self.causes) and OUR_OWN.issuperset(self.causes)


NONE = Particulars()

ABSENT = Particulars(certain=False, causes=(Cause.RENAMED, Cause.HIDDEN))
"""What is known where an answer lacks a name: nobody can tell why from what is not there."""
