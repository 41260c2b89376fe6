"""The wiring, and nothing else: from a configuration to a running sidecar."""
