"""What is known of every account: in memory, underneath it in the database, and asked for anew
before it is old.
"""

from context_sidecar.engine.cache.cache import Cache

__all__ = ["Cache"]
