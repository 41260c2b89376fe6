"""From `sidecar.yaml` to the core's declared nouns; every mistake with file, line and remedy.

The rest of the house sees only `context_sidecar.core.configuration`; nobody but the wiring and the
command line imports this room.
"""

from context_sidecar.config.editor import json_schema
from context_sidecar.config.installing import install_of
from context_sidecar.config.loading import Loaded, load, load_sources

__all__ = ["Loaded", "install_of", "json_schema", "load", "load_sources"]
