"""From `sidecar.yaml` to the core's declared nouns; every mistake with file, line and remedy.

The rest of the house sees only `context_sidecar.core.configuration`; nobody but the wiring and the
command line imports this room.
"""
