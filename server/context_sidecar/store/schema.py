"""The tables. Times are UTC, as seconds since 1970."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("known_by", JSON, nullable=False),
)
"""Accounts by the synchronisation that listed them; readers see the one that `syncs` names.
`known_by` holds their keys as the source writes them."""

account_keys = Table(
    "account_keys",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("account_id", String, primary_key=True),
    sqlite_with_rowid=False,
)
"""The index by which accounts are found: `value` is normalised."""

syncs = Table(
    "syncs",
    metadata,
    Column("name", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("claimed", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("finished_at", Float),
    Column("failed_at", Float),
    Column("reason", String),
    Column("suspected", Integer),
    Column("system", String, nullable=False, server_default=""),
)
"""What is synchronised: the `generation` that readers see, and the last one `claimed` by a
synchronisation that began. `suspected` is the number of accounts in a list that shrank so much
that it was not believed at once. `system` is the fingerprint of what all of that was read from."""

observations = Table(
    "observations",
    metadata,
    Column("source", String, primary_key=True),
    Column("lookup", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("used_at", Float, nullable=False),
    Index(None, "used_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),
    Column("revoked_at", Float),
)

used_tokens = Table(
    "used_tokens",
    metadata,
    Column("digest", String, primary_key=True),
    Column("until", Float, nullable=False, index=True),
)

pins = Table(
    "pins",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("code", String, primary_key=True),
    Column("made_at", Float, nullable=False, index=True),
    Column("install", String, nullable=False),
    Column("place", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("visitor", Text, nullable=False),
    Column("account_id", String, nullable=False),
    Column("card", String, nullable=False),
    Column("salt", String, nullable=False),
    Column("lines", JSON, nullable=False),
)
"""What was shown, as digests: no value can be read from it."""

disputes = Table(
    "disputes",
    metadata,
    Column("code", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("field", String, nullable=False),
    Column("team", String, nullable=False),
    Column("install", String, nullable=False),
    Column("visitor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("closed_at", Float, index=True),
    Column("closed_by", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),
)
"""What was said to be wrong; `code` is that of the receipt of what they saw."""

installs = Table(
    "installs",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("made", String, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("changed_by", Text, nullable=False),
)
"""Installs that were made in the admin pages; `sealed` is what `sidecar.yaml` would say of
them, `made` tells one from a later one of the same name."""

sightings = Table(
    "sightings",
    metadata,
    Column("install", String, primary_key=True),
    Column("proven_at", Float),
    Column("refused_at", Float),
    Column("refusal", Text, nullable=False, server_default=""),
)
"""When each install was last asked, declared ones too: proven, and refused with why."""

packages = Table(
    "packages",
    metadata,
    Column("install", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("built_at", Float, nullable=False),
)
"""The package that was last handed out for an install, to tell what a new one changes."""

grants = Table(
    "grants",
    metadata,
    Column("source", String, primary_key=True),
    Column("client", String, nullable=False),
    Column("version", String, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("expires_at", Float),
    Column("renewed_at", Float, nullable=False),
    Column("granted_at", Float, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("held_by", String, nullable=False),
    Column("held_until", Float),
    Column("refused_at", Float),
    Column("ends_at", Float),
)
"""What people have granted us at vendors' own pages: `sealed` are the tokens, `version` another
with each change of them. It ends at `expires_at` unless it is renewed, at `ends_at` in any case.
Until `held_until` somebody renews them; `refused_at` the vendor said that it does so no more."""

consents = Table(
    "consents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("session", String, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("until", Float, nullable=False),
)
"""People who were sent to a vendor's page and are not back yet: by the digest of the state that
they bring back, and that of the session in which they were sent; `sealed` is what proves that it
was us who asked."""

shapes = Table(
    "shapes",
    metadata,
    Column("source", String, primary_key=True),
    Column("lookup", String, primary_key=True),
    Column("system", String, nullable=False),
    Column("looked_at", Float, nullable=False),
    Column("inferred", Boolean, nullable=False),
    Column("fields", JSON, nullable=False),
)
"""What the answers of each lookup look like, as it was seen over time: names, types and
vocabularies, and no value of an account."""

quotas = Table(
    "quotas",
    metadata,
    Column("source", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("system", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("counts", String, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("limit", BigInteger),
    Column("told_at", Float, nullable=False),
    Column("resets_at", Float),
)
"""The quotas for long of which little or nothing is left, as the vendor last told: each counts for
so many `seconds`."""

told = Table(
    "told",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source", String, nullable=False),
    Column("said", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("told_at", Float, nullable=False, index=True),
    Column("told_to", String, nullable=False),
)
"""What sources have told of late to have changed, without a gap between the numbers: `at` a time of
their own clock, and `told_at` one of ours, in which it was `told_to` a process."""

told_ends = Table(
    "told_ends",
    metadata,
    Column("source", String, primary_key=True),
    Column("credential", String, nullable=False),
    Column("ends_at", Float, nullable=False),
)
"""When the credential of a source ends, as its system told: of the one with this fingerprint."""
