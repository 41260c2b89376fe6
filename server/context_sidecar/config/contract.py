"""The questions that a contract answers, and what is said when one is left open."""

from __future__ import annotations

from typing import Any


def question(name: str, answer: str) -> dict[str, Any]:
    """Return marshmallow's messages for a key that answers the contract's question *name*."""
    text = f"{name} is not answered, {answer}"
    return {"required": text, "null": text}


WHO = question("who", "name the roles that may see it")
WHERE = question("where", "name the places that show it, such as zendesk/ticket")
HOW_OLD = question("how often", "say after how long a value is marked as old, such as 1h")
HOW_LONG = question("how often", "say after how long a value is no longer shown, such as 14d")
DECISION = question("the decision", "say what someone does differently because of it")
TRUTH = question("the source of truth", "name the one source")
WHAT = question("the source of truth", "say which value of the source it is")
FAILURE = question("on failure", "say show_stale or withhold")
OWNER = question("the owner", "name the team that answers for it")


def about(description: str, *examples: Any) -> dict[str, Any]:
    """Return a field's metadata for editors."""
    return {"description": description} | ({"examples": list(examples)} if examples else {})
