"""What matching rules look at in a record: some host tool, or its source, must say it."""

from __future__ import annotations

import re

from context_sidecar.config.draft import Draft


def check(draft: Draft) -> None:
    """Check the record's keys that rules name."""
    given = _given(draft)
    rules = draft.document.at(("accounts", "match"))
    if given is None or not isinstance(rules, list):
        return
    for index, rule in enumerate(rules):
        name = rule.get("record") if isinstance(rule, dict) else None
        if isinstance(name, str) and not any(re.fullmatch(key, name) for key in given):
            draft.findings.unknown(
                ("accounts", "match", index, "record"),
                "expected a key that records of an installed host tool have",
                [key.replace(r"\w+", "…") for key in given],
            )


def _given(draft: Draft) -> list[str] | None:
    """Return the keys that records may have; None where that cannot be said."""
    given: dict[str, None] = {}
    for _, name, part in draft.section("installs"):
        host, source = draft.hosts.get(name), part.get("source")
        adapter = draft.adapters.get(source) if source else None
        if host is None or (source and adapter is None):
            return None
        given |= dict.fromkeys(host.kind.keys)
        given |= dict.fromkeys(adapter.kind.record_keys if adapter else ())
    return list(given) or None
