"""Settings with a description, which their schema carries."""

from __future__ import annotations

from context_sidecar.settings import Expression


def about(description: str) -> dict[str, str]:
    """Return a setting's description, as its schema carries it."""
    return {"description": description}


def expression(description: str) -> Expression:
    """Return an optional setting that is a JMESPath expression."""
    return Expression(load_default="", metadata=about(description))
