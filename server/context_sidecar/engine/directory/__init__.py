"""Who is this? Which accounts there are, by which keys they are known, and whose a domain is."""

from context_sidecar.engine.directory.directory import Directory, Outcome, Synced
from context_sidecar.engine.directory.journal import Journal

__all__ = ["Directory", "Journal", "Outcome", "Synced"]
